"""Vectors that cannot be asked cost an answer its vectors, never more; parts of two generations answer nothing."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import msgspec
import pytest

from api.engine import use_engine
from api.knowledge import Opener
from api.settings import Settings
from kg.errors import GenerationMismatch, IntegrityError, VectorEngineFailed
from kg.generation.manifest import GenerationManifest
from kg.generation.pointer import Shelf
from kg.generation.publish import publish
from kg.index.base import Encoder
from kg.index.engine import Engines
from kg.search.base import Query
from tests.corpus import record, write_build, write_records
from tests.kg.graph import WordEncoder
from tests.kg.test_generation import build, planned
from tests.milvus import MilvusServer

pytestmark = pytest.mark.slow
FEVER = Query("sample fever")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    made = build(tmp_path / "data", write_build(tmp_path / "in"), encoder=WordEncoder())
    assert made is not None
    return tmp_path / "data"


def opener(data: Path, encoder: Encoder | None = None, settings: Settings | None = None) -> Opener:
    made = Opener(settings or Settings(data=str(data), encoder="packaged"))
    if encoder is not None:
        made._encoder = lambda identifier: encoder  # type: ignore[assignment]
    return made


def generation(data: Path) -> Path:
    shelf = Shelf(data)
    return shelf.path(shelf.find())


def damage(path: Path) -> None:
    # Files are shared with other generations by links, so it is another file that is damaged.
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))


def test_sound_vectors_answer(data: Path) -> None:
    found = opener(data, WordEncoder()).open(generation(data))
    results = found.searcher.search(FEVER)
    assert results.interpretation.degraded == ""
    assert any(hit.parts.dense for hit in results.items)


@pytest.mark.parametrize("file", ["index/00/vectors.npy", "index/seal.json", "windows/rows.npy", "windows/seal.json"])
def test_damaged_vectors_leave_text_and_concepts_and_are_made_again(data: Path, tmp_path: Path, file: str) -> None:
    damaged = generation(data)
    damage(damaged / "vectors" / file)
    found = opener(data, WordEncoder()).open(damaged)
    results = found.searcher.search(FEVER)
    assert results.items
    assert results.interpretation.degraded == "vectors-damaged"
    assert not any(hit.parts.dense for hit in results.items)
    made = build(data, tmp_path / "in" / "build.toml", encoder=WordEncoder())
    assert made is not None
    mended = opener(data, WordEncoder()).open(generation(data))
    assert generation(data) != damaged
    assert mended.searcher.search(FEVER).interpretation.degraded == ""
    assert build(data, tmp_path / "in" / "build.toml", encoder=WordEncoder()) is None


def test_missing_vectors_are_told(data: Path) -> None:
    shutil.rmtree(generation(data) / "vectors")
    found = opener(data, WordEncoder()).open(generation(data))
    assert found.searcher.search(FEVER).interpretation.degraded == "vectors-damaged"


def test_without_their_encoder_text_and_concepts_answer(data: Path, tmp_path: Path) -> None:
    """The vectors are of another model than the one that is here, or there is none at all."""
    for settings in (
        Settings(data=str(data), encoder="packaged"),
        Settings(data=str(data), encoder=str(tmp_path / "no-model")),
    ):
        found = Opener(settings).open(generation(data))
        results = found.searcher.search(FEVER)
        assert results.items
        assert results.interpretation.degraded == "encoder-missing"
        assert found.encoder is None


def test_vectors_that_nobody_wants_are_not_missed(data: Path) -> None:
    found = Opener(Settings(data=str(data), encoder="none")).open(generation(data))
    assert found.searcher.search(FEVER).interpretation.degraded == ""


def test_a_search_that_leaves_vectors_out_lacks_none(data: Path) -> None:
    found = Opener(Settings(data=str(data), encoder="packaged")).open(generation(data))
    assert found.searcher.search(Query("sample fever", signals=("text",))).interpretation.degraded == ""


@pytest.mark.parametrize("part", ["vectors", "text", "store"])
def test_parts_of_another_generation_are_refused(data: Path, tmp_path: Path, part: str) -> None:
    before = generation(data)
    rows = [record(index, text=f"sample fever, time {index}.") for index in range(20, 26)]
    write_records(tmp_path / "in" / "records-00.jsonl", rows)
    assert isinstance(build(data, tmp_path / "in" / "build.toml", encoder=WordEncoder()), GenerationManifest)
    after = generation(data)
    shutil.rmtree(after / part)
    shutil.copytree(before / part, after / part, copy_function=os.link)
    with pytest.raises(GenerationMismatch) as caught:
        opener(data, WordEncoder()).open(after)
    assert after.name in str(caught.value)


def test_damage_elsewhere_is_still_refused(data: Path) -> None:
    damage(generation(data) / "suggest" / "keys.bin")
    with pytest.raises(IntegrityError):
        opener(data, WordEncoder()).open(generation(data))


def test_an_engine_of_vectors_that_fails_leaves_text_and_concepts(tmp_path: Path) -> None:
    """Published into Milvus, asked with it, without it, with another in its place, and again when it is published."""
    config = write_build(tmp_path / "in")
    with MilvusServer(tmp_path) as server:
        settings = Settings(
            data=str(tmp_path / "data"),
            milvus_uri=server.uri,
            vector_index="milvus",
            milvus_seconds=5.0,
            milvus_prefix="t_",
        )
        use_engine(settings)
        try:
            plan = msgspec.structs.replace(planned(tmp_path / "data", config), vector_index="milvus", words=True)
            assert publish(plan, WordEncoder()) is not None
            assert publish(plan, WordEncoder()) is None
            data = tmp_path / "data"
            found = opener(data, WordEncoder(), settings).open(generation(data))
            whole = found.searcher.search(FEVER)
            assert whole.interpretation.degraded == ""
            assert any(hit.parts.dense for hit in whole.items)
            text = msgspec.structs.replace(FEVER, signals=("text",))
            words = found.searcher.search(text)
            assert found.indexes.text._kinds["document"].elsewhere is not None
            server.stop()
            results = found.searcher.search(FEVER)
            assert results.items
            assert (results.interpretation.degraded, found.searcher.lacking) == ("vectors-away", "vectors-away")
            assert not any(hit.parts.dense for hit in results.items)
            assert found.searcher.search(text) == words
            assert not words.interpretation.degraded
            with pytest.raises(VectorEngineFailed):
                found.searcher.search(msgspec.structs.replace(FEVER, signals=("dense",)))
            Engines.configure(None)
            alone = opener(data, WordEncoder(), Settings(data=str(data))).open(generation(data)).searcher
            assert (alone.search(FEVER).interpretation.degraded, alone.search(text)) == ("vectors-away", words)
            shutil.rmtree(tmp_path / "milvus")
            server.start()
            found = opener(data, WordEncoder(), settings).open(generation(data))
            until = time.monotonic() + 30
            while (why := found.searcher.search(FEVER).interpretation.degraded) == "vectors-away":
                # gRPC waits a second or two before it calls a server again that was away.
                assert time.monotonic() < until
                time.sleep(0.5)
            assert why == "vectors-elsewhere"
            change = record(1, text="sample fever again.", year=2022)
            write_records(tmp_path / "in" / "records-00.jsonl", [record(0), change])
            plan = msgspec.structs.replace(planned(data, config), vector_index="milvus", words=True)
            assert publish(plan, WordEncoder()) is not None
            found = opener(data, WordEncoder(), settings).open(generation(data))
            assert found.searcher.search(FEVER).interpretation.degraded == ""
        finally:
            Engines.configure(None)
