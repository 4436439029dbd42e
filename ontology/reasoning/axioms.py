"""The part of OWL 2 EL that is reasoned with, as values; ``str`` gives OWL 2 functional syntax.

https://www.w3.org/TR/owl2-profiles/#OWL_2_EL. Names are CURIEs where a prefix fits.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

THING, NOTHING = "owl:Thing", "owl:Nothing"


class Some(msgspec.Struct, frozen=True):
    role: str
    filler: Expression

    def __str__(self) -> str:
        return f"ObjectSomeValuesFrom({self.role} {self.filler})"


class All(msgspec.Struct, frozen=True):
    """All of these at once: an intersection."""

    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return f"ObjectIntersectionOf({' '.join(map(str, self.parts))})"


Expression = str | Some | All
"""A class by its name, or an expression made of them."""


class SubClassOf(msgspec.Struct, frozen=True):
    lower: Expression
    upper: Expression

    def __str__(self) -> str:
        return f"SubClassOf({self.lower} {self.upper})"


class EquivalentClasses(msgspec.Struct, frozen=True):
    one: Expression
    other: Expression

    def __str__(self) -> str:
        return f"EquivalentClasses({self.one} {self.other})"


class DisjointClasses(msgspec.Struct, frozen=True):
    one: Expression
    other: Expression

    def __str__(self) -> str:
        return f"DisjointClasses({self.one} {self.other})"


class SubPropertyOf(msgspec.Struct, frozen=True):
    """``lower`` is one role or a chain of several."""

    lower: tuple[str, ...]
    upper: str

    def __str__(self) -> str:
        lower = self.lower[0] if len(self.lower) == 1 else f"ObjectPropertyChain({' '.join(self.lower)})"
        return f"SubObjectPropertyOf({lower} {self.upper})"


class TransitiveProperty(msgspec.Struct, frozen=True):
    role: str

    def __str__(self) -> str:
        return f"TransitiveObjectProperty({self.role})"


Axiom = SubClassOf | EquivalentClasses | DisjointClasses | SubPropertyOf | TransitiveProperty


def names(expression: Expression) -> Iterator[str]:
    """Every class that an expression names, and every role (marked by a leading ``role ``)."""
    match expression:
        case Some(role, filler):
            yield f"role {role}"
            yield from names(filler)
        case All(parts):
            for part in parts:
                yield from names(part)
        case str(name):
            yield name


def signature(axiom: Axiom) -> frozenset[str]:
    """Classes and roles of an axiom."""
    match axiom:
        case SubClassOf(one, other) | EquivalentClasses(one, other) | DisjointClasses(one, other):
            return frozenset((*names(one), *names(other)))
        case SubPropertyOf(lower, upper):
            return frozenset(f"role {role}" for role in (*lower, upper))
        case TransitiveProperty(role):
            return frozenset({f"role {role}"})
