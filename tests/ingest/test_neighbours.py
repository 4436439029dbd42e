"""Neighbours by an inverted index are those of the whole table, bit by bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from ingest.text.neighbours import Neighbours

_PARTS = ("grueo", "toxin", "fever", "sample", "mock", "itis", "an", " ", " of ", "-", "b", "2")
_FLOORS = (0.5, 0.7, 0.85, 0.99)
Nearest = list[tuple[float, int]]


def table_of(names: list[str]) -> tuple[TfidfVectorizer, csr_matrix]:
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), dtype=np.float32)
    return vectorizer, vectorizer.fit_transform(names)


def exact(table: csr_matrix, query: csr_matrix, k: int, floor: float) -> Nearest:
    """All rows looked at: (distance, row), the nearest first."""
    [values] = (query @ table.T.tocsr()).toarray()
    rows = sorted((float(1 - value), row) for row, value in enumerate(values) if value >= floor)
    return rows[:k]


def found(neighbours: Neighbours, query: Any, k: int, floor: float) -> Nearest:
    [(rows, distances)] = neighbours.knnQueryBatch(query, k)
    assert list(distances) == sorted(distances)
    pairs = zip(distances.tolist(), rows.tolist(), strict=True)
    return [pair for pair in pairs if np.float32(1) - np.float32(pair[0]) >= np.float32(floor)]


@settings(max_examples=150)
@given(
    names=st.lists(st.lists(st.sampled_from(_PARTS), min_size=1, max_size=6).map("".join), min_size=1, max_size=60),
    queries=st.lists(st.lists(st.sampled_from(_PARTS), max_size=6).map("".join), min_size=1, max_size=8),
    floor=st.sampled_from(_FLOORS),
    k=st.integers(1, 50),
)
def test_the_nearest_are_those_of_the_whole_table(names: list[str], queries: list[str], floor: float, k: int) -> None:
    try:
        vectorizer, table = table_of(names)
    except ValueError:  # no name has a trigram
        return
    neighbours = Neighbours(table, floor)
    for query in vectorizer.transform(queries):
        if query.nnz:
            # A little above the floor, where rounding of the distance cannot decide.
            wanted = [one for one in exact(table, query, k, floor) if 1 - one[0] >= floor + 1e-6]
            assert [one for one in found(neighbours, query, k, floor) if 1 - one[0] >= floor + 1e-6] == wanted


def test_several_queries_are_answered_as_one_by_one() -> None:
    vectorizer, table = table_of(["mock fever", "mock fevers", "sample itis", "grueotoxin b"])
    neighbours = Neighbours(table, 0.5)
    queries = vectorizer.transform(["mock fever", "grueotoxin", "mock itis"])
    together = neighbours.knnQueryBatch(queries, 2)
    for one, (rows, distances) in zip(queries, together, strict=True):
        [(again, far)] = neighbours.knnQueryBatch(one, 2)
        assert (again.tolist(), far.tolist()) == (rows.tolist(), distances.tolist())
    assert together[0][0].tolist() == [0, 1]
    assert together[0][1].tolist() == pytest.approx([0.0, 0.1], abs=0.2)


def test_a_query_that_has_no_column_has_no_neighbour() -> None:
    vectorizer, table = table_of(["mock fever", "sample itis"])
    [(rows, distances)] = Neighbours(table, 0.85).knnQueryBatch(vectorizer.transform(["完全不同"]), 3)
    assert rows.size == distances.size == 0
