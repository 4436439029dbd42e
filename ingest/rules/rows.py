"""What a row of a table of rules says, what it is made into, and the cases that rows have in common."""

from __future__ import annotations

import msgspec

from kg.model.case import Amount, Case, Code, Entry, Event, Order, Result
from kg.model.rule import Condition, Has, RuleCase

AT = "2026-11-01T00:00:00Z"
"""When the cases of a row are asked."""
DAY = "2026-10-30"
"""When their measurements were made."""


class Cells(msgspec.Struct, frozen=True):
    """What a row says: concepts, a number with its unit, and routes by their name in rules."""

    drugs: tuple[str, ...]
    others: tuple[str, ...] = ()
    value: float | None = None
    unit: str = ""
    routes: tuple[str, ...] = ()


class Made(msgspec.Struct, frozen=True):
    """A condition, and the cases that guard each part of it; ``events``: if not those of drugs."""

    when: Condition
    cases: tuple[RuleCase, ...]
    events: tuple[Event, ...] = ()


def ordered(cells: Cells) -> Has:
    """One of the drugs of the row is being ordered."""
    return Has(kind="drug", concepts=cells.drugs, among="orders", routes=cells.routes)


def drug(concept: str) -> Order:
    return Order(codes=codes(concept))


def order(cells: Cells) -> Order:
    """An order that ``ordered`` sees: the first drug of the row, by its first route where it names one."""
    return Order(codes=codes(cells.drugs[0]), route=cells.routes[0] if cells.routes else "")


def entry(concept: str) -> Entry:
    return Entry(codes=codes(concept))


def result(concept: str, value: float, unit: str) -> Result:
    return Result(codes=codes(concept), value=Amount(value, unit), time=DAY)


def case(expect: str, **fields: object) -> RuleCase:
    found = msgspec.structs.replace(Case(event="order-sign", at=AT), **fields)
    return RuleCase(expect=expect, case=found)  # type: ignore[arg-type]


def number(cells: Cells) -> float:
    assert cells.value is not None
    return cells.value


def codes(concept: str) -> tuple[Code, ...]:
    return (Code(code=concept),)
