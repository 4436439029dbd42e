"""SSSOM: metadata, prefixes, denied mappings."""

from __future__ import annotations

from pathlib import Path

from kg.model.concept import ConceptMapping
from kg.model.source import Reject
from ontology.base import TerminologyItem
from ontology.reading.raw import describe
from ontology.terminologies.sssom import Sssom
from tests.contract.terminology import TerminologyContract

SAMPLE = Path(__file__).resolve().parents[1] / "golden" / "sssom.v1" / "mappings.tsv"
HEADER = "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\tpredicate_modifier\n"


class TestSssom(TerminologyContract):
    plugin = "sssom.v1"
    file_name = "mappings.sssom.tsv"
    sample = SAMPLE.read_bytes()
    sure = 1.0


def read(path: Path, text: str, **options: object) -> list[TerminologyItem]:
    path.write_text(text, encoding="utf-8")
    return list(Sssom().parse(describe(path), options))


def test_the_metadata_block_counts() -> None:
    found = list(Sssom().parse(describe(SAMPLE), {}))
    assert found[0] == ConceptMapping(
        subject="DOID:9990002",
        predicate="skos:exactMatch",
        object="MESH:D999003",
        justification="semapv:ManualMappingCuration",
        confidence=0.95,
        subject_label="illustrative fever",
        object_label="Illustrative Fever",
        author="A. Person",
    )
    denied, foreign = found[1], found[2]
    assert isinstance(denied, ConceptMapping)
    assert denied.negative
    assert isinstance(foreign, ConceptMapping)
    assert (foreign.subject, foreign.object) == ("https://example.org/terms/7", "UMLS:C9999001")


def test_a_table_without_metadata_is_read(tmp_path: Path) -> None:
    found = read(tmp_path / "a.tsv", HEADER + "DOID:1\tskos:exactMatch\tMESH:D1\tsemapv:LexicalMatching\t\t\n")
    assert found == [ConceptMapping("DOID:1", "skos:exactMatch", "MESH:D1", "semapv:LexicalMatching")]


def test_rows_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    rows = [
        "DOID:1\tskos:exactMatch\tsssom:NoTermFound\t\t\t",
        "NOPE:1\tskos:exactMatch\tMESH:D1\t\t\t",
        "DOID:1\t\tMESH:D1\t\t\t",
        "DOID:1\tskos:exactMatch\tMESH:D1\t\t1.5\t",
        "DOID:1\tskos:exactMatch\t\t\t\t",
        "DOID:1\tskos:exactMatch\tMESH:D1",
    ]
    found = read(tmp_path / "a.tsv", HEADER + "\n".join(rows) + "\n")
    assert [item.reason for item in found if isinstance(item, Reject)] == [
        "no-match",
        "unknown-prefix",
        "no-predicate",
        "bad-number",
        "unidentified",
    ]
    assert isinstance(found[-1], ConceptMapping)


def test_prefixes_may_be_given(tmp_path: Path) -> None:
    row = "NOPE:1\tskos:exactMatch\tMESH:D1\t\t\t\n"
    found = read(tmp_path / "a.tsv", HEADER + row, curie_map={"NOPE": "https://example.org/nope/"})
    assert isinstance(found[0], ConceptMapping)
    assert found[0].subject == "https://example.org/nope/1"


def test_another_table_is_refused_as_a_whole(tmp_path: Path) -> None:
    found = read(tmp_path / "a.tsv", "a\tb\n1\t2\n")
    assert [(item.reason, item.fatal) for item in found if isinstance(item, Reject)] == [("columns", True)]
