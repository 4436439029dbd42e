"""Both vector indexes against their contract."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from kg.index.base import INDEXES, VectorIndex
from kg.index.faiss import Faiss
from tests.contract.vector_index import DIMENSION, ENCODER, VectorIndexContract, unit_vectors


class TestExact(VectorIndexContract):
    name: ClassVar[str] = "exact"


class TestFaiss(VectorIndexContract):
    name: ClassVar[str] = "faiss"
    recall: ClassVar[float] = 0.95

    def large(self) -> VectorIndex:
        return Faiss(DIMENSION, ENCODER, limit=1_000)

    def test_the_graph_takes_over_at_its_limit(self) -> None:
        vectors = unit_vectors(1_200)
        index = Faiss(DIMENSION, ENCODER, limit=1_000)
        index.add(np.arange(600, dtype=np.int64), vectors[:600])
        assert index.flat
        index.add(np.arange(600, 1_200, dtype=np.int64), vectors[600:])
        assert not index.flat
        found, _ = index.search(vectors[::97], 1)
        assert found[:, 0].tolist() == list(range(0, 1_200, 97))

    def test_the_graph_never_leaves_a_wide_filter(self) -> None:
        vectors = unit_vectors(3_000)
        index = Faiss(DIMENSION, ENCODER, limit=1_000)
        index.add(np.arange(3_000, dtype=np.int64), vectors)
        allowed = np.arange(0, 3_000, 2, dtype=np.int64)
        found, _ = index._walk(unit_vectors(20, seed=2), 10, allowed)
        assert set(found.ravel().tolist()) <= set(allowed.tolist())


def test_listing_indexes_imports_none() -> None:
    assert {"exact", "faiss"} <= set(INDEXES.names())
