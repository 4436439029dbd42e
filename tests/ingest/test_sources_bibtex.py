"""BibTeX and BibLaTeX."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.reading.latex import plain
from ingest.sources.bibtex import BibTeX
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.document import Document
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER

SAMPLE = FOLDER / "bibtex.v1" / "mixed.bib"


class TestBibTeX(SourceContract):
    plugin = "bibtex.v1"
    sample_name = "mixed.bib"
    records = 8

    def long(self, count: int) -> bytes:
        return "".join(f"@article{{k{at},\n  title = {{Title {at * 7919}}}\n}}\n" for at in range(count)).encode()


def read(path: Path) -> tuple[list[Document], list[Reject]]:
    items = list(BibTeX().parse(describe(path), {}))
    documents = [item for item in items if isinstance(item, Document)]
    rejects = [item for item in items if isinstance(item, Reject)]
    assert len(items) == len(documents) + len(rejects)
    return documents, rejects


def test_an_article_with_macros_latex_and_a_group() -> None:
    article = read(SAMPLE)[0][0]
    assert article.titles[0].value == "An illustrative study of α-examplin in 50% of mice & men"
    assert [author.family or author.collective for author in article.authors] == [
        "Smith",
        "Müller",
        "Example Study Group",
    ]
    assert article.journal is not None
    assert (article.journal.title, article.volume, article.pages) == ("Journal of Examples", "9", "11-16")
    assert article.dates == (("published", "2015-03"),)
    assert [word.value for word in article.keywords] == ["examples", "mice", "study"]
    assert article.unread == (("customfield", "kept as it stands"),)


def test_other_kinds_and_dates() -> None:
    _, thesis, talk, twice, strange, last = read(SAMPLE)[0]
    assert (thesis.kind, thesis.degree, thesis.publisher, thesis.languages) == ("thesis", "PhD", "示例大学", ("zh",))
    assert (talk.kind, talk.series, [author.family for author in talk.authors]) == (
        "conference", "Proc. of the Example Meeting", ["Li", "van Example"],
    )  # fmt: skip
    assert [title.value for title in twice.titles] == ["First title", "Second title"]
    assert (twice.year, twice.date_text) == (2020, "2020 Spring")
    assert (strange.kind, strange.year, strange.date_text, strange.unread) == (
        "other",
        2012,
        "2012-13",
        (("@", "map"),),
    )
    assert last.titles[0].value == "What comes after damage is whole"


def test_an_entry_that_does_not_end_and_one_without_title_are_told() -> None:
    rejects = read(SAMPLE)[1]
    assert [(reject.position, reject.reason) for reject in rejects] == [
        ("line 22", "no-title"),
        ("line 23", "bad-record"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("plain", "plain"), ("5% of~x", "5% of x"), (r"\'{e}t\'e", "été"), (r"{\unknown macro", "macro"), ("a{b", "ab")],
)
def test_latex_to_text(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(
    st.lists(
        st.sampled_from(["@article{a,", "title={b},", "}", "@string{x={", "author={{A} and {B", "\\{", "$"])
        | st.text(max_size=10)
    )
)
@settings(max_examples=150)
def test_nothing_is_fatal(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    path = tmp_path_factory.mktemp("bib") / "a.bib"
    path.write_bytes("\n".join(["%", *parts]).encode("utf-8", "surrogatepass").replace(b"\xed", b"?"))
    for item in BibTeX().parse(describe(path), {}):
        assert isinstance(item, Document | Reject)
        if isinstance(item, Document):
            statements(item, Context())
