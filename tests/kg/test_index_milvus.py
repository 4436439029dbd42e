"""Vectors in Milvus against the contract of all indexes, against exact ones, and with a server that fails."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from kg.errors import ConfigError, VectorEngineFailed
from kg.index.base import INDEXES, VectorIndex
from kg.index.engine import Engines
from kg.index.milvus import Milvus
from kg.index.milvus_segments import MilvusKind, MilvusSegments
from kg.index.segment import Sizes
from tests.contract.vector_index import DIMENSION, ENCODER, VectorIndexContract, unit_vectors
from tests.milvus import MilvusServer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with MilvusServer(tmp_path_factory.mktemp("milvus")) as running:
        yield running


@pytest.fixture(autouse=True)
def engine(server: MilvusServer, request: pytest.FixtureRequest) -> Iterator[None]:
    """A place of its own on the server for each test, emptied afterwards."""
    prefix = f"t{abs(hash(request.node.nodeid)) % 10**9}_"
    Engines.configure(server.engine(prefix))
    yield
    if server.process is not None:
        Engines.configure(server.engine(prefix))
        MilvusKind.sweep(())
    Engines.configure(None)


class _Saved(MilvusSegments):
    """Saves and opens itself before the first search, so that the server answers."""

    folder: ClassVar[Path]
    made: ClassVar[int] = 0

    def search(self, *arguments: object, **named: object) -> object:  # type: ignore[override]
        if self._fresh is not None:
            _Saved.made += 1
            place = self.folder / str(_Saved.made)
            self.save(place)
            opened = MilvusSegments.opened(place, ENCODER, sizes=self._sizes)
            self._parts, self._fresh = opened._parts, None
        return super().search(*arguments, **named)  # type: ignore[arg-type]


class _Large(VectorIndexContract):
    name: ClassVar[str] = "milvus"
    sizes: ClassVar[Sizes | None] = None

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        _Saved.folder = tmp_path_factory.mktemp("saved")

    def large(self) -> VectorIndex:
        return _Saved(DIMENSION, ENCODER, sizes=self.sizes)


class TestMilvus(_Large):
    pass


class TestGraph(_Large):
    recall: ClassVar[float] = 0.95
    sizes: ClassVar[Sizes | None] = Sizes(graph=1_000, cells=1 << 62)


def saved(folder: Path, count: int = 300) -> MilvusSegments:
    index = MilvusSegments(DIMENSION, ENCODER)
    index.add(np.arange(count, dtype=np.int64), unit_vectors(count))
    index.save(folder)
    return MilvusSegments.opened(folder, ENCODER)


def test_answers_are_those_of_the_exact_index(tmp_path: Path) -> None:
    index, exact = saved(tmp_path / "index", 2_000), INDEXES.load("exact").create(DIMENSION, ENCODER)
    exact.add(np.arange(2_000, dtype=np.int64), unit_vectors(2_000))
    for seed, share in enumerate((None, 0.5, 0.002)):
        queries = unit_vectors(10, seed=30 + seed)
        allowed = None if share is None else np.random.default_rng(seed).random(2_000) < share
        (found, scores), (expected, others) = (one.search(queries, 25, allowed) for one in (index, exact))
        assert np.array_equal(found, expected)
        np.testing.assert_allclose(scores, others, atol=1e-5)


def test_what_lies_too_far_behind_is_asked_for_by_its_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.index.milvus_collection.MOST", 40)
    monkeypatch.setattr("kg.index.milvus_collection._LISTED", 50)
    index, vectors = saved(tmp_path / "index", 1_000), unit_vectors(1_000)
    query = unit_vectors(1, seed=5)
    furthest = np.argsort(query @ vectors.T, axis=1)[0, :120]
    found, scores = index.search(query, 10, np.isin(index.ids, furthest))
    expected = furthest[np.argsort(-(vectors[furthest] @ query[0]))[:10]]
    assert found[0].tolist() == expected.tolist()
    np.testing.assert_allclose(scores[0], vectors[expected] @ query[0], atol=1e-5)


def test_a_change_leaves_the_large_collection_and_a_sweep_drops_what_none_names(tmp_path: Path) -> None:
    index = saved(tmp_path / "one", 1_000)
    server = Milvus(*Engines.found())
    (large,) = server.names()
    index.add(np.array([5_000, 5_001], dtype=np.int64), unit_vectors(2, seed=6))
    index.remove(np.arange(10, dtype=np.int64))
    index.save(tmp_path / "two")
    assert large in server.names()
    assert len(server.names()) == 2
    again = MilvusSegments.opened(tmp_path / "two", ENCODER)
    assert again.facts()["vector_segments"] == "flat 990, flat 2"
    assert not np.isin(np.arange(10), again.search(unit_vectors(1_000)[:10], 50)[0]).any()
    assert MilvusKind.sweep((tmp_path / "one", tmp_path / "two")) == 0
    assert MilvusKind.sweep((tmp_path / "one",)) == 1
    assert server.names() == [large]
    assert len(saved(tmp_path / "three", 1_000)) == 1_000
    assert server.names() == [large]


def test_a_collection_that_was_cut_is_filled_again(tmp_path: Path) -> None:
    saved(tmp_path / "one")
    server = Milvus(*Engines.found())
    (name,) = server.names()
    client = server._connected()
    client.delete(name, filter="id < 20")
    with pytest.raises(VectorEngineFailed) as caught:
        MilvusSegments.opened(tmp_path / "one", ENCODER).search(unit_vectors(1), 5)
    assert caught.value.params["why"] == "vectors-elsewhere"
    again = saved(tmp_path / "two")
    assert np.array_equal(again.search(unit_vectors(300)[:1], 1)[0], [[0]])


def test_a_server_without_the_collection_or_with_another_is_told(tmp_path: Path) -> None:
    saved(tmp_path / "one")
    server = Milvus(*Engines.found())
    (name,) = server.names()
    held = MilvusSegments.opened(tmp_path / "one", ENCODER)
    server.drop(name)
    for index in (held, MilvusSegments.opened(tmp_path / "one", ENCODER)):
        with pytest.raises(VectorEngineFailed) as caught:
            index.search(unit_vectors(1), 5)
        assert caught.value.params["why"] == "vectors-elsewhere"
    client = server._connected()
    client.create_collection(name, dimension=DIMENSION, metric_type="IP")
    with pytest.raises(VectorEngineFailed) as caught:
        held.search(unit_vectors(1), 5)
    assert caught.value.params["why"] == "vectors-elsewhere"


def test_a_server_that_is_away_is_told_in_time_and_asked_again_when_it_is_back(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with MilvusServer(tmp_path) as own:
        Engines.configure(own.engine(seconds=1.0))
        index = saved(tmp_path / "index")
        index._server._breaker._pause = 0.2
        before = index.search(unit_vectors(1), 5)
        assert own.process is not None
        own.process.send_signal(signal.SIGSTOP)
        start = time.monotonic()
        with pytest.raises(VectorEngineFailed) as caught:
            index.search(unit_vectors(1), 5)
        assert time.monotonic() - start < 5
        assert caught.value.params["why"] == "vectors-away"
        own.process.send_signal(signal.SIGCONT)
        own.stop()
        for _ in range(4):
            with pytest.raises(VectorEngineFailed) as caught:
                index.search(unit_vectors(1), 5)
        start = time.monotonic()
        with pytest.raises(VectorEngineFailed):
            index.search(unit_vectors(1), 5)
        assert time.monotonic() - start < 0.05
        with pytest.raises(VectorEngineFailed):
            saved(tmp_path / "other")
        own.start()
        time.sleep(0.3)
        until = time.monotonic() + 20
        while True:
            try:
                after = index.search(unit_vectors(1), 5)
                break
            except VectorEngineFailed:
                assert time.monotonic() < until
                time.sleep(0.3)
        assert np.array_equal(before[0], after[0])
    text = str(caught.value)
    assert "127.0.0.1" not in text
    assert caught.value.text("zh") != text


def test_no_server_is_an_error_of_the_settings() -> None:
    Engines.configure(None)
    with pytest.raises(ConfigError):
        MilvusKind.create(DIMENSION, ENCODER)
    with pytest.raises(ConfigError):
        Engines.configure(MilvusServer(Path()).engine(prefix="no-prefix"))
