"""Many statements in order and each once, in little memory: what is too much for a set goes through sorted files."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path

from kg.model.terms import Statement

AT_ONCE = 500_000
"""Statements that are sorted in memory, some 150 MB."""
_LINES = 10_000


class Sorted:
    """Distinct ``rows`` in the order of their text, as often as they are asked for.

    ``folder`` must be there; files stay in it. A statement is one line: canonical N-Triples has no raw line feed.
    """

    def __init__(self, rows: Iterable[Statement], folder: Path, name: str, at_once: int = AT_ONCE) -> None:
        self._files: list[Path] = []
        self._rows: list[Statement] = []
        rest = iter(rows)
        while part := sorted(set(islice(rest, at_once))):
            if self._rows:
                self._files.append(_written(folder / f"{name}.{len(self._files)}", self._rows))
            self._rows = part

    def __iter__(self) -> Iterator[Statement]:
        with ExitStack() as stack:
            files = (stack.enter_context(path.open(encoding="utf-8", newline="\n")) for path in self._files)
            parts = [map(_statement, file) for file in files]
            yield from (row for row, _ in groupby(heapq.merge(*parts, self._rows)))


class Counted:
    """Rows with how many went by; an iterator."""

    def __init__(self, rows: Iterable[Statement]) -> None:
        self._rows = iter(rows)
        self.number = 0

    def __iter__(self) -> Iterator[Statement]:
        return self

    def __next__(self) -> Statement:
        row = next(self._rows)
        self.number += 1
        return row


def missing(rows: Iterable[Statement], others: Iterable[Statement]) -> Iterator[Statement]:
    """Those of ``rows`` that ``others`` have not, both sorted and each once.

    >>> list(missing(["a", "c", "d"], ["b", "c"]))
    ['a', 'd']
    """
    rest = iter(others)
    other = next(rest, None)
    for row in rows:
        while other is not None and other < row:
            other = next(rest, None)
        if other != row:
            yield row


def _statement(line: str) -> Statement:
    return Statement(line[:-1])


def _written(path: Path, rows: list[Statement]) -> Path:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        for at in range(0, len(rows), _LINES):
            file.write("".join(f"{row}\n" for row in rows[at : at + _LINES]))
    return path
