"""What concepts are in the eyes of rules, read from a generation: members of every concept that a rule names.

A member of a concept is what is the same as it, below one of these, acts as one of those, or is the same as one of
what was found so far. One step of matching at each end: chains of mappings lead astray.

Each step is a query about a page of concepts, not one query with optional paths about each concept: it is the same
work for the embedded store, and engines refuse optional paths of which no end is fixed (Virtuoso 7.2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from itertools import pairwise

from kg.generation.pages import about, paged
from kg.model.ids import Ids
from kg.model.terms import Term, iri, lexical
from kg.rules.base import Meaning, PathStep
from kg.store.base import Reader

PAGE = 1_000
"""Concepts that one query asks about."""
_DOWN = ("rules/matched", "rules/narrower", "rules/acting", "rules/matched")
_UP = ("rules/matched", "rules/roles", "rules/broader", "rules/matched")
_NAMES = ("skos:exactMatch", "biolink:has_chemical_role", "mkg:broaderTransitive", "skos:exactMatch")
_NOTHING = Meaning()

Steps = Mapping[Term, Set[Term]]
"""Where one step leads, or none: a concept is always among its own."""


class Hierarchy:
    """Members of all concepts of ``targets``, read once."""

    def __init__(self, reader: Reader, ids: Ids, targets: Iterable[str]) -> None:
        self._reader, self._ids = reader, ids
        named = {self._term(target): target for target in sorted(set(targets))}
        within: defaultdict[str, set[str]] = defaultdict(set)
        same: defaultdict[str, set[str]] = defaultdict(set)
        reached = {target: {target} for target in named}
        for number, query in enumerate(_DOWN):
            steps = self._steps(query, {concept for found in reached.values() for concept in found})
            reached = {target: _led(found, steps) for target, found in reached.items()}
            if not number:
                self._note(same, named, reached)
        self._note(within, named, reached)
        self._meanings = {
            concept: Meaning(frozenset(same.get(concept, ())), frozenset(targets) | frozenset(same.get(concept, ())))
            for concept, targets in within.items()
        }

    def table(self) -> dict[str, Meaning]:
        """All of it: every concept that is one of ``targets``."""
        return dict(self._meanings)

    def of(self, concept: str) -> Meaning:
        return self._meanings.get(concept, _NOTHING)

    def path(self, concept: str, target: str) -> tuple[PathStep, ...]:
        """How ``concept`` comes to be one of ``target``, the fewest steps first; empty where it does not."""
        if not target or concept == target:
            return ()
        ways = [[self._term(concept)]]
        for query in _UP:
            steps = self._steps(query, {way[-1] for way in ways})
            ways = [[*way, found] for way in ways for found in steps[way[-1]]]
        ends = [[self._curie(node) for node in way] for way in ways if way[-1] == self._term(target)]
        if not ends:
            return ()
        best = min(ends, key=lambda way: (len(set(way)), way))
        return tuple(
            PathStep(subject, name, object_)
            for (subject, object_), name in zip(pairwise(best), _NAMES, strict=True)
            if subject != object_
        )

    def _steps(self, query: str, concepts: Set[Term]) -> Steps:
        found = {concept: {concept} for concept in concepts}
        for page in paged(sorted(concepts), PAGE):
            for row in about(self._reader, query, page):
                found[row["from"]].add(row["to"])
        return found

    def _note(self, into: defaultdict[str, set[str]], named: Mapping[Term, str], reached: Steps) -> None:
        for target, members in reached.items():
            for member in members:
                into[self._curie(member)].add(named[target])

    def _term(self, concept: str) -> Term:
        return iri(self._ids.expand(concept))

    def _curie(self, term: Term) -> str:
        text = lexical(term)
        return self._ids.contract(text) or text


def _led(concepts: Set[Term], steps: Steps) -> set[Term]:
    return {found for concept in concepts for found in steps[concept]}
