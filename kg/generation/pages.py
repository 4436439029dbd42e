"""Queries over a page of known nodes, over all of them, and the hierarchy above: how a store is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from kg.model.terms import Term
from kg.query.named import named
from kg.store.base import Reader

T = TypeVar("T")

_PAGE = "#PAGE"
_OTHERS = "#OTHERS"
_PROPERTY = "#PROPERTY"
LEVELS = 8
"""Ancestors further up say next to nothing about a document."""


def paged(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """``values`` in slices of ``size``."""
    return (values[start : start + size] for start in range(0, len(values), size))


def about(reader: Reader, name: str, page: Iterable[Term], others: Iterable[Term] = ()) -> list[dict[str, Term]]:
    """Solutions of the named query for these nodes.

    A SELECT can bind one term at a time only, so the page is written into the text, where the
    query says ``#PAGE``, and ``others`` where it says ``#OTHERS``. Every term is an IRI in its
    canonical form, as ``kg.model.terms.iri`` and stores give it, which nothing can break out of.
    """
    text = named(name).replace(_PAGE, " ".join(page)).replace(_OTHERS, ", ".join(others))
    return reader.select(text)


def values(reader: Reader, name: Term) -> list[dict[str, Term]]:
    """``node`` and ``value`` of every statement with the property ``name``."""
    return reader.select(named("index/values").replace(_PROPERTY, name))


def scanned(reader: Reader, nodes: Iterable[Term], properties: Iterable[Term]) -> dict[Term, dict[Term, list[Term]]]:
    """Node -> property -> values, sorted, so that the order of the store does not matter.

    One scan a property: several times faster than page by page where most of what has the property is wanted.
    """
    found: dict[Term, dict[Term, list[Term]]] = {node: {} for node in nodes}
    for name in properties:
        for row in values(reader, name):
            known = found.get(row["node"])
            if known is not None:
                known.setdefault(name, []).append(row["value"])
    for properties_of in found.values():
        for each in properties_of.values():
            each.sort()
    return found


class Hierarchy:
    """Ancestors of concepts with their distance; remembers what it has asked for."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._parents: dict[Term, tuple[Term, ...]] = {}
        self._ancestors: dict[Term, tuple[tuple[Term, int], ...]] = {}

    def load(self, concepts: Iterable[Term]) -> None:
        """Fetch the parents of these and of everything up to LEVELS above them."""
        wave = set(concepts)
        for _ in range(LEVELS):
            wave = {concept for concept in wave if concept not in self._parents}
            if not wave:
                return
            self._fetch(sorted(wave))
            wave = {parent for concept in wave for parent in self._parents[concept]}

    def _fetch(self, concepts: list[Term]) -> None:
        found: dict[Term, list[Term]] = {concept: [] for concept in concepts}
        for page in paged(concepts, 2_000):
            for row in about(self._reader, "index/parents", page):
                found[row["concept"]].append(row["parent"])
        self._parents |= {concept: tuple(sorted(parents)) for concept, parents in found.items()}

    def ancestors(self, concept: Term) -> tuple[tuple[Term, int], ...]:
        """(ancestor, distance from 1), nearest first, each once, itself never; needs ``load``."""
        known = self._ancestors.get(concept)
        if known is None:
            known = self._ancestors[concept] = tuple(self._climb(concept))
        return known

    def _climb(self, concept: Term) -> Iterator[tuple[Term, int]]:
        seen = {concept}
        wave = [concept]
        for level in range(1, LEVELS + 1):
            above = dict.fromkeys(parent for node in wave for parent in self._parents.get(node, ()))
            wave = [node for node in above if node not in seen]
            if not wave:
                return
            seen.update(wave)
            yield from ((node, level) for node in wave)
