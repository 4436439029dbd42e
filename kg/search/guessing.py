"""Which concept a Chinese name means that no label covers: vectors, pieces and spelling, joined.

Three things speak for a concept: how near the vector of the name lies to its English name, how much of the Chinese name
the English one explains by its words and letters, and how well the characters spell it. How much each counts is fitted
on labels that an alignment has not seen (a conditional logit over the names that there are), so what comes out is a
share: how sure the concept is among those that could be meant. What more documents are about is likelier to be asked
for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from math import log

import msgspec
import numpy as np

from kg.index.analysis import fold, tokens
from kg.index.base import Card
from kg.index.passages import PassageIndex
from kg.index.text import TextIndex
from kg.search.covered import CoveredNames
from kg.search.layer import Layer
from kg.search.mixing import LOOKED_AT, Compared
from kg.search.spelled import SpelledNames

MOST_COMPARED = 60_000
"""Names that are compared by parts and letters: 100 µs and about 2 kB each, when first asked for."""
_KEPT = 50
"""Names of which is asked how many documents are about them."""
_ABOUT = 0.25
"""What a name gains for each e-fold of the documents about it (the fourth root of their number)."""
_GENE = "gene"
Held = Callable[[Sequence[str]], Mapping[str, int]]
"""CURIEs to those of them that anything here is about, with how many documents mention them."""


class Guess(msgspec.Struct, frozen=True):
    """``share``: how sure the name of this concept is among all that were looked at; concepts of one name, but for
    plurals, have one ``group`` and the same share."""

    card: Card
    share: float
    group: tuple[str, ...]


class Guessing:
    """Looks among the concepts of one generation that have vectors; keeps nothing of what it is asked."""

    def __init__(self, layer: Layer, passages: PassageIndex, text: TextIndex) -> None:
        self._layer = layer
        self._passages = passages
        self._text = text

    def of(self, name: str, held: Held) -> list[Guess]:
        """What a name may mean, likeliest first; only what is ``held``, and no gene, whose symbol nobody spells in
        Chinese. Raises VectorEngineFailed."""
        told = fold(name)
        [vector] = self._layer.vectors([told])
        if not vector.any():
            return []
        rows, compared = self._compared
        cosines = {hit.row: hit.score for hit in self._passages.nearest("concept", vector, LOOKED_AT)}
        found = {row for at in compared.found(told).tolist() for row in rows[at]}
        cosines |= self._passages.cosines("concept", found - cosines.keys(), vector)
        looked = sorted(cosines)
        places = np.array([self._places.get(row, -1) for row in looked], dtype=np.int64)
        table = compared.features(told, np.array([cosines[row] for row in looked]), places)
        scores = self._layer.mix.scores(table)
        best = np.argsort(-scores, kind="stable")[: 2 * _KEPT]
        cards = [(self._text.card("concept", looked[at]), float(scores[at])) for at in best.tolist()]
        cards = [(card, score) for card, score in cards if not card.category.startswith(_GENE)][:_KEPT]
        about = held([card.id for card, _ in cards])
        return _shared([(card, score + _ABOUT * log(1 + about[card.id])) for card, score in cards if card.id in about])

    @cached_property
    def _compared(self) -> tuple[list[list[int]], Compared]:
        """Rows of the concepts of each name, and the names: put side by side when first asked for. Names beyond
        ``MOST_COMPARED`` go by their vectors."""
        rows: dict[str, list[int]] = defaultdict(list)
        for row in self._passages.rows("concept"):
            card = self._text.card("concept", row)
            if not card.category.startswith(_GENE) and (card.en in rows or len(rows) < MOST_COMPARED):
                rows[card.en].append(row)
        names = list(rows)
        covered = CoveredNames(names, self._layer.morphemes)
        return list(rows.values()), Compared(covered, SpelledNames(names, self._layer.sounds))

    @cached_property
    def _places(self) -> dict[int, int]:
        """Row -> place of its name."""
        return {row: at for at, rows in enumerate(self._compared[0]) for row in rows}


def _shared(cards: Sequence[tuple[Card, float]]) -> list[Guess]:
    """Concepts by the share of their name; ties by id."""
    groups: dict[tuple[str, ...], float] = {}
    named = [(card, tuple(sorted(tokens(card.en)))) for card, _ in cards]
    for (_, group), (_, score) in zip(named, cards, strict=True):
        groups[group] = max(score, groups.get(group, score))
    if not groups:
        return []
    weights = np.exp(np.array(list(groups.values())) - max(groups.values()))
    shares = dict(zip(groups, (weights / weights.sum()).tolist(), strict=True))
    found = [Guess(card, shares[group], group) for card, group in named]
    return sorted(found, key=lambda one: (-one.share, one.group, one.card.id))
