"""Every example query has an answer on the real build, as users would get it: through gate, search and worker."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.examples import examples

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_every_example_has_an_answer_on_the_real_build(tmp_path: Path, data_folder: Path) -> None:
    kept = os.environ.get("MEDKG_REAL_BUILD", "")
    settings = Settings(
        data=kept or str(tmp_path / "data"),
        concept_vectors=False,
        query_seconds=60.0,
        query_budget_seconds=0,
        test_data=str(data_folder),
    )
    if not kept:
        config = read_config(ROOT / "benchmarks" / "real.toml")
        Building(settings).run(config, {}, Listener(), lambda step: None)
    empty = []
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        for example in examples():
            answer = client.get("/sparql", params={"query": example.query})
            assert answer.status_code == 200, (example.id, answer.text)
            if not answer.json()["results"]["bindings"]:
                empty.append(example.id)
    assert empty == []
