"""What is mapped to what: of one concept, as a list, and as a mapping set that reads back as the same."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api import wiring
from api.app import create_app
from api.cli.main import app
from api.mapping_sets import held
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.index.rows import Rows
from kg.model.concept import ConceptMapping
from kg.model.ids import Ids
from kg.query.mapping_rows import MappingRows
from kg.query.mapping_table import held_rows
from kg.store.base import STORES, Snapshot
from ontology.reading.raw import describe
from ontology.terminologies.sssom import Sssom
from tests.api.conftest import problem
from tests.corpus import TERMS, write_build

COLUMNS = (
    "subject_id subject_label predicate_id predicate_modifier object_id object_label mapping_justification confidence "
    "author_label reviewer_label mapping_date"
)
ROWS = (
    'DOID:9000002|sample fever|skos:exactMatch||MESH:D999003|Sample "Fever"|semapv:ManualMappingCuration|0.95|A. Person'
    "|B. Person|2026-01-02",
    "DOID:9000002|sample fever|skos:exactMatch|Not|MESH:D999001|Illustrative Compounds|semapv:ManualMappingCuration|||"
    "B. Person|2026-01-03",
    "other:7||skos:closeMatch||UMLS:C9999001||semapv:LexicalMatching|0.5|||",
    "DOID:9000003||skos:broadMatch||MESH:D999003||semapv:UnspecifiedMatching||||",
    "DOID:9000001||skos:exactMatch|Not|HP:9990002||semapv:ManualMappingCuration|||B. Person|2026-01-03",
)
FIRST = "\n".join(
    (
        "#curie_map:", "#  other: https://example.org/terms/", "#mapping_set_id: https://example.org/illustrative",
        COLUMNS.replace(" ", "\t"), *(row.replace("|", "\t") for row in ROWS), "",
    )
)  # fmt: skip
SECOND = """subject_id	predicate_id	object_id
DOID:9000002	skos:exactMatch	MESH:D999001
DOID:9000003	skos:exactMatch	HP:9990001
DOID:9000001	skos:exactMatch	HP:9990002
"""
MORE_TERMS = """
[Term]
id: HP:9990001
name: warm phantom

[Term]
id: HP:9990002
name: cold phantom
"""
INPUT = """
[[input]]
name = "{name}"
format = "sssom.v1"
kind = "terminology"
paths = ["{name}.sssom.tsv"]
version = "{version}"
licence = "{licence}"
title = {{ zh = "示例映射", en = "Illustrative mappings" }}
"""
FEVER = "DOID:9000002"


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("mapped")
    config = write_build(root / "in", files=1, size=2)
    terms = TERMS.replace("name: sample fever\n", "name: sample fever\nxref: MESH:D999009\n")
    (root / "in" / "terms.obo").write_text(terms + MORE_TERMS, "utf-8")
    text = config.read_text("utf-8")
    for name, content, version, licence in (("first", FIRST, "1", "CC0-1.0"), ("second", SECOND, "2", "CC-BY-4.0")):
        (root / "in" / f"{name}.sssom.tsv").write_text(content, "utf-8")
        text += INPUT.format(name=name, version=version, licence=licence)
    config.write_text(text, "utf-8")
    settings = Settings(data=str(root / "data"), encoder="none", workers=1, hosts="testserver")
    Building(settings).run(read_config(config), {}, Listener(), lambda *step: None)
    return settings


@pytest.fixture(scope="module")
def client(mapped: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(mapped), raise_server_exceptions=False) as opened:
        yield opened


def short(row: dict[str, Any]) -> tuple[str, str, str, str]:
    return row["subject"]["id"], row["predicate"], row["object"]["id"], row["state"]


ALL = [
    ("DOID:9000001", "skos:exactMatch", "HP:9990002", "stated"),
    ("DOID:9000001", "skos:exactMatch", "HP:9990002", "rejected"),
    (FEVER, "skos:exactMatch", "MESH:D999001", "stated"),
    (FEVER, "skos:exactMatch", "MESH:D999001", "rejected"),
    (FEVER, "skos:exactMatch", "MESH:D999003", "confirmed"),
    (FEVER, "skos:exactMatch", "MESH:D999009", "stated"),
    ("DOID:9000003", "skos:broadMatch", "MESH:D999003", "stated"),
    ("DOID:9000003", "skos:exactMatch", "HP:9990001", "stated"),
    ("https://example.org/terms/7", "skos:closeMatch", "UMLS:C9999001", "stated"),
]


def test_of_one_concept_with_who_says_so(client: TestClient) -> None:
    rows = client.get(f"/api/v1/concepts/{FEVER}/mappings").json()["items"]
    assert list(map(short, rows)) == [row for row in ALL if row[0] == FEVER]
    confirmed = rows[2]
    assert confirmed["id"].startswith("https://w3id.org/medkg/mapping/")
    assert confirmed["subject"]["label"] == {"zh": None, "en": "sample fever"}
    assert (confirmed["confidence"], confirmed["justification"]) == (0.95, "semapv:ManualMappingCuration")
    assert (confirmed["author"], confirmed["reviewer"], confirmed["date"]) == ("A. Person", "B. Person", "2026-01-02")
    assert confirmed["stated_labels"] == ["sample fever", 'Sample "Fever"']
    (source,) = confirmed["sources"]
    assert (source["licence"], source["version"], source["title"]["zh"]) == ("CC0-1.0", "1", "示例映射")
    assert [row["negative"] for row in rows] == [False, True, False, False]
    assert rows[0]["sources"][0]["licence"] == "CC-BY-4.0"


def test_from_the_other_end_too(client: TestClient) -> None:
    rows = client.get("/api/v1/concepts/MESH:D999003/mappings").json()["items"]
    assert [row["subject"]["id"] for row in rows] == [FEVER, "DOID:9000003"]
    assert client.get("/api/v1/concepts/DOID:9999999/mappings").json()["items"] == []
    problem(client.get("/api/v1/concepts/nonsense/mappings"), 400, "identifier")


def test_a_name_leads_to_its_exact_match_unless_somebody_found_it_wrong(client: TestClient) -> None:
    """A column of one system's names is matched with another system (``kg.search.reconciling``)."""
    queries = {
        "a": {"query": "Example nephropathy", "type": "HP"},
        "b": {"query": "illustrative disease", "type": "HP"},
    }
    found = client.post("/reconcile/en", data={"queries": json.dumps(queries)}).json()
    (first,) = found["a"]["result"]
    assert (first["id"], first["name"], first["score"], first["match"]) == ("HP:9990001", "warm phantom", 98.0, True)
    assert found["b"]["result"] == []


def test_the_list_in_pages(client: TestClient) -> None:
    found, cursor = [], None
    while True:
        page = client.get("/api/v1/mappings", params={"limit": 4} | ({"cursor": cursor} if cursor else {})).json()
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert list(map(short, found)) == ALL


@pytest.mark.parametrize(
    ("params", "places"),
    [
        ({"subject_prefix": "DOID:9000003"}, [6, 7]),
        ({"subject_prefix": "https://"}, [8]),
        ({"object_prefix": "UMLS:"}, [8]),
        ({"predicate": "skos:broadMatch"}, [6]),
        ({"predicate": "broadMatch"}, [6]),
        ({"state": "rejected"}, [1, 3]),
        ({"state": "confirmed"}, [4]),
        ({"licence": "cc-by-4.0"}, [0, 2, 7]),
        ({"licence": ["CC-BY-4.0", "CC0-1.0"], "state": "stated", "object_prefix": "MESH:D999001"}, [2]),
        ({"licence": "none such"}, []),
        ({"subject_prefix": "ZZ"}, []),
    ],
)
def test_the_list_is_filtered(client: TestClient, params: dict[str, Any], places: list[int]) -> None:
    rows = client.get("/api/v1/mappings", params=params).json()["items"]
    assert list(map(short, rows)) == [ALL[place] for place in places]


def test_bad_input(client: TestClient) -> None:
    problem(client.get("/api/v1/mappings?state=maybe"), 422, "invalid-parameters")
    problem(client.get("/api/v1/mappings?format=xml"), 422, "invalid-parameters")
    problem(client.get("/api/v1/mappings", headers={"Accept": "image/png"}), 406, "not-acceptable")
    generation = client.get("/api/v1/mappings").json()["generation"]
    problem(client.get("/api/v1/mappings", params={"cursor": f"{generation}~x"}), 400, "query")


def as_set(client: TestClient, **params: Any) -> str:
    answer = client.get("/api/v1/mappings", params=params, headers={"Accept": "text/tab-separated-values"})
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    return answer.text


def read(text: str, folder: Path) -> list[ConceptMapping]:
    path = folder / "again.sssom.tsv"
    path.write_text(text, "utf-8")
    found = list(Sssom().parse(describe(path), {}))
    assert all(isinstance(one, ConceptMapping) for one in found), found
    return found  # type: ignore[return-value]


def test_the_mapping_set_reads_back_as_the_same(client: TestClient, tmp_path: Path) -> None:
    again = {(one.subject, one.predicate, one.object, one.negative): one for one in read(as_set(client), tmp_path)}
    assert set(again) == {(*row[:3], row[3] == "rejected") for row in ALL}
    first = [one for one in read(FIRST, tmp_path) if one.subject != "DOID:9000003"]
    assert all(again[one.subject, one.predicate, one.object, one.negative] == one for one in first)
    bare = again[FEVER, "skos:exactMatch", "MESH:D999009", False]
    assert bare == ConceptMapping(FEVER, "skos:exactMatch", "MESH:D999009")


def test_the_mapping_set_says_what_it_is(client: TestClient) -> None:
    text = as_set(client)
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert '#  DOID: "http://purl.obolibrary.org/obo/DOID_"' in head
    assert '#  ns1: "https://example.org/terms/"' in head
    assert '#license: "https://w3id.org/sssom/license/unspecified"' in head
    assert any("CC-BY-4.0, CC0-1.0" in line for line in head)
    assert as_set(client) == text
    assert '#license: "https://spdx.org/licenses/CC0-1.0"' in as_set(client, licence="CC0-1.0")
    negative = as_set(client, state="rejected").splitlines()
    assert negative[-1].split("\t")[3] == "Not"
    empty = as_set(client, subject_prefix="ZZ").splitlines()
    assert empty[-1] == "subject_id\tsubject_label\tpredicate_id"


def test_the_command_line_writes_the_same(client: TestClient, mapped: Settings, tmp_path: Path) -> None:
    path = tmp_path / "out.tsv"
    ran = CliRunner().invoke(app, ["mappings", "export", "--data", mapped.data, "--output", str(path)])
    assert ran.exit_code == 0, ran.output
    rows = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert rows == [line for line in as_set(client).splitlines() if not line.startswith("#")]
    assert CliRunner().invoke(app, ["mappings", "export", "--data", mapped.data, "--state", "maybe"]).exit_code == 2


KNOWN = {
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "confidence", "author_label", "reviewer_label", "mapping_date", "mapping_tool",
    "mapping_provider",
}  # fmt: skip
"""Slots of the standard's Mapping that are written."""
SLOTS = {"mapping_set_id", "mapping_set_version", "mapping_set_title", "license", "publication_date", "comment"}
CURIE = re.compile(r"([A-Za-z][\w.-]*):(\S+)").fullmatch


def test_the_mapping_set_is_as_the_standard_says(client: TestClient) -> None:
    """https://mapping-commons.github.io/sssom/spec-formats-tsv/ and /spec-model/. The validator of the package
    ``sssom`` was run by hand (ADR 28): it brings sixty packages, one of them a plug-in that changes pytest."""
    lines = as_set(client).splitlines()
    block = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    assert set(block) - {"curie_map"} <= SLOTS
    assert block["mapping_set_id"].startswith("https://")
    assert block["license"].startswith("https://")
    rows = list(csv.DictReader([line for line in lines if not line.startswith("#")], delimiter="\t"))
    assert len(rows) == len(ALL)
    for row in rows:
        assert set(row) <= KNOWN
        for name in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
            found = CURIE(row[name])
            assert found, row
            assert block["curie_map"][found[1]].startswith("http")
        assert row["mapping_justification"].startswith("semapv:")
        assert row["predicate_modifier"] in ("", "Not")
        assert not row["confidence"] or 0 <= float(row["confidence"]) <= 1
        assert re.fullmatch(r"(\d{4}-\d\d-\d\d)?", row["mapping_date"])
        assert row["mapping_provider"].startswith("https://")


def test_table_says_what_the_store_states(mapped: Settings) -> None:
    manifest, mappings = held(mapped, None)
    table = mappings.rows()
    rows = [table[place] for place in range(len(table))]
    assert isinstance(table, Rows)
    assert len(rows) == len(ALL)
    folder = wiring.shelf(mapped).path(manifest.id)
    store = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=folder / "store"))
    stated = MappingRows(store, Ids(manifest.base))
    assert rows == stated.every()
    store.close()


@pytest.mark.parametrize("harm", ["missing", "shorter", "changed"])
def test_damaged_table_is_not_used(mapped: Settings, tmp_path: Path, harm: str) -> None:
    manifest, _ = held(mapped, None)
    shutil.copytree(wiring.shelf(mapped).path(manifest.id) / "mappings", tmp_path / "mappings")
    assert held_rows(tmp_path) is not None
    file = tmp_path / "mappings" / "rows.rows"
    if harm == "missing":
        file.unlink()
    else:
        kept = file.read_bytes()
        file.write_bytes(kept[:-1] if harm == "shorter" else bytes([kept[0] ^ 1]) + kept[1:])
    assert held_rows(tmp_path) is None
