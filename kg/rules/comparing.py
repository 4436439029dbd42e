"""Conditions that compare results with each other: of one test over time, and of two tests."""

from __future__ import annotations

from collections.abc import Sequence

from kg.model.rule import Changed, Ratio
from kg.rules.facts import Fact, Facts
from kg.rules.formulas import ahead, newest, usable
from kg.rules.seen import Seen


def changed(condition: Changed, facts: Facts) -> Seen:
    """The newest result against an earlier one of the window."""
    every = usable(facts, condition.tests, condition.days)
    lacking = (*condition.tests, *ahead(every))
    last = newest(every)
    earlier = _earlier(condition, [fact for fact in every if fact.age != last[0].age], facts)
    # What was sent twice is one result; two of one time that differ have no order.
    if not earlier or any(len({fact.value for fact in group}) > 1 for group in (last, earlier)):
        return Seen("changed", None, (), lacking)
    rows = (last[0], earlier[0])
    new, old = rows[0].value, rows[1].value
    if new is None or old is None:
        return Seen("changed", None, (), lacking)
    unit = old.unit if condition.range.unit == "%" else condition.range.unit
    after = facts.units.convert(new.value, new.unit, unit, condition.tests)
    before = facts.units.convert(old.value, old.unit, unit, condition.tests)
    if after is None or before is None or (condition.range.unit == "%" and before == 0):
        return Seen("changed", None, (), lacking)
    change = (after / before - 1) * 100 if condition.range.unit == "%" else after - before
    truth = condition.range.holds(change)
    places = (rows[0].place, rows[1].place) if truth else ()
    return Seen("changed", truth, places, (), change, condition.range.unit)


def ratio(condition: Ratio, facts: Facts) -> Seen:
    """The newest result of one test by the newest of another, where they are not too far apart."""
    upper, lower = (newest(usable(facts, tests, condition.days)) for tests in (condition.tests, condition.by))
    sides = ((condition.tests, upper), (condition.by, lower))
    values = [_value(facts, tests, rows, condition.unit) for tests, rows in sides]
    missing = tuple(test for (tests, _), value in zip(sides, values, strict=True) if value is None for test in tests)
    missing += tuple(ahead([*upper, *lower]))
    first, second = values
    if first is None or second is None or second == 0:
        return Seen("ratio", None, (), missing or condition.by)
    ages = (upper[0].age or 0.0, lower[0].age or 0.0)
    if abs(ages[0] - ages[1]) > condition.apart:
        # Of two that are not of one time the older one is missing.
        return Seen("ratio", None, (), condition.by if ages[1] > ages[0] else condition.tests)
    truth = condition.range.holds(first / second)
    return Seen("ratio", truth, (upper[0].place, lower[0].place) if truth else (), (), first / second, "1")


def _value(facts: Facts, tests: tuple[str, ...], rows: Sequence[Fact], unit: str) -> float | None:
    """What rows of one time say in ``unit``; None for nothing, for what cannot be read, and where they differ."""
    if len({fact.value for fact in rows}) != 1 or rows[0].value is None:
        return None
    return facts.units.convert(rows[0].value.value, rows[0].value.unit, unit, tests)


def _earlier(condition: Changed, rows: Sequence[Fact], facts: Facts) -> list[Fact]:
    """The earlier results that the newest is held against; none where it is not known which these are."""
    if condition.against == "previous" or not rows:
        return newest(rows)
    if condition.against == "earliest":
        oldest = max(fact.age or 0.0 for fact in rows)
        return [fact for fact in rows if fact.age == oldest]
    read = [(_value(facts, condition.tests, [fact], _unit(condition, rows)), fact) for fact in rows]
    known = [(value, fact) for value, fact in read if value is not None]
    if len(known) < len(read):
        # What could not be read may lie further out.
        return []
    pick = max if condition.against == "highest" else min
    return [pick(known, key=lambda row: row[0])[1]]


def _unit(condition: Changed, rows: Sequence[Fact]) -> str:
    """A unit in which all can be compared."""
    if condition.range.unit != "%":
        return condition.range.unit
    return next((fact.value.unit for fact in rows if fact.value is not None), "1")
