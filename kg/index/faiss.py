"""FAISS: which vectors may be near, found without looking at all of them.

A graph (HNSW) for some ten thousands, cells (IVF with product codes) for millions. What they find is a shortlist:
``kg.index.segment`` puts it in order by better scores, so only places of a vector leave this module.
FAISS has no checksum of its own and loads files with flipped bits in silence: its file lies in a sealed folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

import faiss
import numpy as np

from kg.errors import IntegrityError
from kg.index.base import Mask, RowIds, Vectors
from kg.index.originals import Originals

Shape = Literal["graph", "cells"]

LINKS = 24
CONSTRUCTION = 80
"""Links of a vector in the graph, and candidates while it is built."""
LEARNING = 40
"""Vectors for each cell that the cells are learned from."""
TURNS = 10
"""Rounds in which they are learned."""
_BLOCK = 1 << 20
"""Bytes written at once."""
_SEED = 20
_faiss: Any = faiss
"""Its own types are wrong about what its wrappers take."""


class Shortlist:
    """FAISS's index over vectors that are named by their place in it."""

    file: ClassVar[str] = "shortlist.faiss"

    def __init__(self, shape: Shape, index: Any) -> None:
        self.shape: Shape = shape
        self._index = index

    def find(self, queries: Vectors, count: int, effort: int, allowed: Mask | None = None) -> RowIds:
        """Places of ``count`` vectors for each query that may be among its nearest; -1 where there are fewer.

        ``effort``: candidates of the graph, or cells that are looked into. With ``allowed`` no other is found.
        """
        # Of each thread that asks, since OpenMP counts for each by itself; a second one would mostly spin.
        _faiss.omp_set_num_threads(1)
        selector = None if allowed is None else _faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        parameters: Any
        if self.shape == "graph":
            parameters = _faiss.SearchParametersHNSW(efSearch=max(effort, count), sel=selector)
        else:
            parameters = _faiss.SearchParametersIVF(nprobe=effort, sel=selector)
        _, found = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), count, params=parameters)
        places: RowIds = found
        return places

    def save(self, folder: Path) -> None:
        # Through a stream of our own: FAISS's writer closes its file without asking whether that went well.
        with (folder / self.file).open("wb") as stream:
            _faiss.write_index(self._index, _faiss.PyCallbackIOWriter(stream.write, _BLOCK))

    @classmethod
    def open(cls, folder: Path, shape: Shape) -> Shortlist:
        """What was saved. Raises IntegrityError for what FAISS cannot read.

        A graph is mapped. Of cells FAISS makes a copy in any case, and a mapped file would be in memory beside it.
        """
        path = folder / cls.file
        try:
            return cls(shape, _faiss.read_index(str(path), _faiss.IO_FLAG_MMAP_IFC if shape == "graph" else 0))
        except RuntimeError as error:
            raise IntegrityError(path=path, reason="FAISS cannot read it") from error


def build(shape: Shape, originals: Originals) -> Shortlist:
    """A shortlist of all vectors; the same vectors give the same one."""
    # One thread gives the same graph for the same vectors.
    _faiss.omp_set_num_threads(1)
    index = _graph(originals.dimension) if shape == "graph" else _cells(originals.dimension, len(originals))
    dice = np.random.default_rng(_SEED)
    wanted = min(len(originals), max(LEARNING * cells(len(originals)), 20_000))
    index.train(originals.rows(np.sort(dice.choice(len(originals), wanted, replace=False))))
    for _, rows in originals.blocks():
        index.add(rows)
    return Shortlist(shape, index)


def cells(count: int) -> int:
    """How many cells ``count`` vectors are put in: a power of two near four times their square root, cheap to learn."""
    return 1 << max(4, int(np.log2(4 * np.sqrt(count))))


def _graph(dimension: int) -> Any:
    kind = _faiss.ScalarQuantizer.QT_8bit
    graph = _faiss.IndexHNSWSQ(dimension, kind, LINKS, _faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = CONSTRUCTION
    return graph


def _cells(dimension: int, count: int) -> Any:
    """One bit a number: groups of four in half a byte, as FAISS compares fastest."""
    together = next(size for size in (4, 2, 1) if dimension % size == 0)
    coarse = _faiss.IndexFlatIP(dimension)
    made = _faiss.IndexIVFPQFastScan(
        coarse, dimension, cells(count), dimension // together, 4, _faiss.METRIC_INNER_PRODUCT
    )
    made.own_fields = True
    coarse.this.disown()
    made.cp.niter, made.cp.seed, made.cp.spherical = TURNS, _SEED, True
    made.cp.max_points_per_centroid = LEARNING
    return made
