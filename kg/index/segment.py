"""A segment: vectors that never change any more, with what finds the near ones among them.

Every score that leaves a segment is the true one, from the vectors as they were given. Few vectors are all compared.
Of many, FAISS names a shortlist, codes put it in order, and the originals have the last word on its best. How much a
shortlist misses is measured when it is made (``kg.index.recall``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from kg.errors import IntegrityError
from kg.index.base import Mask, RowIds, Vectors
from kg.index.codes import Codes, open_codes, write_codes
from kg.index.exact import nearest
from kg.index.faiss import Shortlist, build
from kg.index.originals import Originals
from kg.index.recall import Effort, measure
from kg.index.sealed import map_array

Kind = Literal["flat", "graph", "cells"]

TIMES = 4
"""Vectors on a shortlist for each one asked for, at least."""
SCAN_BELOW = 20_000
"""Up to so many allowed vectors are compared one by one: shortlists miss more the narrower a filter is."""
_FILE = "segment.json"


class Sizes(msgspec.Struct, frozen=True):
    """From how many vectors on a graph, and cells, take over."""

    graph: int = 20_000
    cells: int = 50_000

    def kind(self, count: int) -> Kind:
        return "flat" if count < self.graph else "graph" if count < self.cells else "cells"


class Facts(msgspec.Struct, frozen=True):
    """``segment.json``. ``recall`` at ten with ``effort``, measured on ``sampled`` questions; 1 where all are seen."""

    kind: Kind
    effort: Effort = Effort(0, 0)
    recall: float = 1.0
    sampled: int = 0


class Segment:
    """An opened segment; positions count from 0 in the order of ``ids``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts = read_facts(folder)
        self.ids: RowIds = np.asarray(map_array(folder / "ids.npy"))
        self.originals = Originals(folder / "vectors.npy")
        self._codes: Codes | None = None
        self._shortlist: Shortlist | None = None
        if self.facts.kind != "flat":
            self._codes = open_codes(folder)
            self._shortlist = Shortlist.open(folder, self.facts.kind)

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, positions: RowIds) -> Vectors:
        return self.originals.rows(positions)

    def blocks(self) -> Iterator[tuple[int, Vectors]]:
        """(position of the first, rows) over all."""
        return self.originals.blocks()

    def search(
        self, queries: Vectors, k: int, allowed: Mask | None = None, effort: Effort | None = None
    ) -> tuple[RowIds, Vectors]:
        """Ids and true scores of the k best; -1 and -inf where there are fewer.

        Exact where ``allowed`` lets few through.
        """
        few = None if allowed is None else np.flatnonzero(allowed)
        if self._shortlist is None or self._codes is None:
            rows = np.asarray(map_array(self.folder / "vectors.npy"))
            return nearest(self.ids if few is None else self.ids[few], rows if few is None else rows[few], queries, k)
        certain = few is not None and len(few) <= SCAN_BELOW
        if few is not None and certain:
            listed = [few] * len(queries)
        else:
            chosen = effort or self.facts.effort
            count = min(max(chosen.listed, TIMES * k), len(self))
            found = self._shortlist.find(queries, count, chosen.looked, allowed)
            listed = [places[places >= 0] for places in found]
        ids = np.full((len(queries), k), -1, dtype=np.int64)
        scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
        for at, places in enumerate(listed):
            sure = certain
            if few is not None and len(places) < min(k, len(few)):
                # What is allowed lies where the shortlist did not look.
                places, sure = few, True
            best = np.sort(self._codes.best(queries[at], places, k, certain=sure))
            ids[at : at + 1], scores[at : at + 1] = nearest(
                self.ids[best], self.originals.rows(best), queries[at : at + 1], k
            )
        return ids, scores


def read_facts(folder: Path) -> Facts:
    """What ``segment.json`` says; raises IntegrityError."""
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=Facts)
    except (OSError, msgspec.MsgspecError) as error:
        raise IntegrityError(path=folder / _FILE, reason=str(error)) from error


def finish_segment(folder: Path, sizes: Sizes) -> Segment:
    """Add to ``ids.npy`` and ``vectors.npy`` in ``folder`` what finds the near ones, and open it."""
    originals = Originals(folder / "vectors.npy")
    kind = sizes.kind(len(originals))
    tell_facts(folder, Facts(kind))
    if kind != "flat":
        write_codes(folder, originals)
        build(kind, originals).save(folder)
        made = Segment(folder)
        effort, recall, sampled = measure(originals, made.search)
        tell_facts(folder, Facts(kind, effort, recall, sampled))
    return Segment(folder)


def tell_facts(folder: Path, facts: Facts) -> None:
    """Write ``segment.json``."""
    (folder / _FILE).write_bytes(msgspec.json.format(msgspec.json.encode(facts)) + b"\n")
