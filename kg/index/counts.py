"""How often each row holds each term: what BM25 with constants of our own is computed from, for rows already found.

tantivy finds; its constants (k1 1.2, b 0.75) cannot be set. Terms are known by 32 bits of their spelling, sorted within
a row, so that no list of terms is needed: that a query meets a foreign term of the same code in one row of a hundred
terms has a chance of one in forty million. Files are written as a stream and mapped.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

import msgspec
import numpy as np
import numpy.typing as npt

from kg.index.sealed import map_array, map_bytes, save_array

Rows = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
MOST = 255
"""How often a term of a row counts at most."""
_KNOWN = 1_000_000
"""Spellings whose codes are kept while an index is made."""
_PAGE = 500_000
"""Terms that are sorted at once."""
_BITS = np.uint64(32)


class Constants(msgspec.Struct, frozen=True):
    """Of BM25: ``k1`` says how soon a further occurrence counts less, ``b`` how much the length of a row does."""

    k1: float
    b: float


class _Codes(dict[str, int]):
    def __missing__(self, term: str) -> int:
        if len(self) >= _KNOWN:
            self.clear()
        found = self[term] = crc32(term.encode("utf-8", "surrogatepass"))
        return found


class CountWriter:
    """Appends rows to ``<name>.codes`` and ``<name>.times``; ``finish`` writes what leads to them."""

    def __init__(self, folder: Path, name: str) -> None:
        self._codes: BinaryIO = (folder / f"{name}.codes").open("wb")
        self._times: BinaryIO = (folder / f"{name}.times").open("wb")
        self._folder, self._name = folder, name
        self._known = _Codes()
        self._held = array("I")
        self._counted = bytearray()
        self._sizes: list[int] = []
        self._offsets = [np.zeros(1, dtype=np.uint64)]
        self._lengths = [np.zeros(0, dtype=np.uint32)]

    def add(self, terms: Iterable[str], times: bytes) -> None:
        """The terms of the next row and how often each counts; one that comes again counts again, 255 times in all."""
        self._held.extend(map(self._known.__getitem__, terms))
        self._counted += times
        self._sizes.append(len(times))
        if len(self._held) >= _PAGE:
            self._write()

    def _write(self) -> None:
        """All rows that are held are sorted in one go, which costs a tenth of sorting each."""
        codes, times = np.array(self._held, dtype=np.uint64), np.frombuffer(bytes(self._counted), dtype=np.uint8)
        rows = np.repeat(np.arange(len(self._sizes), dtype=np.uint64), self._sizes)
        keys = (rows << _BITS) | codes
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = np.flatnonzero(np.diff(keys, prepend=keys[:1] + np.uint64(1))) if len(keys) else np.zeros(0, np.int64)
        counted = np.add.reduceat(times[order].astype(np.int64), first) if len(first) else first
        keys = keys[first]
        self._codes.write(keys.astype(np.uint32).tobytes())
        self._times.write(np.minimum(counted, MOST).astype(np.uint8).tobytes())
        each = np.bincount((keys >> _BITS).astype(np.int64), minlength=len(self._sizes))
        self._offsets.append(self._offsets[-1][-1] + np.cumsum(each).astype(np.uint64))
        sums = np.bincount(rows.astype(np.int64), weights=times, minlength=len(self._sizes))
        self._lengths.append(sums.astype(np.uint32))
        self._held, self._counted, self._sizes = array("I"), bytearray(), []

    def finish(self) -> None:
        if self._sizes:
            self._write()
        self._codes.close()
        self._times.close()
        save_array(self._folder / f"{self._name}.offsets.npy", np.concatenate(self._offsets))
        save_array(self._folder / f"{self._name}.lengths.npy", np.concatenate(self._lengths))


class Counts:
    """What a CountWriter wrote, mapped."""

    def __init__(self, folder: Path, name: str) -> None:
        self._codes: npt.NDArray[np.uint32] = _mapped(folder / f"{name}.codes", np.uint32)
        self._times: npt.NDArray[np.uint8] = _mapped(folder / f"{name}.times", np.uint8)
        self._offsets = map_array(folder / f"{name}.offsets.npy")
        self._lengths = map_array(folder / f"{name}.lengths.npy")
        self._mean = float(self._lengths.mean()) if len(self._lengths) else 0.0

    def scores(self, rows: Rows, terms: Sequence[str], weights: Sequence[float], constants: Constants) -> Values:
        """The BM25 score of each row for ``terms``; the ``weights`` hold how rare each is and how much it counts."""
        times = self.times(rows, terms)
        relative = self._lengths[rows] / (self._mean or 1.0)
        damping = constants.k1 * (1 - constants.b + constants.b * relative)
        gained = times * (constants.k1 + 1) / (times + damping[:, None])
        scores: Values = gained @ np.array(weights, dtype=np.float64)
        return scores

    def times(self, rows: Rows, terms: Sequence[str]) -> Values:
        """How often each row (down) holds each term (across): every row is halved for every term, all at once."""
        codes = np.array([crc32(term.encode("utf-8", "surrogatepass")) for term in terms], np.uint32)
        ends = self._offsets[rows + 1].astype(np.int64)[:, None]
        low = np.repeat(self._offsets[rows].astype(np.int64)[:, None], len(codes), axis=1)
        if not len(self._codes) or not low.size:
            return np.zeros(low.shape)
        high = np.repeat(ends, len(codes), axis=1)
        last = len(self._codes) - 1
        for _ in range(int((high - low).max()).bit_length()):
            middle = (low + high) >> 1
            below = (self._codes[np.minimum(middle, last)] < codes) & (low < high)
            low = np.where(below, middle + 1, low)
            high = np.where(below, high, middle)
        at = np.minimum(low, last)
        there = (low < ends) & (self._codes[at] == codes)
        return np.where(there, self._times[at], 0).astype(np.float64)


def _mapped(path: Path, kind: type[np.generic]) -> npt.NDArray[Any]:
    data = map_bytes(path)
    return np.frombuffer(data, dtype=kind) if len(data) else np.zeros(0, dtype=kind)
