"""Both vector indexes against their contract, and segments against what they promise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.index.base import INDEXES, VectorIndex, VectorIndexKind
from kg.index.codes import open_codes, write_codes
from kg.index.originals import Originals
from kg.index.sealed import save_array
from kg.index.segment import Segment, Sizes
from kg.index.segments import Segments
from tests.contract.vector_index import DIMENSION, ENCODER, VectorIndexContract, unit_vectors

GRAPH, CELLS = Sizes(graph=1_000, cells=100_000), Sizes(graph=500, cells=1_000)


class TestExact(VectorIndexContract):
    name: ClassVar[str] = "exact"


class TestFaiss(VectorIndexContract):
    name: ClassVar[str] = "faiss"


class Saved(Segments):
    """Saves and opens itself before the first search, as an index of very many vectors always has been."""

    sizes: ClassVar[Sizes]
    folder: ClassVar[Path]
    made: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__(DIMENSION, ENCODER, sizes=self.sizes)

    def search(self, *arguments: object, **named: object) -> object:  # type: ignore[override]
        if self._fresh is not None:
            Saved.made += 1
            place = self.folder / str(Saved.made)
            self.save(place)
            self._parts, self._fresh = Segments.opened(place, ENCODER)._parts, None
        return super().search(*arguments, **named)  # type: ignore[arg-type]


class _Kind:
    """Makes indexes that are no longer small."""

    name: ClassVar[str] = "faiss"
    sizes: ClassVar[Sizes]

    @classmethod
    def create(cls, dimension: int, encoder: str) -> Segments:
        return Segments(dimension, encoder, sizes=cls.sizes)

    @classmethod
    def open(cls, folder: Path, encoder: str, *, verify: bool = True) -> Segments:
        return Segments.opened(folder, encoder, verify=verify, sizes=cls.sizes)


class _Large(VectorIndexContract):
    name: ClassVar[str] = "faiss"
    recall: ClassVar[float] = 0.95
    sizes: ClassVar[Sizes]

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        Saved.folder, Saved.sizes = tmp_path_factory.mktemp("saved"), self.sizes

    def large(self) -> VectorIndex:
        return Saved()


class TestGraph(_Large):
    sizes: ClassVar[Sizes] = GRAPH


class TestCells(_Large):
    sizes: ClassVar[Sizes] = CELLS


class TestSmallGraph(VectorIndexContract):
    """Every test of the contract, saved and opened, over a graph of 300 vectors."""

    name: ClassVar[str] = "faiss"

    @property
    def kind(self) -> VectorIndexKind:
        return type("Kind", (_Kind,), {"sizes": Sizes(graph=100, cells=10_000)})


class TestSmallCells(VectorIndexContract):
    """The same over cells."""

    name: ClassVar[str] = "faiss"

    @property
    def kind(self) -> VectorIndexKind:
        return type("Kind", (_Kind,), {"sizes": Sizes(graph=50, cells=100)})


def saved(folder: Path, count: int, sizes: Sizes) -> Segments:
    index = Segments(DIMENSION, ENCODER, sizes=sizes)
    index.add(np.arange(count, dtype=np.int64), unit_vectors(count))
    index.save(folder)
    return Segments.opened(folder, ENCODER, sizes=sizes)


@pytest.mark.parametrize(("count", "kind"), [(999, "flat"), (1_000, "graph"), (3_000, "cells")])
def test_size_chooses_the_kind_and_recall_is_measured(tmp_path: Path, count: int, kind: str) -> None:
    index = saved(tmp_path / "index", count, Sizes(graph=1_000, cells=3_000))
    segment = Segment(tmp_path / "index" / "00")
    assert segment.facts.kind == kind
    assert segment.facts.sampled == (0 if kind == "flat" else 128)
    assert segment.facts.recall >= 0.95
    assert index.facts() == {
        "vector_index": "faiss",
        "vector_segments": f"{kind} {count}",
        "vector_recall": f"{segment.facts.recall:.4f}",
    }


@pytest.mark.parametrize("sizes", [GRAPH, CELLS])
def test_a_wide_filter_is_never_left(tmp_path: Path, sizes: Sizes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.index.segment.SCAN_BELOW", 10)
    index = saved(tmp_path / "index", 3_000, sizes)
    allowed = index.ids % 2 == 0
    found, _ = index.search(unit_vectors(50, seed=2), 10, allowed)
    assert (found[found >= 0] % 2 == 0).all()
    rows = np.flatnonzero(allowed)
    queries = unit_vectors(50, seed=2)
    truth = rows[np.argsort(-(queries @ unit_vectors(3_000)[rows].T), axis=1)[:, :10]]
    hits = sum(len(set(a) & set(b)) for a, b in zip(found.tolist(), truth.tolist(), strict=True))
    assert hits / 500 >= 0.95


def test_codes_lie_as_near_as_they_say(tmp_path: Path) -> None:
    vectors, queries = unit_vectors(2_000), unit_vectors(30, seed=8)
    save_array(tmp_path / "vectors.npy", vectors)
    write_codes(tmp_path, Originals(tmp_path / "vectors.npy"))
    codes = open_codes(tmp_path)
    everyone = np.arange(2_000)
    for query in queries:
        true = vectors @ query
        assert np.abs(codes.scores(query, everyone) - true).max() <= codes.slack + 1e-5
        best = set(np.argsort(-true)[:25].tolist())
        assert best <= set(codes.best(query, everyone, 25, certain=True).tolist())
        likely = codes.best(query, everyone, 25, certain=False)
        assert best <= set(likely.tolist())
        assert 25 <= len(likely) < 2 * 25 + 16, "most places are sure"
    assert codes.slack < 0.02


def test_one_that_asks_is_one_thread(tmp_path: Path) -> None:
    """OpenMP counts threads for each thread that asks: a limit that another one set says nothing here."""
    index = Segments(DIMENSION, ENCODER, sizes=CELLS)
    index.add(np.arange(2_000), unit_vectors(2_000))
    index.save(tmp_path / "index")
    made = Segments.opened(tmp_path / "index", ENCODER)

    def asked() -> int:
        made.search(unit_vectors(1, seed=5), 3)
        return int(faiss.omp_get_max_threads())

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asked).result() == 1


def test_a_change_leaves_large_segments_as_they_are(tmp_path: Path) -> None:
    index = saved(tmp_path / "one", 2_000, GRAPH)
    index.add(np.arange(5_000, 5_040, dtype=np.int64), unit_vectors(40, seed=6))
    index.remove(np.arange(10, dtype=np.int64))
    index.save(tmp_path / "two")
    again = Segments.opened(tmp_path / "two", ENCODER, sizes=GRAPH)
    assert again.facts()["vector_segments"] == "graph 1990, flat 40"
    before, after = (tmp_path / name / "00" / "vectors.npy" for name in ("one", "two"))
    assert before.stat().st_ino == after.stat().st_ino
    again.remove(np.arange(600, dtype=np.int64))
    again.save(tmp_path / "three")
    smaller = Segments.opened(tmp_path / "three", ENCODER)
    assert smaller.facts()["vector_segments"] == "graph 1400, flat 40"
    assert len(np.load(tmp_path / "three" / "00" / "ids.npy")) == 1_400
    assert (tmp_path / "two" / "seal.json").is_file()
    assert len(Segments.opened(tmp_path / "one", ENCODER)) == 2_000


Change = tuple[str, int, int]
CHANGES = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "save"]), st.integers(0, 399), st.integers(1, 90)), max_size=12
)


@settings(max_examples=40)
@given(changes=CHANGES, large=st.booleans())
def test_incremental_and_full_builds_answer_alike(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Change], large: bool
) -> None:
    """Whatever was added and removed, in however many generations: as if the rest had been built at once."""
    folder, sizes = tmp_path_factory.mktemp("steps"), Sizes(graph=60, cells=150) if large else Sizes()
    vectors = unit_vectors(400, seed=12)
    held: set[int] = set()
    index = Segments(DIMENSION, ENCODER, sizes=sizes)
    for step, (what, start, count) in enumerate([*changes, ("save", 0, 0)]):
        some = list(range(start, min(start + count, 400)))
        if what == "add":
            new = [at for at in some if at not in held]
            index.add(np.array(new, dtype=np.int64), vectors[new])
            held.update(new)
        elif what == "remove":
            index.remove(np.array(some, dtype=np.int64))
            held.difference_update(some)
        else:
            index.save(folder / str(step))
            index = Segments.opened(folder / str(step), ENCODER, sizes=sizes)
    ids = np.array(sorted(held), dtype=np.int64)
    full = Segments(DIMENSION, ENCODER, sizes=sizes)
    full.add(ids, vectors[ids])
    full.save(folder / "full")
    full = Segments.opened(folder / "full", ENCODER, sizes=sizes)
    assert sorted(index.ids.tolist()) == ids.tolist()
    assert np.array_equal(index.vectors(ids), vectors[ids])
    queries = unit_vectors(10, seed=13)
    for filtered in (False, True):
        masks = [one.ids % 3 == 0 if filtered else None for one in (index, full)]
        (found, scores), (expected, others) = (
            one.search(queries, 5, mask) for one, mask in zip((index, full), masks, strict=True)
        )
        assert np.array_equal(found, expected)
        np.testing.assert_allclose(scores, others, atol=1e-6)


def test_listing_indexes_imports_none() -> None:
    assert {"exact", "faiss"} <= set(INDEXES.names())
