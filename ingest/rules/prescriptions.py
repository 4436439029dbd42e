"""Families about one order alone: how much, how long, by which route, and what goes with it."""

from __future__ import annotations

import msgspec

from ingest.rules.rows import Cells, Made, case, drug, number, order, ordered
from kg.model.case import Amount
from kg.model.rule import Has, Range


def daily_dose(cells: Cells) -> Made:
    """More of a drug a day than ``value``, by ``routes`` where the row names them."""
    limit = number(cells)
    when = msgspec.structs.replace(ordered(cells), daily=Range(unit=cells.unit, above=limit))
    asked = msgspec.structs.replace(order(cells), dose=Amount(limit, cells.unit))
    return Made(
        when,
        (
            case("fires", orders=(msgspec.structs.replace(asked, per_day=2.0),)),
            case("silent", orders=(msgspec.structs.replace(asked, per_day=1.0),)),
            case("insufficient", orders=(asked,)),
        ),
    )


def duration(cells: Cells) -> Made:
    """A drug is ordered for more than ``value`` days."""
    limit = number(cells)
    when = msgspec.structs.replace(ordered(cells), days_supply=Range(unit="d", above=limit))
    asked = order(cells)
    return Made(
        when,
        (
            case("fires", orders=(msgspec.structs.replace(asked, days=limit + 1),)),
            case("silent", orders=(msgspec.structs.replace(asked, days=limit),)),
            case("insufficient", orders=(asked,)),
        ),
    )


def route(cells: Cells) -> Made:
    """A drug is ordered by one of ``routes``, by which it must not be given."""
    asked, other = order(cells), "oral" if "oral" not in cells.routes else "intravenous"
    return Made(
        ordered(cells),
        (
            case("fires", orders=(asked,)),
            case("silent", orders=(msgspec.structs.replace(asked, route=other),)),
            case("insufficient", orders=(drug(cells.drugs[0]),)),
        ),
    )


def food(cells: Cells) -> Made:
    """A drug is ordered about which the patient is to be told something: food, alcohol, when to take it."""
    when: Has = ordered(cells)
    return Made(
        when,
        (
            case("fires", orders=(order(cells),)),
            case("silent", orders=()),
            case("insufficient"),
        ),
    )
