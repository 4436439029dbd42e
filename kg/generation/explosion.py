"""What the headings of documents stand below, so that a heading is found with all that is narrower.

Measured with ``benchmarks/strategies.py`` (10,000 records and concepts): asking the store for what is narrower when a
strategy is run took 160 ms for 1,110 concepts and 700 ms for 9,999. So the way up goes into the index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from kg.generation.pages import about, paged
from kg.model.terms import Term
from kg.store.base import Reader

_PAGE = 2_000


class Explosion:
    """Headings -> the CURIEs of their concepts, of what means exactly the same, and of everything above these.

    What means the same as something above is not climbed to: from there on it would be the other hierarchy's view.

    A heading is known by its concept or, where the source gives none, by a label of one. Remembers what it has
    asked for.
    """

    def __init__(self, reader: Reader, curie: Callable[[Term], str]) -> None:
        self._reader = reader
        self._curie = curie
        self._above: dict[Term, tuple[str, ...]] = {}
        self._named: dict[Term, tuple[Term, ...]] = {}

    def load(self, concepts: Iterable[Term], labels: Iterable[Term]) -> None:
        """Fetch what these stand below; ``labels`` are those of headings without a concept."""
        named: dict[Term, set[Term]] = {label: set() for label in labels if label not in self._named}
        for page in paged(sorted(named), _PAGE):
            # A literal in its canonical form ends where it says, as an IRI does.
            for row in about(self._reader, "index/named", page):
                named[row["name"]].add(row["concept"])
        self._named |= {label: tuple(sorted(found)) for label, found in named.items()}
        wanted = {*concepts, *(concept for found in named.values() for concept in found)}
        self._climb(sorted(concept for concept in wanted if concept not in self._above))

    def _climb(self, concepts: list[Term]) -> None:
        for page in paged(concepts, _PAGE):
            same: dict[Term, set[Term]] = {concept: {concept} for concept in page}
            for row in about(self._reader, "index/equivalents", page):
                same[row["concept"]].add(row["other"])
            above: dict[Term, set[Term]] = defaultdict(set)
            for row in about(self._reader, "index/above", sorted({node for nodes in same.values() for node in nodes})):
                above[row["concept"]].add(row["above"])
            for concept, nodes in same.items():
                every = nodes.union(*(above[node] for node in nodes))
                self._above[concept] = tuple(sorted(map(self._curie, every)))

    def of(self, concepts: Iterable[Term], labels: Iterable[Term]) -> set[str]:
        """The CURIEs for one heading; needs ``load``."""
        known = list(concepts) or [concept for label in labels for concept in self._named.get(label, ())]
        return {curie for concept in known for curie in self._above.get(concept, ())}
