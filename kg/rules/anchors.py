"""Which facts a condition cannot be true without: what rules are indexed by."""

from __future__ import annotations

from kg.model.rule import (
    All,
    AtLeast,
    Changed,
    Condition,
    Either,
    Has,
    HowMany,
    Measured,
    SameIngredient,
)  # fmt: skip
from kg.rules.base import Key


def anchors(condition: Condition) -> frozenset[Key] | None:
    """Facts of which at least one is there whenever ``condition`` is true; None where it may be true without any.

    >>> from kg.model.rule import Not
    >>> warfarin = Has(kind="drug", concepts=("medkg:drug-warfarin",))
    >>> anchors(All(of=(warfarin, Not(of=warfarin)))), anchors(Not(of=warfarin))
    (frozenset({('drug', 'medkg:drug-warfarin')}), None)
    """
    match condition:
        case Has(kind=kind, concepts=concepts):
            return frozenset((kind, concept) for concept in concepts)
        case Measured(tests=tests) | Changed(tests=tests):
            return frozenset(("test", test) for test in tests)
        case HowMany(kind=kind, concepts=concepts, range=bounds) if concepts and not bounds.holds(0):
            return frozenset((kind, concept) for concept in concepts)
        case SameIngredient(concepts=concepts) if concepts:
            return frozenset(("drug", concept) for concept in concepts)
        case All(of=parts):
            found = [one for part in parts if (one := anchors(part)) is not None]
            return min(found, key=rank, default=None)
        case Either(of=parts) | AtLeast(of=parts):
            every = [anchors(part) for part in parts]
            return None if None in every else frozenset().union(*(one for one in every if one is not None))
        case _:
            return None


def rank(found: frozenset[Key]) -> tuple[bool, bool, int]:
    """Which of several anchors is best, lowest first.

    Results last: one that is absent is unknown, and a rule that waits for it is to say so. Drugs first: what is ordered
    changes from call to call, diagnoses are many and stay.
    """
    kinds = {kind for kind, _ in found}
    return "test" in kinds, kinds != {"drug"}, len(found)
