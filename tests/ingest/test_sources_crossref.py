"""Works of Crossref."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.base import SourceItem
from ingest.sources.crossref import Crossref
from kg.model.document import Document, Relation, StandingNotice
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER

GOLDEN = FOLDER / "crossref.v1"


class TestCrossref(SourceContract):
    plugin = "crossref.v1"
    sample_name = "answer.json"
    records = 7 + 3
    """Works, and notices of the second."""

    def long(self, count: int) -> bytes:
        rows = (
            json.dumps({"DOI": f"10.5555/{at}", "type": "journal-article", "title": [f"T {at * 7919}"]}) + "\n"
            for at in range(count)
        )
        return "".join(rows).encode()


def read(path: Path) -> list[SourceItem]:
    return list(Crossref().parse(describe(path), {}))


def works(items: list[SourceItem]) -> list[Document]:
    return [item for item in items if isinstance(item, Document)]


def test_what_an_article_says() -> None:
    article = works(read(GOLDEN / "answer.json"))[0]
    assert (article.id, article.kind, article.standing) == ("DOI:10.5555/illus.1", "article", "retracted")
    assert article.titles[0].value == "Invented tea for invented E. coli: p < 0.05 & more: An illustration"
    assert article.vernacular_title == "虚构的茶与虚构的大肠杆菌"
    assert [(one.label, one.text) for one in article.passages[1:]] == [
        ("Background", "Nothing is known about invented tea."), ("Results", "H2O was boiled (n < 2)."),
    ]  # fmt: skip
    journal = article.journal
    assert journal is not None
    assert (journal.abbreviation, journal.issn, journal.eissn) == ("Illus Med J", "0317-8471", "1050-124X")
    assert article.dates == (("published", "2023-06"), ("epub", "2023-05-01"), ("accepted", "2023-04"))
    assert [(one.family, one.collective, one.suffix, one.orcid, one.role) for one in article.authors] == [
        ("Sample", "", "Jr", "0000-0002-1825-0097", "author"), ("", "Illustrative Study Group", "", "", "author"),
        ("Example", "", "", "", "editor"),
    ]  # fmt: skip
    assert (article.licence, article.publisher, article.place) == ("CC-BY-NC-4.0", "Illustrative Press", "Nowhere")
    assert [(one.number, one.agency) for one in article.grants] == [
        ("IF-1", "Illustrative Fund"), ("IF-2", "Illustrative Fund"),
    ]  # fmt: skip
    assert [(one.citation, one.ids) for one in article.references] == [
        ("Nobody N. Nothing. J Nothing. 2001;1:1.", ("DOI:10.5555/nothing",)),
        ("Someone. Something. J Something. 1999;4(2):7", ()),
    ]
    assert article.relations == (
        Relation("has-preprint", "DOI:10.5555/pre.1"),
        Relation("is-supplemented-by", citation="https://example.org/data"),
        Relation("update-policy", "DOI:10.5555/policy"),
        Relation("updated-by retraction", "DOI:10.5555/illus.2"),
    )
    assert article.unread == (("group-title", "Illustrations"),)


def test_a_retraction_speaks_about_other_works_too() -> None:
    items = read(GOLDEN / "answer.json")
    notices = [item for item in items if isinstance(item, StandingNotice)]
    assert [(one.document, one.standing, one.relation) for one in notices] == [
        ("DOI:10.5555/illus.1", "retracted", Relation("updated-by retraction", "DOI:10.5555/illus.2")),
        ("DOI:10.5555/illus.9", "concern", Relation("updated-by expression_of_concern", "DOI:10.5555/illus.2")),
        ("DOI:10.5555/illus.8", "published", Relation("updated-by correction", "DOI:10.5555/illus.2")),
    ]
    notice = works(items)[1]
    assert (notice.standing, notice.pages) == ("published", "e7")
    assert [relation.kind for relation in notice.relations][-1] == "update-to prophecy"


def test_preprints_chapters_and_what_cannot_be_used() -> None:
    items = read(GOLDEN / "answer.json")
    _, _, preprint, chapter = works(items)
    assert (preprint.kind, preprint.standing, preprint.dates) == (
        "preprint", "preprint", (("published", "2022-12-31"),),
    )  # fmt: skip
    assert [(one.name, one.language) for one in preprint.passages] == [
        ("title", "zh"), ("abstract.1", "zh"), ("abstract.2", "en"),
    ]  # fmt: skip
    assert (chapter.kind, chapter.series, chapter.edition, chapter.year) == ("chapter", "Book of Examples", "2", 2020)
    rejects = [item for item in items if isinstance(item, Reject)]
    assert [(one.reason, one.position) for one in rejects] == [
        ("no-title", "character 4851"),
        ("no-identifier", "character 4922"),
        ("bad-record", "character 5001"),
    ]


def test_a_damaged_line_takes_no_other_with_it() -> None:
    first, damaged, second = read(GOLDEN / "lines.jsonl")
    assert isinstance(first, Document)
    assert isinstance(damaged, Reject)
    assert isinstance(second, Document)
    assert (first.kind, first.degree) == ("thesis", "PhD")
    assert (damaged.position, damaged.reason, damaged.fatal) == ("line 2", "bad-record", False)
    assert (second.kind, second.series, second.volume, second.languages) == ("conference", "虚构会议文集", "7", ("zh",))
    assert second.unread == (("event", "虚构年会"), ("event", "虚构市"))


@pytest.mark.parametrize("form", ["work", "message", "list", "items", "pages", "pretty"])
def test_every_form_of_an_answer(form: str, tmp_path: Path) -> None:
    row = {"DOI": "10.5555/a", "type": "report", "title": ["甲"], "publisher": "P", "reference-count": 0}
    other = row | {"DOI": "10.5555/b"}
    page = {"status": "ok", "message-type": "work-list", "message": {"items": [row, other]}}
    forms: dict[str, str] = {
        "work": json.dumps(row), "message": json.dumps({"message-type": "work", "message": row}),
        "list": json.dumps([row, other]), "items": json.dumps({"items": [row, other]}),
        "pages": f"{json.dumps(page)}\n{json.dumps(page)}\n", "pretty": json.dumps(page, indent=1),
    }  # fmt: skip
    path = tmp_path / "a.json"
    path.write_text(forms[form], "utf-8")
    ids = [item.id for item in works(read(path))]
    assert ids == ["DOI:10.5555/a", "DOI:10.5555/b"] * 2 if form == "pages" else ids[:1] == ["DOI:10.5555/a"]
    assert len(read(path)) == len(ids) == {"work": 1, "message": 1, "pages": 4}.get(form, 2)
