"""Queries over a page of known nodes, over all of them, and the hierarchy above: how a store is read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from kg.model.terms import Term, integer
from kg.query.named import named
from kg.store.base import Reader

T = TypeVar("T")

_PAGE = "#PAGE"
_OTHERS = "#OTHERS"
_PROPERTY = "#PROPERTY"
_NUMBERED = "#NUMBERED"
_LINK = "#LINK"
_AHEAD = 2
"""Answers that are read at a time, each in its thread: the engine releases the interpreter while it answers."""
LEVELS = 8
"""Ancestors further up say next to nothing about a document."""
KEPT = 100_000
"""Concepts whose parents are kept between questions, some forty megabytes at most."""

Parents = dict[Term, tuple[Term, ...]]
"""Concept -> what is right above it."""


def paged(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """``values`` in slices of ``size``."""
    return (values[start : start + size] for start in range(0, len(values), size))


def ahead(questions: Iterable[Callable[[], T]]) -> Iterator[T]:
    """The answers in the order of the questions, the next ones asked while one is worked on.

    >>> list(ahead([lambda: 1, lambda: 2, lambda: 3]))
    [1, 2, 3]
    """
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(_AHEAD) as pool:
        for question in questions:
            if len(waiting) == _AHEAD:
                yield waiting.popleft().result()
            waiting.append(pool.submit(question))
        while waiting:
            yield waiting.popleft().result()


def about(reader: Reader, name: str, page: Iterable[Term], others: Iterable[Term] = ()) -> list[dict[str, Term]]:
    """Solutions of the named query for these nodes.

    A SELECT can bind one term at a time only, so the page is written into the text, where the
    query says ``#PAGE``, and ``others`` where it says ``#OTHERS``. Every term is an IRI in its
    canonical form, as ``kg.model.terms.iri`` and stores give it, which nothing can break out of.
    """
    text = named(name).replace(_PAGE, " ".join(page)).replace(_OTHERS, ", ".join(others))
    return reader.select(text)


def numbered(
    reader: Reader, name: str, page: Sequence[Term], link: Term | None = None
) -> Iterator[tuple[Term, dict[str, Term]]]:
    """Solutions of the named query, each with the node of the page that it is about.

    The query tells that node as ``?k``, its number in the page, since an IRI costs an engine as much as all the rest of
    a row: nodes stand where it says ``#NUMBERED``, and ``link`` where it says ``#LINK``.
    """
    nodes = {str(integer(number)): node for number, node in enumerate(page)}
    written = " ".join(f"({node} {number})" for number, node in enumerate(page))
    text = named(name).replace(_NUMBERED, written)
    for row in reader.select(text.replace(_LINK, link) if link else text):
        yield nodes[row["k"]], row


def values(reader: Reader, name: Term) -> list[dict[str, Term]]:
    """``node`` and ``value`` of every statement with the property ``name``."""
    return reader.select(named("index/values").replace(_PROPERTY, name))


def scanned(reader: Reader, nodes: Iterable[Term], properties: Iterable[Term]) -> dict[Term, dict[Term, list[Term]]]:
    """Node -> property -> values, sorted, so that the order of the store does not matter.

    One scan a property: several times faster than page by page where most of what has the property is wanted.
    """
    found: dict[Term, dict[Term, list[Term]]] = {node: {} for node in nodes}
    names = tuple(properties)
    for name, rows in zip(names, ahead(partial(values, reader, name) for name in names), strict=True):
        for row in rows:
            known = found.get(row["node"])
            if known is not None:
                known.setdefault(name, []).append(row["value"])
    for properties_of in found.values():
        for each in properties_of.values():
            each.sort()
    return found


class Hierarchy:
    """Ancestors of concepts with their distance; remembers what it has asked for.

    ``kept``: parents that others asked for before, in the same generation, and in several threads maybe; what is
    fetched comes to them, and they are begun anew beyond ``KEPT``.
    """

    def __init__(self, reader: Reader, kept: Parents | None = None) -> None:
        self._reader = reader
        self._kept: Parents = {} if kept is None else kept
        self._parents: Parents = {}
        self._ancestors: dict[Term, tuple[tuple[Term, int], ...]] = {}

    def load(self, concepts: Iterable[Term]) -> None:
        """Fetch the parents of these and of everything up to LEVELS above them."""
        wave = set(concepts)
        for _ in range(LEVELS):
            wave = {concept for concept in wave if concept not in self._parents}
            if not wave:
                return
            # Read once each: another thread may begin them anew at any time.
            held = {concept: parents for concept in wave if (parents := self._kept.get(concept)) is not None}
            self._parents |= held
            if missing := sorted(wave - held.keys()):
                self._fetch(missing)
            wave = {parent for concept in wave for parent in self._parents[concept]}

    def _fetch(self, concepts: list[Term]) -> None:
        found: dict[Term, list[Term]] = {concept: [] for concept in concepts}
        for page in paged(concepts, 2_000):
            for row in about(self._reader, "index/parents", page):
                found[row["concept"]].append(row["parent"])
        fetched = {concept: tuple(sorted(parents)) for concept, parents in found.items()}
        self._parents |= fetched
        if len(self._kept) + len(fetched) > KEPT:
            self._kept.clear()
        self._kept.update(fetched)

    def ancestors(self, concept: Term) -> tuple[tuple[Term, int], ...]:
        """(ancestor, distance from 1), nearest first, each once, itself never; needs ``load``."""
        known = self._ancestors.get(concept)
        if known is None:
            known = self._ancestors[concept] = tuple(self._climb(concept))
        return known

    def below(self, tops: Iterable[Term]) -> set[Term]:
        """Of what was loaded, these and whatever lies below them: all that ``way`` can lead to."""
        children: dict[Term, list[Term]] = {}
        for concept, parents in self._parents.items():
            for parent in parents:
                children.setdefault(parent, []).append(concept)
        found: set[Term] = set()
        wave = set(tops)
        while wave:
            found |= wave
            wave = {child for node in wave for child in children.get(node, ())} - found
        return found

    def way(self, concept: Term, tops: Container[Term]) -> tuple[Term, ...] | None:
        """The shortest way down from the nearest of ``tops`` to ``concept``, both included; None where there is none,
        ``(concept,)`` where it is one of them. The smaller IRI is taken of two as near. Needs ``load``."""
        below: dict[Term, Term] = {}
        wave = [concept]
        for _ in range(LEVELS + 1):
            if reached := min((node for node in wave if node in tops), default=None):
                found = [reached]
                while found[-1] != concept:
                    found.append(below[found[-1]])
                return tuple(found)
            above: dict[Term, Term] = {}
            for node in sorted(wave):
                for parent in self._parents.get(node, ()):
                    if parent not in below and parent != concept:
                        above.setdefault(parent, node)
            below |= above
            wave = list(above)
        return None

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
