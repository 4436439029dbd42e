"""Plain BM25, the measure of every other ranking: words of English, pairs of characters of Chinese, nothing else.

The weight of a term is that of Lucene, ln(1 + (N - n + 0.5) / (n + 0.5)), with k1 0.9 and b 0.4. A term counts as often
as the question repeats it.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log

import numpy as np
import numpy.typing as npt

from kg.index.analysis import is_gram, tokens

K1 = 0.9
B = 0.4
_PLACES = 6
"""Scores that agree so far are equal: the last bits of a sum depend on the order of its terms."""


def terms(text: str) -> list[str]:
    """The tokens of the index (so that only the ranking differs), without the characters of pairs.

    >>> terms("IL6 与2型糖尿病")
    ['il6', '与', '2', '型糖', '糖尿', '尿病']
    """
    found = tokens(text)
    paired = {character for one in found if len(one) == 2 and is_gram(one) for character in one}
    return [one for one in found if one not in paired]


class PlainBM25:
    """In memory, over texts that are known by their place."""

    def __init__(self, texts: Sequence[str], k1: float = K1, b: float = B) -> None:
        lengths = np.zeros(len(texts))
        self._postings: dict[str, tuple[array[int], array[int]]] = defaultdict(lambda: (array("I"), array("I")))
        for row, text in enumerate(texts):
            found = terms(text)
            lengths[row] = len(found)
            for term, times in Counter(found).items():
                rows, counts = self._postings[term]
                rows.append(row)
                counts.append(times)
        mean = float(lengths.mean()) or 1.0
        self._damping = k1 * (1 - b + b * lengths / mean)
        self._k1 = k1

    def scores(self, text: str) -> npt.NDArray[np.float64]:
        """The score of every text, by place; 0 for those that hold no term of ``text``."""
        number = len(self._damping)
        scores = np.zeros(number)
        for term, times in Counter(terms(text)).items():
            if found := self._postings.get(term):
                rows, counts = (np.frombuffer(column, dtype=np.uintc) for column in found)
                weight = log(1 + (number - len(rows) + 0.5) / (len(rows) + 0.5))
                scores[rows] += times * weight * counts * (self._k1 + 1) / (counts + self._damping[rows])
        return scores

    def rank(self, text: str, limit: int) -> list[int]:
        """Places of the ``limit`` best that hold any term of ``text``, best first, ties by place."""
        scores = self.scores(text)
        hit = np.flatnonzero(scores)
        order = np.lexsort((hit, -np.round(scores[hit], _PLACES)))
        return [int(row) for row in hit[order[:limit]]]
