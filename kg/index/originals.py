"""Vectors as they were given, in a file that stays on the disk: the last word on every score.

Rows are read one by one, not mapped: a mapped row would keep sixty neighbours in memory, and the few hundred that a
search asks for would soon hold the whole file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from kg.index.base import RowIds, Vectors
from kg.index.sealed import map_array

BLOCK = 16_384
"""Rows read at once where all are read."""
_FEW = 4_096
"""Rows that are fetched one by one; more are copied out of the mapped file."""


class Originals:
    """The rows of an ``.npy`` file of float32, by position."""

    def __init__(self, path: Path) -> None:
        mapped = map_array(path)
        self._count, self.dimension = mapped.shape
        self._offset = int(getattr(mapped, "offset", 0))
        self._path = path
        self._file: IO[bytes] = path.open("rb", buffering=0)

    def __len__(self) -> int:
        return int(self._count)

    def rows(self, positions: RowIds) -> Vectors:
        """A copy of these rows, in the order given."""
        if len(positions) > _FEW:
            return np.asarray(map_array(self._path)[positions], dtype=np.float32)
        size = 4 * self.dimension
        file = self._file.fileno()
        data = b"".join([os.pread(file, size, self._offset + size * at) for at in positions.tolist()])
        return np.frombuffer(data, dtype=np.float32).reshape(len(positions), self.dimension)

    def blocks(self) -> Iterator[tuple[int, Vectors]]:
        """(position of the first, rows) over the whole file."""
        for start in range(0, len(self), BLOCK):
            yield start, self.block(start, start + BLOCK)

    def block(self, start: int, stop: int) -> Vectors:
        """A copy of the rows from ``start`` to before ``stop``, which may lie behind the end."""
        size = 4 * self.dimension
        wanted = size * max(min(stop, len(self)) - start, 0)
        made = bytearray(wanted)
        view, done = memoryview(made), 0
        while done < wanted:
            done += os.preadv(self._file.fileno(), [view[done:]], self._offset + size * start + done)
        return np.frombuffer(made, dtype=np.float32).reshape(-1, self.dimension)
