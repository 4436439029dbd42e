"""Suites of the W3C against our own service, with a record of every test: ``.results/<suite>.jsonl``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.conftest import settings as settings
from tests.api.roles import Callers

RESULTS = Path(__file__).parent / ".results"

Recorder = Callable[..., None]
RECORDED = pytest.StashKey[dict[str, list[dict[str, str]]]]()
"""What this session recorded, by suite."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The page is compared with the results after all suites have run."""
    items.sort(key=lambda item: item.path.name == "test_page.py")


@pytest.fixture(scope="session")
def record_conformance(pytestconfig: pytest.Config) -> Iterator[Recorder]:
    """``record_conformance(suite, iri, outcome, reason="")``; outcome: passed, refused or failed."""
    files: dict[str, IO[str]] = {}
    recorded = pytestconfig.stash.setdefault(RECORDED, {})

    def record(suite: str, iri: str, outcome: str, reason: str = "") -> None:
        assert outcome in {"passed", "refused", "failed"}
        if suite not in files:
            RESULTS.mkdir(exist_ok=True)
            files[suite] = (RESULTS / f"{suite}.jsonl").open("w", encoding="utf-8")
        row = {"test": iri, "outcome": outcome, "reason": reason}
        recorded.setdefault(suite, []).append(row)
        files[suite].write(json.dumps(row, ensure_ascii=False) + "\n")
        files[suite].flush()

    yield record
    for file in files.values():
        file.close()


@pytest.fixture(scope="session")
def callers(settings: Settings) -> Iterator[Callers]:
    """The application over a small generation."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield Callers(client, settings)
