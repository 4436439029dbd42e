"""What the engine asks of others: what a code means, what a concept is one of, what a text says."""

from __future__ import annotations

from typing import Protocol

import msgspec

from kg.model.case import Code
from kg.model.rule import FactKind

Key = tuple[FactKind, str]
"""A kind of fact and a concept that a rule names."""


class Resolved(msgspec.Struct, frozen=True):
    """The concepts that a code or a name means; where there are none, the ``nearest`` that were found."""

    concepts: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()


class CodeResolver(Protocol):
    """From codes and names of callers to concepts of a generation."""

    def code(self, code: Code) -> Resolved:
        """The concepts of one code; none for a system or a code that is not known."""

    def name(self, name: str, kind: FactKind) -> Resolved:
        """The concepts of a name in either language, compared as a whole."""


class PathStep(msgspec.Struct, frozen=True):
    """One step of a path: ``relation`` is a CURIE of a property."""

    subject: str
    relation: str
    object: str


class Meaning(msgspec.Struct, frozen=True):
    """Which concepts of rules a concept is (``same``), and which it is one of (``within``, those of ``same`` too)."""

    same: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()


class Meanings(Protocol):
    """What concepts are in the eyes of rules."""

    def of(self, concept: str) -> Meaning:
        """Of any concept; nothing for one that no rule is about."""

    def path(self, concept: str, target: str) -> tuple[PathStep, ...]:
        """How a concept comes to be one of ``target``; empty where it is that itself."""
