"""What the engine must come to, the plain way: every rule is judged by walking through its conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kg.model.rule import Rule
from kg.rules.anchors import best
from kg.rules.conditions import see
from kg.rules.decision import Outcome
from kg.rules.facts import Facts
from kg.rules.firing import Firing
from kg.rules.membership import gaps
from kg.rules.seen import Seen


def judge(rule: Rule, facts: Facts) -> tuple[Outcome, tuple[Seen, ...]]:
    """What a rule comes to, and the conditions that were looked at."""
    today = facts.now.date().isoformat()
    if (rule.effective_from and today < rule.effective_from) or (rule.effective_to and today > rule.effective_to):
        return "not-in-force", ()
    seen: tuple[Seen, ...] = ()
    if rule.applies is not None:
        seen = (see(rule.applies, facts),)
        if seen[0].truth is False:
            return "outside", seen
    seen += (see(rule.when, facts),)
    if seen[-1].truth is False:
        return "silent", seen
    return ("insufficient" if None in {one.truth for one in seen} else "fired"), seen


class Expected:
    """What comes of every rule: ``fired`` and ``insufficient`` with used and missing, ``shadow``, and the numbers."""

    def __init__(self, rules: Iterable[Firing], facts: Facts) -> None:
        self.fired: dict[str, tuple[str, ...]] = {}
        self.insufficient: dict[str, tuple[str, ...]] = {}
        self.shadow: list[str] = []
        self.numbers: Counter[str] = Counter()
        self.unjudged: Counter[tuple[str, str]] = Counter()
        self.unknown: set[str] = set()
        for one in sorted(rules, key=lambda one: one.rule.id):
            if facts.case.event in one.rule.events:
                self._take(one, facts)

    def _take(self, one: Firing, facts: Facts) -> None:
        outcome, seen = judge(one.rule, facts)
        if not one.audience.holds(facts.case.scope):
            self.shadow += [one.rule.id] if outcome == "fired" else []
            return
        if outcome == "insufficient":
            self.unknown.add(one.rule.id)
        found = best(tuple(tree for tree in (one.rule.applies, one.rule.when) if tree is not None))
        if found is not None and not any(key in facts.by_key for key in found.keys):
            assert outcome != "fired"
            self._take_unreached(found.waits, facts)
            return
        self.numbers[outcome] += 1
        if outcome == "fired":
            self.fired[one.rule.id] = seen[-1].used
        elif outcome == "insufficient":
            self.insufficient[one.rule.id] = tuple(dict.fromkeys(name for part in seen for name in part.missing))

    def _take_unreached(self, waits: Iterable[tuple[str, str]], facts: Facts) -> None:
        where = set()
        for kind, among in waits:
            for gap in gaps(facts, kind, among) if kind != "test" else ():  # type: ignore[arg-type]
                where.add((gap.split("/")[1], "not-understood") if gap.startswith("/") else (gap, "not-sent"))
            if kind == "test":
                where.add(("results", "not-sent" if "results" in facts.unsent else "absent"))
        self.unjudged.update(where)
        self.numbers["unjudged" if where else "silent"] += 1
