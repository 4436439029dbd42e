"""Vocabularies of a generation, and what it says of mappings: read once, kept by who asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from kg import vocab
from kg.generation.pages import scanned, values
from kg.mapping.base import term
from kg.model.concept import Concept, ConceptMapping
from kg.model.ids import Ids
from kg.model.terms import iri, lexical
from kg.query.named import named
from kg.store.base import Reader
from ontology.curation.current import system
from ontology.curation.graph import PROPERTIES, concept_of
from ontology.mapping.borrowing import Links, borrowed
from ontology.mapping.translation import Parts, parts_of
from ontology.mapping.vocabulary import Vocabulary


def concepts_of(reader: Reader, ids: Ids, systems: Set[str]) -> list[Concept]:
    """The concepts of some code systems (CURIE prefixes, or the beginnings of IRIs), sorted by id."""
    every = ((ids.curie(lexical(row["concept"])), row["concept"]) for row in reader.select(named("index/concepts")))
    nodes = sorted((curie, node) for curie, node in every if _in(curie, systems))
    found = scanned(reader, [node for _, node in nodes], PROPERTIES)
    return [concept_of(curie, found[node], ids) for curie, node in nodes if node in found]


def _in(curie: str, systems: Set[str]) -> bool:
    own = system(curie)
    return own in systems or any("://" in one and curie.startswith(one) for one in systems)


class HeldVocabularies:
    """The concepts of a generation that candidates come from; each target is prepared once.

    ``others``: systems whose names help, such as those in the other language.
    """

    def __init__(self, reader: Reader, ids: Ids, mappings: Iterable[ConceptMapping] = ()) -> None:
        self._reader, self._ids = reader, ids
        self._mappings = list(mappings)

    def concepts(self, systems: Sequence[str]) -> list[Concept]:
        return concepts_of(self._reader, self._ids, frozenset(systems))

    def categories(self) -> dict[str, str]:
        """Of every concept that says one."""
        slugs = {iri(value): slug for slug, value in reversed(vocab.CATEGORIES.items())}
        rows = values(self._reader, term(vocab.MEDKG, "category"))
        return {self._ids.curie(lexical(row["node"])): slugs[row["value"]] for row in rows if row["value"] in slugs}

    def target(self, systems: Sequence[str], others: Sequence[str] = ()) -> tuple[Vocabulary, Links, Parts]:
        """The concepts of ``systems`` with the names that concepts of ``others`` lend them, and what puts Chinese names
        into English words."""
        targets = self.concepts(systems)
        lending = self.concepts(others) if others else []
        links = Links(self._mappings, [*targets, *lending])
        return Vocabulary(targets, borrowed(targets, links, lending)), links, parts_of([*targets, *lending])
