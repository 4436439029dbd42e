"""Which concept a Chinese name means that no label covers: vectors, translated pieces and spelling, joined.

Three things speak for a concept: how near the vector of the name lies to its English name, how many of its words the
pieces of the name stand for, and how well the characters spell its letters. How much each counts is fitted on labels
that an alignment has not seen (a conditional logit over the names that there are), so what comes out is a share: how
sure the concept is among those that could be meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import cached_property

import msgspec
import numpy as np

from kg.index.analysis import fold, tokens
from kg.index.base import Card
from kg.index.passages import PassageIndex
from kg.index.text import TextIndex
from kg.search.glossary import said, words
from kg.search.layer import Layer
from kg.search.mixing import LOOKED_AT, UNSPELLED, best, features, fit
from kg.search.sounds import Values
from kg.search.spelled import SpelledNames

MOST_SPELLED = 60_000
"""Names that are compared letter by letter: 30 µs and about 1 kB each, when first asked for."""
Held = Callable[[Sequence[str]], Collection[str]]
"""CURIEs to those of them that anything here is about."""


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
        """What a name may mean, likeliest first; only what is ``held``. Raises VectorEngineFailed."""
        told = fold(name)
        [vector] = self._layer.vectors([told])
        if not vector.any():
            return []
        cosines = {hit.row: hit.score for hit in self._passages.nearest("concept", vector, LOOKED_AT)}
        rows, names = self._spelled
        gained = names.scores(told)
        found = {row for at in best(gained).tolist() for row in rows[at]}
        cosines |= self._passages.cosines("concept", found - cosines.keys(), vector)
        cards = {row: self._text.card("concept", row) for row in sorted(cosines)}
        kept = held([card.id for card in cards.values()])
        there = [row for row, card in cards.items() if card.id in kept]
        pieces = said(self._layer.glossary, told)
        table = features(
            np.array([cosines[row] for row in there]),
            np.array([fit(pieces, words(cards[row].en)) for row in there]),
            np.array([gained[at] if (at := self._places.get(row)) is not None else UNSPELLED for row in there]).reshape(
                -1, 2
            ),
        )
        return _shared([cards[row] for row in there], self._layer.mix.scores(table))

    @cached_property
    def _spelled(self) -> tuple[list[list[int]], SpelledNames]:
        """Rows of the concepts of each name, and the names: put side by side when first asked for. Genes, whose symbols
        nobody spells in Chinese, are left out, and names beyond ``MOST_SPELLED`` go by their vectors and words."""
        rows: dict[str, list[int]] = defaultdict(list)
        for row in self._passages.rows("concept"):
            card = self._text.card("concept", row)
            if not card.category.startswith("gene") and (card.en in rows or len(rows) < MOST_SPELLED):
                rows[card.en].append(row)
        return list(rows.values()), SpelledNames(list(rows), self._layer.sounds)

    @cached_property
    def _places(self) -> dict[int, int]:
        """Row -> place of its name."""
        return {row: at for at, rows in enumerate(self._spelled[0]) for row in rows}


def _shared(cards: Sequence[Card], scores: Values) -> list[Guess]:
    """Concepts by the share of their name; ties by id."""
    groups: dict[tuple[str, ...], float] = {}
    named = [tuple(sorted(tokens(card.en))) for card in cards]
    for group, score in zip(named, scores.tolist(), strict=True):
        groups[group] = max(score, groups.get(group, score))
    if not groups:
        return []
    weights = np.exp(np.array(list(groups.values())) - max(groups.values()))
    shares = dict(zip(groups, (weights / weights.sum()).tolist(), strict=True))
    found = [Guess(card, shares[group], group) for card, group in zip(cards, named, strict=True)]
    return sorted(found, key=lambda one: (-one.share, one.group, one.card.id))
