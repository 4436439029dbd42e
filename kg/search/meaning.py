"""What concepts of a query are looked for: themselves, and what means exactly the same elsewhere."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from kg.generation.pages import about
from kg.model.ids import Ids
from kg.model.terms import iri, lexical
from kg.search.base import ConceptMatch
from kg.store.base import Reader

_MOST_EQUIVALENTS = 40
_STEPS = 2
"""Exact matches of exact matches: many phenotypes are headings of MeSH only by way of one concept between."""


class Meaning:
    """Follows exact matches in one generation."""

    def __init__(self, reader: Reader, ids: Ids) -> None:
        self._reader = reader
        self._ids = ids

    def of(self, matches: Iterable[ConceptMatch]) -> dict[str, tuple[str, float]]:
        """CURIE to look for -> (the concept as read, its score)."""
        wanted: dict[str, tuple[str, float]] = {}
        for match in matches:
            if match.score > wanted.get(match.concept, ("", 0.0))[1]:
                wanted[match.concept] = match.concept, match.score
        last = {concept: concept for concept in wanted}
        for _ in range(_STEPS):
            last = dict(self._equivalents(last, wanted))
            wanted |= {other: wanted[concept] for other, concept in last.items()}
        return wanted

    def _equivalents(self, of: Mapping[str, str], known: Container[str]) -> Iterator[tuple[str, str]]:
        """New exact matches of CURIEs with the concept that each comes from; another id of that concept's own
        terminology is another concept."""
        if not of:
            return
        terms = {iri(self._ids.expand(curie)): curie for curie in of}
        rows = about(self._reader, "index/equivalents", sorted(terms))
        pairs = {(of[terms[row["concept"]]], self._ids.contract(lexical(row["other"]))) for row in rows}
        found = sorted((concept, other) for concept, other in pairs if other is not None and other not in known)
        for concept, other in found[:_MOST_EQUIVALENTS]:
            if _prefix(other) != _prefix(concept):
                yield other, concept


def _prefix(curie: str) -> str:
    return curie.partition(":")[0]
