"""Words in Milvus: the BM25 weights of our own analyser as sparse rows, so that the ranking is that of tantivy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from kg.index.base import Mask, RowIds, TextEntry
from kg.index.bm25 import Dimensions, Weights, WeightWriter
from kg.index.engine import Engines
from kg.index.exact import PLACES
from kg.index.milvus import WORDS, Identity, Milvus
from kg.index.milvus_collection import FILE, Collection, fill, place_of, read_place, write_place
from kg.index.rows import Rows, RowWriter
from kg.index.sealed import map_array, save_array, seal, unseal
from kg.index.text import Wanted

_SEALED = "words/milvus.v1"
_ROWS = "weights"
_BLOCK = 1_000
"""Rows sent at once."""
_INDEX = {"index_type": "SPARSE_INVERTED_INDEX"}


class _Sent(msgspec.Struct):
    weights: Weights


class WordsWriter:
    """Takes the entries of one kind, in the order of their rows, and fills a collection."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._weights = WeightWriter(folder)

    def add(self, entry: TextEntry) -> None:
        self._weights.add(entry)

    def finish(self) -> None:
        """Raises VectorEngineFailed."""
        # Written down before they are sent: the name of the collection is the digest of all of them.
        writer, rows, state = RowWriter(self._folder, _ROWS), [], hashlib.sha256()
        for row, weights in self._weights.finish():
            rows.append(row)
            state.update(repr((row, sorted(weights.items()))).encode())
            writer.add(_Sent(weights))
        writer.finish()
        ids = np.array(rows, dtype=np.int64)
        save_array(self._folder / "ids.npy", ids)
        dimension = len(Dimensions(self._folder))
        place = place_of(Identity(WORDS, dimension, len(ids), state.hexdigest()))
        write_place(self._folder, place)
        if len(ids):
            fill(Milvus(*Engines.found()), place, _INDEX, ids, _blocks(Rows(self._folder, _ROWS, _Sent)))
        for path in self._folder.glob(f"{_ROWS}.*"):
            path.unlink()
        seal(self._folder, _SEALED, {})


class Words:
    """What ``WordsWriter`` made, opened; no call is made before the first search."""

    def __init__(self, folder: Path, *, verify: bool = True) -> None:
        unseal(folder, _SEALED, verify=verify)
        self._ids: RowIds = np.asarray(map_array(folder / "ids.npy"))
        self._dimensions = Dimensions(folder)
        self._collection = Collection(Milvus(*Engines.found()), read_place(folder / FILE), self._ids)

    def search(self, wanted: Sequence[Wanted], limit: int, allowed: Mask | None = None) -> list[tuple[int, float]]:
        """See ``TextIndex.search``; ``allowed`` is over all rows. Raises VectorEngineFailed."""
        query = self._dimensions.query((one.field, one.token, one.boost) for one in wanted)
        held = None if allowed is None else allowed[self._ids]
        if not query or limit < 1 or (held is not None and not held.any()):
            return []
        rows, scores = self._collection.best(query, limit, held)
        order = np.lexsort((rows, -np.round(scores, PLACES)))
        found = [(int(rows[at]), float(scores[at])) for at in order if scores[at] > 0]
        return found[:limit]


def _blocks(rows: Rows[_Sent]) -> Iterator[list[Weights]]:
    for start in range(0, len(rows), _BLOCK):
        yield [rows[at].weights for at in range(start, min(start + _BLOCK, len(rows)))]
