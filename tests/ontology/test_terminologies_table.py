"""Tables by options: what each real table gives, and how wrong tables and options are met."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from kg.errors import ConfigError
from kg.model.concept import Concept, ConceptMapping, Label
from kg.model.evidence import Claim
from kg.model.source import Reject
from ontology.base import TerminologyItem
from ontology.reading.raw import describe
from ontology.terminologies.table import ColumnMap
from tests.contract.terminology import TerminologyContract

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "table.v1"
CONCEPT = {"concept": {"id": {"column": "id", "prefix": "DOID"}, "labels": ["name"]}}


class TestColumnMap(TerminologyContract):
    plugin = "table.v1"
    file_name = "symbols.tsv"
    sample = (GOLDEN / "symbols.tsv").read_bytes()
    options: ClassVar[Mapping[str, object]] = tomllib.loads((GOLDEN / "symbols.toml").read_text())
    sure = 0.1


def read(path: Path, text: str | bytes, options: Mapping[str, object]) -> list[TerminologyItem]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(ColumnMap().parse(describe(path), options))


@pytest.mark.parametrize("header", [True, False])
def test_windows_line_ends_and_byte_order_marks_are_no_part_of_cells(tmp_path: Path, header: bool) -> None:
    options = CONCEPT if header else {**CONCEPT, "header": False, "columns": ["id", "name"]}
    text = ("id,name\r\n" if header else "") + "1,gout\r\n\r\n2,mumps\r\n"
    found = read(tmp_path / "a.csv", b"\xef\xbb\xbf" + text.encode(), options)
    assert [(item.id, item.labels[0].value) for item in found if isinstance(item, Concept)] == [
        ("DOID:1", "gout"),
        ("DOID:2", "mumps"),
    ]


def test_quotes_hold_separators_and_line_ends(tmp_path: Path) -> None:
    found = read(tmp_path / "a.tsv", 'id\tname\n1\t"a\tb"\n2\t"two\nlines"\n3\tsay ""x""\n', CONCEPT)
    assert [item.labels[0].value for item in found if isinstance(item, Concept)] == ["a\tb", "two\nlines", 'say ""x""']
    plain = read(tmp_path / "b.tsv", 'id\tname\n1\t"half\n2\tother\n', {**CONCEPT, "quote": ""})
    assert [item.labels[0].value for item in plain if isinstance(item, Concept)] == ['"half', "other"]


def test_bad_rows_are_told_with_their_lines_and_the_rest_is_read(tmp_path: Path) -> None:
    text = "id\tname\n1\tgout\n2\n3\ta\0b\n\tnameless\nx y\tbad id\n4\tmumps\n"
    found = read(tmp_path / "a.tsv", text, CONCEPT)
    rejects = [(item.position, item.reason) for item in found if isinstance(item, Reject)]
    assert rejects == [
        ("line 3", "columns"),
        ("line 4", "nul"),
        ("line 5", "unidentified"),
        ("line 6", "unidentified"),
    ]
    assert [item.id for item in found if isinstance(item, Concept)] == ["DOID:1", "DOID:4"]


def test_an_open_quote_does_not_swallow_the_memory(tmp_path: Path) -> None:
    text = 'id\tname\n1\tgout\n2\t"open' + "x" * 200_000 + "\n3\tmumps\n"
    found = read(tmp_path / "a.tsv", text, CONCEPT)
    assert [item.reason for item in found if isinstance(item, Reject)] == ["bad-row"]
    assert [item.id for item in found if isinstance(item, Concept)] == ["DOID:1", "DOID:3"]


def test_what_was_gathered_is_given_before_a_fatal_reject(tmp_path: Path) -> None:
    options = {**CONCEPT, "group": True}
    found = read(tmp_path / "a.tsv", b"id\tname\n1\tgout\n1\tpodagra\n1\t\xff\n", options)
    assert isinstance(found[0], Concept)
    assert [label.value for label in found[0].labels] == ["gout", "podagra"]
    assert isinstance(found[1], Reject)
    assert (found[1].position, found[1].reason, found[1].fatal) == ("line 4", "encoding", True)


def test_other_encodings_are_read_when_named(tmp_path: Path) -> None:
    options = {"encoding": "gb18030", "concept": {"id": "id", "labels": [{"column": "名称", "language": "zh"}]}}
    found = read(tmp_path / "a.csv", "id,名称\nDOID:1,痛风\n".encode("gb18030"), options)
    assert isinstance(found[0], Concept)
    assert found[0].labels == (Label("痛风", "zh", "exact"),)


def test_rows_of_a_concept_are_joined_where_they_stand_apart_only_with_group_file(tmp_path: Path) -> None:
    text = "id\tname\n1\ta\n2\tb\n1\tc\n"
    near = read(tmp_path / "a.tsv", text, {**CONCEPT, "group": True})
    assert [item.id for item in near if isinstance(item, Concept)] == ["DOID:1", "DOID:2", "DOID:1"]
    whole = read(tmp_path / "a.tsv", text, {**CONCEPT, "group": "file"})
    assert [(item.id, len(item.labels)) for item in whole if isinstance(item, Concept)] == [
        ("DOID:1", 2),
        ("DOID:2", 1),
    ]


def test_grouping_holds_one_concept_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("id\tname\n" + "".join(f"{number // 3}\tname {number}\n" for number in range(30_000)))
    items = ColumnMap().parse(describe(path), {**CONCEPT, "group": True})
    first = next(items)
    assert isinstance(first, Concept)
    assert len(first.labels) == 3
    assert sum(1 for _ in items) == 9_999


def test_lookups_translate_and_drop_what_is_ambiguous(tmp_path: Path) -> None:
    (tmp_path / "symbols.tsv").write_text("symbol\tgene\nA\t1\nB\t2\nB\t3\n")
    options = {
        "lookup": {"gene": {"path": "symbols.tsv", "key": "symbol", "result": "gene"}},
        "claim": {
            "subject": {"column": "who", "lookup": "gene", "prefix": "NCBIGENE"},
            "predicate": "biolink:related_to",
            "object": "what",
        },
    }
    found = read(tmp_path / "a.tsv", "who\twhat\nA\tDOID:1\nB\tDOID:1\nC\tDOID:1\n", options)
    assert [type(item) for item in found] == [Claim, Reject, Reject]
    assert ColumnMap().companions(describe(tmp_path / "a.tsv"), options) == (tmp_path / "symbols.tsv",)


def test_a_name_that_another_input_prefers_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "names.tsv").write_text("id\tname\nDOID:1\tgout\n")
    options = {
        "group": True,
        "lookup": {"preferred": {"path": "names.tsv", "key": "id", "result": "name"}},
        "concept": {"id": "id", "names": "preferred", "labels": [{"column": "lay", "kind": "lay"}]},
    }
    found = read(tmp_path / "a.tsv", "id\tlay\nDOID:1\tgout\nDOID:1\tbig toe\n", options)
    assert [item.labels for item in found if isinstance(item, Concept)] == [(Label("big toe", "en", "lay"),)]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({}, "concept, mapping or claim"),
        ({"concept": {"id": "id", "lables": ["name"]}}, "lables"),
        ({"concept": {"id": "idd"}}, "idd"),
        ({"concept": {"id": "id", "labels": [{"column": "name", "kind": "nickname"}]}}, "nickname"),
        ({"concept": {"id": "id", "labels": [{"column": "name", "language": "EN"}]}}, "EN"),
        ({"concept": {"id": "id", "category": "illness"}}, "illness"),
        ({"concept": {"id": {"column": "id", "prefix": "NOPE"}}}, "NOPE"),
        ({"concept": {"id": {"column": "id", "pattern": "("}}}, "pattern"),
        ({"concept": {"id": {"column": "id", "lookup": "gene"}}}, "gene"),
        ({"concept": {"id": {"column": "id", "value": "x"}}}, "column or value"),
        ({**CONCEPT, "delimiter": "||"}, "delimiter"),
        ({**CONCEPT, "encoding": "utf-16"}, "encoding"),
        ({**CONCEPT, "encoding": "klingon"}, "encoding"),
        ({**CONCEPT, "header": False}, "columns"),
        ({**CONCEPT, "columns": ["a"]}, "columns"),
        ({**CONCEPT, "where": {"nam": ["x"]}}, "nam"),
        ({**CONCEPT, "where": {"name": "("}}, "where"),
        ({**CONCEPT, "lookup": {"a": {"path": "x.tsv", "key": "k"}}}, "lookup.a"),
        ({"group": True, "mapping": {"subject": "id", "object": "name"}}, "group"),
        ({"claim": {"subject": "id", "object": "name"}}, "predicate"),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, options: Mapping[str, object], named: str) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("id\tname\n1\tgout\n")
    with pytest.raises(ConfigError, match=named) as caught:
        list(ColumnMap().parse(describe(path), options))
    assert "table.v1" in str(caught.value) or "a.tsv" in str(caught.value)


def test_rows_are_kept_by_values_and_by_an_expression(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("id\tname\tkind\nDOID:1\tgout\ta\nDOID:12\tgrue\ta\nDOID:3\tbleen\tb\n")
    options = {**CONCEPT, "where": {"kind": ["a"], "id": r"DOID:\d"}}
    assert [item.id for item in ColumnMap().parse(describe(path), options) if isinstance(item, Concept)] == ["DOID:1"]


def test_numbers_outside_their_range_are_rejected(tmp_path: Path) -> None:
    options = {
        "mapping": {"subject": "s", "object": "o", "confidence": "c", "negative": {"column": "n", "map": {"x": "y"}}}
    }
    text = "s\to\tc\tn\nDOID:1\tMESH:D1\t0.5\tx\nDOID:1\tMESH:D1\t7\t\nDOID:1\tMESH:D1\thigh\t\nDOID:1\tMESH:D1\t\t\n"
    found = read(tmp_path / "a.tsv", text, options)
    assert [getattr(item, "reason", "") for item in found] == ["", "bad-number", "bad-number", ""]
    assert [item.negative for item in found if isinstance(item, ConceptMapping)] == [True, False]


REAL = {
    # name of the input in benchmarks/real.toml: (records, rejects)
    "doid": (12_246, 0),
    "mesh": (27_453, 0),
    "mesh-check-tags": (2, 0),
    "hpo-lay": (4_701, 0),
    "genes": (56_352, 0),
    "famplex-groundings": (633, 0),
    "drug-classes": (891, 0),
    "biomappings": (514, 0),
    "famplex-relations": (369, 0),
    "famplex-genes": (4_745, 170),
    "gwas-catalog": (5_900, 0),
    "drugcentral-indications": (671, 0),
    "drugcentral-targets": (2_991, 0),
    "drugcentral-classes": (10_959, 0),
    "pharmacotherapydb": (1_388, 0),
}


@pytest.mark.data
@pytest.mark.parametrize("name", sorted(REAL))
def test_real_tables_by_options_only(data_folder: Path, name: str) -> None:
    found = real_input(data_folder, name)
    counts = Counter("reject" if isinstance(item, Reject) else "record" for item in found)
    assert (counts["record"], counts["reject"]) == REAL[name]


def real_input(data: Path, name: str) -> list[TerminologyItem]:
    config = tomllib.loads((ROOT / "benchmarks" / "real.toml").read_text("utf-8"))
    spec = next(spec for spec in config["input"] if spec["name"] == name)
    (pattern,) = spec["paths"]
    return list(ColumnMap().parse(describe(Path(pattern.replace("${MEDKG_TEST_DATA}", str(data)))), spec["options"]))


@pytest.mark.data
def test_real_mesh_has_its_polyhierarchy(data_folder: Path) -> None:
    found = {item.id: item for item in real_input(data_folder, "mesh") if isinstance(item, Concept)}
    diabetes = found["MESH:D003924"]
    assert diabetes.label("en") == "Diabetes Mellitus, Type 2"
    assert set(diabetes.parents) == {"MESH:D003920"}
    assert diabetes.category == "disease"
    assert found["MESH:D005334"].category == "symptom"
    assert sum(len(concept.parents) > 1 for concept in found.values()) > 5_000


@pytest.mark.data
def test_real_indications_keep_what_was_judged_not_to_work(data_folder: Path) -> None:
    claims = [item for item in real_input(data_folder, "pharmacotherapydb") if isinstance(item, Claim)]
    assert Counter((claim.predicate, claim.direction) for claim in claims) == {
        ("biolink:treats", "supports"): 755,
        ("biolink:ameliorates_condition", "supports"): 390,
        ("biolink:treats", "refutes"): 243,
    }
