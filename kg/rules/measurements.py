"""Conditions on numbers: results, and formulas over them."""

from __future__ import annotations

import math

from kg.model.rule import Computed, Measured
from kg.rules.facts import Facts
from kg.rules.formulas import ahead, calculate, newest, usable
from kg.rules.seen import Seen, Truth, over


def measured(condition: Measured, facts: Facts) -> Seen:
    rows = usable(facts, condition.tests, condition.days)
    lacking = (*condition.tests, *ahead(rows))
    if condition.pick == "latest":
        rows = newest(rows)
    values = [
        (value, fact)
        for fact in rows
        if fact.value is not None
        and (value := facts.units.convert(fact.value.value, fact.value.unit, condition.range.unit, condition.tests))
        is not None
    ]
    if not values:
        return Seen("measured", None, (), lacking)
    pick = max if condition.pick == "highest" else min
    value, fact = pick(values, key=lambda row: row[0])
    truth: Truth = condition.range.holds(value)
    if condition.pick == "latest" and len({condition.range.holds(one) for one, _ in values}) > 1:
        # Two of one time that differ: nobody knows which is the newest.
        return Seen("measured", None, (), lacking)
    if len(values) < len(rows):
        # What could not be read may lie further out.
        ends = (value, math.inf) if condition.pick == "highest" else (-math.inf, value)
        truth = over(condition.range, *ends)
    missing = lacking if truth is None else ()
    return Seen("measured", truth, (fact.place,) if truth else (), missing, value, condition.range.unit)


def computed(condition: Computed, facts: Facts) -> Seen:
    found = calculate(condition.function, facts, condition.days)
    if found.value is None:
        return Seen("computed", None, (), found.missing)
    same = found.unit == condition.range.unit
    value = found.value if same else facts.units.convert(found.value, found.unit, condition.range.unit)
    if value is None:
        return Seen("computed", None, (), (condition.function,))
    truth = condition.range.holds(value)
    return Seen("computed", truth, found.used if truth else (), (), value, condition.range.unit)
