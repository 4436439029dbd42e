"""Explanations over HTTP and on the command line, and dumps and changelogs of a built graph."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.cli.main import app
from api.settings import Settings
from ontology.reading.raw import describe
from ontology.terminologies.skos import Skos
from tests.api.conftest import problem


def test_the_closure_is_explained(client: TestClient) -> None:
    asked = {"subject": "doid:9000003", "predicate": "mkg:broaderTransitive", "object": "DOID:9000001"}
    found = client.get("/api/v1/explain", params=asked).json()
    assert (found["how"], found["method"], found["graphs"]) == ("closure", "closure/1", [])
    assert [(row["subject"], row["object"], row["how"]) for row in found["because"]] == [
        ("DOID:9000003", "DOID:9000002", "asserted"), ("DOID:9000002", "DOID:9000001", "asserted"),
    ]  # fmt: skip
    assert all(row["graphs"][0].startswith("https://w3id.org/medkg/graph/terminology/") for row in found["because"])
    named = client.get("/api/v1/explain", params=asked | {"predicate": "skos:prefLabel", "object": '"no such"@en'})
    problem(named, 404, "not-stated")
    problem(client.get("/api/v1/explain", params=asked | {"subject": "what is this"}), 400, "identifier")
    problem(client.get("/api/v1/explain", params={"subject": "DOID:1"}), 422, "invalid-parameters")


def test_counts_are_explained_by_what_they_count(client: TestClient) -> None:
    number = client.get("/api/v1/concepts/DOID:9000002").json()["documents"]
    asked = {
        "subject": "DOID:9000002", "predicate": "mkg:documentCount",
        "object": f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>',
    }  # fmt: skip
    found = client.get("/api/v1/explain", params=asked).json()
    assert (found["how"], found["method"], found["more"]) == ("computed", "counts/1", True)
    assert {row["how"] for row in found["because"]} == {"asserted"}


def test_the_command_line(settings: Settings, generations: list[str], tmp_path: Path) -> None:
    run = CliRunner().invoke
    asked = ["explain", "DOID:9000003", "mkg:broaderTransitive", "DOID:9000001", "--data", settings.data]
    lines = run(app, asked).stdout.splitlines()
    assert lines[1].startswith("\tDOID:9000003 skos:broader DOID:9000002")
    assert json.loads(run(app, [*asked, "--json"]).stdout)["how"] == "closure"
    listed = run(app, ["curation", "dump", "--data", settings.data]).stdout
    assert "DOID\t304" in listed.splitlines()
    file = tmp_path / "doid.ttl.gz"
    made = ["curation", "dump", "--scheme", "doid", "--output", str(file), "--data", settings.data]
    assert run(app, made).exit_code == 0
    assert len(list(Skos().parse(describe(file), {}))) == 304
    first = file.read_bytes()
    file.unlink()
    run(app, made)
    assert file.read_bytes() == first
    assert b'pav:version "g0' in gzip.decompress(first)
    assert run(app, made).exit_code != 0
    system = run(app, ["curation", "dump", "--scheme", "DOID", "--format", "fhir-codesystem", "--data", settings.data])
    assert json.loads(system.stdout)["count"] == 304
    assert run(app, ["curation", "dump", "--scheme", "DOID", "--format", "xml", "--data", settings.data]).exit_code == 2
    folder = tmp_path / "log"
    run(app, ["curation", "changelog", *generations, "--output", str(folder), "--data", settings.data])
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"changelog-{generations[0]}-{generations[1]}.{code}.md" for code in ("en", "zh")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_changelog_speaks_of_concepts(history: TestClient, tmp_path: Path, language: str) -> None:
    settings: Settings = history.app.state.library.settings  # type: ignore[attr-defined]
    made = ["curation", "changelog", "g00001", "g00002", "--output", str(tmp_path), "--data", settings.data]
    kept = [row["id"] for row in history.get("/api/v1/generations").json()["items"]][::-1]
    CliRunner().invoke(app, [*made[:2], kept[0], kept[1], *made[4:]])
    (path,) = tmp_path.glob(f"*.{language}.md")
    text = path.read_text("utf-8")
    assert "`DOID:9000008`" in text
    assert "sample pyrexia" in text
    assert ("文献" if language == "zh" else "| documents") not in text
