"""Conditions on what a patient has, takes or is ordered."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from kg.model.rule import Has, HowMany, Range, SameIngredient
from kg.rules.facts import Fact, Facts
from kg.rules.seen import Seen, Truth, over

SECTIONS: dict[str, tuple[str, ...]] = {
    "drug": ("orders", "medications"), "condition": ("conditions",), "allergy": ("allergies",),
    "procedure": ("orders", "procedures"), "test": ("results",),
}  # fmt: skip
"""The lists of a case in which facts of a kind stand."""


def has(condition: Has, facts: Facts) -> Seen:
    used: list[str] = []
    missing: list[str] = []
    for fact in _matching(facts, condition):
        fits, lacking = _fits(fact, condition, facts)
        if fits:
            used.append(fact.place)
        elif fits is None:
            missing += [f"{fact.place}/{name}" for name in lacking]
    if used:
        return Seen("has", True, tuple(used))
    missing += _gaps(condition, facts)
    return Seen("has", None if missing else False, (), tuple(missing))


def how_many(condition: HowMany, facts: Facts) -> Seen:
    timed = [(fact, _timely(fact, condition.days)) for fact in _matching(facts, condition)]
    rows = [fact for fact, truth in timed if truth]
    count = len({fact.own for fact in rows})
    undated = [f"{fact.place}/time" for fact, truth in timed if truth is None]
    gaps = _gaps(condition, facts)
    # More may be there than was sent, fewer may not.
    most = float("inf") if gaps else len({fact.own for fact, truth in timed if truth is not False})
    truth = over(condition.range, count, most)
    missing = (*undated, *gaps) if truth is None else ()
    return Seen("howmany", truth, tuple(fact.place for fact in rows) if truth else (), missing, float(count), "1")


def same_ingredient(condition: SameIngredient, facts: Facts) -> Seen:
    rows = facts.sent("drug")
    wanted = frozenset(condition.concepts)
    for number, one in enumerate(rows):
        for other in rows[number + 1 :]:
            shared = (one.within & other.within & wanted) if wanted else one.own & other.own
            if shared and (one.ordered or other.ordered):
                return Seen("sameingredient", True, (one.place, other.place))
    # One of the two is being ordered; without an order, what else is taken does not matter.
    gaps = [name for name in ("orders",) if name in facts.unsent] + facts.unread("drug", "orders")
    if any(one.ordered for one in rows):
        gaps += [name for name in ("medications",) if name in facts.unsent] + facts.unread("drug", "current")
    return Seen("sameingredient", None if gaps else False, (), tuple(gaps))


def _matching(facts: Facts, condition: Has | HowMany) -> list[Fact]:
    exact = isinstance(condition, Has) and condition.exact
    wanted = frozenset(condition.concepts)
    return [
        fact
        for fact in facts.sent(condition.kind, condition.among)
        if (not wanted or wanted & (fact.same if exact else fact.within))
        and not (fact.ended and condition.days is None)
    ]


def _timely(fact: Fact, days: float | None) -> Truth:
    """Whether a fact is recent enough; what has no time counts as now, unless it is over."""
    if days is None:
        return True
    return fact.age <= days if fact.age is not None else None if fact.ended else True


def _fits(fact: Fact, condition: Has, facts: Facts) -> tuple[Truth, list[str]]:
    """Whether everything beside the concept holds, and what of it is missing."""
    checks: list[tuple[str, Truth]] = []
    checks.append(("time", _timely(fact, condition.days)))
    order = fact.order
    if condition.routes:
        checks.append(("route", _by(order.route, condition.routes) if order else None))
    if condition.days_supply is not None:
        checks.append(("days", condition.days_supply.holds(order.days) if order and order.days else None))
    if condition.dose is not None:
        checks.append(("dose", _dose(condition.dose, order.dose.value, order.dose.unit, facts) if order and order.dose
                       else None))  # fmt: skip
    if condition.daily is not None:
        known = order is not None and order.dose is not None and order.per_day is not None
        checks.append(("per_day" if order and order.dose else "dose",
                       _dose(condition.daily, order.dose.value * order.per_day, order.dose.unit, facts)
                       if known and order and order.dose and order.per_day else None))  # fmt: skip
    if any(truth is False for _, truth in checks):
        return False, []
    lacking = [name for name, truth in checks if truth is None]
    return (None if lacking else True), lacking


def _by(route: str, wanted: tuple[str, ...]) -> Truth:
    """Whether a route is one of ``wanted``; None where nobody knows what it is."""
    name = _routes().get(route.strip().casefold())
    return None if name is None else name in wanted


@cache
def _routes() -> dict[str, str]:
    """How a route is written -> its name in rules, from ``routes.toml``."""
    table = tomllib.loads(files("kg.rules").joinpath("routes.toml").read_text("utf-8"))
    return {form.casefold(): name for name, forms in table.items() for form in (name, *forms)}


def _dose(bounds: Range, value: float, unit: str, facts: Facts) -> Truth:
    found = facts.units.convert(value, unit, bounds.unit)
    return None if found is None else bounds.holds(found)


def _gaps(condition: Has | HowMany, facts: Facts) -> list[str]:
    """Where another fact of the kind could stand: lists that were not sent, and what in others was not understood."""
    unsent = [name for name in SECTIONS[condition.kind] if name in facts.unsent and _concerns(name, condition)]
    return unsent + facts.unread(condition.kind, condition.among)


def _concerns(section: str, condition: Has | HowMany) -> bool:
    if section == "orders":
        return condition.among != "current"
    return condition.among != "orders"
