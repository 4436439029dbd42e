"""Fixtures shared by all rooms."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.requirement import absent

ROOT = Path(__file__).resolve().parent.parent

# A timing is no assertion: on a busy machine an example that reads a table first took longer than 200 ms, and failed.
settings.register_profile("medkg", parent=settings(), deadline=None)
settings.load_profile("medkg")


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real test data; tests that need it skip when it is absent, except in CI."""
    folder = Path(os.environ.get("MEDKG_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        message = f"the test data folder {folder} is absent (set MEDKG_TEST_DATA)"
        absent(message)
    return folder


@pytest.fixture(scope="session")
def curl() -> None:
    """Tests that run a page of the docs as it stands skip where there is no curl, except in CI."""
    if shutil.which("curl") is None:
        absent("there is no curl")


class _Files(LoadScopeScheduling):  # type: ignore[misc]
    """Tests of one file run in one process, so that what a module sets up is set up once; the pages of conformance are
    made of the results of their whole folder, one engine is started for its folder, and one service for all doors."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        together = ("browser", "conformance", "doors", "engines", "fhir", "simulator")
        return next((folder for folder in together if path.startswith(f"tests/{folder}/")), path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _Files:
    """Used with ``-n``."""
    return _Files(config, log)
