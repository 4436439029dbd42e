"""Vectors that were added and are in no segment yet: in a file without a name, since there may be millions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import numpy as np

from kg.index.base import Mask, RowIds, Vectors
from kg.index.exact import nearest
from kg.index.originals import BLOCK


class Fresh:
    """Like a segment, but it grows; every vector is compared."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as this does
        self._added: list[RowIds] = []

    def __len__(self) -> int:
        return sum(map(len, self._added))

    def add(self, ids: RowIds, vectors: Vectors) -> None:
        self._file.write(np.ascontiguousarray(vectors, dtype=np.float32).data)
        self._added.append(ids)

    @property
    def ids(self) -> RowIds:
        if len(self._added) != 1:
            self._added = [np.concatenate([np.empty(0, dtype=np.int64), *self._added])]
        return self._added[0]

    def search(self, queries: Vectors, k: int, allowed: Mask | None = None) -> tuple[RowIds, Vectors]:
        """See ``Segment.search``."""
        rows = self._rows()
        if allowed is None:
            return nearest(self.ids, rows, queries, k)
        return nearest(self.ids[allowed], rows[allowed], queries, k)

    def rows(self, positions: RowIds) -> Vectors:
        return np.array(self._rows()[positions])

    def blocks(self) -> Iterator[tuple[int, Vectors]]:
        """(position of the first, rows) over all."""
        rows = self._rows()
        for start in range(0, len(self), BLOCK):
            yield start, np.array(rows[start : start + BLOCK])

    def _rows(self) -> Vectors:
        if not len(self):
            return np.empty((0, self._dimension), dtype=np.float32)
        self._file.flush()
        return np.memmap(self._file, np.float32, "r", shape=(len(self), self._dimension))
