"""Vectors at one byte a number, and how far from the true scores theirs can lie.

A score by codes differs from the true one by no more than ``slack`` for a query of unit length. So whoever needs exact
answers keeps every candidate within twice that of the last place, and asks the originals for those alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.index.base import RowIds, Vectors
from kg.index.originals import Originals
from kg.index.sealed import map_array, save_array, save_rows

LEVELS = 255
_BLOCK = 512
"""Rows decoded at once: what is decoded stays near the processor."""
_UNLIKELY = 6.0
"""Times its deviation that a score is never off in practice: one in a thousand million would be."""
_ROUNDING = 1e-5
"""What sums of several hundred products in single precision can be off by."""


class Codes:
    """Rows of bytes: number ``i`` of a vector is ``low[i] + step[i] * byte``."""

    def __init__(self, rows: npt.NDArray[np.uint8], low: Vectors, step: Vectors, slack: float) -> None:
        # Of the mapped file a plain array: indexing the other kind takes twice as long.
        self._rows = np.asarray(rows)
        self._low = low
        self._step = step
        self.slack = slack

    def __len__(self) -> int:
        return len(self._rows)

    def scores(self, query: Vectors, positions: RowIds) -> Vectors:
        """Inner products of one query with the rows at ``positions``."""
        made: Vectors = np.empty(len(positions), dtype=np.float32)
        scaled = query * self._step
        for start in range(0, len(positions), _BLOCK):
            some = positions[start : start + _BLOCK]
            made[start : start + _BLOCK] = self._rows.take(some, axis=0).astype(np.float32) @ scaled
        return made + np.float32(query @ self._low)

    def best(self, query: Vectors, positions: RowIds, k: int, *, certain: bool) -> RowIds:
        """Those of ``positions`` among which the k best lie.

        ``certain``: whatever rounding did, none of the k best is left out. Otherwise those whose rounding would have to
        be ``_UNLIKELY`` times what it usually is, and twice as many as asked for at most.
        """
        if len(positions) <= k:
            return positions
        scores = self.scores(query, positions)
        last = np.partition(scores, len(scores) - k)[len(scores) - k]
        if certain:
            off = self.slack * float(np.linalg.norm(query))
        else:
            # Each number is off by a step at most, evenly: the deviation of a sum of such, weighted by the query.
            off = _UNLIKELY * float(np.linalg.norm(query * self._step)) / 12**0.5
        kept = np.flatnonzero(scores >= last - 2 * (off + _ROUNDING))
        if not certain and len(kept) > 2 * k + 16:
            kept = kept[np.argpartition(-scores[kept], 2 * k + 15)[: 2 * k + 16]]
        best: RowIds = positions[kept]
        return best


def write_codes(folder: Path, originals: Originals) -> None:
    """Write ``codes.npy`` and ``scale.npy`` for vectors of which there is at least one."""
    lows, highs = zip(*((rows.min(axis=0), rows.max(axis=0)) for _, rows in originals.blocks()), strict=True)
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    step = np.maximum((high - low) / LEVELS, np.finfo(np.float32).tiny).astype(np.float32)
    slack = 0.0

    def coded() -> Iterator[npt.NDArray[np.uint8]]:
        nonlocal slack
        for _, rows in originals.blocks():
            bytes_ = np.clip(np.rint((rows - low) / step), 0, LEVELS)
            slack = max(slack, float(np.linalg.norm(rows - (low + step * bytes_), axis=1).max()))
            yield bytes_.astype(np.uint8)

    save_rows(folder / "codes.npy", (len(originals), originals.dimension), np.uint8, coded())
    save_array(folder / "scale.npy", np.stack([low, step, np.full_like(low, slack)]))


def open_codes(folder: Path) -> Codes:
    """What ``write_codes`` wrote, mapped."""
    low, step, slack = np.array(map_array(folder / "scale.npy"))
    return Codes(map_array(folder / "codes.npy"), low, step, float(slack[0]))
