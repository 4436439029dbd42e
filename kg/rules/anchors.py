"""Which facts a condition cannot be true without: what rules are indexed by."""

from __future__ import annotations

import msgspec

from kg.model.rule import (
    SECTION_KIND,
    All,
    Among,
    AtLeast,
    Changed,
    Condition,
    Either,
    FactKind,
    Has,
    HowMany,
    Measured,
    Ratio,
    SameIngredient,
    Written,
)  # fmt: skip
from kg.rules.base import Key

Wait = tuple[FactKind, Among]
"""A part of a case in which one of the facts would stand."""
_LISTS = SECTION_KIND.keys() - {"allergies"}
"""Of allergies an entry may say that there is none, which is no fact."""
_AMONG: dict[str, Among] = {"orders": "orders", "medications": "current"}


class Anchor(msgspec.Struct, frozen=True):
    """What a condition cannot be true without: one of the facts ``keys``, which would stand in one of ``waits``.

    Where none of ``keys`` is there, the condition is false if all of ``waits`` was sent and understood. A result that
    is absent is unknown all the same.
    """

    keys: frozenset[Key]
    waits: frozenset[Wait]

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Which of several is best, lowest first.

        Results last: one that is absent is unknown, and a rule that waits for it is to say so. Drugs first: what is
        ordered changes from call to call, diagnoses are many and stay.
        """
        kinds = {kind for kind, _ in self.keys}
        return "test" in kinds, kinds != {"drug"}, len(self.keys)


def anchor(condition: Condition) -> Anchor | None:
    """Facts of which at least one is there whenever ``condition`` is true; None where it may be true without any.

    >>> from kg.model.rule import Not
    >>> warfarin = Has(kind="drug", concepts=("medkg:drug-warfarin",))
    >>> found = anchor(All(of=(warfarin, Not(of=warfarin))))
    >>> found.keys, found.waits, anchor(Not(of=warfarin))
    (frozenset({('drug', 'medkg:drug-warfarin')}), frozenset({('drug', 'any')}), None)
    """
    match condition:
        case Has(kind=kind, concepts=concepts, among=among):
            return _of(kind, among, concepts)
        case Measured(tests=tests) | Changed(tests=tests) | Ratio(tests=tests):
            return _of("test", "any", tests)
        case HowMany(kind=kind, concepts=concepts, range=bounds, among=among) if concepts and not bounds.holds(0):
            return _of(kind, among, concepts)
        case SameIngredient(concepts=concepts) if concepts:
            return _of("drug", "any", concepts)
        case Written(section=section, field=field, concepts=concepts) if (
            concepts and field != "entry" and section in _LISTS
        ):
            return _of(SECTION_KIND[section], _AMONG.get(section, "any"), concepts)
        case All(of=parts):
            return best(parts)
        case Either(of=parts) | AtLeast(of=parts):
            every = [anchor(part) for part in parts]
            there = [one for one in every if one is not None]
            if len(there) < len(every):
                return None
            return Anchor(
                frozenset().union(*(one.keys for one in there)), frozenset().union(*(one.waits for one in there))
            )
        case _:
            return None


def best(conditions: tuple[Condition, ...]) -> Anchor | None:
    """The best of what conditions that all have to be true cannot be true without."""
    found = [one for part in conditions if (one := anchor(part)) is not None]
    return min(found, key=lambda one: one.rank, default=None)


def _of(kind: FactKind, among: Among, concepts: tuple[str, ...]) -> Anchor:
    return Anchor(frozenset((kind, concept) for concept in concepts), frozenset({(kind, among)}))
