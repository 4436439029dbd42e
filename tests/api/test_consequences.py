"""Previews and quality over HTTP and on the command line, over a graph that the pipeline built."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli.main import app
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from tests.api.conftest import problem
from tests.api.roles import Callers
from tests.corpus import write_build

MERGE = {"edit": "merge", "concept": "DOID:9000002", "into": "DOID:9000001"}
CYCLE = {"edit": "addparent", "concept": "DOID:9000001", "parent": "DOID:9000003"}
FEVER = {"edit": "addlabel", "concept": "DOID:9000001", "label": {"value": "示例热", "language": "zh"}}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("consequences")
    config = write_build(root / "in", files=1, size=3)
    made = Settings(data=str(root / "data"), encoder="none", workers=1, hosts="testserver", anonymous="read")
    Building(made).run(read_config(config), {}, Listener(), lambda *step: None)
    return made


@pytest.fixture(scope="module")
def callers(settings: Settings) -> Iterator[Callers]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        yield Callers(opened, settings)


@pytest.fixture(scope="module")
def anybody(callers: Callers) -> TestClient:
    return callers.of("anonymous")


@pytest.fixture(scope="module")
def curator(callers: Callers) -> TestClient:
    return callers.of("curator")


def kinds(answer: dict[str, dict[str, list[dict[str, object]]]]) -> dict[object, object]:
    return {one["kind"]: one["count"] for one in answer["impact"]["kinds"] if one["count"]}


def test_what_no_graph_can_hold_is_a_finding(curator: TestClient) -> None:
    edit = {"edit": "adddefinition", "concept": "DOID:9000002", "definition": {"value": "x", "language": "EN!"}}
    answer = curator.post("/api/v1/proposals/preview", json={"edits": [edit]})
    assert answer.status_code == 200, answer.text
    assert "not-statable" in {one["code"] for one in answer.json()["findings"]}


def test_a_preview_tells_findings_and_consequences(curator: TestClient) -> None:
    answer = curator.post("/api/v1/proposals/preview", json={"edits": [MERGE]}).json()
    assert not answer["refused"]
    assert kinds(answer) == {"documents": 3, "concepts": 1, "relinked": 3}
    assert [one["code"] for one in answer["findings"]] == ["parent-deprecated"]
    assert answer["impact"]["concepts"][1] == {
        "id": "DOID:9000002", "label": {"zh": None, "en": "sample fever"}, "ways": ["merged"],
    }  # fmt: skip
    shown = next(one for one in answer["impact"]["kinds"] if one["kind"] == "relinked")
    assert shown["title"] == {"zh": "需重新链接的文献", "en": "Documents to be linked again"}
    assert shown["samples"][0]["label"]["zh"] == "示例记录 0"
    assert answer["generation"] == curator.get("/api/v1/generations").json()["items"][0]["id"]


def test_samples_are_as_many_as_asked(curator: TestClient) -> None:
    answer = curator.post("/api/v1/proposals/preview", params={"samples": 1}, json={"edits": [MERGE]}).json()
    assert all(len(one["samples"]) <= 1 for one in answer["impact"]["kinds"])
    problem(curator.post("/api/v1/proposals/preview?samples=51", json={"edits": [MERGE]}), 422, "invalid-parameters")


def test_an_error_refuses_in_both_languages(curator: TestClient) -> None:
    answer = curator.post("/api/v1/proposals/preview", json={"edits": [CYCLE]}).json()
    assert answer["refused"]
    found = next(one for one in answer["findings"] if one["code"] == "cycle")
    assert found["path"] == ["DOID:9000001", "DOID:9000003", "DOID:9000002", "DOID:9000001"]
    assert "上位概念" in found["message"]["zh"]


def test_a_proposal_has_the_same(curator: TestClient) -> None:
    made = curator.post("/api/v1/proposals", json={"edits": [FEVER], "title": "名称"})
    assert made.status_code == 201, made.text
    number = made.json()["proposal"]["id"]
    answer = curator.get(f"/api/v1/proposals/{number}/impact").json()
    direct = curator.post("/api/v1/proposals/preview", json={"edits": [FEVER]}).json()
    assert answer == direct
    problem(curator.get("/api/v1/proposals/999/impact"), 404, "unknown-name")


def test_drafts_are_for_those_who_work_here(anybody: TestClient, curator: TestClient) -> None:
    problem(anybody.post("/api/v1/proposals/preview", json={"edits": [FEVER]}), 401, "unauthenticated")
    problem(curator.post("/api/v1/proposals/preview", json={"edits": []}), 422, "invalid-parameters")
    problem(curator.post("/api/v1/proposals/preview", json={"edits": [{"edit": "burn"}]}), 422, "invalid-parameters")


def test_quality_counts_with_samples(anybody: TestClient) -> None:
    answer = anybody.get("/api/v1/curation/quality").json()
    rows = {one["code"]: one for one in answer["rows"]}
    assert rows["language-gap"]["count"] == 3
    assert rows["language-gap"]["systems"] == {"DOID": 3}
    assert rows["language-gap"]["samples"][0]["message"]["zh"] == "DOID:9000001 没有 zh 语言的首选名称。"
    assert answer["systems"][0]["named"] == {"en": 3, "zh": 0}
    one = anybody.get("/api/v1/curation/quality", params={"code": "language-gap", "samples": 1}).json()
    assert [row["code"] for row in one["rows"]] == ["language-gap"]
    assert len(one["rows"][0]["samples"]) == 1
    assert one["concepts"] == answer["concepts"] == 3


def test_the_same_on_the_command_line(settings: Settings, tmp_path: Path) -> None:
    runner = CliRunner()
    found = runner.invoke(app, ["curation", "check", "--data", settings.data, "--json"])
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["concepts"] == 3
    told = runner.invoke(app, ["curation", "check", "--data", settings.data])
    assert "language-gap\t3\tDOID 3" in told.stdout
    file = tmp_path / "edits.json"
    file.write_text(json.dumps([MERGE]), "utf-8")
    shown = runner.invoke(app, ["curation", "preview", str(file), "--data", settings.data])
    assert shown.exit_code == 0, shown.output
    assert "\t3\n" in shown.stdout
    file.write_text(json.dumps([CYCLE]), "utf-8")
    refused = runner.invoke(app, ["curation", "preview", str(file), "--data", settings.data, "--json"])
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["refused"]
    table = tmp_path / "edits.json"
    table.write_text("{", "utf-8")
    assert runner.invoke(app, ["curation", "preview", str(table), "--data", settings.data]).exit_code != 0
