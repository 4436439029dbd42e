"""Conditions with parts, by three-valued logic (Kleene), and where each kind of condition is looked at."""

from __future__ import annotations

from collections.abc import Callable

from kg.model.rule import (
    Aged,
    All,
    AtLeast,
    Changed,
    Computed,
    Condition,
    Either,
    Has,
    HowMany,
    Lactating,
    Measured,
    Not,
    OfSex,
    Pregnant,
    Ratio,
    SameIngredient,
    Scored,
    Written,
)  # fmt: skip
from kg.rules.comparing import changed, ratio
from kg.rules.demographics import aged, lactating, of_sex, pregnant
from kg.rules.facts import Facts
from kg.rules.measurements import computed, measured
from kg.rules.membership import has, how_many, same_ingredient
from kg.rules.record import written
from kg.rules.seen import Seen, Truth, over


def see(condition: Condition, facts: Facts) -> Seen:
    """What ``condition`` comes to."""
    if parts := parts_of(condition):
        return combined(condition, tuple(see(part, facts) for part in parts))
    return looking(condition)(condition, facts)


def looking(condition: Condition) -> Callable[..., Seen]:
    """How a condition without parts is looked at: with itself, and the facts."""
    return _SEEING[type(condition)]


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that it is made of; none for one that looks at facts itself."""
    match condition:
        case All(of=parts) | Either(of=parts) | AtLeast(of=parts):
            return parts
        case Not(of=part):
            return (part,)
        case Scored(items=items):
            return tuple(item.when for item in items)
        case _:
            return ()


def combined(condition: Condition, parts: tuple[Seen, ...]) -> Seen:
    """What a condition comes to whose ``parts`` came to these."""
    return _COMBINING[type(condition)](condition, parts)


def _all(condition: All, parts: tuple[Seen, ...]) -> Seen:
    return _joined("all", parts, False)


def _either(condition: Either, parts: tuple[Seen, ...]) -> Seen:
    return _joined("either", parts, True)


def _not(condition: Not, parts: tuple[Seen, ...]) -> Seen:
    (part,) = parts
    return Seen("not", None if part.truth is None else not part.truth, (), part.missing, of=(part,))


def _at_least(condition: AtLeast, parts: tuple[Seen, ...]) -> Seen:
    sure = sum(part.truth is True for part in parts)
    possible = sum(part.truth is not False for part in parts)
    truth: Truth = True if sure >= condition.count else None if possible >= condition.count else False
    used = tuple(dict.fromkeys(place for part in parts if part.truth is True for place in part.used))
    missing = tuple(dict.fromkeys(name for part in parts for name in part.missing)) if truth is None else ()
    return Seen("atleast", truth, used if truth else (), missing, of=parts)


def _scored(condition: Scored, parts: tuple[Seen, ...]) -> Seen:
    rows = list(zip(condition.items, parts, strict=True))
    sure = sum(item.points for item, part in rows if part.truth)
    low = sure + sum(min(item.points, 0) for item, part in rows if part.truth is None)
    high = sure + sum(max(item.points, 0) for item, part in rows if part.truth is None)
    truth = over(condition.range, low, high)
    used = tuple(dict.fromkeys(place for part in parts if part.truth for place in part.used))
    missing = tuple(dict.fromkeys(name for part in parts for name in part.missing)) if truth is None else ()
    return Seen("scored", truth, used if truth else (), missing, sure, "1", parts)


def _joined(name: str, parts: tuple[Seen, ...], deciding: bool) -> Seen:
    """One part that is ``deciding`` settles it; else one that is unknown leaves it open."""
    truths = [part.truth for part in parts]
    truth: Truth = deciding if deciding in truths else None if None in truths else not deciding
    used = tuple(dict.fromkeys(place for part in parts if part.truth is True for place in part.used))
    missing = tuple(dict.fromkeys(name for part in parts for name in part.missing)) if truth is None else ()
    return Seen(name, truth, used if truth else (), missing, of=parts)


_COMBINING: dict[type, Callable[..., Seen]] = {
    All: _all, Either: _either, Not: _not, AtLeast: _at_least, Scored: _scored,
}  # fmt: skip
_SEEING: dict[type, Callable[..., Seen]] = {
    Has: has, HowMany: how_many, SameIngredient: same_ingredient, Measured: measured,
    Changed: changed, Ratio: ratio, Computed: computed, Aged: aged,
    OfSex: of_sex, Pregnant: pregnant, Lactating: lactating,
    Written: written,
}  # fmt: skip
