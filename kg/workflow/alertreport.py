"""Reports over the cards that were shown: a month, what should be looked at again, and what a change has done."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

import msgspec
from sqlalchemy import ColumnElement, Engine, func, select

from kg.errors import InputError
from kg.workflow.database import session
from kg.workflow.tables import AlertCountRow, AlertRow

_MONTH = re.compile(r"(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])")
_KEY = ("rule", "version", "pack", "tier", "department", "mode")
_ABOUT = ("rule", "version", "pack", "tier", "mode")


class ReasonCount(msgspec.Struct, frozen=True):
    """How often a reason was given; empty where none was."""

    reason: str
    number: int


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the cards of a rule. ``ignored``: shown and never answered. ``override_rate``: share of those that
    were answered, ``answer_rate``: of those that were shown; None where there were none."""

    rule: str
    version: str
    pack: str
    tier: str
    department: str
    mode: str
    shown: int
    accepted: int
    overridden: int
    ignored: int
    override_rate: float | None
    answer_rate: float | None
    reasons: tuple[ReasonCount, ...]


class AlertReport(msgspec.Struct, frozen=True):
    """A month; ``department`` is None for all. ``rows``: most overridden first. ``shadow`` rules made no card: what is
    *shown* of them is how often they would have."""

    month: str
    department: str | None
    rows: tuple[Tally, ...]
    shown: int
    accepted: int
    overridden: int
    ignored: int


class Effect(msgspec.Struct, frozen=True):
    """A rule before and after a day, both as many days long; versions and tiers that came up in them."""

    rule: str
    day: str
    before: tuple[Tally, ...]
    after: tuple[Tally, ...]


def read_report(engine: Engine, month: str, department: str | None = None) -> AlertReport:
    """The report of a month; raises InputError for what is none, StoreError."""
    if not _MONTH.fullmatch(month):
        raise InputError(path="month", position="", reason="not a month, as 2026-10 is")
    rows = tallies(engine, f"{month}-01", f"{month}-32", department)
    told = [row for row in rows if row.mode != "shadow"]
    return AlertReport(
        month, department, tuple(rows), sum(row.shown for row in told), sum(row.accepted for row in told),
        sum(row.overridden for row in told), sum(row.ignored for row in told),
    )  # fmt: skip


def tallies(
    engine: Engine, first: str, end: str, department: str | None = None, rule: str | None = None
) -> list[Tally]:
    """What became of the cards of days from ``first`` to before ``end``."""
    found: defaultdict[tuple[str, ...], Counter[tuple[str, str]]] = defaultdict(Counter)
    for key, outcome, reason, number in _rows(engine, first, end, department, rule):
        found[key][outcome, reason] += number
    return sorted((_tally(key, counts) for key, counts in found.items()), key=_order)


def summed(rows: Iterable[Tally], *names: str) -> list[Tally]:
    """Rows put together that are alike in ``names``; what they are not told apart by is empty."""
    found: defaultdict[tuple[str, ...], Counter[tuple[str, str]]] = defaultdict(Counter)
    for row in rows:
        counts = found[tuple(getattr(row, name) if name in names else "" for name in _KEY)]
        counts.update({("overridden", one.reason): one.number for one in row.reasons})
        counts.update({("accepted", ""): row.accepted, ("", ""): row.shown - row.accepted - row.overridden})
    return sorted((_tally(key, counts) for key, counts in found.items()), key=_order)


def over_threshold(rows: Iterable[Tally], rate: float, least: int) -> list[Tally]:
    """Rules, over all departments, of whose answers at least ``rate`` were overrides, with ``least`` answers or more;
    what a rule does in shadow does not count."""
    shown = summed((row for row in rows if row.mode != "shadow"), "rule", "version", "pack", "tier")
    return [row for row in shown
            if row.override_rate is not None and row.override_rate >= rate
            and row.accepted + row.overridden >= least]  # fmt: skip


def effect(engine: Engine, rule: str, day: date, days: int) -> Effect:
    """What became of the cards of a rule in the ``days`` before ``day``, and in as many from it on."""
    first, last = (max(date.min.toordinal(), day.toordinal() - days), min(date.max.toordinal(), day.toordinal() + days))
    ends = [date.fromordinal(first).isoformat(), day.isoformat(), date.fromordinal(last).isoformat()]
    before, after = (tuple(summed(tallies(engine, start, end, rule=rule), *_ABOUT)) for start, end in pairwise(ends))
    return Effect(rule, day.isoformat(), before, after)


def _rows(
    engine: Engine, first: str, end: str, department: str | None, rule: str | None
) -> Iterator[tuple[tuple[str, ...], str, str, int]]:
    for table, number in ((AlertRow, func.count()), (AlertCountRow, func.sum(AlertCountRow.number))):
        columns = [getattr(table, name) for name in (*_KEY, "outcome", "reason")]
        wanted: list[ColumnElement[bool]] = [table.day >= first, table.day < end]
        if department is not None:
            wanted.append(table.department == department.replace("\0", ""))
        if rule is not None:
            wanted.append(table.rule == rule.replace("\0", ""))
        with session(engine) as opened:
            for row in opened.execute(select(*columns, number).where(*wanted).group_by(*columns)):
                *key, outcome, reason, count = row
                yield tuple(key), outcome, reason, int(count)


def _tally(key: tuple[str, ...], counts: Counter[tuple[str, str]]) -> Tally:
    accepted = sum(number for (outcome, _), number in counts.items() if outcome == "accepted")
    reasons = {reason: number for (outcome, reason), number in counts.items() if outcome == "overridden" and number}
    overridden, shown = sum(reasons.values()), counts.total()
    answered = accepted + overridden
    return Tally(
        **dict(zip(_KEY, key, strict=True)), shown=shown, accepted=accepted, overridden=overridden,
        # A shadow was seen by nobody.
        ignored=0 if key[_KEY.index("mode")] == "shadow" else shown - answered,
        override_rate=round(overridden / answered, 4) if answered else None,
        answer_rate=round(answered / shown, 4) if shown else None,
        reasons=tuple(ReasonCount(reason, number) for reason, number in sorted(
            reasons.items(), key=lambda row: (-row[1], row[0]))),
    )  # fmt: skip


def _order(row: Tally) -> tuple[float, int, tuple[str, ...]]:
    return -(row.override_rate or 0.0), -row.shown, tuple(getattr(row, name) for name in _KEY)
