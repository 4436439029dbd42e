"""Queries over a page of known nodes, and the hierarchy above them: how a store is read in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from kg.model.terms import Term
from kg.query.named import named
from kg.store.base import Reader

T = TypeVar("T")

_PAGE = "#PAGE"
_OTHERS = "#OTHERS"
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
