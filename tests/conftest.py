"""Fixtures shared by all rooms."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real test data; tests that need it skip when it is absent, except in CI."""
    folder = Path(os.environ.get("MEDKG_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        message = f"the test data folder {folder} is absent (set MEDKG_TEST_DATA)"
        if os.environ.get("MEDKG_REQUIRE_DATA") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one file run in one process, so that what a module sets up is set up once; the page of conformance is
    made of the results of its whole folder."""
    for item in items:
        path = item.path.relative_to(ROOT)
        item.add_marker(pytest.mark.xdist_group("conformance" if "conformance" in path.parts else str(path)))
