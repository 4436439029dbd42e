"""The weights of words as tantivy's BM25 has them, for engines that rank by the inner product of sparse rows.

A dimension is a word of a field. A row holds, for each of its words, everything of the score but the boost that the
query gives: how rare the word is, and how often it stands there for the length of the field, which is rounded as
tantivy keeps it (in a byte). So the product of a row and the boosts of a query is the score that tantivy gives, but for
the last bits.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from kg.index.analysis import tokens
from kg.index.base import TextEntry
from kg.index.rescoring import MENTION
from kg.index.rows import Rows, RowWriter
from kg.index.sealed import map_array, save_array

K1, B = 1.2, 0.75
FIELDS = ("title", "body", "label", "synonyms", "names", "concept", "subtree")
_WAITING = "weighing"

Weights = dict[int, float]
"""Dimension -> weight."""


def _kept(byte: int) -> int:
    """The length that a byte stands for: exact below 40, then eight steps for each doubling."""
    if byte < 24:
        return byte
    bits, shift = (byte - 24) & 7, ((byte - 24) >> 3) - 1
    return 24 + (bits if shift < 0 else (bits | 8) << shift)


_LENGTHS = [_kept(byte) for byte in range(256)]


def rounded(length: int) -> int:
    """The length of a field as tantivy keeps it.

    >>> [rounded(length) for length in (0, 39, 41, 100, 1000)]
    [0, 39, 40, 96, 984]
    """
    return _LENGTHS[bisect_right(_LENGTHS, length) - 1]


def dimension_key(field: str, token: str) -> int:
    """64 bits that name a word of a field."""
    return int.from_bytes(hashlib.blake2b(f"{field}\0{token}".encode(), digest_size=8).digest(), "big")


def counted(entry: TextEntry) -> Iterator[tuple[str, dict[str, int]]]:
    """(field, how often each of its words stands there) for the fields that hold any."""
    for name in FIELDS[:5]:
        if text := getattr(entry, name):
            yield name, Counter(tokens(text))
    for name, given, once in (("concept", entry.concepts, 1), ("subtree", entry.subtree, MENTION)):
        if given:
            found: Counter[str] = Counter()
            for curie, times in given:
                found[curie] += max(1, times // once)
            yield name, found


class _Waiting(msgspec.Struct, array_like=True):
    """Of a row: (number of the field, its length, its words with how often)."""

    fields: list[tuple[int, int, list[tuple[int, int]]]]


class WeightWriter:
    """Takes the rows of one kind in their order; they wait in a file until what they weigh is known."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._waiting = RowWriter(folder, _WAITING)
        self._holding: Counter[int] = Counter()
        self._total = [0] * len(FIELDS)

    def add(self, entry: TextEntry) -> None:
        made = []
        for name, words in counted(entry):
            number, length = FIELDS.index(name), sum(words.values())
            keys = [(dimension_key(name, token), times) for token, times in words.items()]
            self._holding.update(key for key, _ in keys)
            self._total[number] += length
            made.append((number, length, keys))
        self._waiting.add(_Waiting(made))

    def finish(self) -> Iterator[tuple[int, Weights]]:
        """(row, weights) of every row that holds a word. Writes ``keys.npy``: the words by their dimension."""
        self._waiting.finish()
        keys = np.array(sorted(self._holding), dtype=np.uint64)
        save_array(self._folder / "keys.npy", keys)
        places = {int(key): place for place, key in enumerate(keys.tolist())}
        rows = Rows(self._folder, _WAITING, _Waiting)
        count = len(rows)
        means = [total / count if count else 0.0 for total in self._total]
        for row in range(count):
            weights: Weights = {}
            for number, length, words in rows[row].fields:
                norm = K1 * (1 - B + B * rounded(length) / means[number])
                for key, times in words:
                    holding = self._holding[key]
                    rare = math.log(1 + (count - holding + 0.5) / (holding + 0.5))
                    weights[places[key]] = rare * (1 + K1) * times / (times + norm)
            if weights:
                yield row, weights
        for path in self._folder.glob(f"{_WAITING}.*"):
            path.unlink()


class Dimensions:
    """The dimensions of words, from what ``WeightWriter`` wrote."""

    def __init__(self, folder: Path) -> None:
        self._keys: npt.NDArray[np.uint64] = map_array(folder / "keys.npy")

    def __len__(self) -> int:
        return len(self._keys)

    def query(self, wanted: Iterable[tuple[str, str, float]]) -> Weights:
        """(field, token, boost) of each word that is asked for -> what a row is multiplied with; unknown words are
        left out."""
        made: Weights = {}
        for field, token, boost in wanted:
            key = np.uint64(dimension_key(field, token))
            at = int(np.searchsorted(self._keys, key))
            if at < len(self._keys) and self._keys[at] == key:
                made[at] = made.get(at, 0.0) + boost
        return made
