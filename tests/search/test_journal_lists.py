"""Lists of journals: which journals they name, searches and counts by them, and what other syntaxes make of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.generation.indexes import build_indexes
from kg.generation.listings import LISTED_IN, listings
from kg.index.suggest import SuggestIndex
from kg.index.text import TextIndex
from kg.mapping.base import Context
from kg.mapping.document import document_statements
from kg.mapping.listing import listing_statements
from kg.mapping.serial import serial_statements
from kg.model.document import Document, Journal, Passage, Text
from kg.model.serial import JournalListing, Serial
from kg.search.strategy.dialects.registry import DIALECTS
from kg.search.strategy.parsing import parse
from kg.search.strategy.searching import Strategy, StrategySearcher
from kg.store.base import STORES
from tests.kg.graph import small_reader

CONTEXT = Context()
CORE = "虚构核心期刊目录"
LISTS = (
    JournalListing(CORE, "虚构医学杂志", "0253-9999", edition="2023", category="临床医学"),
    JournalListing(CORE, "虚构医学杂志", "0253-9999", edition="2020"),
    JournalListing(CORE, "虚构护理杂志", edition="2023"),
    JournalListing("Invented Index", "Other", "1234-5679", category="Q1"),
)
JOURNALS = (
    Journal("虚构医学杂志", issn="0253-9999"),
    Journal("虚构护理杂志"),
    Journal("The Invented Lancet", eissn="2345-6786", nlm_id="77"),
    Journal("Other", issn="9991-0012"),
)
# Only the catalogue knows that both numbers are of one journal.
SERIAL = Serial(
    "ISSN:1234-5679", (Text("The Invented Lancet", "en"),), Journal("The Invented Lancet", "", "1234-5679", "2345-6786")
)


def _document(number: int, journal: Journal) -> Document:
    title = f"Invented paper {number}"
    passages = (Passage("title", "title", "en", title),)
    return Document(f"PMID:{number}", passages, titles=(Text(title, "en"),), journal=journal, year=2020)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StrategySearcher]:
    folder = tmp_path_factory.mktemp("lists")
    rows = [row for number, journal in enumerate(JOURNALS, 1)
            for row in document_statements(_document(number, journal), CONTEXT)]  # fmt: skip
    rows += serial_statements(SERIAL, CONTEXT)
    rows += [row for listing in LISTS for row in listing_statements(listing, CONTEXT)]
    (folder / "asserted").mkdir()
    asserted = small_reader(folder / "asserted", rows=rows)
    rows += listings(asserted)
    asserted.close()
    reader = small_reader(folder, rows=rows)
    build_indexes(reader, folder, None, folder / "cache")
    yield StrategySearcher(TextIndex(folder / "text"), SuggestIndex(folder / "suggest"), reader)
    reader.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"jl:{CORE}", "12"),
        (f"期刊列表：“{CORE} 2023”", "12"),
        (f"jl:{CORE} 2020", "1"),
        (f"jl:{CORE} 2023 临床医学", "1"),
        (f"jl:{CORE} 临床医学", "1"),
        ("Invented Index[jl]", "3"),
        ("jl:invented index q1", "3"),
        ("jl:虚构*", "12"),
        ("invented NOT jl:虚构*", "34"),
        ("jl:Invented", ""),
        (CORE, ""),
    ],
)
def test_what_a_list_narrows_to(searcher: StrategySearcher, text: str, found: str) -> None:
    items = searcher.search(Strategy(text)).items
    assert "".join(sorted(card.id[-1] for card in items)) == found


def test_hits_are_counted_by_list(searcher: StrategySearcher) -> None:
    facets = {one.field: one for one in searcher.search(Strategy("invented", facets=True)).interpretation.facets}
    counts = [(one.value, one.count) for one in facets["jl"].values]
    assert counts == [(f"{CORE} 2023", 2), ("Invented Index", 1), (f"{CORE} 2020", 1)]
    for one in facets["jl"].values:
        assert searcher.search(Strategy(f"invented AND {one.clause}")).interpretation.found == one.count


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_dialect_has_lists_and_each_says_so(dialect: str) -> None:
    made = DIALECTS[dialect].translate(parse(f"ti:哮喘 AND jl:{CORE}"))
    assert [loss.field for loss in made.losses] == ["jl"]
    assert "期刊列表" in made.losses[0].told("zh")
    assert "journal list" in made.losses[0].told("en")


def _listed(folder: Path, journal: Journal, listing: JournalListing) -> bool:
    store = STORES.load("oxigraph").create(folder)
    store.derive([*document_statements(_document(1, journal), CONTEXT), *listing_statements(listing, CONTEXT)])
    found = list(listings(store))
    store.close()
    assert all(LISTED_IN in row for row in found)
    return bool(found)


@pytest.mark.parametrize(
    ("journal", "listing", "listed"),
    [
        (Journal("A", issn="1234-5679"), JournalListing("l", "B", "1234-5679"), True),
        (Journal("A", eissn="1234-5679"), JournalListing("l", "B", "1234-5679"), True),
        (Journal("A", issn="1234-5679"), JournalListing("l", "A", "9991-0012"), False),
        (Journal("A", issn="1234-5679"), JournalListing("l", "The A."), True),
        (Journal("A"), JournalListing("l", "A", "9991-0012"), True),
        (Journal("A", issn="1234-5679"), JournalListing("l", "a", cn="11-9999/R"), True),
        (Journal("A"), JournalListing("l", "B"), False),
    ],
)
def test_numbers_decide_and_titles_where_there_are_none(
    tmp_path: Path, journal: Journal, listing: JournalListing, listed: bool
) -> None:
    assert _listed(tmp_path / "store", journal, listing) is listed


NUMBERS = st.sampled_from(["", "1234-5679", "9991-0012", "0253-9999"])
TITLES = st.sampled_from(["A", "B", "The A"])


@given(st.builds(Journal, TITLES, st.just(""), NUMBERS, NUMBERS), st.builds(JournalListing, st.just("l"), TITLES,
       NUMBERS, NUMBERS))  # fmt: skip
@settings(max_examples=30)
def test_a_listing_names_what_its_numbers_or_title_say(
    tmp_path_factory: pytest.TempPathFactory, journal: Journal, listing: JournalListing
) -> None:
    ours, theirs = ({one.issn, one.eissn} - {""} for one in (journal, listing))
    expected = bool(ours & theirs) if ours and theirs else journal.title[-1] == listing.title[-1]
    folder = tmp_path_factory.mktemp("one")
    assert _listed(folder / "store", journal, listing) is expected
