"""FAISS: every vector compared below 20,000, a navigable graph (HNSW) above.

FAISS has no checksum of its own and loads files with flipped bits in silence, so its file lies
in a sealed folder, and row ids stand beside it as a plain array.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import faiss
import numpy as np

from kg.errors import IntegrityError
from kg.index.base import RowIds, Vectors
from kg.index.exact import PLACES, check_dimension, check_encoder, nearest, positions
from kg.index.sealed import map_array, save_array, seal, unseal

FLAT_BELOW = 20_000
LINKS = 32
CONSTRUCTION = 120
"""HNSW links a vector and candidates while building: recall@10 above 0.95 on text vectors."""
DEPTH = 128
"""Candidates kept while searching, at least; more when k is larger."""
SCAN_BELOW = 50_000
"""Up to so many allowed ids are compared one by one: a graph walk loses recall under a narrow filter."""
_BLOCK = 1 << 20
"""Bytes written at once."""


class Faiss:
    """``limit`` is the size from which the graph replaces the full comparison."""

    name: ClassVar[str] = "faiss"

    def __init__(self, dimension: int, encoder: str, *, limit: int = FLAT_BELOW) -> None:
        self.dimension = dimension
        self.encoder = encoder
        self._limit = limit
        self._index: Any = faiss.IndexFlatIP(dimension)
        self._ids: RowIds = np.empty(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def flat(self) -> bool:
        """Whether every vector is compared, so that answers are exact."""
        return isinstance(self._index, faiss.IndexFlat)

    def add(self, ids: RowIds, vectors: Vectors) -> None:
        check_dimension(self.name, self.dimension, vectors)
        if self.flat and len(self) + len(vectors) >= self._limit:
            self._grow()
        # One thread gives the same graph for the same vectors.
        faiss.omp_set_num_threads(1)
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        self._ids = np.concatenate([self._ids, ids])

    def _grow(self) -> None:
        graph = faiss.IndexHNSWFlat(self.dimension, LINKS, faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efConstruction = CONSTRUCTION
        if len(self):
            graph.add(self._index.reconstruct_n(0, len(self)))
        self._index = graph

    def search(self, vectors: Vectors, k: int, allowed: RowIds | None = None) -> tuple[RowIds, Vectors]:
        check_dimension(self.name, self.dimension, vectors)
        positions = None if allowed is None else np.flatnonzero(np.isin(self._ids, allowed))
        count = len(self) if positions is None else len(positions)
        if count == 0:
            return nearest(self._ids[:0], np.empty((0, self.dimension), dtype=np.float32), vectors, k)
        if positions is not None and (self.flat or count <= SCAN_BELOW):
            return nearest(self._ids[positions], self._index.reconstruct_batch(positions), vectors, k)
        found, scores = self._walk(vectors, k, positions)
        ids = np.where(found >= 0, self._ids[np.maximum(found, 0)], -1)
        scores = np.where(found >= 0, scores, -np.inf).astype(np.float32)
        order = np.lexsort((ids, -np.round(scores, PLACES)), axis=1)
        return np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1)

    def _walk(self, vectors: Vectors, k: int, positions: RowIds | None) -> tuple[RowIds, Vectors]:
        """Positions and scores straight from the library."""
        parameters = None
        if not self.flat:
            selector = None if positions is None else faiss.IDSelectorBatch(positions)
            depth = max(DEPTH, 2 * k)
            parameters = faiss.SearchParametersHNSW(efSearch=depth, sel=selector)  # type: ignore[attr-defined]
        scores, found = self._index.search(np.ascontiguousarray(vectors, dtype=np.float32), k, params=parameters)
        return found, scores

    def vectors(self, ids: RowIds) -> Vectors:
        found: Vectors = self._index.reconstruct_batch(positions(self._ids, ids))
        return found

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # Through a stream of our own: FAISS's writer closes its file without asking whether that went well.
        with (folder / "vectors.faiss").open("wb") as stream:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(stream.write, _BLOCK))  # type: ignore[attr-defined]
        save_array(folder / "ids.npy", self._ids)
        seal(folder, f"vectors/{self.name}", {"encoder": self.encoder, "dimension": self.dimension})

    @classmethod
    def opened(cls, folder: Path, encoder: str, *, verify: bool = True) -> Faiss:
        """A saved index; see ``VectorIndexKind.open``."""
        facts = unseal(folder, f"vectors/{cls.name}", verify=verify)
        check_encoder(folder, facts, encoder)
        made = cls(int(facts["dimension"]), encoder)
        try:
            made._index = faiss.read_index(str(folder / "vectors.faiss"))
        except RuntimeError as error:
            raise IntegrityError(path=folder / "vectors.faiss", reason="FAISS cannot read it") from error
        made._ids = map_array(folder / "ids.npy")
        return made


class FaissKind:
    """Makes and opens FAISS indexes."""

    name: ClassVar[str] = Faiss.name

    @staticmethod
    def create(dimension: int, encoder: str) -> Faiss:
        return Faiss(dimension, encoder)

    @staticmethod
    def open(folder: Path, encoder: str, *, verify: bool = True) -> Faiss:
        return Faiss.opened(folder, encoder, verify=verify)
