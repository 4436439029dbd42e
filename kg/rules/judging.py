"""One rule compiled into the network of conditions, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable

from kg.model.rule import All, Condition
from kg.rules.anchors import anchor, best
from kg.rules.decision import Insufficient, Outcome, Reasoned
from kg.rules.firing import Firing
from kg.rules.index import Place
from kg.rules.network import Network, Sight
from kg.rules.seen import Seen


class Judged:
    """A rule ready to be judged: the numbers of all conditions that have to be true, cheap ones first."""

    __slots__ = (
        "_all", "_applies", "_bound", "_dated", "_network", "_order", "_roots", "_said", "_when", "firing", "place",
    )  # fmt: skip

    def __init__(self, number: int, firing: Firing, network: Network) -> None:
        rule = firing.rule
        self.firing, self._network = firing, network
        self._roots = tuple(network.add(tree) for tree in (rule.applies, rule.when) if tree is not None)
        applies = tuple(_conjuncts(rule.applies)) if rule.applies is not None else ()
        when = tuple(_conjuncts(rule.when))
        self._applies = tuple(network.add(one) for one in applies)
        self._when = tuple(network.add(one) for one in when)
        self._all = self._applies + self._when
        self._order = tuple(sorted(self._when, key=network.dear))
        self._dated = bool(rule.effective_from or rule.effective_to)
        self._bound = self._dated or bool(applies)
        self._said: Insufficient | None = None
        first = best(tuple(tree for tree in (rule.applies, rule.when) if tree is not None))
        # Who is passed over must be silent, and neither outside nor out of force. Results that are absent are unknown.
        others = () if applies or self._dated or first is None else (anchor(one) for one in when)
        found = [one for one in others if one is not None and one != first and not one.rank[0]]
        self.place = Place(number, firing.audience, first, min(found, key=lambda one: one.rank, default=None))

    def outcome(self, sight: Sight, today: str) -> Outcome:
        """What the rule comes to on ``today`` (ISO 8601); raises Cut, DecisionTimeout."""
        unknown = False
        sight.watch.ticks = 0
        if self._bound:
            if self._dated and not self._in_force(today):
                return "not-in-force"
            for number in self._applies:
                truth = self._network.see(number, sight).truth
                if truth is False:
                    return "outside"
                unknown = unknown or truth is None
        truths = sight.truths
        for number in self._order:
            truth = truths[number] if number in truths else self._network.see(number, sight).truth
            if truth is False:
                return "silent"
            if truth is None:
                unknown = True
        return "insufficient" if unknown else "fired"

    def _in_force(self, today: str) -> bool:
        rule = self.firing.rule
        return (rule.effective_from or today) <= today <= (rule.effective_to or today)

    def used(self, sight: Sight) -> tuple[str, ...]:
        """Places of the facts that made it fire."""
        seen = (self._network.see(number, sight) for number in self._when)
        return tuple(dict.fromkeys(place for one in seen for place in one.used))

    def lacking(self, sight: Sight) -> Insufficient:
        """What was missing to judge it; all of its conditions were seen."""
        known = sight.seen
        missing: tuple[str, ...] = ()
        for number in self._all:
            more = known[number].missing
            if more:
                missing = (*missing, *(name for name in more if name not in missing)) if missing else more
        said = self._said
        if said is None or said.missing != missing:
            # The same is missing for one patient after the other.
            rule = self.firing.rule
            said = self._said = Insufficient(rule.id, rule.title, tuple(dict.fromkeys(missing)))
        return said

    def reasons(self, sight: Sight, outcome: Outcome) -> Reasoned:
        """Its conditions with their values, as far as they were looked at."""
        seen: list[Seen] = []
        if outcome not in ("not-in-force", "cut"):
            seen = [self._network.see(number, sight) for number in self._roots]
        if outcome == "outside":
            seen = seen[:1]
        rule = self.firing.rule
        told: Outcome = "no-recommendation" if outcome == "fired" and rule.no_recommendation else outcome
        return Reasoned(rule.id, rule.version, told, tuple(seen))


def _conjuncts(condition: Condition) -> Iterable[Condition]:
    """The conditions that all have to be true for this one to be."""
    if isinstance(condition, All):
        for part in condition.of:
            yield from _conjuncts(part)
    else:
        yield condition
