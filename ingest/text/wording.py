"""Names by their words, and by the words that terminologies use in their place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from math import log
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ingest.text.neighbours import Floats, Neighbours

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Substitutes = Mapping[str, Mapping[str, float]]
"""For a word others that stand for it in names of the same concept, with how often they do (0..1)."""
_WORD = re.compile(r"[^\W_]+")
_LEAST = 0.4
"""Least cosine that is looked for."""


def words(name: str) -> list[str]:
    """The words of a normalised name.

    >>> words("cacl(2) overdose")
    ['cacl', '2', 'overdose']
    """
    return _WORD.findall(name)


class Wordings:
    """Some names, weighed word by word: the rarer a word among them, the more it tells.

    Only what is asked for is widened by substitutes, the names are not: *renal injury* comes near *kidney injury*.
    """

    def __init__(self, names: Sequence[str], substitutes: Substitutes) -> None:
        self._substitutes = substitutes
        rows = [sorted(set(words(name))) for name in names]
        often = Counter(word for row in rows for word in row)
        self._columns = {word: at for at, word in enumerate(sorted(often))}
        self._weights = {word: log((1 + len(rows)) / (1 + times)) for word, times in often.items()}
        self._rarest = log(1 + len(rows))
        table = self._table([{word: self._weights[word] for word in row} for row in rows])
        self._neighbours = Neighbours(table, _LEAST)

    def weight(self, word: str) -> float:
        """How much a word tells; an unknown one as much as the rarest."""
        return self._weights.get(word, self._rarest)

    def nearest(self, name: str, number: int) -> npt.NDArray[np.int64]:
        """Places of the names that are nearest to a normalised name."""
        [(rows, _)] = self._neighbours.knnQueryBatch(self._query(name), number)
        return rows

    def likeness(self, name: str, places: npt.NDArray[np.int64]) -> Floats:
        """Cosines of a normalised name and the names at some places."""
        return self._neighbours.likeness(self._query(name), places)

    def _query(self, name: str) -> csr_matrix:
        made: dict[str, float] = {}
        for word in words(name):
            for other, share in ((word, 1.0), *self._substitutes.get(word, {}).items()):
                made[other] = max(made.get(other, 0.0), share * self.weight(other))
        return self._table([made])

    def _table(self, rows: Sequence[Mapping[str, float]]) -> csr_matrix:
        """Rows of unit length; what no name has counts in the length alone."""
        # A service without a linker that was trained need not wait for it before it answers.
        from scipy.sparse import csr_matrix

        columns: list[int] = []
        values: list[float] = []
        for row in rows:
            length = max(1e-9, sum(weight * weight for weight in row.values()) ** 0.5)
            known = sorted(
                (self._columns[word], weight / length) for word, weight in row.items() if word in self._columns
            )
            columns += [column for column, _ in known]
            values += [weight for _, weight in known]
        ends = accumulate((_known(row, self._columns) for row in rows), initial=0)
        return csr_matrix(
            (np.asarray(values, dtype=np.float32), np.asarray(columns, dtype=np.int32), np.fromiter(ends, np.int32)),
            shape=(len(rows), max(1, len(self._columns))),
        )


def _known(row: Iterable[str], columns: Mapping[str, int]) -> int:
    return sum(word in columns for word in row)
