"""The FHIR interface over an invented terminology; every answer is checked against R4."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from tests.fhir.library import write_library
from tests.fhir.validity import check

RECORDED = pytest.StashKey[set[str]]()
"""Rows of the table that passed in this session."""


@pytest.fixture(scope="session")
def fhir_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("fhir")
    config = write_library(root / "in")
    settings = Settings(
        data=str(root / "data"), encoder="none", workers=1, query_seconds=1.0, hosts="testserver",
        query_budget_seconds=0, query_budget_errors=0, body_bytes=400_000,
    )  # fmt: skip
    Building(settings).run(read_config(config), {}, Listener(), lambda *step: None)
    return settings


@pytest.fixture(scope="session")
def fhir(fhir_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(fhir_settings), raise_server_exceptions=False) as client:
        yield client


class Fhir:
    """Asks and checks: the media type, the status, and the resource against R4 and R4B."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def get(self, path: str, status: int = 200, **headers: str) -> dict[str, Any]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._checked(self._client.get(f"/fhir{path}", headers=named), status)

    def post(self, path: str, body: object, status: int = 200, **headers: str) -> dict[str, Any]:
        named = {"Content-Type": "application/fhir+json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self._checked(self._client.request("POST", f"/fhir{path}", json=body, headers=named), status)

    def _checked(self, answer: Any, status: int) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/fhir+json"
        assert answer.headers["medkg-generation"]
        found: dict[str, Any] = answer.json()
        check(found)
        return found


@pytest.fixture(scope="session")
def asking(fhir: TestClient) -> Fhir:
    return Fhir(fhir)
