"""A local dictionary, its candidates on a sheet, what people decided, and exports. Everything is made up."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from kg.errors import ConfigError, UnknownName
from kg.model.concept import Concept, ConceptMapping, Label
from kg.model.edit import AddMapping, NewConcept
from kg.model.source import Reject
from ontology.mapping.candidate import MappingCandidate, Reason
from ontology.mapping.conceptmap import concept_map
from ontology.mapping.dictionary import DictionaryColumns, read_dictionary
from ontology.mapping.systems import LocalSystem, Systems
from ontology.mapping.worksheet import Decision, edits, read_decisions, written
from ontology.reading.raw import describe
from tests.fhir import validity

SYSTEM = LocalSystem("HIS-DX", "https://hospital.example/dx/", {"zh": "院内诊断", "en": "Diagnoses"})
GOUT = MappingCandidate(
    "https://hospital.example/dx/007", "MESH:D1", 0.91, (Reason("name", "痛风", "痛风"),), "痛风", "Gout"
)


def dictionary(path: Path, **columns: str) -> tuple[list[Concept], list[Reject]]:
    items = list(read_dictionary(describe(path), DictionaryColumns(**columns), SYSTEM))  # type: ignore[arg-type]
    return [one for one in items if isinstance(one, Concept)], [one for one in items if isinstance(one, Reject)]


def decided(path: Path) -> tuple[list[Decision], list[Reject]]:
    items = list(read_decisions(describe(path)))
    return [one for one in items if isinstance(one, Decision)], [one for one in items if isinstance(one, Reject)]


def test_codes_are_strings_and_names_have_their_language(tmp_path: Path) -> None:
    path = tmp_path / "dict.csv"
    path.write_text("编码,名称,英文,别名,拼音\n007.x10,痛风,gout,痛风病|高尿酸关节病,tongfeng\n", "utf-8")
    (found,), rejects = dictionary(path, code="编码", name="名称", english="英文", synonyms="别名", of_all="disease")
    assert rejects == []
    assert (found.id, found.notations, found.category) == (
        "https://hospital.example/dx/007.x10",
        ("007.x10",),
        "disease",
    )
    assert found.labels == (
        Label("痛风", "zh"), Label("gout", "en"), Label("痛风病", "zh", "exact"), Label("高尿酸关节病", "zh", "exact")
    )  # fmt: skip


def test_a_dictionary_in_gb18030_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dict.csv"
    path.write_bytes("code,name\nA1,痛风\nA2,慢性肾脏病\nA3,糖尿病\n".encode("gb18030"))
    found, _ = dictionary(path)
    assert [one.labels[0].value for one in found] == ["痛风", "慢性肾脏病", "糖尿病"]


def test_rows_that_cannot_be_used_are_named_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "dict.csv"
    path.write_text(
        "code,name,kind\n,痛风,disease\nA1,,disease\nA2,痛风,disease\nA2,咳嗽,disease\nA3,咳嗽,nothing\n", "utf-8"
    )
    found, rejects = dictionary(path, category="kind")
    assert [one.notations[0] for one in found] == ["A2"]
    assert [(one.position, one.reason) for one in rejects] == [
        ("line 2", "unidentified"), ("line 3", "unidentified"), ("line 5", "duplicate-id"),
        ("line 6", "unknown-category"),
    ]  # fmt: skip


def test_a_spreadsheet_with_a_formula_for_a_code_is_rejected_there(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("code", "name"), ("A1", "痛风"), ("=1+1", "咳嗽"), (7, "发热")):
        sheet.append(row)
    path = tmp_path / "dict.xlsx"
    book.save(path)
    found, rejects = dictionary(path)
    assert [one.notations[0] for one in found] == ["A1"]
    assert [one.reason for one in rejects] == ["formula", "number-for-code"]


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dict.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ConfigError, match="code"):
        dictionary(path)


def test_registered_systems_keep_their_iri(tmp_path: Path) -> None:
    systems = Systems(tmp_path)
    systems.register(SYSTEM)
    systems.register(LocalSystem("HIS-DX", SYSTEM.iri, {"zh": "诊断字典"}, "2"))
    assert systems.get("HIS-DX").version == "2"
    with pytest.raises(UnknownName):
        systems.get("HIS")
    for name, iri in (
        ("HIS-DX", "https://other.example/"), ("OTHER", "https://hospital.example/dx/sub/"), ("MESH", "https://x.example/"),
        ("X", "https://x.example/q?a=/"), ("X", "ftp://x.example/"), ("X", "https://x.example"), ("1", "https://x.example/"),
        ("X", "http://id.nlm.nih.gov/mesh/"),
    ):  # fmt: skip
        with pytest.raises(ConfigError):
            systems.register(LocalSystem(name, iri))
    assert [one.name for one in systems.all()] == ["HIS-DX"]


def test_a_sheet_goes_out_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    text = written([("007", "disease", GOUT)], "zh")
    assert "名称相同" in text
    path.write_text(text.replace(",,\r\n", ",确认,核对过\r\n"), "utf-8-sig")
    (row,), rejects = decided(path)
    assert rejects == []
    assert (row.subject, row.object, row.verdict, row.confidence) == (GOUT.subject, "MESH:D1", "confirm", 0.91)
    assert (row.comment, row.position) == ("核对过", "line 2")
    assert row.concept() == Concept(GOUT.subject, "disease", (Label("痛风", "zh"),), notations=("007",))
    assert row.mapping("li", "2026-11-22") == ConceptMapping(
        GOUT.subject, "skos:exactMatch", "MESH:D1", "semapv:LexicalMatching", 0.91, False, "痛风", "Gout", "li", "",
        "2026-11-22", "medkg mapping candidates",
    )  # fmt: skip


def test_cells_that_a_spreadsheet_would_compute_come_back_as_they_were(tmp_path: Path) -> None:
    one = MappingCandidate("https://hospital.example/dx/1", "MESH:D1", 0.5, (), "=HYPERLINK(1)", "-itis")
    text = written([("+1", "disease", one)])
    assert "'=HYPERLINK(1)" in text
    path = tmp_path / "sheet.csv"
    path.write_text(text.replace(",,\r\n", ",reject,\r\n"), "utf-8")
    (row,), _ = decided(path)
    assert (row.subject_label, row.object_label, row.verdict) == ("=HYPERLINK(1)", "-itis", "reject")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a:1,b:1,skos:exactMatch,maybe,0.5", "unknown-decision"),
        (",b:1,skos:exactMatch,confirm,0.5", "unidentified"),
        ("a:1,b:1,skos:sameAs,confirm,0.5", "no-predicate"),
        ("a:1,b:1,skos:exactMatch,confirm,7", "bad-number"),
        ("a:1,b:1,skos:exactMatch,confirm,high", "bad-number"),
    ],
)
def test_a_decision_that_cannot_be_used_is_named(tmp_path: Path, row: str, reason: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(f"subject,object,predicate,decision,confidence\n{row}\n", "utf-8")
    found, (reject,) = decided(path)
    assert found == []
    assert (reject.position, reject.reason) == ("line 2", reason)


def test_decisions_that_contradict_each_other_are_all_left_out(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    rows = [
        "a:1,b:1,confirm",
        "a:1,b:2,confirm",
        "a:2,b:1,confirm",
        "a:2,b:1,reject",
        "a:3,b:1,confirm",
        "a:3,c:1,confirm",
    ]
    path.write_text("\n".join(["subject,object,decision", *rows]) + "\n", "utf-8")
    found, rejects = decided(path)
    assert [(one.subject, one.object) for one in found] == [("a:3", "b:1"), ("a:3", "c:1")]
    assert [one.position for one in rejects] == ["line 2", "line 3", "line 4", "line 5"]


def test_a_sheet_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("subject,target\na:1,b:1\n", "utf-8")
    found, (reject,) = decided(path)
    assert found == []
    assert reject.fatal


def test_edits_make_the_local_codes_that_are_lacking() -> None:
    code = Concept(GOUT.subject, "disease", (Label("痛风", "zh"),))
    other = Concept("https://hospital.example/dx/2", "disease", (Label("咳嗽", "zh"),))
    rows = [Decision(code.id, "MESH:D1", "confirm"), Decision(other.id, "MESH:D2", "reject")]
    made = edits(rows, "li", "2026-11-22", {code.id: code, other.id: other})
    assert made[:2] == (NewConcept(code), NewConcept(other))
    assert [one.mapping.negative for one in made[2:] if isinstance(one, AddMapping)] == [False, True]


def test_a_concept_map_has_groups_by_system_with_codes_as_they_are() -> None:
    rows = [
        ConceptMapping(
            SYSTEM.id("J18.9x 01"), "skos:exactMatch", "MESH:D1", "semapv:LexicalMatching", 0.9, author="li"
        ),
        ConceptMapping(SYSTEM.id("J18.9x 01"), "skos:broadMatch", "MESH:D2"),
        ConceptMapping(SYSTEM.id("00"), "skos:exactMatch", "HP:0000001", negative=True),
    ]
    made = concept_map(rows, url="https://hospital.example/map", name="dx", version="1")
    assert (made["resourceType"], made["status"], made["url"]) == (
        "ConceptMap",
        "active",
        "https://hospital.example/map",
    )
    validity.check(made)
    by_target = {group["target"]: group for group in made["group"]}
    mesh = by_target["http://terminology.hl7.org/CodeSystem/MSH"]
    assert mesh["source"] == "https://hospital.example/dx/"
    (element,) = mesh["element"]
    assert element["code"] == "J18.9x 01"
    assert [(one["code"], one["equivalence"]) for one in element["target"]] == [("D1", "equivalent"), ("D2", "wider")]
    assert "confidence 0.9" in element["target"][0]["comment"]
    hpo = by_target["http://human-phenotype-ontology.org"]["element"][0]
    assert (hpo["code"], hpo["target"][0]["code"], hpo["target"][0]["equivalence"]) == ("00", "HP:0000001", "disjoint")
