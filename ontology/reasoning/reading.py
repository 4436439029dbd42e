"""Axioms of an OWL file in RDF (https://www.w3.org/TR/owl2-mapping-to-rdf/), as far as they are in the EL profile.

What is outside of it (unions, complements, cardinalities, universals, inverses, ranges) is counted by name and left
out: what follows without it still follows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations, starmap
from pathlib import Path

import msgspec

from kg.vocab import OWL, RDF, RDFS
from ontology.prefixes import identifier
from ontology.reading.rdf import Node, raw_triples
from ontology.reasoning.axioms import (
    NOTHING,
    THING,
    All,
    Axiom,
    DisjointClasses,
    EquivalentClasses,
    Expression,
    Some,
    SubClassOf,
    SubPropertyOf,
    TransitiveProperty,
)

_OUTSIDE = frozenset(
    f"{OWL}{name}"
    for name in (
        "unionOf", "complementOf", "oneOf", "allValuesFrom", "hasValue", "hasSelf", "minCardinality", "maxCardinality",
        "cardinality", "minQualifiedCardinality", "maxQualifiedCardinality", "qualifiedCardinality", "inverseOf",
        "disjointUnionOf", "propertyDisjointWith", "hasKey",
    )
) | {f"{RDFS}range"}  # fmt: skip
_DEEPEST = 60
"""Nested expressions; the files of real ontologies have five."""


class Ontology(msgspec.Struct, frozen=True):
    """``axioms`` in file order, each once; ``outside``: name of a construct -> how often it stands in the file."""

    axioms: tuple[Axiom, ...]
    outside: dict[str, int]


class _OutsideProfile(ValueError):
    pass


def read(path: Path) -> Ontology:
    """The axioms of a file; raises InputError for damage."""
    about: dict[Node, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
    outside: Counter[str] = Counter()
    for subject, predicate, value in raw_triples(path):
        about[subject][predicate].append(value)
        if predicate in _OUTSIDE:
            outside[predicate.rpartition("#")[2]] += 1
    reading = _Reading(about)
    return Ontology(tuple(dict.fromkeys(reading.axioms())), dict(sorted(outside.items())))


class _Reading:
    def __init__(self, about: dict[Node, dict[str, list[Node]]]) -> None:
        self._about = about

    def axioms(self) -> Iterator[Axiom]:
        for subject in list(self._about):
            values = self._about[subject]
            yield from self._classes(subject, values)
            if not subject.blank:
                yield from self._roles(subject, values)

    def _classes(self, subject: Node, values: dict[str, list[Node]]) -> Iterator[Axiom]:
        for name, kind in (
            (f"{RDFS}subClassOf", SubClassOf), (f"{OWL}equivalentClass", EquivalentClasses),
            (f"{OWL}disjointWith", DisjointClasses),
        ):  # fmt: skip
            for value in values.get(name, ()):
                try:
                    yield kind(self._expression(subject), self._expression(value))
                except _OutsideProfile:
                    continue
        if Node(f"{OWL}AllDisjointClasses") in values.get(f"{RDF}type", ()):
            for head in values.get(f"{OWL}members", ()):
                try:
                    members = [self._expression(one) for one in self._list(head)]
                except _OutsideProfile:
                    continue
                yield from starmap(DisjointClasses, combinations(members, 2))

    def _roles(self, subject: Node, values: dict[str, list[Node]]) -> Iterator[Axiom]:
        role = _named(subject)
        for value in values.get(f"{RDFS}subPropertyOf", ()):
            if not value.blank:
                yield SubPropertyOf((role,), _named(value))
        for head in values.get(f"{OWL}propertyChainAxiom", ()):
            try:
                steps = self._list(head)
            except _OutsideProfile:
                continue
            if steps and not any(step.blank for step in steps):
                yield SubPropertyOf(tuple(map(_named, steps)), role)
        if Node(f"{OWL}TransitiveProperty") in values.get(f"{RDF}type", ()):
            yield TransitiveProperty(role)
        for value in values.get(f"{RDFS}domain", ()):
            try:
                yield SubClassOf(Some(role, THING), self._expression(value))
            except _OutsideProfile:
                continue

    def _expression(self, node: Node, depth: int = 0) -> Expression:
        if not node.blank:
            return _named(node)
        values = self._about.get(node, {})
        if depth > _DEEPEST or any(name in _OUTSIDE for name in values):
            raise _OutsideProfile
        if heads := values.get(f"{OWL}intersectionOf"):
            return All(tuple(self._expression(one, depth + 1) for one in self._list(heads[0])))
        roles, fillers = values.get(f"{OWL}onProperty", ()), values.get(f"{OWL}someValuesFrom", ())
        if len(roles) == len(fillers) == 1 and not roles[0].blank:
            return Some(_named(roles[0]), self._expression(fillers[0], depth + 1))
        raise _OutsideProfile

    def _list(self, head: Node) -> list[Node]:
        found: list[Node] = []
        seen = set()
        while head != Node(f"{RDF}nil"):
            values = self._about.get(head, {})
            if head in seen or len(values.get(f"{RDF}first", ())) != 1 or len(values.get(f"{RDF}rest", ())) != 1:
                raise _OutsideProfile  # a list that is damaged or leads back to itself
            seen.add(head)
            found.append(values[f"{RDF}first"][0])
            head = values[f"{RDF}rest"][0]
        return found


def _named(node: Node) -> str:
    if node.text.startswith(OWL):
        return {f"{OWL}Thing": THING, f"{OWL}Nothing": NOTHING}.get(node.text, node.text)
    return identifier(node.text) or node.text
