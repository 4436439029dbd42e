"""Works of OpenAlex."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.base import SourceItem
from ingest.sources.openalex import OpenAlex
from kg.model.document import Document, Grant, Heading, Journal, Qualifier, Reference, Relation
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER

GOLDEN = FOLDER / "openalex.v1"


class TestOpenAlex(SourceContract):
    plugin = "openalex.v1"
    sample_name = "page.json"
    records = 5

    def long(self, count: int) -> bytes:
        rows = (
            json.dumps({"id": f"https://openalex.org/W{at}", "title": f"T {at * 7919}", "authorships": []}) + "\n"
            for at in range(count)
        )
        return "".join(rows).encode()


def read(path: Path) -> tuple[list[Document], list[Reject]]:
    items: list[SourceItem] = list(OpenAlex().parse(describe(path), {}))
    return [one for one in items if isinstance(one, Document)], [one for one in items if isinstance(one, Reject)]


def one(tmp_path: Path, **fields: object) -> Document:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"id": "https://openalex.org/W1", "title": "T"} | fields), "utf-8")
    (document,), _ = read(path)
    return document


def test_what_an_article_says() -> None:
    article = read(GOLDEN / "page.json")[0][0]
    assert (article.id, article.kind, article.standing) == ("PMID:990000701", "article", "retracted")
    assert {(one.scheme, one.value) for one in article.identifiers} == {
        ("pmid", "990000701"), ("pmcid", "PMC9900701"), ("doi", "10.5555/alex.1"), ("openalex", "W9900000001"),
        ("mag", "9900000001"),
    }  # fmt: skip
    assert article.passages[1].text == "Tea was invented, and was invented too."
    assert article.journal == Journal("Illustrative Medical Journal", issn="0317-8471")
    assert (article.volume, article.issue, article.pages, article.year) == ("8", "2", "11-19", 2021)
    assert (article.access, article.licence) == ("open", "CC-BY-NC")
    assert [(one.family, one.given, one.affiliations) for one in article.authors] == [
        ("Sample", "Ann B", ("Department of Examples, University of Nowhere",)),
        ("例", "示", ("Institute of Illustration",)),
    ]
    assert article.headings == (
        Heading("MESH:D013662", "Tea", False, (
            Qualifier("MESH:Q000009", "adverse effects", True), Qualifier("MESH:Q000737", "chemistry"),
        )),
        Heading("MESH:D006801", "Humans"),
        Heading("", "Tea", kind="keyword", machine=True),
    )  # fmt: skip
    assert article.grants == (Grant("IF-1", "Illustrative Fund"), Grant(agency="Other Fund"))
    assert article.references[0] == Reference("", ("OPENALEX:W9900000002",))
    assert article.relations == (Relation("submittedVersion", "DOI:10.5555/alex.pre"),)
    assert article.unread == (("ISSN", "1050-124X"), ("note", "a field that nobody knows"))


def test_a_work_without_doi_is_known_by_its_number() -> None:
    (_, preprint, paper), rejects = read(GOLDEN / "page.json")
    assert (preprint.id, preprint.kind, preprint.standing) == ("OPENALEX:W9900000002", "preprint", "preprint")
    assert (preprint.access, preprint.journal, preprint.languages) == ("closed", None, ("zh",))
    assert (paper.id, paper.kind, paper.series, paper.year) == (
        "OPENALEX:W9900000003", "conference", "Proceedings of Nothing", 2019,
    )  # fmt: skip
    assert ("doi", "https://doi.org/none") in paper.unread
    assert [(one.key, one.reason) for one in rejects] == [("W9900000004", "no-title"), ("", "bad-record")]


def test_a_snapshot_goes_on_behind_a_damaged_line() -> None:
    (first, second), (damaged,) = read(GOLDEN / "snapshot.jsonl")
    assert (first.kind, second.kind, damaged.position) == ("dataset", "other", "line 2")
    assert second.relations == (Relation("versions", "OPENALEX:W9900000010"),)
    assert (second.passages[1].text, second.passages[1].language) == ("摘要。", "zh")


def test_unknown_access_is_not_closed(tmp_path: Path) -> None:
    for said in (None, {}, {"is_oa": None}, {"is_oa": "false"}, [False]):
        assert one(tmp_path, open_access=said).access == "unknown"


@pytest.mark.parametrize(
    ("index", "text"),
    [
        ({"b": [10**15], "a": [3]}, "a b"),
        ({"a": [0], "b": "1", "c": [True, 1.5, [2]], "d": None}, "a"),
        ({}, ""),
        ([["a", 0]], ""),
    ],
)
def test_abstracts_with_gaps_and_without_sense(index: object, text: str, tmp_path: Path) -> None:
    assert "".join(passage.text for passage in one(tmp_path, abstract_inverted_index=index).passages[1:]) == text
