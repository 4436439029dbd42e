"""What surrounds the operations: methods, media types, bodies, rights, generations, OpenAPI."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from kg.generation.pointer import Shelf
from tests.api.conftest import client as client
from tests.api.conftest import generations as generations
from tests.api.conftest import settings as settings
from tests.fhir.conftest import Fhir
from tests.fhir.rows import DOID, HP, issue, parameters, query, told

LOOKUP = query("/fhir/CodeSystem/$lookup", system=DOID, code="9900002")


def refused(answer: Any, status: int, code: str) -> str:
    """The text of the OperationOutcome."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    found = answer.json()
    assert issue(found) == code
    text: str = found["issue"][0]["details"]["text"]
    assert text
    return text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_nothing_is_written(fhir: TestClient, method: str) -> None:
    refused(fhir.request(method, "/fhir/CodeSystem/hp"), 405, "not-supported")


def test_head_is_get_without_its_body(fhir: TestClient) -> None:
    answer = fhir.head(LOOKUP)
    assert answer.status_code == 200
    assert answer.content == b""


@pytest.mark.parametrize("accept", ["application/fhir+xml", "text/turtle", "application/fhir+json;q=0"])
def test_there_is_json_only(fhir: TestClient, accept: str) -> None:
    refused(fhir.get(LOOKUP, headers={"Accept": accept}), 406, "not-supported")


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "application/fhir+json; fhirVersion=4.0", "text/html, */*"]
)
def test_what_takes_json_gets_it(fhir: TestClient, accept: str) -> None:
    assert fhir.get(LOOKUP, headers={"Accept": accept}).headers["content-type"] == "application/fhir+json"


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{}", "text/plain", 415, "not-supported"),
        (b"{", "application/fhir+json", 400, "invalid"),
        (b"[" * 100_000, "application/fhir+json", 400, "invalid"),
        (b"[]", "application/fhir+json", 400, "structure"),
        (b'{"resourceType": "Patient"}', "application/fhir+json", 400, "structure"),
        (b'{"resourceType": "Parameters", "parameter": [{"name": "code"}]}', "application/json", 400, "structure"),
        (b'{"resourceType": "Parameters", "parameter": [{"name": "code", "valueInteger": 7}]}', "application/json",
         400, "value"),
        (b" " * 500_000, "application/fhir+json", 413, "too-long"),
    ],
)  # fmt: skip
def test_bodies_that_are_none(fhir: TestClient, body: bytes, kind: str, status: int, code: str) -> None:
    answer = fhir.post("/fhir/CodeSystem/$lookup", content=body, headers={"Content-Type": kind})
    refused(answer, status, code)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("CodeSystem/$lookup?system=a&system=b&code=c", "structure"),
        ("CodeSystem/$lookup?system=a&code=b%00", "value"),
        ("CodeSystem/$lookup?system=a&code=%FF", "value"),
        ("ValueSet/$expand?url=a&count=-1", "value"),
        ("ValueSet/$expand?url=a&count=1e3", "value"),
        ("ValueSet/$expand?url=a&activeOnly=yes", "value"),
        ("CodeSystem/doid/$lookup?code=9900001", "not-supported"),
        ("CodeSystem/hp/extra/more", "not-supported"),
        ("?x=1", "not-supported"),
    ],
)
def test_parameters_that_do_not_fit(fhir: TestClient, path: str, code: str) -> None:
    refused(fhir.get(f"/fhir/{path}"), 400, code)


def test_what_was_sent_is_not_repeated_for_long(fhir: TestClient) -> None:
    answer = fhir.get(f"/fhir/CodeSystem/$lookup?{'x' * 500}=1")
    assert len(refused(answer, 400, "not-supported")) < 400


@pytest.mark.parametrize(("language", "word"), [("zh-CN", "没有"), ("en", "There is no"), ("fr", "There is no")])
def test_errors_are_in_the_language_of_the_caller(fhir: TestClient, language: str, word: str) -> None:
    answer = fhir.get(query("/fhir/CodeSystem/$lookup", system=HP, code="x"), headers={"Accept-Language": language})
    assert word in refused(answer, 404, "not-found")


def test_a_batch_of_too_many(fhir: TestClient) -> None:
    entry = {"request": {"method": "GET", "url": "metadata"}}
    body = {"resourceType": "Bundle", "type": "batch", "entry": [entry] * 1_001}
    refused(fhir.post("/fhir", json=body, headers={"Content-Type": "application/fhir+json"}), 400, "too-long")


def test_a_long_batch(asking: Fhir) -> None:
    entries = [
        {"request": {"method": "POST", "url": "/CodeSystem/$lookup"}, "resource": parameters(system=DOID, code=code)}
        for code in ["9900001", "9900002", "none"] * 50
    ]
    found = asking.post("", {"resourceType": "Bundle", "type": "batch", "entry": entries}, accept_language="zh")
    assert [one["response"]["status"] for one in found["entry"]] == ["200", "200", "404"] * 50
    assert told(found["entry"][1]["resource"], "display") == "示例热"


@pytest.fixture(scope="module")
def closed(fhir_settings: Settings) -> Iterator[TestClient]:
    """Nobody reads without a key."""
    settings = msgspec.structs.replace(fhir_settings, anonymous="health")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def test_reading_needs_the_right_to_read(closed: TestClient) -> None:
    answer = closed.get(LOOKUP)
    refused(answer, 401, "login")
    assert answer.headers["www-authenticate"]


def test_a_generation_without_a_code_table(fhir_settings: Settings, tmp_path: Path) -> None:
    """As one that was published before there were any."""
    shutil.copytree(fhir_settings.folder, tmp_path / "data")
    settings = msgspec.structs.replace(fhir_settings, data=str(tmp_path / "data"))
    shelf = Shelf(settings.folder)
    shutil.rmtree(shelf.path(shelf.find()) / "terminology")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        refused(client.get(LOOKUP), 501, "not-supported")
        assert client.get("/ready").status_code == 200


def test_another_generation_is_asked_by_as_of(generations: list[str], client: TestClient) -> None:
    """Each answer names the generation that it is from."""
    for generation in (*generations, ""):
        asked = {"system": DOID, "code": "9000003"} | ({"as_of": generation} if generation else {})
        answer = client.get("/fhir/CodeSystem/$lookup", params=asked)
        assert answer.status_code == 200
        assert answer.headers["medkg-generation"] == (generation or generations[-1])


def test_every_operation_is_described(fhir: TestClient) -> None:
    paths = fhir.get("/openapi.json").json()["paths"]
    assert {"get", "post"} == set(paths["/fhir/ValueSet/{id}/$expand"])
    named = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(named) == len(set(named))


def test_every_operation_of_the_statement_is_there(asking: Fhir) -> None:
    resources = asking.get("/metadata")["rest"][0]["resource"]
    operations = [(one["type"], operation["name"]) for one in resources for operation in one["operation"]]
    assert len(operations) == 6
    for kind, name in operations:
        found = asking.get(f"/{kind}/${name}", 400)
        assert found["issue"][0]["code"] == "required", json.dumps(found)
