"""A data folder with terms and records of our own (all illustrative), built once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from tests.corpus import write_build


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Inputs in ``in``, one generation in ``data``."""
    root = tmp_path_factory.mktemp("curation")
    config = write_build(root / "in", files=1, size=4)
    Building(settings_of(root / "data")).run(read_config(config), {}, Listener(), lambda *_: None)
    return root


@pytest.fixture
def fresh(library: Path, tmp_path: Path) -> Callable[[], Settings]:
    """Settings over a copy of the data folder."""

    def copied() -> Settings:
        shutil.copytree(library / "data", tmp_path / "data")
        return settings_of(tmp_path / "data")

    return copied


def settings_of(data: Path, **more: object) -> Settings:
    return Settings(data=str(data), encoder="none", workers=1, people=False, hosts="testserver", **more)  # type: ignore[arg-type]
