"""By which of its own concepts a document fits the concepts of a query, and the way from one to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from kg.generation.pages import Hierarchy, Parents, about
from kg.model.ids import Ids
from kg.model.terms import Term, iri, lexical
from kg.search.base import Matched, Names, Step
from kg.store.base import Reader

MOST = 5
"""Narrower concepts that are told of one document, the nearest ones."""


class Matching:
    """Asks one generation; ``names`` gives the labels of a concept by its CURIE."""

    def __init__(self, reader: Reader, ids: Ids, names: Callable[[str], Names]) -> None:
        self._reader = reader
        self._ids = ids
        self._names = names
        self._parents: Parents = {}

    def of(self, documents: Sequence[str], wanted: Mapping[str, tuple[str, float]]) -> dict[str, tuple[Matched, ...]]:
        """CURIE of each document -> its matches: the nearest first, equal concepts before others.

        ``wanted``: CURIE that is looked for -> (concept of the query, its score).
        """
        if not documents or not wanted:
            return {}
        mentioned = self._mentioned(documents)
        hierarchy = Hierarchy(self._reader, self._parents)
        hierarchy.load(concept for concepts in mentioned.values() for concept in concepts)
        tops = {iri(self._ids.expand(curie)): curie for curie in wanted}
        below = hierarchy.below(tops)
        ways = {
            concept: way
            for concept in {one for concepts in mentioned.values() for one in concepts} & below
            if (way := hierarchy.way(concept, tops)) is not None
        }
        return {
            document: tuple(self._told([ways[one] for one in concepts if one in ways], tops, wanted))
            for document, concepts in mentioned.items()
        }

    def _mentioned(self, documents: Sequence[str]) -> dict[str, set[Term]]:
        """What its mentions mean and what its source says it is about: each mention stands beside its document, too
        (``kg.mapping.evidence``), so that none of them is asked for."""
        nodes = {iri(self._ids.expand(curie)): curie for curie in documents}
        found: dict[str, set[Term]] = defaultdict(set)
        for row in about(self._reader, "index/subjects", nodes):
            found[nodes[row["document"]]].add(row["concept"])
        return found

    def _told(
        self, ways: list[tuple[Term, ...]], tops: Mapping[Term, str], wanted: Mapping[str, tuple[str, float]]
    ) -> Iterator[Matched]:
        """``ways`` lead down from a concept that is looked for to one that is mentioned."""
        told = []
        for way in ways:
            looked_for = tops[way[0]]
            concept = wanted[looked_for][0]
            path = [self._ids.curie(lexical(node)) for node in way]
            if looked_for != concept:
                path.insert(0, concept)
            relation = "narrower" if len(way) > 1 else "same" if looked_for == concept else "equivalent"
            told.append((len(path), path, relation))
        for _, path, relation in sorted(told)[:MOST]:
            yield Matched(path[0], relation, tuple(Step(one, self._names(one)) for one in path))
