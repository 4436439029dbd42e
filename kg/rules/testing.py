"""Rules against their own cases: what each must come to, and what it came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from kg.rules.base import CodeResolver, Meanings
from kg.rules.engine import Engine
from kg.rules.firing import Firing, Installed
from kg.rules.ruleset import Asked
from kg.rules.units import Units


class CaseResult(msgspec.Struct, frozen=True):
    """One case of a rule. ``problems``: places of the case that were not understood and should be, or the reverse."""

    rule: str
    number: int
    expected: str
    found: str
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.expected == self.found and not self.problems


_NAMES = {"fired": "fires", "conflicting": "fires", "not-in-force": "silent"}


def run_cases(
    rules: Iterable[Installed], meanings: Meanings, resolver: CodeResolver, units: Units, now: datetime
) -> Iterator[CaseResult]:
    """Every case of every rule, each rule alone, at the time of the case or ``now``."""
    for one in rules:
        engine = Engine([Firing(one, "active")], meanings, resolver, units)
        name = one.rule.id
        for number, test in enumerate(one.rule.cases):
            decision = engine.decide(test.case, Asked(why=(name,), shown=False), now)
            found = decision.explained[0].outcome
            if test.case.event not in one.rule.events:
                found = "silent"
            problems = tuple(sorted({problem.place for problem in decision.problems} ^ set(test.problems)))
            yield CaseResult(name, number, test.expect, _NAMES.get(found, found), problems)
