"""Conditions on numbers: results, their changes, and formulas over them."""

from __future__ import annotations

import math

from kg.model.rule import Changed, Computed, Measured
from kg.rules.facts import Facts
from kg.rules.formulas import calculate, newest, usable
from kg.rules.seen import Seen, Truth, over


def measured(condition: Measured, facts: Facts) -> Seen:
    rows = usable(facts, condition.tests, condition.days)
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
        return Seen("measured", None, (), condition.tests)
    pick = max if condition.pick == "highest" else min
    value, fact = pick(values, key=lambda row: row[0])
    truth: Truth = condition.range.holds(value)
    if condition.pick == "latest" and len({condition.range.holds(one) for one, _ in values}) > 1:
        # Two of one time that differ: nobody knows which is the newest.
        return Seen("measured", None, (), condition.tests)
    if len(values) < len(rows):
        # What could not be read may lie further out.
        ends = (value, math.inf) if condition.pick == "highest" else (-math.inf, value)
        truth = over(condition.range, *ends)
    missing = condition.tests if truth is None else ()
    return Seen("measured", truth, (fact.place,) if truth else (), missing, value, condition.range.unit)


def changed(condition: Changed, facts: Facts) -> Seen:
    every = usable(facts, condition.tests, condition.days)
    last = newest(every)
    before_it = newest([fact for fact in every if fact.age != last[0].age])
    # What was sent twice is one result; two of one time that differ have no order.
    if not before_it or any(len({fact.value for fact in group}) > 1 for group in (last, before_it)):
        return Seen("changed", None, (), condition.tests)
    rows = (last[0], before_it[0])
    new, old = rows[0].value, rows[1].value
    if new is None or old is None:
        return Seen("changed", None, (), condition.tests)
    unit = old.unit if condition.range.unit == "%" else condition.range.unit
    after = facts.units.convert(new.value, new.unit, unit, condition.tests)
    before = facts.units.convert(old.value, old.unit, unit, condition.tests)
    if after is None or before is None or (condition.range.unit == "%" and before == 0):
        return Seen("changed", None, (), condition.tests)
    change = (after / before - 1) * 100 if condition.range.unit == "%" else after - before
    truth = condition.range.holds(change)
    places = (rows[0].place, rows[1].place) if truth else ()
    return Seen("changed", truth, places, (), change, condition.range.unit)


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
