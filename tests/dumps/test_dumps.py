"""Dumps of a code system: what our own readers make of them is what was dumped; FHIR has every code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from kg.dumps import columns, fhir, obo, skos
from kg.dumps.concepts import concepts, schemes
from kg.dumps.release import DumpHead
from kg.mapping.base import Context
from kg.mapping.concept import concept_statements
from kg.model.concept import Concept, Label, Xref
from kg.model.ids import Ids
from kg.model.source import Reject
from kg.store.base import STORES, Store
from kg.vocab import DEFAULT_BASE
from ontology.reading.raw import describe
from ontology.terminologies.obo import Obo
from ontology.terminologies.skos import Skos
from ontology.terminologies.table import ColumnMap
from tests.contract.store import make_batch
from tests.fhir.validity import check

AWKWARD = 'say "gout" \\ or | pipe, comma; ! { not a comment }'
MADE: tuple[Concept, ...] = (
    Concept(
        "DOID:9000001", "disease",
        (
            Label("sample fever", "en"), Label("示例热", "zh"), Label("SF", "en", "abbreviation"),
            Label("fever of samples", "en", "exact"), Label("lay fever", "en", "lay"), Label("旧名", "zh", "old"),
            Label("wide", "en", "broad"), Label("slim", "en", "narrow"), Label("near", "en", "related"),
            Label("smaple fever", "en", "spelling"), Label("Feverix", "en", "brand"), Label(AWKWARD, "en", "exact"),
        ),
        definitions=(Label('A "made up" fever.\\', "en"), Label("虚构的热。", "zh")),
        xrefs=(
            Xref("MESH:D999001"), Xref("ICD10CM:Z99.90", relation="closeMatch"),
            Xref("HP:9000001", relation="broadMatch"), Xref("LOINC:9-9", verified=False),
        ),
        notations=("C01.90", "007"),
    ),
    Concept("DOID:9000002", "disease", (Label("child of a fever", "en"),), parents=("DOID:9000001", "MONDO:9000001")),
    Concept("DOID:9000003", "disease", (Label("old fever", "en"),), deprecated=True, replaced_by=("DOID:9000001",)),
    Concept("DOID:9000004", "disease", (Label("仅有中文", "zh"),), parents=("DOID:9000001",)),
)  # fmt: skip
OTHER = Concept("MESH:D999001", "disease", (Label("Sample Fever", "en"),))
HEAD = DumpHead(
    "DOID", "http://purl.obolibrary.org/obo/DOID_", "2026.11", "g00001-x", "2026-11-22T00:00:00+00:00", ("CC0-1.0",)
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("dumps")
    context = Context()
    rows = [row for concept in (*MADE, OTHER) for row in concept_statements(concept, context)]
    opened = STORES.load("oxigraph").create(folder / "store")
    graph = f"{DEFAULT_BASE}graph/terminology/demo/1"
    opened.apply_all([make_batch(folder / "a", (graph, "replace", list(dict.fromkeys(rows)), [], "", "1"))])
    yield opened
    opened.close()


def stated(found: object) -> set[str]:
    return {row for concept in found for row in concept_statements(concept, Context())}  # type: ignore[attr-defined]


def written(path: Path, lines: Iterator[str]) -> Path:
    path.write_text("".join(lines), "utf-8", newline="")
    return path


def test_a_store_gives_the_records_again(store: Store) -> None:
    assert schemes(store, Ids()) == {"DOID": 4, "MESH": 1}
    found = list(concepts(store, Ids(), "DOID"))
    assert [one.id for one in found] == [one.id for one in MADE]
    assert stated(found) == stated(MADE)


def test_skos_is_read_back_whole(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "a.ttl", skos.lines(HEAD, concepts(store, Ids(), "DOID"), Context()))
    items = list(Skos().parse(describe(path), {}))
    assert not [item for item in items if isinstance(item, Reject)]
    assert stated(items) == stated(MADE)
    assert "skos:ConceptScheme" in path.read_text("utf-8")


def test_obo_is_read_back_in_its_language(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "a.obo", obo.lines(HEAD, concepts(store, Ids(), "DOID"), "en"))
    items = list(Obo().parse(describe(path), {}))
    assert not [item for item in items if isinstance(item, Reject)]
    rows = {row for row in stated(MADE) if "@zh" not in row and "unverifiedId" not in row}
    assert stated(items) == rows
    assert Obo().release(path.read_bytes()) == "2026.11"


def test_csv_is_read_back_whole(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", columns.lines(concepts(store, Ids(), "DOID")))
    items = list(ColumnMap().parse(describe(path), columns.options("disease")))
    assert not [item for item in items if isinstance(item, Reject)]
    assert stated(items) == {row for row in stated(MADE) if "unverifiedId" not in row}


class TestFhir:
    system: ClassVar[str] = "http://purl.obolibrary.org/obo/DOID_"

    def test_a_code_system_has_every_code_and_name(self, store: Store) -> None:
        tree = json.loads("".join(fhir.code_system(HEAD, concepts(store, Ids(), "DOID"), 4)))
        check(tree)
        assert (tree["url"], tree["version"], tree["count"], tree["content"]) == (self.system, "2026.11", 4, "complete")
        assert [row["code"] for row in tree["concept"]] == ["9000001", "9000002", "9000003", "9000004"]
        first, second, third, last = tree["concept"]
        names = {(row["language"], row["use"]["display"], row["value"]) for row in first["designation"]}
        own = {(one.language, one.kind, one.value) for one in MADE[0].labels}
        assert names == own - {("en", "preferred", "sample fever")}
        assert (first["display"], first["definition"]) == ("sample fever", 'A "made up" fever.\\')
        assert {"code": "parent", "valueCode": "9000001"} in second["property"]
        assert {"code": "inactive", "valueBoolean": True} in third["property"]
        assert {"code": "replacedBy", "valueCode": "9000001"} in third["property"]
        assert last["display"] == "仅有中文"

    def test_a_concept_map_has_what_is_confirmed(self, store: Store) -> None:
        tree = json.loads("".join(fhir.concept_map(HEAD, concepts(store, Ids(), "DOID"), Ids())))
        check(tree)
        found = {
            (group["target"], element["code"], target["code"], target["equivalence"])
            for group in tree["group"] for element in group["element"] for target in element["target"]
        }  # fmt: skip
        assert found == {
            ("http://terminology.hl7.org/CodeSystem/MSH", "9000001", "D999001", "equivalent"),
            ("http://hl7.org/fhir/sid/icd-10-cm", "9000001", "Z99.90", "inexact"),
            ("http://human-phenotype-ontology.org", "9000001", "HP:9000001", "wider"),
        }
        one = json.loads("".join(fhir.concept_map(HEAD, concepts(store, Ids(), "DOID"), Ids(), "MESH")))
        assert [group["target"] for group in one["group"]] == ["http://terminology.hl7.org/CodeSystem/MSH"]
        none = json.loads("".join(fhir.concept_map(HEAD, concepts(store, Ids(), "DOID"), Ids(), "ATC")))
        assert "group" not in none
