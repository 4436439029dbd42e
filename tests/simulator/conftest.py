"""The data that ships, without its documents, built once, with all example packs shown."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.decisions import Decisions
from api.knowledge import Knowledge
from api.library import Library
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from tests.conftest import ROOT

_LEFT_OUT = ("starter-records", "starter-sets")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    # Tests share a machine: none of them is about how long an answer takes.
    made = Settings(
        data=str(tmp_path_factory.mktemp("simulator") / "data"), encoder="none", people=False, workers=1,
        hosts="testserver", decision_seconds=60.0, rule_seconds=30.0,
    )  # fmt: skip
    config = read_config(ROOT / "api" / "starter.toml")
    inputs = tuple(one for one in config.input if one.name not in _LEFT_OUT)
    Building(made).run(msgspec.structs.replace(config, input=inputs), {}, Listener(), lambda *step: None)
    packs = [one.name for one in inputs if one.name.startswith("example-")]
    (made.folder / "rules").mkdir(exist_ok=True)
    (made.folder / "rules" / "demo.json").write_bytes(msgspec.json.encode({"packs": packs}))
    return made


@pytest.fixture(scope="session")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def asked(client: TestClient) -> tuple[Decisions, Knowledge]:
    """The rules as the service has them, and its generation."""
    state = client.app.state  # type: ignore[attr-defined]
    library: Library = state.library
    assert library.current is not None
    return state.decisions, library.current
