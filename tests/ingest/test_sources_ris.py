"""RIS in its dialects, and Web of Science's own tags."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.sources.ris import Ris
from kg.model.document import Document
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER

REAL = {
    "example_basic": (1, 0), "example_bom": (0, 1), "example_custom_list_tags": (0, 1), "example_empty_tag": (1, 0),
    "example_extraneous_data": (2, 0), "example_full": (2, 0), "example_full_without_whitespace": (2, 0),
    "example_full_write": (2, 0), "example_multi_unknown_tags": (1, 0), "example_multiline": (0, 3),
    "example_single_unknown_tag": (1, 0), "example_starting_newlines": (1, 0), "example_urls": (4, 0),
    "example_utf_chars": (1, 0), "example_wos": (2, 0),
}  # fmt: skip
"""Records that stand in each file: documents, and those without a title."""


class TestRis(SourceContract):
    plugin = "ris.v1"
    sample_name = "mixed.ris"
    records = 7

    def long(self, count: int) -> bytes:
        return "".join(f"TY  - JOUR\nTI  - Title {at * 7919}\nER  - \n" for at in range(count)).encode()


class TestWebOfScience(SourceContract):
    plugin = "ris.v1"
    sample_name = "wos.ciw"
    records = 2

    def long(self, count: int) -> bytes:
        return ("FN x\nVR 1.0\n" + "".join(f"PT J\nTI Title {at * 7919}\nER\n\n" for at in range(count))).encode()


def read(path: Path) -> tuple[list[Document], list[Reject]]:
    items = list(Ris().parse(describe(path), {}))
    documents = [item for item in items if isinstance(item, Document)]
    rejects = [item for item in items if isinstance(item, Reject)]
    assert len(items) == len(documents) + len(rejects)
    return documents, rejects


@pytest.mark.parametrize("name", REAL)
def test_every_record_of_the_real_files(data_folder: Path, name: str) -> None:
    documents, rejects = read(data_folder / "ris" / f"{name}.ris")
    assert (len(documents), len(rejects)) == REAL[name]
    assert {reject.reason for reject in rejects} <= {"no-title"}


def test_nothing_of_a_record_is_lost(tmp_path: Path) -> None:
    documents, rejects = read(FOLDER / "ris.v1" / "mixed.ris")
    first = documents[0]
    assert first.id == "DOI:10.5555/ris.1"
    assert [(text.language, text.value) for text in first.titles] == [
        ("en", "An illustrative article about nothing"), ("zh", "一篇示例文章"),
    ]  # fmt: skip
    assert [(person.family, person.given, person.role) for person in first.authors] == [
        ("Sample", "Ann B.", "author"), ("张", "三", "author"), ("Editor", "Ed", "editor"),
    ]  # fmt: skip
    assert (first.volume, first.issue, first.pages, first.dates) == ("8", "2", "11-19", (("published", "2021-03-05"),))
    assert first.journal is not None
    assert (first.journal.title, first.journal.abbreviation) == ("Illustrative Medical Journal", "Illus. Med. J.")
    assert first.unread == (("XX", "a tag that nobody knows"),)
    assert [word.value for word in first.keywords] == ["example", "示例", "invention"]
    assert [passage.text for passage in first.passages if passage.kind == "abstract"] == [
        "First line of an invented abstract\nwhich goes on here."
    ]
    kinds = [document.kind for document in documents]
    assert kinds == ["article", "thesis", "other", "chapter", "article"]
    assert documents[1].date_text == "2020 Spring"
    assert (documents[2].date_text, documents[2].unread) == ("2021-13-40", (("TY", "MAP"),))
    assert (documents[3].series, documents[3].pages) == ("An illustrative book", "5")
    assert [reject.reason for reject in rejects] == ["no-title", "bad-record"]
    assert [reject.position for reject in rejects] == ["line 45", "line 48"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    text = (FOLDER / "ris.v1" / "mixed.ris").read_text("utf-8").replace("\n", end)
    path = tmp_path / "a.ris"
    path.write_bytes(text.encode(encoding))
    assert Ris().sniff(path.read_bytes()[:8192]) > 0.9
    assert read(path)[0] == read(FOLDER / "ris.v1" / "mixed.ris")[0]


def test_references_of_web_of_science() -> None:
    (document,), _ = read(FOLDER / "ris.v1" / "wos.ciw")
    assert document.id == "PMID:990000201"
    assert document.titles[0].value == "An illustrative title that was wrapped"
    assert [reference.ids for reference in document.references] == [("DOI:10.5555/cited.1",), ()]
    assert document.dates == (("published", "2021-03-05"),)
    assert document.unread == (("Z9", "3"),)


def test_a_record_without_end_is_no_flood(tmp_path: Path) -> None:
    path = tmp_path / "a.ris"
    path.write_text("TY  - JOUR\nTI  - x\n" + "AB  - " + "y" * 2_000_000 + "\nER  - \nTY  - JOUR\nTI  - z\nER  - \n")
    documents, rejects = read(path)
    assert [document.titles[0].value for document in documents] == ["z"]
    assert [reject.reason for reject in rejects] == ["bad-record"]
