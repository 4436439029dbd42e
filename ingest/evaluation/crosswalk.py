"""Which ids of other terminologies a concept has: what a corpus calls ``MESH:D003920`` we may call ``DOID:9351``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

_STEPS = 2
"""Many phenotypes and slim terms have their MeSH id only by way of one concept between."""


class Crosswalk:
    """Exact matches, read in both directions and over at most one concept between.

    An id of a concept's own terminology is another concept, whatever lies between: two subtypes that a coarser
    terminology maps to one descriptor are not each other.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._near: defaultdict[str, set[str]] = defaultdict(set)
        self._known: dict[str, frozenset[str]] = {}
        for one, other in pairs:
            self._near[one].add(other)
            self._near[other].add(one)

    def ids(self, concept: str) -> frozenset[str]:
        """The concept itself and its ids elsewhere.

        >>> crosswalk = Crosswalk([("HP:1", "medkg:a"), ("medkg:a", "MESH:D1"), ("MESH:D1", "HP:2")])
        >>> sorted(crosswalk.ids("HP:1")), sorted(crosswalk.ids("MESH:D9"))
        (['HP:1', 'MESH:D1', 'medkg:a'], ['MESH:D9'])
        """
        if concept not in self._known:
            own = _prefix(concept)
            found = last = {concept}
            for _ in range(_STEPS):
                last = {one for near in last for one in self._near.get(near, ()) if _prefix(one) != own} - found
                found = found | last
            self._known[concept] = frozenset(found)
        return self._known[concept]

    def within(self, concept: str, prefixes: Sequence[str]) -> frozenset[str]:
        """Its ids in some terminologies, in any where none is named."""
        return frozenset(one for one in self.ids(concept) if not prefixes or _prefix(one) in prefixes)


def _prefix(curie: str) -> str:
    return curie.partition(":")[0]
