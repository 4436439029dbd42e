"""Exports of Chinese databases and reference managers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.sources.noteexpress import NoteExpress
from kg.model.document import Document, Grant, Text
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER


class TestNoteExpress(SourceContract):
    plugin = "noteexpress.v1"
    sample_name = "records.net"
    records = 4

    def long(self, count: int) -> bytes:
        rows = (f"{{Reference Type}}: Journal Article\n{{Title}}: 题名 {at * 7919}\n\n" for at in range(count))
        return "".join(rows).encode("gb18030")


@pytest.fixture
def noteexpress() -> list[object]:
    return list(NoteExpress().parse(describe(FOLDER / "noteexpress.v1" / "records.net"), {}))


def test_a_bilingual_article(noteexpress: list[object]) -> None:
    article = noteexpress[0]
    assert isinstance(article, Document)
    assert article.id == "DOI:10.5555/example.1"
    assert [(title.language, title.value[:4]) for title in article.titles] == [("zh", "示例药物"), ("en", "Foll")]
    people = [(author.family, author.given, author.collective) for author in article.authors]
    assert people == [("欧阳", "示例", ""), ("张", "例", ""), ("李", "样", ""), ("", "", "示例协作组")]
    # The address went on in the next line, and its post code is no part of it.
    assert {author.affiliations for author in article.authors} == {("示例大学第一医院呼吸科,示例市示例路1号",)}
    assert article.journal is not None
    assert (article.journal.title, article.journal.issn) == (
        "示例医学杂志 = Example Journal of Medicine",
        "0317-8471",
    )
    assert (article.volume, article.issue, article.pages) == ("8", "3", "11-16+17")
    assert (article.year, article.date_text) == (2021, "2021-13-40")
    assert article.keywords == (Text("肺炎", "zh"), Text("随访", "zh"), Text("儿童", "zh"))
    assert article.passages[-1].text == "目的 观察示例。\n方法 随访30例。"
    assert ("cn", "11-1958/O4") in [(item.scheme, item.value) for item in article.identifiers]
    assert [label for label, _ in article.unread] == ["SrcDatabase", "TryDate", "Subsidiary Author,", "图书印刷版ISBN"]


def test_a_thesis_has_its_supervisor_and_degree(noteexpress: list[object]) -> None:
    thesis = noteexpress[1]
    assert isinstance(thesis, Document)
    assert (thesis.kind, thesis.degree, thesis.publisher) == ("thesis", "博士", "示例大学")
    assert [(author.family, author.role) for author in thesis.authors] == [("赵", "author"), ("司马", "supervisor")]
    assert (thesis.classes, thesis.grants) == (("R563.1",), (Grant(agency="示例自然科学基金"),))
    assert (thesis.year, thesis.date_text) == (2020, "2020 Spring")


def test_an_unknown_type_is_kept_and_a_record_without_title_is_not(noteexpress: list[object]) -> None:
    other, nameless = noteexpress[2:]
    assert isinstance(other, Document)
    assert (other.kind, other.unread) == ("other", (("Reference Type", "Map"),))
    assert [(author.family, author.given) for author in other.authors] == [("Smith", "John"), ("Li", "Wei")]
    assert isinstance(nameless, Reject)
    assert (nameless.reason, nameless.fatal) == ("no-title", False)


def test_text_before_the_first_record_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.net"
    path.write_text("stray\n{Reference Type}: Thesis\n{Title}: 题名\n", "utf-8")
    first, second = NoteExpress().parse(describe(path), {})
    assert isinstance(first, Reject)
    assert (first.position, first.reason) == ("line 1", "bad-record")
    assert isinstance(second, Document)


def test_the_whole_date_wins_over_the_year_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "a.net"
    for rows in ("{Date}: 2021-03-05\n{Year}: 2021\n", "{Year}: 2021\n{Date}: 2021-03-05\n"):
        path.write_text("{Reference Type}: Thesis\n{Title}: 题名\n{DOI}: none\n" + rows, "utf-8")
        (only,) = NoteExpress().parse(describe(path), {})
        assert isinstance(only, Document)
        assert only.dates == (("published", "2021-03-05"),)
        assert (only.date_text, only.unread) == ("", (("DOI", "none"),))


def test_one_address_or_as_many_as_authors_else_nobody_is_told_to_work_there(tmp_path: Path) -> None:
    path = tmp_path / "a.net"
    head = "{Reference Type}: Thesis\n{Title}: 题名\n{Author}: 张例;李样;王例\n"
    path.write_text(head + "{Author Address}: 甲院|1;乙院|2\n", "utf-8")
    (only,) = NoteExpress().parse(describe(path), {})
    assert isinstance(only, Document)
    assert {author.affiliations for author in only.authors} == {()}
    assert only.unread == (("Author Address", "甲院"), ("Author Address", "乙院"))
