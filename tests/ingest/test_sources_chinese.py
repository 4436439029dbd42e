"""Exports of Chinese databases and reference managers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.base import SOURCES
from ingest.sources.noteexpress import NoteExpress
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.document import Document, Grant, Text
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER

LINES = (
    "{Reference Type}: Thesis", "{Title}：题名", "{Author}: 张例;", "RT Journal Article", "T1 题名", "A1林例",
    "vo 49", "SN 12", "%0 Patent", "%T 题名", "%9 硕士", "%Y 某", "%W CNKI", "流水号：1", "标题：题名",
    "出处：刊,2021;1(2):3-4", "摘要：目的：", "",
    "主题词：*甲/乙/*丙", "作者单位：甲;乙", "1.",
)  # fmt: skip


class TestNoteExpress(SourceContract):
    plugin = "noteexpress.v1"
    sample_name = "records.net"
    records = 4

    def long(self, count: int) -> bytes:
        rows = (f"{{Reference Type}}: Journal Article\n{{Title}}: 题名 {at * 7919}\n\n" for at in range(count))
        return "".join(rows).encode("gb18030")


class TestRefWorks(SourceContract):
    plugin = "refworks.v1"
    sample_name = "cnki.txt"
    records = 5

    def long(self, count: int) -> bytes:
        return "".join(f"RT Journal Article\nT1 题名 {at * 7919}\nDS CNKI\n\n" for at in range(count)).encode()


class TestEndNote(SourceContract):
    plugin = "endnote.v1"
    sample_name = "cnki.enw"
    records = 6

    def long(self, count: int) -> bytes:
        return "".join(f"%0 Journal Article\n%T 题名 {at * 7919}\n%W CNKI\n\n" for at in range(count)).encode()


class TestRefer(SourceContract):
    plugin = "endnote.v1"
    sample_name = "refer.ref"
    records = 2

    def long(self, count: int) -> bytes:
        return "".join(f"%A Smith, J\n%T Title {at * 7919}\n\n" for at in range(count)).encode()


class TestSinoMed(SourceContract):
    plugin = "sinomed.v1"
    sample_name = "export.txt"
    records = 3

    def long(self, count: int) -> bytes:
        return "".join(
            f"{at}.\n流水号：{at}\n标题：题名 {at * 7919}\n作者：甲例\n\n" for at in range(1, count + 1)
        ).encode()


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


def found(plugin: str, name: str) -> list[Document | Reject]:
    items = SOURCES.load(plugin)().parse(describe(FOLDER / plugin / name), {})
    return [item for item in items if isinstance(item, Document | Reject)]


def document(item: Document | Reject) -> Document:
    assert isinstance(item, Document)
    return item


def test_refworks_as_cnki_writes_it() -> None:
    article, thesis, meeting, standard, untitled = found("refworks.v1", "cnki.txt")
    article = document(article)
    assert [author.family for author in article.authors] == ["林", "王", "欧阳"]
    assert (article.volume, article.issue, article.pages) == ("9", "5", "1106-1111+1117")
    # Lines that begin like a tag inside an abstract are text, and markup stays as it is printed.
    assert article.passages[-1].text.count("\n") == 3
    assert "IC_(50)" in article.passages[-1].text
    assert [word.value for word in article.keywords] == ["示例病", "随访", "Ca~(2+)"]
    thesis = document(thesis)
    assert (thesis.kind, thesis.publisher, thesis.classes) == ("thesis", "示例大学", ("R541.4", "R542"))
    assert [(author.family, author.role) for author in thesis.authors] == [("赵", "author"), ("司马", "supervisor")]
    assert thesis.unread == (("U9", "不明标签"),)
    meeting = document(meeting)
    assert (meeting.series, meeting.pages, meeting.date_text) == (
        "Proceedings of the Example Meeting",
        "12-19",
        "2020 Spring",
    )
    assert document(standard).kind == "standard"
    assert isinstance(untitled, Reject)
    assert untitled.reason == "no-title"


def test_endnote_as_cnki_writes_it() -> None:
    article, thesis, patent, meeting, english, untitled = found("endnote.v1", "cnki.enw")
    article = document(article)
    assert [author.affiliations for author in article.authors] == [("示例大学第一医院",), ("示例大学第二医院",)]
    assert article.passages[-1].text == "目的：观察示例。\n方法：随访。"
    assert (article.id, article.pages) == ("DOI:10.5555/endnote.1", "11-16")
    assert article.unread == (("%P", "20"), ("%O", "DOI 也可能写在这里"))
    thesis = document(thesis)
    assert (thesis.degree, [author.family for author in thesis.authors]) == ("硕士", ["趙", "歐陽"])
    assert document(patent).unread == (("%PageCount-页码", "0"),)
    assert document(patent).authors[0].collective == "示例公司"
    assert [(author.collective, author.role) for author in document(meeting).authors][1:] == [("示例学会", "editor")]
    assert document(english).id == "PMC:PMC99999901"
    assert isinstance(untitled, Reject)


def test_refer_ends_a_record_with_a_blank_line() -> None:
    chapter, report = map(document, found("endnote.v1", "refer.ref"))
    assert (chapter.kind, chapter.series) == ("chapter", "A book of examples")
    assert report.titles[0].value == "An illustrative report that goes on in the next line"


def test_sinomed_s_labels() -> None:
    first, second, untitled = found("sinomed.v1", "export.txt")
    first = document(first)
    assert first.journal is not None
    assert (first.journal.title, first.volume, first.issue, first.pages) == ("示例医学杂志", "8", "3", "11-16")
    headings = [(heading.label, heading.major, heading.machine) for heading in first.headings]
    assert headings == [
        ("示例病", True, False), ("随访研究", False, False), ("示例药物", False, True), ("人类", False, False),
        ("成年人", False, False),
    ]  # fmt: skip
    assert [part.label for part in first.headings[0].qualifiers] == ["药物疗法"]
    assert "结果：" in first.passages[-1].text, "headings inside an abstract are no labels"
    assert document(second).unread == (("出处", "没有年份的出处"), ("备注", "不认识的标签"))
    assert document(second).authors[0].affiliations == ()
    assert isinstance(untitled, Reject)


def test_sinomed_in_gb18030_without_numbers() -> None:
    first, second = map(document, found("sinomed.v1", "plain.txt"))
    assert (first.titles[0].value, first.passages[-1].text) == ("第一篇（举例）", "空行之后仍是同一条。")
    assert (second.year, second.date_text) == (2021, "2021年13月")


@pytest.mark.parametrize(
    ("plugin", "name"), [("refworks.v1", "cnki.txt"), ("endnote.v1", "cnki.enw"), ("sinomed.v1", "export.txt")]
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_every_encoding_gives_the_same(plugin: str, name: str, encoding: str, tmp_path: Path) -> None:
    source, sample = SOURCES.load(plugin)(), FOLDER / plugin / name
    (tmp_path / name).write_text(sample.read_text("utf-8"), encoding)
    assert list(source.parse(describe(tmp_path / name), {})) == list(source.parse(describe(sample), {}))


@given(st.lists(st.sampled_from(LINES) | st.text(alphabet=st.characters(codec="utf-8"), max_size=12), max_size=12))
@settings(max_examples=150)
def test_no_lines_whatever_are_lost_or_fatal(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("lines") / "a.txt"
    path.write_text("\n" + "\n".join(lines), "utf-8", newline="")
    for plugin in ("noteexpress.v1", "refworks.v1", "endnote.v1", "sinomed.v1"):
        for item in SOURCES.load(plugin)().parse(describe(path), {}):
            assert isinstance(item, Document | Reject)
            if isinstance(item, Document):
                statements(item, Context())
