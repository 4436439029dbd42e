"""Names that are like each other: which are worth a look (sparse products), and how alike two of them are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from ontology.mapping.vocabulary import Name
from ontology.mapping.wording import WEAK, Wording, grams, says_little

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_BLOCK = 512
_COMMON = 0.15
"""Words and letters that more names than this share lead nowhere by themselves."""


class Telling(msgspec.Struct, frozen=True):
    """How much each word says: the more names have it, the less. ``most`` is for a word that none has."""

    weights: Mapping[str, float]
    most: float

    @classmethod
    def of(cls, names: Iterable[Name]) -> Telling:
        """From the names of both sides."""
        counts: Counter[str] = Counter()
        total = 0
        for name in names:
            counts.update(name.wording.words)
            total += 1
        weights = {
            word: (math.log((1 + total) / (1 + number)) + 0.3) * (WEAK if says_little(word) else 1.0)
            for word, number in counts.items()
        }
        return cls(weights, math.log(1 + total) + 0.3)

    def of_word(self, word: str) -> float:
        return self.weights.get(word, self.most)

    def total(self, words: Iterable[str]) -> float:
        return sum(self.of_word(word) for word in words)


class Likeness(msgspec.Struct, frozen=True, gc=False):
    """How alike two names are: all 0 to 1 but ``numbers``.

    ``same``: the same text; ``bag``: the same words; ``shared``: what the shared words say, of what all say;
    ``of_subject``, ``of_object``: of what the words of one say; ``letters``: Dice of their letters;
    ``numbers``: 1 where a type or grade of one is not that of the other.
    """

    same: float
    bag: float
    shared: float
    of_subject: float
    of_object: float
    letters: float
    numbers: float

    @property
    def whole(self) -> float:
        """One figure for where the best of several pairs of names is asked for."""
        if self.same:
            return 1.0
        return (0.7 * self.shared + 0.3 * self.letters) * (0.97 if not self.numbers else 0.8)


class Prepared(NamedTuple):
    """A wording with what comparing it with many others needs each time."""

    wording: Wording
    words: frozenset[str]
    says: float
    letters: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, wording: Wording, telling: Telling) -> Prepared:
        words = frozenset(wording.words)
        return cls(wording, words, telling.total(wording.words), frozenset(grams(wording.text)), wording.numbers)


def likeness(one: Prepared, other: Prepared, telling: Telling) -> Likeness:
    """How alike two names are.

    >>> from ontology.mapping.wording import worded
    >>> telling = Telling({"kidney": 2.0, "neoplasm": 1.0, "benign": 1.0}, 3.0)
    >>> names = [Prepared.of(worded(name), telling) for name in ("kidney cancer", "Benign Renal Neoplasms")]
    >>> found = likeness(*names, telling)
    >>> found.of_subject, found.of_object, found.shared
    (1.0, 0.75, 0.75)
    """
    common = telling.total(one.words & other.words)
    either = one.says + other.says - common
    letters = len(one.letters) + len(other.letters)
    return Likeness(
        same=float(one.wording.text == other.wording.text),
        bag=float(one.words == other.words),
        shared=common / either if either else 0.0,
        of_subject=common / one.says if one.says else 0.0,
        of_object=common / other.says if other.says else 0.0,
        letters=2 * len(one.letters & other.letters) / letters if letters else 0.0,
        numbers=float(one.numbers != other.numbers),
    )


class Nearest:
    """Finds the names of one side that share telling words or letters with a name of the other."""

    def __init__(self, names: Sequence[Name], letters: bool = False) -> None:
        self._letters = letters
        self._columns: dict[str, int] = {}
        rows = [self._features(name.wording) for name in names]
        counts = Counter(feature for row in rows for feature in row)
        limit = max(50, int(_COMMON * len(names)))
        kept = sorted(feature for feature, number in counts.items() if number <= limit)
        self._columns = {feature: at for at, feature in enumerate(kept)}
        idf = [
            (math.log((1 + len(names)) / (1 + counts[feature])) + 0.3) * (WEAK if says_little(feature) else 1.0)
            for feature in kept
        ]
        self._idf = np.array(idf, dtype=np.float32)
        self._matrix = self._table(rows).T.tocsr()

    def _features(self, wording: Wording) -> tuple[str, ...]:
        return tuple(sorted(set(grams(wording.text)))) if self._letters else wording.words

    def _table(self, rows: list[tuple[str, ...]]) -> csr_matrix:
        # A service need not wait for it before it answers.
        from scipy.sparse import csr_matrix, diags

        columns = self._columns
        places = [[columns[feature] for feature in row if feature in columns] for row in rows]
        ends = np.cumsum([0, *(len(row) for row in places)])
        flat = np.fromiter((at for row in places for at in row), dtype=np.int64, count=int(ends[-1]))
        values = self._idf[flat]
        table = csr_matrix((values, flat, ends), shape=(len(rows), len(columns)), dtype=np.float32)
        long = np.sqrt(np.asarray(table.multiply(table).sum(1)).ravel())
        return diags(1.0 / np.maximum(long, 1e-9)).astype(np.float32) @ table

    def of(self, names: Sequence[Name], most: int) -> Iterator[Sequence[int]]:
        """For each of ``names`` the places of at most ``most`` names, in no order."""
        for start in range(0, len(names), _BLOCK):
            table = self._table([self._features(name.wording) for name in names[start : start + _BLOCK]])
            found = (table @ self._matrix).tocsr()
            for row in range(found.shape[0]):
                places = found.indices[found.indptr[row] : found.indptr[row + 1]]
                values = found.data[found.indptr[row] : found.indptr[row + 1]]
                if len(places) > most:
                    # Of equals the first, so that the same input gives the same candidates.
                    order = np.lexsort((places, -values))[:most]
                    places = places[order]
                yield [int(at) for at in places]
