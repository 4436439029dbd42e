"""Which concepts of two vocabularies may be the same: the first round, by names and cross-references.

It gives anchors, pairs that are nearly sure or were confirmed; ``ontology.mapping.evidence`` tells in their light what
stands above, below and beside a pair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from typing import NamedTuple

import numpy as np

from kg.index.base import Encoder, Vectors
from ontology.curation.quality.hierarchy import disjoint
from ontology.mapping.similarity import Likeness, Nearest, Prepared, Telling, likeness
from ontology.mapping.vocabulary import Vocabulary

MOST = 25
"""Names that one name leads to, by words and by letters."""
ANCHOR = 0.8
"""From this likeness on the best pair of a concept is an anchor for what stands about it."""


class Best(NamedTuple):
    """The pair of names that speaks most for two concepts: places of both, how alike, and the whole figure."""

    subject: int
    object: int
    likeness: Likeness
    whole: float


class Comparison:
    """Compares concepts of ``source`` with those of ``target``.

    ``shared``: for a concept of ``source``, ids elsewhere, each with the ids of ``target`` that it is said to be.
    ``anchors``: confirmed pairs of ids. ``encoder``: where vectors are wanted.
    """

    def __init__(
        self, source: Vocabulary, target: Vocabulary, *, shared: Mapping[str, Mapping[str, Set[str]]] | None = None,
        anchors: Iterable[tuple[str, str]] = (), encoder: Encoder | None = None,
    ) -> None:  # fmt: skip
        self.source, self.target = source, target
        self.telling = Telling.of([*source.names, *target.names])
        self._shared = shared or {}
        self._confirmed = {
            source.place[one]: target.place[other]
            for one, other in anchors
            if one in source.place and other in target.place
        }
        self._own = [Prepared.of(name.wording, self.telling) for name in source.names]
        self._others = [Prepared.of(name.wording, self.telling) for name in target.names]
        self._encoder = encoder

    @cached_property
    def best(self) -> list[dict[int, Best]]:
        """First round: by concept of the source its candidates, each with the best pair of names."""
        found: list[dict[int, Best]] = [{} for _ in self.source.concepts]
        source, target = self.source, self.target
        for near in self._ways():
            for name, places in zip(source.names, near, strict=True):
                for at in places:
                    found[name.concept].setdefault(target.names[at].concept, NOTHING)
        for place, concept in enumerate(source.concepts):
            for others in self._shared.get(concept.id, {}).values():
                for name_of in others:
                    if name_of in target.place:
                        found[place].setdefault(target.place[name_of], NOTHING)
        for at, candidates in enumerate(found):
            for other in candidates:
                candidates[other] = self._best(at, other)
        return found

    def _ways(self) -> Iterable[Iterable[Sequence[int]]]:
        source, target = self.source.names, self.target.names
        yield Nearest(target).of(source, MOST)
        yield Nearest(target, letters=True).of(source, MOST)
        if self.vectors is not None:
            yield _nearest(*self.vectors)

    @cached_property
    def vectors(self) -> tuple[Vectors, Vectors] | None:
        if self._encoder is None:
            return None
        sides = [[name.wording.text for name in side.names] for side in (self.source, self.target)]
        texts = sorted({text for side in sides for text in side})
        vectors = self._encoder.encode(texts)
        at = {text: row for row, text in enumerate(texts)}
        one, other = (vectors[[at[text] for text in side]] for side in sides)
        return one, other

    def alike(self, one: int, other: int) -> Likeness:
        """Of two names by their places."""
        return likeness(self._own[one], self._others[other], self.telling)

    def _best(self, subject: int, other: int) -> Best:
        found = NOTHING
        for one in self.source.names_of[subject]:
            for two in self.target.names_of[other]:
                alike = self.alike(one, two)
                whole = alike.whole * self.source.names[one].weight * self.target.names[two].weight
                if whole > found.whole:
                    found = Best(one, two, alike, whole)
        return found

    @cached_property
    def anchors(self) -> dict[int, int]:
        """The best candidate of each concept that has a nearly sure one, or its confirmed one."""
        found: dict[int, int] = {}
        for at, candidates in enumerate(self.best):
            if candidates:
                whole, other = max((best.whole, -other) for other, best in candidates.items())
                if whole >= ANCHOR:
                    found[at] = -other
        return found | self._confirmed

    @cached_property
    def claims(self) -> dict[int, list[tuple[float, int]]]:
        """The two best claims on each concept of the target: (how alike, concept of the source)."""
        found: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for at, candidates in enumerate(self.best):
            for other, best in candidates.items():
                found[other].append((best.whole, -at))
        return {other: [(whole, -at) for whole, at in sorted(rows, reverse=True)[:2]] for other, rows in found.items()}

    def rival(self, subject: int, other: int) -> tuple[float, int] | None:
        """Another concept of the source whose names fit the candidate better, and by how much."""
        own = self.best[subject][other].whole
        for whole, at in self.claims[other]:
            if at != subject and whole > own:
                return whole - own, at
        return None

    def shared(self, subject: int, other: int) -> list[str]:
        """Ids that both are said to be."""
        ways = self._shared.get(self.source.concepts[subject].id, {})
        wanted = self.target.concepts[other].id
        return sorted(way for way, others in ways.items() if wanted in others)

    def telling_of(self, way: str, subject: int) -> float:
        """1 where a third id leads to one concept of the target only."""
        return 1.0 / max(1, len(self._shared[self.source.concepts[subject].id][way]))

    def about(self, subject: int, other: int) -> tuple[list[int], list[int], list[int], list[int]]:
        """Anchored parents that stand above the candidate and those that do not; children likewise, below it."""
        over = self.target.above(other)
        parents = [one for one in self.source.parents[subject] if one in self.anchors]
        children = [one for one in self.source.children[subject] if one in self.anchors]
        return (
            [one for one in parents if self.anchors[one] in over],
            [one for one in parents if self.anchors[one] not in over],
            [one for one in children if other in self.target.above(self.anchors[one])],
            [one for one in children if other not in self.target.above(self.anchors[one])],
        )

    def clash(self, subject: int, other: int) -> bool:
        """Whether their categories cannot be of one thing (a disease is no gene; what is not known never clashes)."""
        return disjoint(self.source.concepts[subject].category, self.target.concepts[other].category)


NOTHING = Best(-1, -1, Likeness(0, 0, 0, 0, 0, 0, 0), 0.0)


def _nearest(one: Vectors, other: Vectors) -> Iterable[Sequence[int]]:
    most = min(10, len(other))
    for start in range(0, len(one), 512):
        scores = one[start : start + 512] @ other.T
        for row in scores:
            yield [int(at) for at in np.argpartition(-row, most - 1)[:most]]
