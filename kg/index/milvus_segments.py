"""Segments whose vectors lie in Milvus; ids, and what is gone, stay here.

A collection is named by what it holds, so what two generations have in common is there once, and a publish that was cut
fills the same one again. Scores are true ones: a small collection compares everything, a large one walks a graph over
the numbers as they were given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np

from kg.errors import VectorEngineFailed
from kg.index.base import Mask, RowIds, Vectors
from kg.index.engine import Engines
from kg.index.exact import PLACES, nearest
from kg.index.milvus import MOST, Identity, Milvus
from kg.index.milvus_collection import FILE, Collection, fill, place_of, read_place, write_place
from kg.index.originals import Originals
from kg.index.recall import Effort, measure
from kg.index.sealed import map_array
from kg.index.segment import Facts, Sizes, read_facts, tell_facts
from kg.index.segments import Segments

SIZES = Sizes(graph=MOST, cells=1 << 62)
LINKS, CONSTRUCTION = 24, 200
"""Links of a vector in the server's graph, and candidates while it is built."""
_FEW = 4_096
"""Allowed vectors of a graph that are fetched and compared here: then the answer is exact."""
_BLOCK = 4_096


class MilvusSegment:
    """A sealed segment."""

    def __init__(self, folder: Path, server: Milvus) -> None:
        self.folder = folder
        self.facts = read_facts(folder)
        self.ids: RowIds = np.asarray(map_array(folder / "ids.npy"))
        self._collection = Collection(server, read_place(folder / FILE), self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def search(
        self, queries: Vectors, k: int, allowed: Mask | None = None, effort: Effort | None = None
    ) -> tuple[RowIds, Vectors]:
        """See ``Segment.search``. Raises VectorEngineFailed."""
        looked = (effort or self.facts.effort).looked
        few = None if allowed is None else np.flatnonzero(allowed)
        if few is not None and self.facts.kind != "flat" and len(few) <= _FEW:
            return nearest(self.ids[few], self.rows(few), queries, k)
        ids = np.full((len(queries), k), -1, dtype=np.int64)
        scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
        for at, query in enumerate(queries):
            found, near = self._collection.best(query, k, allowed, looked)
            order = np.lexsort((found, -np.round(near, PLACES)))[:k]
            ids[at, : len(order)], scores[at, : len(order)] = found[order], near[order]
        return ids, scores

    def rows(self, positions: RowIds) -> Vectors:
        return self._collection.rows(self.ids[positions])

    def blocks(self) -> Iterator[tuple[int, Vectors]]:
        """(position of the first, rows) over all."""
        for start in range(0, len(self), _BLOCK):
            yield start, self.rows(np.arange(start, min(start + _BLOCK, len(self))))


class MilvusSegments(Segments):
    """See ``Segments``."""

    name: ClassVar[str] = "milvus"
    sealed: ClassVar[str] = "vectors/milvus.v1"

    def __init__(self, dimension: int, encoder: str, *, sizes: Sizes | None = None) -> None:
        super().__init__(dimension, encoder, sizes=sizes or SIZES)
        self._server = Milvus(*Engines.found())

    def _finish(self, folder: Path) -> None:
        originals, ids = Originals(folder / "vectors.npy"), np.asarray(map_array(folder / "ids.npy"))
        place = place_of(Identity(self.encoder, self.dimension, len(ids), _digest(ids, originals)))
        write_place(folder, place)
        kind = self._sizes.kind(len(ids))
        tell_facts(folder, Facts(kind))
        graph = {"index_type": "HNSW", "params": {"M": LINKS, "efConstruction": CONSTRUCTION}}
        index = {"index_type": "FLAT"} if kind == "flat" else graph
        fill(self._server, place, index, ids, (rows for _, rows in originals.blocks()))
        if kind != "flat":
            effort, recall, sampled = measure(originals, MilvusSegment(folder, self._server).search)
            tell_facts(folder, Facts(kind, effort, recall, sampled))
        (folder / "vectors.npy").unlink()

    def _opened(self, folder: Path) -> MilvusSegment:
        return MilvusSegment(folder, self._server)


class MilvusKind:
    """Makes and opens indexes in the server that the settings name."""

    name: ClassVar[str] = MilvusSegments.name

    @staticmethod
    def create(dimension: int, encoder: str) -> MilvusSegments:
        return MilvusSegments(dimension, encoder)

    @staticmethod
    def open(folder: Path, encoder: str, *, verify: bool = True) -> MilvusSegments:
        return MilvusSegments.opened(folder, encoder, verify=verify)

    @staticmethod
    def held(folder: Path) -> bool:
        server = Milvus(*Engines.found())
        try:
            for place in map(read_place, sorted(folder.rglob(FILE))):
                server.check(server.engine.prefix + place.name, place.identity)
        except VectorEngineFailed as error:
            if error.params["why"] == "vectors-elsewhere":
                return False
            raise
        return True

    @staticmethod
    def sweep(kept: Iterable[Path]) -> int:
        server = Milvus(*Engines.found())
        used = {read_place(path).name for folder in kept for path in folder.rglob(FILE)}
        left = [name for name in server.names() if name.removeprefix(server.engine.prefix) not in used]
        for name in left:
            server.drop(name)
        return len(left)


def _digest(ids: RowIds, originals: Originals) -> str:
    state = hashlib.sha256(np.ascontiguousarray(ids).data)
    for _, rows in originals.blocks():
        state.update(np.ascontiguousarray(rows).data)
    return state.hexdigest()
