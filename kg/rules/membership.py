"""Conditions on what a patient has, takes or is ordered."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from kg.model.rule import Among, FactKind, Has, HowMany, Range, SameIngredient
from kg.rules.daily import daily
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
    matching = _matching(facts, condition)
    if matching and _plain(condition) and not any(fact.uncertain for fact in matching):
        return Seen("has", True, tuple([fact.place for fact in matching]))
    if condition.daily is not None:
        # What is ordered comes to what is taken already.
        every = _matching(facts, condition, "any" if condition.among == "orders" else condition.among)
        fitting = [(fact, *_fits(fact, condition, facts)) for fact in every]
        used, missing = daily(condition, condition.daily, fitting, facts)
        matching = []
    for fact in matching:
        fits, lacking = _fits(fact, condition, facts)
        if fits and fact.uncertain:
            missing.append(fact.place)
        elif fits:
            used.append(fact.place)
        elif fits is None:
            missing += [f"{fact.place}/{name}" for name in lacking]
    if used:
        return Seen("has", True, tuple(used))
    missing += gaps(facts, condition.kind, condition.among)
    return Seen("has", None if missing else False, (), tuple(missing))


def _plain(condition: Has) -> bool:
    """Whether nothing but the concept is asked for."""
    return (
        condition.days is None and not condition.routes and condition.dose is None and condition.daily is None
        and condition.days_supply is None
    )  # fmt: skip


def how_many(condition: HowMany, facts: Facts) -> Seen:
    timed = [(fact, _counts(fact, condition.days)) for fact in _matching(facts, condition)]
    rows = [fact for fact, truth in timed if truth]
    count = len({fact.own for fact in rows})
    undated = [f"{fact.place}/time" for fact, truth in timed if truth is None]
    open_ = gaps(facts, condition.kind, condition.among)
    # More may be there than was sent, fewer may not.
    most = float("inf") if open_ else len({fact.own for fact, truth in timed if truth is not False})
    truth = over(condition.range, count, most)
    missing = (*undated, *open_) if truth is None else ()
    return Seen("howmany", truth, tuple(fact.place for fact in rows) if truth else (), missing, float(count), "1")


def same_ingredient(condition: SameIngredient, facts: Facts) -> Seen:
    rows = facts.sent("drug")
    wanted = frozenset(condition.concepts)
    # What is ordered comes first in the list, so the first two that hold a concept decide; lists may have hundreds.
    first: dict[str, int] = {}
    pairs: dict[str, tuple[int, int]] = {}
    for number, one in enumerate(rows):
        for concept in one.within & wanted if wanted else one.own:
            if first.setdefault(concept, number) != number and rows[first[concept]].ordered:
                pairs.setdefault(concept, (first[concept], number))
    if pairs:
        return Seen("sameingredient", True, tuple(rows[number].place for number in min(pairs.values())))
    # One of the two is being ordered; without an order, what else is taken does not matter.
    open_ = [name for name in ("orders",) if name in facts.unsent] + facts.unread("drug", "orders")
    if any(one.ordered for one in rows):
        open_ += [name for name in ("medications",) if name in facts.unsent] + facts.unread("drug", "current")
    return Seen("sameingredient", None if open_ else False, (), tuple(open_))


def _matching(facts: Facts, condition: Has | HowMany, among: Among | None = None) -> list[Fact]:
    exact = isinstance(condition, Has) and condition.exact
    among = among or condition.among
    if len(condition.concepts) == 1 and among == "any":
        found = facts.by_key.get((condition.kind, condition.concepts[0]), [])
        if not exact:
            return [fact for fact in found if not fact.ended or condition.days is not None]
    else:
        found = facts.sent(condition.kind, among)
    wanted = frozenset(condition.concepts)
    return [
        fact
        for fact in found
        if (not wanted or wanted & (fact.same if exact else fact.within))
        and not (fact.ended and condition.days is None)
    ]


def _timely(fact: Fact, days: float | None) -> Truth:
    """Whether a fact is recent enough; what has no time counts as now, unless it is over. Of a year or a month some
    days may be recent enough and others not."""
    if days is None:
        return True
    if fact.age is not None and fact.oldest is not None and fact.age <= days < fact.oldest:
        return None
    return fact.age <= days if fact.age is not None else None if fact.ended else True


def _counts(fact: Fact, days: float | None) -> Truth:
    """Whether a fact is one of those that are counted; what may be so or not is unknown."""
    timely = _timely(fact, days)
    return None if timely and fact.uncertain else timely


def _fits(fact: Fact, condition: Has, facts: Facts) -> tuple[Truth, list[str]]:
    """Whether everything beside the concept and what is taken in a day holds, and what of it is missing."""
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
    if any(truth is False for _, truth in checks):
        return False, []
    lacking = [name for name, truth in checks if truth is None]
    return (None if lacking else True), lacking


def _by(route: str, wanted: tuple[str, ...]) -> Truth:
    """Whether a route is one of ``wanted``; None where nobody knows what it is."""
    name = route_named(route)
    return None if name is None else name in wanted


def route_named(route: str) -> str | None:
    """The name in rules of a route as prescriptions write it; None for one that nobody knows."""
    return _routes().get(route.strip().casefold())


def route_names() -> tuple[str, ...]:
    """The routes that rules may name, sorted."""
    return tuple(sorted(set(_routes().values())))


@cache
def _routes() -> dict[str, str]:
    """How a route is written -> its name in rules, from ``routes.toml``."""
    table = tomllib.loads(files("kg.rules").joinpath("routes.toml").read_text("utf-8"))
    return {form.casefold(): name for name, forms in table.items() for form in (name, *forms)}


def _dose(bounds: Range, value: float, unit: str, facts: Facts) -> Truth:
    found = facts.units.convert(value, unit, bounds.unit)
    return None if found is None else bounds.holds(found)


def gaps(facts: Facts, kind: FactKind, among: Among) -> list[str]:
    """Where another fact of the kind could stand: lists that were not sent, and what in others was not understood."""
    unsent = [name for name in SECTIONS[kind] if name in facts.unsent and _concerns(name, among)]
    return unsent + facts.unread(kind, among)


def _concerns(section: str, among: Among) -> bool:
    if section == "orders":
        return among != "current"
    return among != "orders"
