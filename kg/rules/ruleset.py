"""Rules compiled once, indexed by the facts that they cannot be true without, and asked about a case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from kg.model.ids import digest
from kg.model.rule import FactKind, Rule, Tier
from kg.rules.anchors import anchors, rank
from kg.rules.base import Key, Meanings
from kg.rules.conditions import see
from kg.rules.decision import Card, Conflict, Decision, Insufficient, Outcome, Reasoned, Unjudged, UsedFact
from kg.rules.facts import Fact, Facts
from kg.rules.membership import SECTIONS
from kg.rules.seen import Seen

_STRENGTH: dict[Tier, int] = {"block": 0, "interrupt": 1, "warn": 2, "inform": 3, "silent": 4}


class Installed(msgspec.Struct, frozen=True):
    """A rule and the pack that it came with."""

    pack: str
    rule: Rule
    example: bool = True
    licence: str = ""


class Asked(msgspec.Struct, frozen=True):
    """How a case is to be answered. ``why``: rules to be explained whatever they come to; ``limit``: cards shown."""

    explain: bool = False
    why: tuple[str, ...] = ()
    limit: int = 10


class _Compiled(msgspec.Struct, frozen=True):
    installed: Installed
    anchors: frozenset[Key] | None

    @property
    def kinds(self) -> frozenset[FactKind]:
        """Of the facts that it is reached by."""
        return frozenset(kind for kind, _ in self.anchors or ())


class Ruleset:
    """Rules that may fire, ready to be asked; safe to use from several threads.

    ``mark`` stands for which rules and versions these are.
    """

    def __init__(self, rules: Iterable[Installed], meanings: Meanings) -> None:
        self._meanings = meanings
        self.rules = {one.rule.id: one for one in sorted(rules, key=lambda one: one.rule.id)}
        self.mark = digest(*(f"{one.rule.id} {one.rule.version}" for one in self.rules.values()))
        self._by_key: dict[Key, list[_Compiled]] = defaultdict(list)
        self._always: list[_Compiled] = []
        self._by_kinds: Counter[tuple[str, frozenset[FactKind]]] = Counter()
        self._by_event: Counter[str] = Counter(event for one in self.rules.values() for event in one.rule.events)
        for one in self.rules.values():
            trees = [tree for tree in (one.rule.applies, one.rule.when) if tree is not None]
            found = [keys for tree in trees if (keys := anchors(tree)) is not None]
            keys = min(found, key=rank, default=None)
            compiled = _Compiled(one, keys)
            if keys is None:
                self._always.append(compiled)
                continue
            for key in sorted(keys):
                self._by_key[key].append(compiled)
            self._by_kinds.update((event, compiled.kinds) for event in one.rule.events)

    def __len__(self) -> int:
        return len(self.rules)

    def evaluate(self, facts: Facts, asked: Asked = Asked()) -> Decision:  # noqa: B008 - a frozen value
        """What the rules say of a case."""
        event, today = facts.case.event, facts.at.date().isoformat()
        fired: dict[str, tuple[Installed, Seen]] = {}
        insufficient: list[Insufficient] = []
        explained: list[Reasoned] = []
        counts: Counter[str] = Counter()
        left = Counter({kinds: number for (at, kinds), number in self._by_kinds.items() if at == event})
        for one in self._reached(facts):
            rule = one.installed.rule
            if event not in rule.events:
                continue
            left[one.kinds] -= 1
            outcome, seen = _judge(rule, facts, today)
            counts[outcome] += 1
            if outcome == "fired":
                fired[rule.id] = one.installed, seen[-1]
            elif outcome == "insufficient":
                missing = tuple(dict.fromkeys(name for part in seen for name in part.missing))
                insufficient.append(Insufficient(rule.id, rule.title, missing))
            if asked.explain and outcome in ("fired", "insufficient"):
                explained.append(Reasoned(rule.id, rule.version, outcome, seen))
        told = {one.rule for one in explained}
        explained += [self._why(name, facts, today) for name in asked.why if name in self.rules and name not in told]
        rules = {name: installed.rule for name, (installed, _) in fired.items()}
        conflicts = [
            Conflict(winner, rule.id, rule.message)
            for rule in rules.values()
            for winner in rule.loses_to
            if winner in rules and not _before(rule.id, winner, rules)
        ]
        # What is weaker may contradict what is stronger, and never hides it.
        lost = {one.loser for one in conflicts if _STRENGTH[rules[one.winner].tier] <= _STRENGTH[rules[one.loser].tier]}
        shown = sorted((rule for rule in rules.values() if rule.id not in lost), key=_rank)
        # What blocks is never folded away. Cards are made for those that are shown alone: it is most of the work.
        kept = [rule.id for number, rule in enumerate(shown) if number < asked.limit or rule.tier == "block"]
        places = facts.places() if kept else {}
        cards = tuple(self._card(*fired[name], places, facts.case.patient.token, asked) for name in kept)
        unjudged, unsure = _unjudged(left, facts)
        told_of = counts.total() - counts["silent"]
        return Decision(
            event=event, at=facts.at.isoformat(), rules=self.mark, cards=cards, folded=len(shown) - len(cards),
            insufficient=tuple(sorted(insufficient, key=lambda one: one.rule)), conflicts=tuple(conflicts),
            unjudged=unjudged, problems=tuple(facts.problems), silent=self._by_event[event] - told_of - unsure,
            outside=counts["outside"], not_in_force=counts["not-in-force"], explained=tuple(explained),
        )  # fmt: skip

    def _reached(self, facts: Facts) -> Collection[_Compiled]:
        found = {one.installed.rule.id: one for one in self._always}
        for key in facts.reached():
            for one in self._by_key.get(key, ()):
                found[one.installed.rule.id] = one
        # In one order whatever the process: answers of two instances are alike.
        return [found[name] for name in sorted(found)]

    def _card(
        self, installed: Installed, seen: Seen, places: Mapping[str, Fact], token: str, asked: Asked
    ) -> Card:  # fmt: skip
        rule = installed.rule
        named = rule.concepts if asked.explain else ()
        used = tuple(self._used(place, places.get(place), named, asked) for place in seen.used)
        told = (f"{','.join(one.concepts)}{_value(places.get(one.place))}" or one.place for one in used)
        return Card(
            id=digest(rule.id, rule.version, *sorted(told)), rule=rule.id, version=rule.version, pack=installed.pack,
            tier=rule.tier, title=rule.title, message=rule.message, facts=used, evidence=rule.evidence,
            suggestions=rule.suggestions, override_reasons=rule.override_reasons, origin=rule.origin,
            review_due=rule.review_due, patient=token,
        )  # fmt: skip

    def _used(self, place: str, fact: Fact | None, named: Sequence[str], asked: Asked) -> UsedFact:
        if fact is None:
            return UsedFact(place)
        own = tuple(sorted(fact.own))
        if not asked.explain:
            return UsedFact(place, own)
        target = next((name for name in named if name in fact.within), "")
        path = next((steps for one in own if (steps := self._meanings.path(one, target))), ())
        return UsedFact(place, own, path)

    def _why(self, name: str, facts: Facts, today: str) -> Reasoned:
        rule = self.rules[name].rule
        outcome, seen = _judge(rule, facts, today)
        return Reasoned(name, rule.version, outcome, seen)


def _unjudged(left: Mapping[frozenset[FactKind], int], facts: Facts) -> tuple[tuple[Unjudged, ...], int]:
    """Rules that no fact reached, under each list that was not sent and could have held one; and how many these are."""
    rows: Counter[str] = Counter()
    unsure = 0
    for kinds, number in left.items():
        lists = {name for kind in kinds for name in SECTIONS[kind] if name in facts.unsent}
        rows.update(dict.fromkeys(lists, number))
        unsure += number if lists else 0
    return tuple(Unjudged(name, number) for name, number in sorted(rows.items()) if number), unsure


def _before(first: str, second: str, fired: Mapping[str, Rule]) -> bool:
    """Whether ``second`` loses to ``first`` in turn: rules that silence each other silence nobody."""
    seen, ahead = set[str](), [second]
    while ahead:
        name = ahead.pop()
        if name == first:
            return True
        if name in fired and name not in seen:
            seen.add(name)
            ahead.extend(fired[name].loses_to)
    return False


def _judge(rule: Rule, facts: Facts, today: str) -> tuple[Outcome, tuple[Seen, ...]]:
    """What a rule comes to, and the conditions that were looked at."""
    if (rule.effective_from and today < rule.effective_from) or (rule.effective_to and today > rule.effective_to):
        return "not-in-force", ()
    seen: tuple[Seen, ...] = ()
    if rule.applies is not None:
        seen = (see(rule.applies, facts),)
        if seen[0].truth is False:
            return "outside", seen
    seen += (see(rule.when, facts),)
    truths = {one.truth for one in seen}
    if seen[-1].truth is False:
        return "silent", seen
    return ("insufficient" if None in truths else "fired"), seen


def _rank(rule: Rule) -> tuple[int, bool, str]:
    """Stronger tiers first, then quoted evidence before paraphrased."""
    return _STRENGTH[rule.tier], rule.evidence[0].basis != "quoted", rule.id


def _value(fact: Fact | None) -> str:
    """What beside its concept makes a fact another one: a result, or a dose."""
    if fact is None:
        return ""
    amount = fact.value or (fact.order.dose if fact.order else None)
    return f"={amount.value} {amount.unit}" if amount else ""
