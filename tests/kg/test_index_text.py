"""Analysis, the text index, sealed folders."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import IntegrityError
from kg.index.analysis import fold, language, query_tokens, tokens
from kg.index.base import Card, Filters, TextEntry
from kg.index.sealed import seal, unseal
from kg.index.sentences import sentences, windows
from kg.index.text import TextIndex, Wanted
from kg.index.textwriter import build


def entry(number: int, title: str, body: str = "", **card: object) -> TextEntry:
    made = Card(id=f"PMID:{900000000 + number}", kind="document", en=title, **card)  # type: ignore[arg-type]
    return TextEntry(card=made, title=title, body=body, concepts=(("medkg:a", number),))


ENTRIES = (
    entry(1, "Asthma in children", "IL-6 was measured.", year=2001, languages=("en",)),
    entry(2, "糖尿病視網膜病變", "视网膜", year=2010, languages=("zh",)),
    entry(3, "Sjögren syndromes", "TNF-α", year=2020, languages=("en", "fr"), illustrative=True),
    entry(4, "No year at all", "asthma"),
    TextEntry(card=Card(id="medkg:x", kind="concept", en="asthma", category="disease"), label="asthma\n哮喘"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TextIndex:
    folder = tmp_path_factory.mktemp("text") / "text"
    build(folder, ENTRIES)
    return TextIndex(folder)


def find(index: TextIndex, text: str, filters: Filters | None = None) -> list[str]:
    wanted = [Wanted(field, token) for token in query_tokens(text) for field in ("title", "body")]
    return [index.card("document", row).id[-1] for row, _ in index.search("document", wanted, 10, filters)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("asthma", ["4", "1"]),
        ("IL6", ["1"]),
        ("il-6", ["1"]),
        ("sjogren", ["3"]),
        ("syndrome", ["3"]),
        ("TNFα", ["3"]),
        ("视网膜", ["2"]),
        ("視網膜病變", ["2"]),
        ("肝炎", []),
        ("the of", []),
        ("", []),
    ],
)
def test_query_and_text_meet_in_one_spelling(index: TextIndex, query: str, found: list[str]) -> None:
    assert sorted(find(index, query)) == sorted(found)


def test_rows_cards_and_ids_belong_together(index: TextIndex) -> None:
    assert (index.count("document"), index.count("concept")) == (4, 1)
    for row in range(4):
        assert index.row("document", index.card("document", row).id) == row
        assert index.card("document", row) == ENTRIES[row].card
    assert index.row("document", "PMID:899999999") is None
    assert index.row("concept", "medkg:zzz") is None


def test_concepts_count_as_often_as_they_are_given(index: TextIndex) -> None:
    rows = [row for row, _ in index.search("document", [Wanted("concept", "medkg:a")], 10)]
    assert rows == [3, 2, 1, 0]


def test_documents_and_concepts_do_not_mix(index: TextIndex) -> None:
    assert [row for row, _ in index.search("concept", [Wanted("label", "哮喘")], 10)] == [0]
    assert index.search("document", [Wanted("label", "哮喘")], 10) == []


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (Filters(), {0, 1, 2, 3}),
        (Filters(year_from=2010), {1, 2}),
        (Filters(year_to=2010), {0, 1}),
        (Filters(year_from=2002, year_to=2019), {1}),
        (Filters(language="en"), {0, 2}),
        (Filters(language="fr"), {2}),
        (Filters(language="xx"), set()),
        (Filters(illustrative=False), {0, 1, 3}),
        (Filters(language="en", illustrative=False, year_from=1), {0}),
    ],
)
def test_filters_hold_for_text_and_for_the_mask_of_vectors(index: TextIndex, filters: Filters, rows: set[int]) -> None:
    wanted = [Wanted("concept", "medkg:a")]
    assert {row for row, _ in index.search("document", wanted, 10, filters)} == rows
    mask = index.allowed("document", filters)
    assert (mask is None and filters == Filters()) or (mask is not None and set(np.flatnonzero(mask)) == rows)


def test_filters_change_no_score(index: TextIndex) -> None:
    wanted = [Wanted("title", "asthma"), Wanted("body", "asthma")]
    free, bound = (dict(index.search("document", wanted, 10, f)) for f in (None, Filters(year_from=2000)))
    assert bound == {0: free[0]}


def test_unsorted_entries_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sorted"):
        build(tmp_path / "text", [ENTRIES[1], ENTRIES[0]])


def test_an_empty_index_answers(tmp_path: Path) -> None:
    build(tmp_path / "text", [])
    index = TextIndex(tmp_path / "text")
    assert index.search("document", [Wanted("title", "asthma")], 10) == []
    assert index.row("document", "PMID:1") is None


def test_every_damaged_file_is_named(tmp_path: Path) -> None:
    build(tmp_path / "text", ENTRIES)
    folder = tmp_path / "text" / "documents"
    files = [
        path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock" and path.name != "seal.json"
    ]
    assert len(files) > 8
    for path in files:
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if whole else b"x")
        with pytest.raises(IntegrityError) as caught:
            TextIndex(tmp_path / "text")
        assert caught.value.params["path"] == path
        path.write_bytes(whole)
    assert TextIndex(tmp_path / "text").count("document") == 4


def test_a_seal_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"a")
    seal(tmp_path, "text", {"rows": 1})
    assert unseal(tmp_path, "text") == {"rows": 1}
    with pytest.raises(IntegrityError):
        unseal(tmp_path, "suggest")


@given(st.text(max_size=80))
def test_analysis_takes_any_text(text: str) -> None:
    found = tokens(text)
    assert all(token and " " not in token for token in found)
    assert set(query_tokens(text)) <= set(found)
    assert fold(fold(text)) == fold(fold(fold(text)))
    assert language(text) in {"zh", "en"}


@given(st.text(alphabet="aB .?!。！\n(e.g) 糖", max_size=80))
def test_sentences_are_ordered_trimmed_and_hold_every_letter(text: str) -> None:
    spans = sentences(text)
    assert all(text[a:b] == text[a:b].strip() and a < b for a, b in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    inside = "".join(text[a:b] for a, b in spans)
    assert "".join(inside.split()) == "".join(text.split())
    assert "".join("".join(text[a:b] for a, b in windows(text)).split()) == "".join(text.split())
