"""Expansions: the codes of a value set, filtered by words, in pages or as a tree."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from kg.errors import ExpansionTooCostly
from kg.index.base import Mask
from kg.terminology.table import DEPRECATED, CodeTable

MOST = 5_000
"""Codes of one answer."""


class Wanted(msgspec.Struct, frozen=True):
    """What of a value set is asked for. ``count`` None: all of it. ``nested``: as a tree, which has no pages."""

    filter: str = ""
    offset: int = 0
    count: int | None = None
    active: bool = False
    nested: bool = False
    without: tuple[str, ...] = ()
    """URLs of code systems that are left out."""


class Node(msgspec.Struct, frozen=True):
    """A row and what stands below it."""

    row: int
    below: tuple[Node, ...] = ()


class Expansion(msgspec.Struct, frozen=True):
    """``total`` codes in all, of which these are told."""

    total: int
    nodes: tuple[Node, ...]


def expand(table: CodeTable, selected: Mask, wanted: Wanted) -> Expansion:
    """The codes that are asked for, in the order of systems and codes; with a filter those of shorter names first.

    Raises ExpansionTooCostly where more than ``MOST`` codes would have to be told at once.
    """
    found = selected
    if wanted.active:
        found = found & ((table.flags & DEPRECATED) == 0)
    for url in wanted.without:
        system = table.system(url)
        found = found.copy()
        found[system.first : system.stop] = False
    if wanted.filter:
        found = table.words.mask(wanted.filter, found)
    rows = np.flatnonzero(found)
    if min(len(rows) - min(wanted.offset, len(rows)), MOST + 1 if wanted.count is None else wanted.count) > MOST:
        raise ExpansionTooCostly(found=len(rows), limit=MOST)
    if wanted.nested and wanted.count is None and not wanted.offset:
        return Expansion(len(rows), tree(table, rows.tolist()))
    total = len(rows)
    stop = total if wanted.count is None else min(wanted.offset + wanted.count, total)
    if wanted.filter:
        rows = _shortest(table, rows, stop)
    return Expansion(total, tuple(Node(row) for row in rows[wanted.offset : stop].tolist()))


def _shortest(table: CodeTable, rows: npt.NDArray[np.int64], stop: int) -> npt.NDArray[np.int64]:
    """The first ``stop`` of ``rows`` by length of name, equals in their order."""
    ranks = table.sizes[rows].astype(np.int64) * len(table) + rows
    if stop < len(rows):
        best = np.argpartition(ranks, stop)[:stop]
        rows, ranks = rows[best], ranks[best]
    ordered: npt.NDArray[np.int64] = rows[np.argsort(ranks)]
    return ordered


def tree(table: CodeTable, rows: Sequence[int]) -> tuple[Node, ...]:
    """Rows below their parents where these are among them. Each stands once, below its first parent; of a cycle the
    first row is at the top."""
    among = set(rows)
    below: dict[int, list[int]] = {}
    tops: list[int] = []
    above: dict[int, int] = {}
    for row in rows:
        parent = next((one for one in table.parents(row) if one in among and not _reaches(above, one, row)), None)
        if parent is None:
            tops.append(row)
        else:
            above[row] = parent
            below.setdefault(parent, []).append(row)
    # Made from the bottom, without recursion: a chain may be longer than the interpreter's stack.
    made: dict[int, Node] = {}
    stack = [(row, False) for row in tops]
    while stack:
        row, ready = stack.pop()
        if ready or row not in below:
            made[row] = Node(row, tuple(made[child] for child in below.get(row, ())))
        else:
            stack.append((row, True))
            stack += ((child, False) for child in below[row])
    return tuple(made[row] for row in tops)


def _reaches(above: dict[int, int], start: int, goal: int) -> bool:
    """Whether ``goal`` is at or above ``start`` in the tree so far."""
    at: int | None = start
    while at is not None:
        if at == goal:
            return True
        at = above.get(at)
    return False
