"""What rules need to be told: the least that a caller has to send for them to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    Rule,
    SameIngredient,
    Scored,
    Written,
)  # fmt: skip
from kg.rules.membership import SECTIONS
from kg.rules.record import fields


def sections(rules: Iterable[Rule], event: str) -> frozenset[str]:
    """The lists of a case, and ``patient``, that the rules asked at ``event`` look at."""
    trees = (tree for rule in rules if event in rule.events for tree in (rule.applies, rule.when) if tree is not None)
    return frozenset(name for tree in trees for name in _of(tree))


def _of(condition: Condition) -> Iterator[str]:
    match condition:
        case Has(kind=kind, among=among) | HowMany(kind=kind, among=among):
            for name in SECTIONS[kind]:
                if (name == "orders" and among != "current") or (name != "orders" and among != "orders"):
                    yield name
        case SameIngredient():
            yield from SECTIONS["drug"]
        case Measured() | Changed() | Ratio():
            yield "results"
        case Computed():
            yield from ("results", "patient")
        case Aged() | OfSex() | Pregnant() | Lactating():
            yield "patient"
        case All(of=parts) | Either(of=parts) | AtLeast(of=parts):
            for part in parts:
                yield from _of(part)
        case Written():
            yield from fields(condition)
        case Not(of=part):
            yield from _of(part)
        case Scored(items=items):
            for item in items:
                yield from _of(item.when)
