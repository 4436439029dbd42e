"""Concept sets over HTTP and on the command line, over a graph that the pipeline built."""

from __future__ import annotations

import csv
import io
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
from tests.corpus import write_build
from tests.fhir.validity import check

MORE = """
[Term]
id: DOID:9000004
name: example nephropathy, severe
is_a: DOID:9000003
xref: MESH:D999004

[Term]
id: DOID:9000005
name: old fever
is_obsolete: true
replaced_by: DOID:9000002
"""
SETS = """
conceptset: fevers
version: "1"
title: {zh: 热, en: Fevers}
include:
  - {concept: "DOID:9000005", descendants: true, mapped: [exactMatch]}
exclude:
  - {concept: "DOID:9000003"}
---
conceptset: fevers
version: "2"
status: draft
title: {zh: 热, en: Fevers}
illustrative: true
include:
  - {concept: "DOID:9000002"}
  - {concept: "DOID:404"}
---
conceptset: round
version: "1"
title: {zh: 循环, en: Round}
include: [{set: about}]
---
conceptset: about
version: "1"
title: {zh: 循环, en: About}
include: [{set: round}]
---
conceptset: both
version: "1"
title: {zh: 两者, en: Both}
include: [{set: fevers}, {concept: "DOID:9000001"}]
"""
INPUT = """
[[input]]
name = "sets"
format = "conceptset.v1"
kind = "curated"
paths = ["sets.yaml"]
version = "1"
licence = "CC0-1.0"
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("sets")
    config = write_build(root / "in", files=1, size=2)
    terms = root / "in" / "terms.obo"
    terms.write_text(terms.read_text("utf-8") + MORE, "utf-8")
    (root / "in" / "sets.yaml").write_text(SETS, "utf-8")
    config.write_text(config.read_text("utf-8") + INPUT, "utf-8")
    made = Settings(data=str(root / "data"), encoder="none", workers=1, hosts="testserver")
    Building(made).run(read_config(config), {}, Listener(), lambda *step: None)
    # A later generation, in which the hierarchy is another.
    terms.write_text(terms.read_text("utf-8").replace("name: example nephropathy, severe\nis_a: DOID:9000003\n",
                                                      "name: example nephropathy, severe\n"), "utf-8")  # fmt: skip
    Building(made).run(read_config(config), {}, Listener(), lambda *step: None)
    return made


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        yield opened


def test_definitions_are_listed_and_shown(client: TestClient) -> None:
    rows = client.get("/api/v1/concept-sets").json()["items"]
    assert [(row["id"], row["version"]) for row in rows] == [
        ("about", "1"), ("both", "1"), ("fevers", "1"), ("fevers", "2"), ("round", "1"),
    ]  # fmt: skip
    one = client.get("/api/v1/concept-sets/fevers").json()
    assert (one["version"], one["status"], one["label"]) == ("1", "active", {"zh": "热", "en": "Fevers"})
    assert one["include"][0]["concept"] == "DOID:9000005"
    assert one["include"][0]["mapped"] == ["exactMatch"]
    draft = client.get("/api/v1/concept-sets/fevers", params={"version": "2"}).json()
    assert draft["illustrative"]
    problem(client.get("/api/v1/concept-sets/none"), 404, "unknown-name")
    problem(client.get("/api/v1/concept-sets/fevers?version=9"), 404, "unknown-name")


def test_members_are_pinned_and_explained(client: TestClient) -> None:
    old = client.get("/api/v1/concept-sets/fevers/members", params={"as_of": "g00001"})
    kept = [row["id"] for row in client.get("/api/v1/generations").json()["items"]]
    old = client.get("/api/v1/concept-sets/fevers/members", params={"as_of": kept[-1]}).json()
    assert [row["id"] for row in old["items"]] == ["DOID:9000002", "DOID:9000004", "MESH:D999004"]
    assert old["items"][2]["reasons"] == [
        {
            "part": 0, "how": "mapped",
            "path": ["DOID:9000005", "DOID:9000002", "DOID:9000003", "DOID:9000004", "MESH:D999004"],
        }
    ]  # fmt: skip
    assert not old["items"][2]["known"]
    pin = old["interpretation"]
    assert (pin["set"], pin["version"], pin["members"], pin["removed"]) == ("fevers", "1", 3, 1)
    assert pin["became"] == [
        {"id": "DOID:9000005", "side": "include", "part": 0, "state": "replaced", "by": ["DOID:9000002"]}
    ]
    new = client.get("/api/v1/concept-sets/fevers/members").json()
    assert [row["id"] for row in new["items"]] == ["DOID:9000002"]
    assert new["interpretation"]["digest"] != pin["digest"]
    again = client.get("/api/v1/concept-sets/fevers/members", params={"as_of": kept[-1], "limit": 1}).json()
    assert again["interpretation"] == pin
    following = client.get("/api/v1/concept-sets/fevers/members", params={"cursor": again["next"], "limit": 2}).json()
    assert [row["id"] for row in following["items"]] == ["DOID:9000004", "MESH:D999004"]
    gone = client.get("/api/v1/concept-sets/fevers/removed").json()["items"]
    assert [row["id"] for row in gone] == ["DOID:9000003"]
    assert gone[0]["excluded"] == [{"part": 0, "how": "concept", "path": ["DOID:9000003"]}]


def test_membership_says_why(client: TestClient) -> None:
    yes = client.get("/api/v1/concept-sets/both/contains", params={"concept": "doid:9000002"}).json()
    assert yes["member"]
    assert yes["reasons"][0]["path"][0] == "fevers 1"
    no = client.get("/api/v1/concept-sets/fevers/contains", params={"concept": "DOID:9000003"}).json()
    assert not no["member"]
    assert no["excluded"]
    problem(client.get("/api/v1/concept-sets/fevers/contains?concept=nothing"), 400, "identifier")


def test_circles_are_refused_with_the_path(client: TestClient) -> None:
    found = problem(client.get("/api/v1/concept-sets/round/members"), 422, "concept-set-refused")
    assert "round 1 → about 1 → round 1" in str(found["detail"])
    assert client.get("/api/v1/concept-sets/round").status_code == 200
    zh = client.get("/api/v1/concept-sets/round/export?format=csv&lang=zh")
    assert "引用最终回到自身" in problem(zh, 422, "concept-set-refused")["detail"]


def test_exports(client: TestClient) -> None:
    kept = [row["id"] for row in client.get("/api/v1/generations").json()["items"]]
    address = "/api/v1/concept-sets/fevers/export"
    answer = client.get(address, params={"format": "fhir", "as_of": kept[-1]})
    assert answer.headers["content-type"] == "application/fhir+json"
    value_set = answer.json()
    check(value_set)
    assert value_set["url"] == "https://w3id.org/medkg/conceptset/fevers"
    filters = [line["filter"] for line in value_set["compose"]["include"] if "filter" in line]
    assert filters == [[{"property": "concept", "op": "is-a", "value": "9000005"}]]
    mapped = [line for line in value_set["compose"]["include"] if "MSH" in line["system"]]
    assert mapped[0]["concept"] == [{"code": "D999004"}]
    assert value_set["compose"]["exclude"][0]["concept"][0]["code"] == "9000003"
    assert [row["code"] for row in value_set["expansion"]["contains"]] == ["9000002", "9000004", "D999004"]
    assert value_set["expansion"]["total"] == 3
    omop = client.get(address, params={"format": "omop"}).json()
    assert [(row["isExcluded"], row["includeDescendants"], row["includeMapped"]) for row in omop["items"]] == [
        (False, True, True), (True, False, False),
    ]  # fmt: skip
    assert omop["items"][0]["concept"]["CONCEPT_CODE"] == "9000005"
    assert omop["items"][0]["concept"]["DOMAIN_ID"] == "Condition"
    nested = client.get("/api/v1/concept-sets/both/export?format=omop").json()["items"]
    assert [row["concept"]["CONCEPT_CODE"] for row in nested] == ["9000002", "9000001"]
    table = client.get(address, params={"format": "csv", "as_of": kept[-1]})
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [(row["id"], row["generation"], row["how"]) for row in rows] == [
        ("DOID:9000002", kept[-1], "replacement"), ("DOID:9000004", kept[-1], "descendant"),
        ("MESH:D999004", kept[-1], "mapped"),
    ]  # fmt: skip
    assert table.text == client.get(address, params={"format": "csv", "as_of": kept[-1]}).text


def test_the_terminology_service_knows_the_sets(client: TestClient) -> None:
    kept = [row["id"] for row in client.get("/api/v1/generations").json()["items"]]
    url = "https://w3id.org/medkg/conceptset/both"
    found = client.get("/fhir/ValueSet/$expand", params={"url": url}).json()
    listed = client.get("/api/v1/concept-sets/both/members").json()["items"]
    assert [row["code"] for row in found["expansion"]["contains"]] == [row["id"].split(":")[1] for row in listed]
    asked = {"url": url, "system": "http://purl.obolibrary.org/obo/DOID_", "code": "9000003"}
    tested = client.get("/fhir/ValueSet/$validate-code", params=asked).json()
    assert {row["name"]: row.get("valueBoolean") for row in tested["parameter"]}["result"] is False
    circular = client.get("/fhir/ValueSet/$expand", params={"url": "https://w3id.org/medkg/conceptset/round"})
    assert circular.status_code == 422
    assert circular.json()["resourceType"] == "OperationOutcome"
    assert len(kept) == 2


def test_the_command_line(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    listed = run(app, ["sets", "list", "--data", settings.data])
    assert listed.stdout.splitlines()[2].split("\t")[:3] == ["fevers", "1", "active"]
    shown = json.loads(run(app, ["sets", "show", "fevers", "--data", settings.data, "--json"]).stdout)
    assert shown["members"][0]["id"] == "DOID:9000002"
    plain = run(app, ["sets", "show", "fevers", "--data", settings.data]).stdout
    assert "DOID:9000005 > DOID:9000002" in plain
    out = tmp_path / "set.csv"
    assert (
        run(
            app, ["sets", "export", "fevers", "--format", "csv", "--output", str(out), "--data", settings.data]
        ).exit_code
        == 0
    )
    assert out.read_bytes().startswith(b"set,version,generation")
    file = tmp_path / "new.yaml"
    file.write_text(SETS + '---\nconceptset: bad\nversion: "1"\n', "utf-8")
    refused = run(app, ["sets", "compile", str(file), "--data", settings.data])
    assert "round 1 → about 1 → round 1" in str(refused.exception)
    file.write_text("".join(SETS.partition("---\nconceptset: round")[0]) + "---\nconceptset: bad\n", "utf-8")
    tried = run(app, ["sets", "compile", str(file), "--data", settings.data, "--json"])
    assert tried.exit_code == 3
    assert len(tried.stdout.splitlines()) == 2
