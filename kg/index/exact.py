"""The reference vector index: NumPy, every vector compared, exact by construction."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import numpy as np

from kg.errors import IndexMismatch, QueryError
from kg.index.base import MOST_NEAR, Mask, RowIds, Vectors
from kg.index.sealed import map_array, save_array, seal, unseal

_BLOCK = 65_536
"""Vectors compared at once, so that a large index needs no copy of itself."""

PLACES = 6
"""Scores that agree so far are equal: the last bits of a product depend on its place in the block."""


def check_dimension(where: object, expected: int, vectors: Vectors) -> None:
    """Raise IndexMismatch unless ``vectors`` has rows of ``expected`` numbers."""
    if vectors.ndim != 2 or vectors.shape[1] != expected:
        raise IndexMismatch(path=where, expected=f"dimension {expected}", found=f"shape {vectors.shape}")


def check_encoder(where: object, facts: dict[str, str | int], encoder: str) -> None:
    """Raise IndexMismatch unless the index was made with this encoder."""
    if facts["encoder"] != encoder:
        raise IndexMismatch(path=where, expected=facts["encoder"], found=encoder)


def check_count(k: int) -> None:
    """Raise QueryError unless so many neighbours may be asked for."""
    if not 1 <= k <= MOST_NEAR:
        raise QueryError(why="neighbours", count=k, limit=MOST_NEAR)


def nearest(ids: RowIds, rows: Vectors, queries: Vectors, k: int) -> tuple[RowIds, Vectors]:
    """The k best of ``rows`` for each query, ties by id, padded with -1 and -inf."""
    best_ids = np.full((len(queries), k), -1, dtype=np.int64)
    best = np.full((len(queries), k), -np.inf, dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        block_ids = ids[start : start + _BLOCK]
        block = queries @ np.asarray(rows[start : start + _BLOCK]).T
        for at, scores in enumerate(block):
            near = _contenders(scores, max(best[at, -1], -np.inf), k)
            joined_ids = np.concatenate([best_ids[at], block_ids[near]])
            joined = np.concatenate([best[at], scores[near]])
            order = np.lexsort((joined_ids, -np.round(joined, PLACES)))[:k]
            best_ids[at], best[at] = joined_ids[order], joined[order]
    return best_ids, best


def _contenders(scores: Vectors, last: float, k: int) -> RowIds:
    """Where the scores are that can come among the k best, when ``last`` is the worst of those so far."""
    if len(scores) > k:
        last = max(last, float(np.partition(scores, len(scores) - k)[len(scores) - k]))
    # Equal scores are told apart by their ids, so what is equal to the last one counts, too.
    return np.flatnonzero(scores >= last - 10.0**-PLACES)


def places(known: RowIds, wanted: RowIds) -> RowIds:
    """Where each wanted id stands among the known ones."""
    order = np.argsort(known, kind="stable")
    return order[np.searchsorted(known, wanted, sorter=order)]


class Exact:
    """All vectors in one array; also what other indexes are measured against."""

    name: ClassVar[str] = "exact"

    def __init__(self, dimension: int, encoder: str, ids: RowIds | None = None, rows: Vectors | None = None) -> None:
        self.dimension = dimension
        self.encoder = encoder
        self._ids = np.empty(0, dtype=np.int64) if ids is None else ids
        self._rows = np.empty((0, dimension), dtype=np.float32) if rows is None else rows

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> RowIds:
        return self._ids

    def add(self, ids: RowIds, vectors: Vectors) -> None:
        check_dimension(self.name, self.dimension, vectors)
        self._ids = np.concatenate([self._ids, ids])
        self._rows = np.concatenate([self._rows, vectors])

    def remove(self, ids: RowIds) -> None:
        left = ~np.isin(self._ids, ids)
        self._ids, self._rows = self._ids[left], self._rows[left]

    def search(self, vectors: Vectors, k: int, allowed: Mask | None = None) -> tuple[RowIds, Vectors]:
        check_dimension(self.name, self.dimension, vectors)
        check_count(k)
        if allowed is None:
            return nearest(self._ids, self._rows, vectors, k)
        return nearest(self._ids[allowed], self._rows[allowed], vectors, k)

    def vectors(self, ids: RowIds) -> Vectors:
        return np.asarray(self._rows)[places(self._ids, ids)]

    def facts(self) -> dict[str, str]:
        return {"vector_index": self.name, "vector_segments": f"flat {len(self)}", "vector_recall": "1.0000"}

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        save_array(folder / "ids.npy", self._ids)
        save_array(folder / "vectors.npy", self._rows)
        seal(folder, f"vectors/{self.name}", {"encoder": self.encoder, "dimension": self.dimension})


class ExactKind:
    """Makes and opens exact indexes."""

    name: ClassVar[str] = Exact.name

    @staticmethod
    def create(dimension: int, encoder: str) -> Exact:
        return Exact(dimension, encoder)

    @staticmethod
    def held(folder: Path) -> bool:
        return True

    @staticmethod
    def sweep(kept: Iterable[Path]) -> int:
        return 0

    @staticmethod
    def open(folder: Path, encoder: str, *, verify: bool = True) -> Exact:
        facts = unseal(folder, f"vectors/{Exact.name}", verify=verify)
        check_encoder(folder, facts, encoder)
        ids, rows = map_array(folder / "ids.npy"), map_array(folder / "vectors.npy")
        return Exact(int(facts["dimension"]), encoder, ids, rows)
