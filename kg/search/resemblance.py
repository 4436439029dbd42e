"""How much a name looks like what stands in a cell of a table, 0 to 1, the same for Chinese and English.

1 is the same but for case, accents, punctuation and traditional characters; 0.97 the same words in another order,
plurals aside. Below that a slip or a missing word cannot be told from another concept (type 1, type 2), so nothing
below that is ever as sure.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from math import log

import msgspec

from kg.index.analysis import tokens
from kg.index.keys import fold_key
from kg.index.text import TextIndex

REORDERED = 0.97
_WORDS = 0.95
_LETTERS = 0.92
_FILLERS = frozenset({"of", "the", "a", "an", "in"})
"""Words that say nothing. Others that searches pass over do: ``no pain``, ``with aura``."""


class Shape(msgspec.Struct, frozen=True):
    """A name as it is compared: key of autocomplete, its words, its pairs of letters."""

    key: str
    words: frozenset[str]
    pairs: Counter[str]


class Resemblance:
    """Words weigh by how few concepts of one generation have them in a name."""

    def __init__(self, texts: TextIndex) -> None:
        self._texts = texts
        self._total = texts.count("concept")
        self._weight = lru_cache(maxsize=1 << 15)(self._information)

    def shape(self, text: str) -> Shape:
        key = fold_key(text)
        letters = key.replace(" ", "")
        pairs = Counter(letters[at : at + 2] for at in range(max(len(letters) - 1, 1)))
        return Shape(key, frozenset(tokens(key)) - _FILLERS, pairs)

    def of(self, one: Shape, other: Shape) -> float:
        """How alike two shapes are; the same both ways."""
        if not one.key or not other.key:
            return 0.0
        if one.key == other.key:
            return 1.0
        if one.words == other.words and one.words:
            return REORDERED
        return max(_WORDS * self._words(one, other), _LETTERS * _dice(one.pairs, other.pairs))

    def _words(self, one: Shape, other: Shape) -> float:
        """The share of what the words of both say that they have in common (Dice)."""
        common = sum(map(self._weight, one.words & other.words))
        return 2 * common / (sum(map(self._weight, one.words)) + sum(map(self._weight, other.words)) or 1.0)

    def _information(self, word: str) -> float:
        held = max(self._texts.holders("concept", field, word) for field in ("label", "synonyms"))
        return log((self._total + 2) / (held + 1))


def _dice(one: Counter[str], other: Counter[str]) -> float:
    return 2 * sum((one & other).values()) / (one.total() + other.total() or 1)
