"""How much of an ingredient is taken in a day, over everything of it that is ordered and taken at the same time.

Two rows of a case are of one ingredient where their codes and names lead to the same concept, or to concepts that
mappings say are the same. What stands in the lists of a case runs at the same time. Amounts are brought to the unit of
the rule; one that cannot be leaves the sum open upwards, and unknown is not false: a known part may be too much by
itself. A preparation that holds the ingredient among others adds an amount that nobody knows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from kg.model.case import Order
from kg.model.rule import Has, Range
from kg.rules.facts import Fact, Facts
from kg.rules.seen import Truth, over

Fitting = tuple[Fact, Truth, list[str]]
"""A drug of the condition, whether all else that is asked of it holds (route, days), and what is missing for that."""


class _Amount(msgspec.Struct, frozen=True):
    """Of one row, in the unit of a rule: between ``low`` and ``high`` a day; ``missing``: what would settle it."""

    low: float
    high: float
    missing: tuple[str, ...] = ()


def daily(condition: Has, bounds: Range, fitting: Iterable[Fitting], facts: Facts) -> tuple[list[str], list[str]]:
    """Places of what is taken in an amount within ``bounds``, and of what it is not known of; neither: it is not so.

    ``fitting``: drugs of the condition from orders and from what is taken, whichever of them it asks about.
    """
    rows = [row for row in _once(list(fitting), facts) if row[1] is not False]
    used: list[str] = []
    missing: list[str] = []
    for group in _groups(rows, apart=facts.case.event == "medication-refill"):
        truth, places, lacking = _taken(condition, bounds, group, rows, facts)
        if truth:
            used += places
        elif truth is None:
            missing += lacking
    return used, missing


def _once(rows: list[Fitting], facts: Facts) -> list[Fitting]:
    """An order that stands among what is taken, too, by its id: counted as it is ordered now."""
    ordered = {(fact.order.id, fact.own) for fact, _, _ in rows if fact.ordered and fact.order and fact.order.id}
    return [row for row in rows
            if row[0].ordered or row[0].order is None or (row[0].order.id, row[0].own) not in ordered]  # fmt: skip


def _groups(rows: list[Fitting], *, apart: bool) -> list[list[Fitting]]:
    """Rows of one ingredient. ``apart``: what is ordered takes the place of what is taken and is not added to it."""
    found: list[tuple[set[tuple[str, bool]], list[Fitting]]] = []
    for row in rows:
        fact = row[0]
        keys = {(concept, apart and fact.ordered) for concept in fact.own | fact.same}
        members = [row]
        for group in [one for one in found if one[0] & keys]:
            found.remove(group)
            keys |= group[0]
            members = group[1] + members
        found.append((keys, members))
    return [members for _, members in found]


def _taken(
    condition: Has, bounds: Range, group: list[Fitting], rows: list[Fitting], facts: Facts
) -> tuple[Truth, list[str], list[str]]:
    """Whether the sum of a group is within ``bounds``, the places of what it is made of, and what is missing."""
    low = high = 0.0
    places: list[str] = []
    lacking: list[str] = []
    asked = False
    for fact, truth, names in group:
        amount = _amount(fact.order, bounds, facts)
        high += amount.high
        lacking += [f"{fact.place}/{name}" for name in (*names, *amount.missing)]
        if truth and not fact.uncertain:
            low += amount.low
            places.append(fact.place)
            asked = asked or condition.among != "orders" or fact.ordered
    if not any(condition.among != "orders" or fact.ordered for fact, _, _ in group):
        return False, [], []
    others = _preparations(condition, group, rows)
    if others:
        high = math.inf
        lacking += [f"{fact.place}/dose" for fact in others]
    truth = over(bounds, low, high)
    if truth and not asked:
        return None, [], lacking
    return truth, places, lacking or places


def _preparations(condition: Has, group: list[Fitting], rows: list[Fitting]) -> list[Fact]:
    """Drugs beside a group that hold its ingredient among others."""
    ingredients = set(condition.concepts).intersection(*(fact.same for fact, _, _ in group))
    return [fact for fact, _, _ in rows if fact.within & ingredients and not fact.same & ingredients]


def _amount(order: Order | None, bounds: Range, facts: Facts) -> _Amount:
    if order is None or order.dose is None:
        return _Amount(0.0, math.inf, ("dose",))
    unit = bounds.unit.removesuffix("/d")
    times = order.per_day
    rate = facts.units.convert(order.dose.value, order.dose.unit, f"{unit}/d")
    if rate is not None:
        # "mg/d" is of a day already; beside another number of doses than one nobody knows which of them it is.
        ends = sorted((rate, rate * (times or 1.0)))
        return _Amount(ends[0], ends[1], () if ends[0] == ends[1] else ("dose",))
    if times is None:
        return _Amount(0.0, math.inf, ("per_day",))
    value = facts.units.convert(order.dose.value * times, order.dose.unit, unit)
    return _Amount(0.0, math.inf, ("dose",)) if value is None else _Amount(value, value)
