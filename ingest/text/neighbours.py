"""The rows of a table that are like a query, without looking at the others: an inverted index with an exact bound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_SPARE = 1e-4
"""What rounding may take from a product of single-precision numbers, many times over."""


class Neighbours:
    """Rows of a sparse table (rows of unit length, in CSR form) whose product with a query is at least ``floor``.

    A row that shares none of some columns of a query has a product with it of at most the length of the rest of the
    query (Cauchy and Schwarz). So the rows that have any of a few columns are enough, as long as the rest is shorter
    than the floor: columns that few rows have, which weigh most (prefix filtering: Bayardo, Ma and Srikant 2007,
    "Scaling up all pairs similarity search"). Products are summed in the order in which a product of the whole table
    sums them, so they are the same to the last bit.
    """

    def __init__(self, table: Any, floor: float) -> None:
        self._rows = table.tocsr()
        self._rows.sort_indices()
        self._columns = self._rows.tocsc()
        self._often = np.diff(self._columns.indptr)
        self._rest = max(0.0, floor - _SPARE) ** 2

    def knnQueryBatch(self, queries: Any, k: int) -> list[tuple[Integers, Floats]]:  # noqa: N802
        """The nearest ``k`` rows of each query by cosine, with their distances (1 less the cosine), the nearest first.

        What is farther than the floor may be left out. The name is nmslib's, by which scispaCy's generator asks.
        """
        return [self._nearest(columns, weights, k) for columns, weights in _rows(queries)]

    def likeness(self, query: Any, rows: Integers) -> Floats:
        """The products of one query with some rows."""
        [(columns, weights)] = _rows(query)
        return self._products(columns, weights, rows)

    def _products(self, columns: Integers, weights: Floats, rows: Integers) -> Floats:
        dense = np.zeros(self._rows.shape[1], dtype=np.float32)
        dense[columns] = weights
        return np.asarray(self._rows[rows] @ dense)

    def _nearest(self, columns: Integers, weights: Floats, k: int) -> tuple[Integers, Floats]:
        rows = self._candidates(columns, weights)
        values = self._products(columns, weights, rows)
        # Equal ones in the order of rows, so that an answer is the same each time.
        best = np.lexsort((rows, -values))[:k]
        return rows[best], 1 - values[best]

    def _candidates(self, columns: Integers, weights: Floats) -> Integers:
        """Rows in ascending order that have any of the columns that are enough."""
        lengths = weights.astype(np.float64) ** 2
        order = np.argsort(self._often[columns] / np.maximum(lengths, 1e-30), kind="stable")
        left = lengths.sum() - np.cumsum(lengths[order])
        enough = order[: int(np.searchsorted(-left, -self._rest, side="right")) + 1]
        pointers, rows = self._columns.indptr, self._columns.indices
        found = [rows[pointers[column] : pointers[column + 1]] for column in columns[enough]]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)


def _rows(queries: Any) -> Iterator[tuple[Integers, Floats]]:
    """(columns, weights) of each row, in the order of columns."""
    table = queries.tocsr()
    table.sort_indices()
    for first, last in zip(table.indptr[:-1], table.indptr[1:], strict=True):
        yield table.indices[first:last], table.data[first:last]
