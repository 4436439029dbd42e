"""The mapping workbench over HTTP and on the command line; the dictionary and all concepts are made up."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api import wiring
from api.app import create_app
from api.cli.main import app
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.model.edit import AddMapping, NewConcept, ReleasedEdit, ReleaseHead
from kg.workflow.queue import Wanted
from ontology.curation.shelf import ReleaseFiles
from tests.api.conftest import problem
from tests.api.roles import Callers
from tests.corpus import TERMS, write_build
from tests.fhir import validity

DICTIONARY = "编码,名称,英文\n001,示例热,Fever (sample)\n002x,,nephropathy example\n,无编码,\n"
COLUMNS = {"system": "HIS-DX", "to": "DOID", "code": "编码", "name": "名称", "english": "英文", "category": "disease"}
IRI = "https://hospital.example/dx/"
SSSOM = """subject_id	predicate_id	object_id	mapping_justification	author_label
DOID:9000002	skos:exactMatch	MESH:D999001	semapv:ManualMappingCuration	A. Person
DOID:9000003	skos:exactMatch	MESH:D999001	semapv:ManualMappingCuration	A. Person
"""
INPUT = """
[[input]]
name = "set"
format = "sssom.v1"
kind = "mapping"
paths = ["set.sssom.tsv"]
version = "1"
licence = "CC0-1.0"
title = { zh = "示例映射", en = "Illustrative mappings" }
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("workbench")
    config = write_build(root / "in", files=1, size=2)
    (root / "in" / "terms.obo").write_text(TERMS, "utf-8")
    (root / "in" / "set.sssom.tsv").write_text(SSSOM, "utf-8")
    config.write_text(config.read_text("utf-8") + INPUT, "utf-8")
    made = Settings(data=str(root / "data"), encoder="none", workers=1, hosts="testserver")
    Building(made).run(read_config(config), {}, Listener(), lambda *step: None)
    return made


@pytest.fixture(scope="module")
def curator(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        client = Callers(opened, settings).of("curator")
        assert (
            client.put("/api/v1/mappings/systems/HIS-DX", json={"iri": IRI, "title": {"zh": "诊断"}}).status_code == 200
        )
        yield client


def sheet(client: TestClient, **params: str) -> list[dict[str, str]]:
    found = client.post("/api/v1/mappings/candidates", params=COLUMNS | {"format": "csv"} | params, content=DICTIONARY)
    assert found.status_code == 200, found.text
    return list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"))))


def filled(rows: list[dict[str, str]], *decisions: str) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    for row, decision in zip(rows, decisions, strict=False):
        writer.writerow(row | {"decision": decision})
    return out.getvalue().encode()


def test_candidates_have_reasons_in_both_languages(curator: TestClient) -> None:
    found = curator.post("/api/v1/mappings/candidates", params=COLUMNS, content=DICTIONARY).json()
    first, second = found["items"]
    assert (first["code"], first["id"], first["name"]) == ("001", f"{IRI}001", "示例热")
    best = first["candidates"][0]
    assert (best["object"], best["object_label"]) == ("DOID:9000002", "sample fever")
    assert 0 < best["confidence"] <= 1
    assert best["justification"].startswith("semapv:")
    assert all(set(reason["text"]) == {"zh", "en"} for reason in best["reasons"])
    assert second["candidates"][0]["object"] == "DOID:9000003"
    (left_out,) = found["interpretation"]["problems"]
    assert (left_out["position"], left_out["reason"]) == ("line 4", "unidentified")
    assert found["interpretation"]["rejected"] == 1


def test_a_filled_in_sheet_becomes_one_proposal_of_its_sender(curator: TestClient, settings: Settings) -> None:
    rows = sheet(curator)
    assert rows[0]["code"] == "001"
    answer = curator.post("/api/v1/mappings/decisions", params={"title": "dx"}, content=filled(rows, "reject"))
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["state"], made["edits"], made["confirmed"], made["rejected"]) == ("submitted", 2, 0, 1)
    proposals = wiring.proposals(settings)
    found = proposals.get(made["proposal"])
    assert (found.author, found.form, found.kind) == ("test curator", "mapping", "human")
    local, edit = proposals.content(made["proposal"]).edits
    assert isinstance(local, NewConcept)
    assert (local.concept.id, local.concept.category) == (f"{IRI}001", "disease")
    assert isinstance(edit, AddMapping)
    assert (edit.mapping.negative, edit.mapping.author, edit.mapping.tool) == (
        True,
        "test curator",
        "medkg mapping candidates",
    )
    assert edit.mapping.mapping_date


def test_a_rejected_pair_is_not_proposed_again_once_it_is_released(curator: TestClient, settings: Settings) -> None:
    before = sheet(curator)[0]["object"]
    files = ReleaseFiles(settings.folder)
    proposals = wiring.proposals(settings)
    number = max(one.id for one in wiring.queue(settings).list(Wanted()))
    *_, edit = proposals.content(number).edits
    files.write(
        ReleaseHead(release="t1", sequence=1, date="2026-11-22", by="wang"),
        [
            ReleasedEdit(
                edit=edit, release="t1", proposal=number, number=1, author="li", approver="wang", date="2026-11-22"
            )
        ],
    )
    files.assemble()
    try:
        assert before not in {row["object"] for row in sheet(curator) if row["code"] == "001"}
    finally:
        files.path("t1").unlink()
        files.current.unlink()


def test_a_sheet_with_a_wrong_row_is_refused_as_a_whole(curator: TestClient, settings: Settings) -> None:
    rows = sheet(curator)
    before = len(wiring.queue(settings).list(Wanted()))
    bad = filled(rows, "confirm", "perhaps")
    found = problem(curator.post("/api/v1/mappings/decisions", content=bad), 400, "input")
    assert "line 3" in str(found["detail"])
    problem(curator.post("/api/v1/mappings/decisions", content=filled(rows)), 422, "invalid-parameters")
    assert len(wiring.queue(settings).list(Wanted())) == before


def test_a_sheet_as_a_concept_map(curator: TestClient) -> None:
    url = "https://hospital.example/map"
    found = curator.post("/api/v1/mappings/conceptmap", params={"url": url}, content=filled(sheet(curator), "confirm"))
    assert found.headers["content-type"] == "application/fhir+json"
    validity.check(found.json())
    (group,) = found.json()["group"]
    assert group["source"] == IRI
    assert group["element"][0]["code"] == "001"
    assert group["element"][0]["target"][0]["equivalence"] == "equivalent"
    params = {"url": url, "format": "sssom"}
    told = curator.post("/api/v1/mappings/conceptmap", params=params, content=filled(sheet(curator), "reject")).text
    assert f'#mapping_set_id: "{url}"' in told
    assert "\tNot\t" in told


def test_contradictions_are_told_with_their_chain(curator: TestClient) -> None:
    (found,) = curator.get("/api/v1/mappings/findings").json()["items"]
    assert (found["code"], found["severity"]) == ("mapping-collapse", "error")
    assert found["path"] == ["DOID:9000002", "MESH:D999001", "DOID:9000003"]
    assert set(found["message"]) == {"zh", "en"}


@pytest.mark.parametrize(
    ("changed", "status", "slug"),
    [
        ({"system": "NONE"}, 404, "unknown-name"),
        ({"code": "nothing"}, 422, ""),
        ({"top": "0"}, 422, "invalid-parameters"),
    ],
)
def test_what_cannot_be_asked_is_told(curator: TestClient, changed: dict[str, str], status: int, slug: str) -> None:
    found = curator.post("/api/v1/mappings/candidates", params=COLUMNS | changed, content=DICTIONARY)
    assert 400 <= found.status_code < 500, found.text
    if slug:
        problem(found, status, slug)


def test_systems_are_listed_and_taken_names_refused(curator: TestClient) -> None:
    (found,) = curator.get("/api/v1/mappings/systems").json()["items"]
    assert (found["name"], found["iri"], found["title"]) == ("HIS-DX", IRI, {"zh": "诊断"})
    refused = curator.put("/api/v1/mappings/systems/MESH", json={"iri": "https://x.example/"})
    assert 400 <= refused.status_code < 500


def test_readers_may_not_send_dictionaries(curator: TestClient, settings: Settings) -> None:
    reader = Callers(curator, settings).of("reader")
    for path in ("candidates", "decisions", "conceptmap"):
        problem(reader.post(f"/api/v1/mappings/{path}", content=b"x"), 403, "forbidden")


def run(settings: Settings, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["mappings", *words, "--data", settings.data])
    return done.exit_code, done.output


def test_the_command_line_from_dictionary_to_proposal(curator: TestClient, settings: Settings, tmp_path: Path) -> None:
    path, out = tmp_path / "dict.csv", tmp_path / "sheet.csv"
    path.write_text(DICTIONARY.replace(",无编码,\n", ""), "utf-8")
    columns = ["--system", "HIS-DX", "--code", "编码", "--name", "名称", "--english", "英文", "--category", "disease"]
    code, told = run(settings, "propose", str(path), "--to", "DOID", *columns, "--output", str(out))
    assert code == 0, told
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    out.write_bytes(filled(rows, "确认"))
    code, told = run(settings, "decide", str(out), "--as", "li", "--dictionary", str(path), *columns)
    assert code == 0, told
    number = max(one.id for one in wiring.queue(settings).list(Wanted()))
    made = wiring.proposals(settings).content(number).edits
    assert [type(one) for one in made] == [NewConcept, AddMapping]
    code, told = run(settings, "conceptmap", str(out), "--url", "https://hospital.example/map")
    assert code == 0, told
    assert json.loads(told[told.index("{") : told.rindex("}") + 1])["resourceType"] == "ConceptMap"


def test_machine_proposals_enter_the_queue_once(curator: TestClient, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "dict.csv"
    path.write_text("code,name\nQ1,example nephropathy\n", "utf-8")
    words = ("propose", str(path), "--to", "DOID", "--system", "HIS-DX", "--category", "disease", "--queue")
    before = len(wiring.queue(settings).list(Wanted(kind="machine")))
    for _ in range(2):
        code, told = run(settings, *words)
        assert code == 0, told
    found = wiring.queue(settings).list(Wanted(kind="machine"))
    assert len(found) == before + 1
    assert (found[0].author, found[0].state, found[0].form) == ("medkg-mappings", "submitted", "mapping")


def test_check_ends_with_three_where_there_are_errors(settings: Settings) -> None:
    code, told = run(settings, "check")
    assert code == 3, told
    assert "DOID:9000002" in told
    code, told = run(settings, "systems")
    assert code == 0, told
