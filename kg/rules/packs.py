"""What each pack holds: how many rules, how they do against their cases, and on what they rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from kg.rules.firing import Installed
from kg.rules.testing import CaseResult


class PackReport(msgspec.Struct, frozen=True):
    """One pack; ``failing`` cases, ``quoted`` rules with at least one quote."""

    pack: str
    rules: int
    cases: int
    failing: int
    quoted: int


def pack_reports(rules: Iterable[Installed], results: Iterable[CaseResult]) -> list[PackReport]:
    """A report for each pack, by name; ``results`` are of the same rules."""
    known = list(rules)
    cases, failing = Counter[str](), Counter[str]()
    pack_of = {one.rule.id: one.pack for one in known}
    for result in results:
        cases[pack_of[result.rule]] += 1
        failing[pack_of[result.rule]] += not result.passed
    count = Counter(one.pack for one in known)
    quoted = Counter(one.pack for one in known if any(part.basis == "quoted" for part in one.rule.evidence))
    return [PackReport(name, count[name], cases[name], failing[name], quoted[name]) for name in sorted(count)]
