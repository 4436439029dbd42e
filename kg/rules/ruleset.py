"""Rules compiled once, indexed by the facts that they cannot be true without, and asked about a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from kg.model.ids import digest
from kg.rules.allowance import Allowance, Cut, Slow, Watch
from kg.rules.base import Meanings
from kg.rules.cardmaking import card
from kg.rules.conflicts import contradictions, named_conflicts
from kg.rules.decision import Conflict, CutRule, Decision, Insufficient, Outcome, Reasoned, ShadowHit
from kg.rules.facts import Facts
from kg.rules.firing import Firing, Mode
from kg.rules.firing import Installed as Installed
from kg.rules.index import EventIndex
from kg.rules.judging import Judged
from kg.rules.network import Network, Sight
from kg.rules.ranking import Place, placed


class Asked(msgspec.Struct, frozen=True):
    """How a case is to be answered. ``why``: rules to be explained whatever they come to; ``limit``: cards shown.

    ``recent``: ids of cards that were shown before (``kg.rules.repeats``). ``shown``: whether somebody will see the
    cards; what is asked to test or to replay is not counted, silences nothing, and is judged by the rules that were in
    force at the time of the case. All else is judged by those of today, whatever time a case names.
    """

    explain: bool = False
    why: tuple[str, ...] = ()
    limit: int = 10
    recent: frozenset[str] = frozenset()
    shown: bool = True


class Ruleset:
    """Rules that may fire, ready to be asked; safe to use from several threads.

    ``mark`` stands for which rules these are, in which versions and modes. ``slow``: which of them were cut.
    """

    def __init__(self, rules: Iterable[Firing], meanings: Meanings, allowance: Allowance | None = None) -> None:
        self._meanings, self._allowance = meanings, allowance or Allowance()
        self.rules = {one.rule.id: one for one in sorted(rules, key=lambda one: one.rule.id)}
        self.modes: frozenset[Mode] = frozenset(one.mode for one in self.rules.values())
        self.mark = digest(*(one.mark for one in self.rules.values()))
        self.slow = Slow()
        self._network = Network()
        self._judged = [Judged(number, one, self._network) for number, one in enumerate(self.rules.values())]
        self._by_id = {one.firing.rule.id: one for one in self._judged}
        ranked = sorted(range(len(self._judged)), key=lambda number: _rank(self._judged[number].firing))
        self._ranks = {number: place for place, number in enumerate(ranked)}
        self._losing = {number for number, one in enumerate(self.rules.values()) if one.rule.loses_to}
        self._blocking = {number for number, one in enumerate(self.rules.values()) if one.strength == "block"}
        events = {event for one in self.rules.values() for event in one.rule.events}
        self._indexes = {
            event: EventIndex(one.place for one in self._judged if event in one.firing.rule.events) for event in events
        }

    def __len__(self) -> int:
        return len(self.rules)

    def evaluate(self, facts: Facts, asked: Asked = Asked()) -> Decision:  # noqa: B008 - a frozen value
        """What the rules say of a case; raises DecisionTimeout where they take longer than an answer may."""
        case = facts.case
        index = self._indexes.get(case.event) or _NONE
        reached = index.reached(facts, case.scope)
        watch = Watch(self._allowance)
        sight, today = self._network.sight(facts, watch), (facts.now if asked.shown else facts.at).date().isoformat()
        every = self._judged
        outcomes = self._outcomes(reached.heard, sight, today)
        counts = Counter(outcomes)
        fired: dict[int, Judged] = {}
        lacking: list[Insufficient] = []
        cut: list[CutRule] = []
        for number, outcome in zip(reached.heard, outcomes, strict=True):
            if outcome == "fired":
                fired[number] = every[number]
            elif outcome == "insufficient":
                lacking.append(every[number].lacking(sight))
            elif outcome == "cut":
                cut.append(_cut(every[number].firing))
        conflicts, lost = self._conflicts(fired)
        judged = zip(reached.unheard, self._outcomes(reached.unheard, sight, today), strict=True)
        shadow = [every[number].firing for number, outcome in judged if outcome == "fired"]
        shown = sorted(fired.keys() - lost, key=self._ranks.__getitem__)
        # What blocks is never folded away. Cards are made for those that are shown alone: it is most of the work.
        beyond = [number for number in shown[asked.limit :] if number in self._blocking] if self._blocking else []
        kept = [fired[number] for number in (*shown[: asked.limit], *beyond)]
        used = {one.firing.rule.id: one.used(sight) for one in kept}
        places = facts.places() if kept else {}
        meanings = self._meanings if asked.explain else None
        cards = tuple(card(one.firing, used[one.firing.rule.id], places, case.patient, meanings) for one in kept)
        drugs = {name: [places[one] for one in found if one in places and places[one].kind == "drug"]
                 for name, found in used.items()}  # fmt: skip
        rows = zip(reached.heard, outcomes, strict=True) if asked.explain else ()
        explained = [every[number].reasons(sight, outcome) for number, outcome in rows
                     if outcome in ("fired", "insufficient")]  # fmt: skip
        explained += self._why(asked.why, {one.rule for one in explained}, sight, today)
        watch.check()
        told_of = counts.total() - counts["silent"]
        return Decision(
            event=case.event, at=facts.at.isoformat(), rules=self.mark, cards=cards, folded=len(shown) - len(cards),
            insufficient=tuple(lacking), conflicts=tuple(conflicts),
            contradictions=tuple(contradictions((one.firing for one in kept), drugs, self._meanings)),
            cut=tuple(cut),
            shadow=tuple(ShadowHit(one.rule.id, one.rule.version, one.mode) for one in shadow),
            unjudged=reached.unjudged, problems=tuple(facts.problems), silent=reached.asked - told_of - reached.unsure,
            outside=counts["outside"], not_in_force=counts["not-in-force"], explained=tuple(explained),
        )  # fmt: skip

    def _conflicts(self, fired: dict[int, Judged]) -> tuple[list[Conflict], set[int]]:
        """Conflicts that rules name, and the numbers of the rules that are silenced by them."""
        if fired.keys().isdisjoint(self._losing):
            return [], set()
        named = {one.firing.rule.id: one.firing for one in fired.values()}
        conflicts, lost = named_conflicts(named)
        return conflicts, {number for number, one in fired.items() if one.firing.rule.id in lost}

    def _outcomes(self, numbers: Iterable[int], sight: Sight, today: str) -> list[Outcome]:
        """What rules come to, in their order."""
        every, outcomes = self._judged, list[Outcome]()
        if self.slow.any:
            return [self._wary(every[number], sight, today) for number in numbers]
        for number in numbers:
            # Not in a call of its own: hundreds of rules are judged at a time.
            try:
                outcomes.append(every[number].outcome(sight, today))
            except (Cut, RecursionError):
                self.slow.cut(every[number].firing)
                outcomes.append("cut")
        return outcomes

    def _wary(self, one: Judged, sight: Sight, today: str) -> Outcome:
        """The outcome, while some rules are known to be slow."""
        if self.slow.resting(one.firing):
            return "cut"
        try:
            outcome = one.outcome(sight, today)
        except (Cut, RecursionError):
            self.slow.cut(one.firing)
            return "cut"
        self.slow.judged(one.firing)
        return outcome

    def _why(self, names: Iterable[str], told: set[str], sight: Sight, today: str) -> Iterable[Reasoned]:
        for name in dict.fromkeys(names):
            one = self._by_id.get(name)
            if one is None:
                yield Reasoned(name, "", "not-active", ())
            elif name not in told:
                yield one.reasons(sight, self._outcomes((one.place.number,), sight, today)[0])


_NONE = EventIndex(())


def _rank(firing: Firing) -> Place:
    """Stronger tiers first, then what is better founded; nothing that was shown before is known here."""
    return placed(firing.rule.id, firing.strength, firing.rule.evidence)


def _cut(firing: Firing) -> CutRule:
    return CutRule(firing.rule.id, firing.rule.version, firing.installed.pack, firing.rule.title)
