"""What every VectorIndex does; an implementation's test subclasses this."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from kg.errors import IndexMismatch, IntegrityError, QueryError
from kg.index.base import INDEXES, MOST_NEAR, RowIds, VectorIndex, VectorIndexKind, Vectors

DIMENSION = 24
ENCODER = "test-model:abc:float32"


def unit_vectors(count: int, seed: int = 7) -> Vectors:
    """Clustered unit vectors, as text gives them."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(max(1, count // 12), DIMENSION))
    rows = centres[random.integers(0, len(centres), count)] + 0.4 * random.normal(size=(count, DIMENSION))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


class VectorIndexContract:
    """``name`` is the one in the table of indexes; ``recall`` what ``large`` must reach at 10."""

    name: ClassVar[str]
    recall: ClassVar[float] = 1.0

    @property
    def kind(self) -> VectorIndexKind:
        return INDEXES.load(self.name)

    def large(self) -> VectorIndex:
        """An empty index that will hold 3,000 vectors the way it holds very many."""
        return self.kind.create(DIMENSION, ENCODER)

    @pytest.fixture
    def ids(self) -> RowIds:
        return np.arange(100, 400, dtype=np.int64)

    @pytest.fixture
    def vectors(self) -> Vectors:
        return unit_vectors(300)

    @pytest.fixture
    def index(self, ids: RowIds, vectors: Vectors) -> VectorIndex:
        made = self.kind.create(DIMENSION, ENCODER)
        made.add(ids[:200], vectors[:200])
        made.add(ids[200:], vectors[200:])
        return made

    def test_small_index_is_exact(self, index: VectorIndex, ids: RowIds, vectors: Vectors) -> None:
        queries = unit_vectors(20, seed=9)
        found, scores = index.search(queries, 10)
        truth = queries @ vectors.T
        order = np.argsort(-truth, axis=1)[:, :10]
        assert np.array_equal(found, ids[order])
        np.testing.assert_allclose(scores, np.take_along_axis(truth, order, 1), atol=1e-5)

    def test_equal_vectors_come_in_order_of_their_ids(self, vectors: Vectors) -> None:
        index = self.kind.create(DIMENSION, ENCODER)
        index.add(np.array([9, 3, 7], dtype=np.int64), np.repeat(vectors[:1], 3, axis=0))
        found, _ = index.search(vectors[:1], 3)
        assert found.tolist() == [[3, 7, 9]]

    def test_large_index_reaches_its_recall(self) -> None:
        vectors, queries = unit_vectors(3_000), unit_vectors(50, seed=3)
        index = self.large()
        index.add(np.arange(3_000, dtype=np.int64), vectors)
        found, _ = index.search(queries, 10)
        truth = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
        hits = sum(len(set(a) & set(b)) for a, b in zip(found.tolist(), truth.tolist(), strict=True))
        assert hits / 500 >= self.recall

    @pytest.mark.parametrize("share", [0.001, 0.01, 0.5])
    def test_allowed_ids_are_exact_and_nothing_else_is_found(self, share: float) -> None:
        vectors, queries = unit_vectors(3_000), unit_vectors(20, seed=4)
        index = self.large()
        index.add(np.arange(3_000, dtype=np.int64), vectors)
        allowed = np.random.default_rng(1).random(3_000) < share
        found, scores = index.search(queries, 10, allowed[index.ids])
        rows = np.flatnonzero(allowed)
        order = np.argsort(-(queries @ vectors[rows].T), axis=1)[:, :10]
        count = min(10, len(rows))
        assert np.array_equal(found[:, :count], rows[order])
        assert (found[:, count:] == -1).all()
        np.testing.assert_allclose(scores[:, 0], (queries @ vectors[rows].T).max(axis=1), atol=1e-5)

    def test_fewer_than_k_are_padded(self, index: VectorIndex, vectors: Vectors) -> None:
        found, scores = index.search(vectors[:1], 5, np.isin(index.ids, [100, 101, 999]))
        assert set(found[0, :2].tolist()) == {100, 101}
        assert found[0, 2:].tolist() == [-1, -1, -1]
        assert np.isneginf(scores[0, 2:]).all()
        assert index.search(vectors[:1], 5, np.zeros(len(index), dtype=np.bool_))[0].tolist() == [[-1] * 5]

    @pytest.mark.parametrize("k", [0, -1, MOST_NEAR + 1, 10**9])
    def test_absurd_numbers_of_neighbours_are_refused(self, index: VectorIndex, vectors: Vectors, k: int) -> None:
        with pytest.raises(QueryError) as caught:
            index.search(vectors[:1], k)
        assert str(MOST_NEAR) in str(caught.value)

    def test_more_neighbours_than_vectors_are_padded(self, index: VectorIndex, vectors: Vectors) -> None:
        found, _ = index.search(vectors[:1], 400)
        assert set(found[0, :300].tolist()) == set(range(100, 400))
        assert (found[0, 300:] == -1).all()
        assert index.search(vectors[:0], 3)[0].shape == (0, 3)

    def test_what_was_removed_is_never_found_and_may_come_again(
        self, tmp_path: Path, index: VectorIndex, ids: RowIds, vectors: Vectors
    ) -> None:
        index.remove(np.array([100, 150, 399, 5_000], dtype=np.int64))
        assert len(index) == 297
        assert not np.isin([100, 150, 399], index.ids).any()
        index.save(tmp_path / "index")
        for held in (index, self.kind.open(tmp_path / "index", ENCODER)):
            found, _ = held.search(vectors, 5)
            assert not np.isin([100, 150, 399], found).any()
            held.add(np.array([150], dtype=np.int64), vectors[-1:])
            assert held.search(vectors[-1:], 1)[0].tolist() == [[150]]
            assert np.array_equal(held.vectors(np.array([150, 101], dtype=np.int64)), vectors[[299, 1]])

    def test_it_says_how_it_was_made(self) -> None:
        index = self.large()
        index.add(np.arange(300, dtype=np.int64), unit_vectors(300))
        assert index.facts()["vector_index"] == self.name

    def test_empty_index_answers(self, tmp_path: Path, vectors: Vectors) -> None:
        index = self.kind.create(DIMENSION, ENCODER)
        assert len(index) == 0
        assert index.search(vectors[:2], 3)[0].tolist() == [[-1] * 3] * 2
        index.save(tmp_path / "index")
        again = self.kind.open(tmp_path / "index", ENCODER)
        assert len(again) == 0
        assert again.search(vectors[:2], 3)[0].tolist() == [[-1] * 3] * 2

    def test_saved_index_answers_the_same(self, tmp_path: Path, index: VectorIndex) -> None:
        queries = unit_vectors(20, seed=5)
        index.save(tmp_path / "index")
        again = self.kind.open(tmp_path / "index", ENCODER)
        assert (len(again), again.dimension, again.encoder) == (300, DIMENSION, ENCODER)
        (before, scores), (after, others) = index.search(queries, 10), again.search(queries, 10)
        assert np.array_equal(before, after)
        np.testing.assert_allclose(scores, others, atol=1e-6)

    def test_same_vectors_give_the_same_bytes(self, tmp_path: Path, vectors: Vectors) -> None:
        for name in ("a", "b"):
            index = self.large()
            index.add(np.arange(300, dtype=np.int64), vectors)
            index.save(tmp_path / name)
        files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
        assert files
        assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in files)

    def test_damage_anywhere_is_found(self, tmp_path: Path, index: VectorIndex) -> None:
        index.save(tmp_path / "index")
        files = sorted(path for path in (tmp_path / "index").rglob("*") if path.is_file() and path.name != "seal.json")
        assert files
        for path in files:
            whole = path.read_bytes()
            flipped = bytearray(whole)
            flipped[len(whole) // 2] ^= 1
            for damaged in (bytes(flipped), whole[:-3], b""):
                path.write_bytes(damaged)
                with pytest.raises(IntegrityError) as caught:
                    self.kind.open(tmp_path / "index", ENCODER)
                assert str(path) in str(caught.value)
            path.write_bytes(whole)
        assert len(self.kind.open(tmp_path / "index", ENCODER)) == 300

    def test_missing_seal_is_damage(self, tmp_path: Path, index: VectorIndex) -> None:
        index.save(tmp_path / "index")
        (tmp_path / "index" / "seal.json").unlink()
        with pytest.raises(IntegrityError):
            self.kind.open(tmp_path / "index", ENCODER)

    def test_other_encoder_or_dimension_is_refused(self, tmp_path: Path, index: VectorIndex) -> None:
        index.save(tmp_path / "index")
        with pytest.raises(IndexMismatch):
            self.kind.open(tmp_path / "index", "test-model:abc:bfloat16")
        wrong = np.ones((1, DIMENSION + 1), dtype=np.float32)
        with pytest.raises(IndexMismatch):
            index.search(wrong, 1)
        with pytest.raises(IndexMismatch):
            index.add(np.array([1], dtype=np.int64), wrong)

    def test_no_file_needs_pickle(self, tmp_path: Path, index: VectorIndex) -> None:
        index.save(tmp_path / "index")
        arrays = list((tmp_path / "index").rglob("*.npy"))
        assert arrays
        for path in arrays:
            np.load(path, allow_pickle=False)
        assert not list((tmp_path / "index").rglob("*.pkl"))
