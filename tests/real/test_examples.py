"""Every example query has an answer on the real build, as users would get it: through gate, search and worker.

The whole build has no vectors, as encoding its documents takes longer than all the rest of it; the queries that ask
for vectors are put to a part of it that is encoded.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.examples import Example, examples

ROOT = Path(__file__).resolve().parents[2]
PART = ("starter", "doid", "medmentions")
"""Inputs of the encoded part."""


def needs_vectors(example: Example) -> bool:
    return "mkg:nearest" in example.query


def build(settings: Settings, *inputs: str) -> None:
    """The real build, or those inputs of it."""
    config = read_config(ROOT / "benchmarks" / "real.toml")
    if inputs:
        config = msgspec.structs.replace(config, input=tuple(one for one in config.input if one.name in inputs))
        assert len(config.input) == len(inputs)
    Building(settings).run(config, {}, Listener(), lambda *step: None)


def unanswered(settings: Settings, asked: Iterable[Example]) -> list[str]:
    """Examples that find nothing."""
    empty = []
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        for example in asked:
            answer = client.get("/sparql", params={"query": example.query})
            assert answer.status_code == 200, (example.id, answer.text)
            if not answer.json()["results"]["bindings"]:
                empty.append(example.id)
    return empty


@pytest.fixture
def settings(tmp_path: Path, data_folder: Path) -> Settings:
    return Settings(
        data=str(tmp_path / "data"),
        encoder="none",
        concept_vectors=False,
        query_seconds=60.0,
        query_budget_seconds=0,
        test_data=str(data_folder),
    )


@pytest.mark.slow
def test_every_example_has_an_answer_on_the_real_build(settings: Settings) -> None:
    kept = os.environ.get("MEDKG_REAL_BUILD", "")
    if kept:
        settings = msgspec.structs.replace(settings, data=kept)
    else:
        build(settings)
    assert unanswered(settings, (example for example in examples() if not needs_vectors(example))) == []


@pytest.mark.slow
def test_every_example_that_asks_for_vectors_has_an_answer_where_there_are_some(settings: Settings) -> None:
    encoded = msgspec.structs.replace(settings, encoder="packaged")
    build(encoded, *PART)
    asked = [example for example in examples() if needs_vectors(example)]
    assert asked
    assert unanswered(encoded, asked) == []
