"""Whether a rule's cases would notice a mistake in it: every condition is negated once, and a case must fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from kg.model.rule import All, AtLeast, Condition, Either, Not, Point, Rule, Scored
from kg.rules.base import CodeResolver, Meanings
from kg.rules.firing import Installed
from kg.rules.testing import run_cases
from kg.rules.units import Units


class Survivor(msgspec.Struct, frozen=True):
    """A condition that can be turned round without any case of its rule failing; ``place`` reads ``when.of[1]``."""

    rule: str
    place: str


def survivors(
    rules: Iterable[Installed], meanings: Meanings, resolver: CodeResolver, units: Units, now: datetime
) -> Iterator[Survivor]:
    """Every condition of every rule that its cases do not guard."""
    for one in rules:
        for place, mutant in mutants(one.rule):
            changed = msgspec.structs.replace(one, rule=mutant)
            if all(result.passed for result in run_cases([changed], meanings, resolver, units, now)):
                yield Survivor(one.rule.id, place)


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """The rule with one condition negated, for each of its conditions; with the place of that one."""
    for name in ("applies", "when"):
        tree = getattr(rule, name)
        if tree is not None:
            for place, changed in _negated(tree, name):
                yield place, msgspec.structs.replace(rule, **{name: changed})


def _negated(tree: Condition, place: str) -> Iterator[tuple[str, Condition]]:
    yield place, Not(of=tree)
    match tree:
        case All(of=parts) | Either(of=parts) | AtLeast(of=parts):
            for number, part in enumerate(parts):
                for where, changed in _negated(part, f"{place}.of[{number}]"):
                    rest = (*parts[:number], changed, *parts[number + 1 :])
                    yield where, msgspec.structs.replace(tree, of=rest)
        case Not(of=part):
            for where, changed in _negated(part, f"{place}.of"):
                yield where, Not(of=changed)
        case Scored(items=items):
            for number, item in enumerate(items):
                for where, changed in _negated(item.when, f"{place}.items[{number}]"):
                    point: Point = msgspec.structs.replace(item, when=changed)
                    yield where, msgspec.structs.replace(tree, items=(*items[:number], point, *items[number + 1 :]))
        case _:
            return
