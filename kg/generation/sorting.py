"""Sorting more lines than fit into memory."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from kg.store.disk import storage

BLOCK = 64_000_000
"""Bytes of lines that are sorted in memory; as Python objects they take about three times as much."""


def sort_lines(lines: Iterable[bytes], folder: Path, block: int = BLOCK) -> Iterator[bytes]:
    """``lines`` in order of their bytes; each ends in a line feed. Raises StorageFull, StoreError.

    What goes beyond ``block`` bytes waits in unnamed files in ``folder``, which are gone when the iterator is.
    """
    runs: list[IO[bytes]] = []
    try:
        part: list[bytes] = []
        size = 0
        for line in lines:
            part.append(line)
            size += len(line)
            if size > block:
                runs.append(_run(part, folder))
                part, size = [], 0
        part.sort()
        yield from heapq.merge(*runs, part) if runs else part
    finally:
        for run in runs:
            run.close()


def unique(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Sorted lines, each once."""
    return (line for line, _ in groupby(lines))


def _run(part: list[bytes], folder: Path) -> IO[bytes]:
    part.sort()
    with storage(folder):
        run = TemporaryFile(dir=folder)  # noqa: SIM115 -- closed by the caller
        run.writelines(part)
        run.seek(0)
    return run
