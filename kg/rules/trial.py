"""A dry run: the same patients asked of the rules as they are and as they would be, and what that changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import msgspec

from kg.model.case import Case
from kg.model.rule import Bilingual
from kg.rules.engine import Engine
from kg.rules.ruleset import Asked

_ALL = Asked(limit=1_000_000, shown=False)


class TrialCase(msgspec.Struct, frozen=True):
    """A synthetic patient at a moment, under a name by which the report tells of it."""

    name: str
    case: Case


class RuleTrial(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one rule: how many patients it fires for before and after, and for whom that changes.

    ``unsure``: patients of whom it cannot be judged after, for want of data, and could before.
    """

    rule: str
    title: Bilingual
    before: int
    after: int
    firing: tuple[str, ...]
    silent: tuple[str, ...]
    unsure: tuple[str, ...]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it. ``rules``: those that fire for anybody, before or after, those that change first.
    ``problems``: entries of patients that were not understood, by patient. ``cut``: rules that took too long."""

    cases: int
    before: int
    after: int
    rules: tuple[RuleTrial, ...]
    problems: dict[str, int]
    cut: tuple[str, ...]


class _Row:
    def __init__(self) -> None:
        self.before: set[str] = set()
        self.after: set[str] = set()
        self.known: set[str] = set()
        self.unsure: set[str] = set()


def trial(before: Engine, after: Engine, cases: Iterable[TrialCase], now: datetime) -> Trial:
    """Ask both about each patient, at the time of the patient or ``now``."""
    rows: defaultdict[str, _Row] = defaultdict(_Row)
    problems: dict[str, int] = {}
    cut: set[str] = set()
    number = 0
    for one in cases:
        number += 1
        first, second = (engine.decide(one.case, _ALL, now) for engine in (before, after))
        lost = {row.loser for row in first.conflicts}, {row.loser for row in second.conflicts}
        for name in {card.rule for card in first.cards} | lost[0]:
            rows[name].before.add(one.name)
        for name in {card.rule for card in second.cards} | lost[1]:
            rows[name].after.add(one.name)
        for row in first.insufficient:
            rows[row.rule].known.add(one.name)
        for row in second.insufficient:
            rows[row.rule].unsure.add(one.name)
        cut.update(row.rule for row in (*first.cut, *second.cut))
        if second.problems:
            problems[one.name] = len(second.problems)
    titles = {name: firing.rule.title for engine in (before, after) for name, firing in engine.ruleset.rules.items()}
    told = [_told(name, row, titles[name]) for name, row in rows.items()]
    told = [row for row in told if row.before or row.after or row.unsure]
    told.sort(key=lambda row: (not (row.firing or row.silent or row.unsure), row.rule))
    return Trial(
        cases=number, before=sum(row.before for row in told), after=sum(row.after for row in told), rules=tuple(told),
        problems=problems, cut=tuple(sorted(cut)),
    )  # fmt: skip


def _told(name: str, row: _Row, title: Bilingual) -> RuleTrial:
    return RuleTrial(
        rule=name, title=title, before=len(row.before), after=len(row.after),
        firing=tuple(sorted(row.after - row.before)), silent=tuple(sorted(row.before - row.after)),
        unsure=tuple(sorted(row.unsure - row.known)),
    )  # fmt: skip
