"""Strategies find works, not records: counts, facets, orders and pages of works with several records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest
from msgspec.structs import replace

from kg import vocab
from kg.errors import QueryError
from kg.generation.indexes import build_indexes
from kg.index import fielded
from kg.index.boolean import Order
from kg.index.suggest import SuggestIndex
from kg.index.text import TextIndex
from kg.mapping.base import Context, term
from kg.mapping.document import document_statements
from kg.mapping.works import same_work
from kg.model.document import Author, Document, Heading, Identifier, Journal, Passage, Text
from kg.model.terms import Statement, integer
from kg.search.strategy import searching
from kg.search.strategy.searching import Strategy, StrategyResults, StrategySearcher, cursor
from tests.kg.graph import small_reader
from tests.search.library import rows

CITED_BY = term(vocab.MEDKG, "citedByCount")


def _record(curie: str, title: str, language: str, **more: object) -> Document:
    passages = (Passage("title", "title", language, title),)
    return Document(curie, passages, titles=(Text(title, language),), languages=(language,), **more)  # type: ignore[arg-type]


RECORDS = (
    _record(
        "PMID:77", "Invented vertigo treated by rest", "en", year=2011, authors=(Author("Chen", "Yi", "Y"),),
        journal=Journal("Annals of Vertigo"), headings=(Heading("MESH:D900002", "Asthma"),),
    ),
    _record(
        "DOI:10.5555/zh.77", "虚构眩晕的静养治疗", "zh", year=2012,
        dates=(("published", "2012-07-01"),), authors=(Author("陈", "一"),), journal=Journal("虚构眩晕杂志"),
        keywords=(Text("静养", "zh"),),
        identifiers=(Identifier("doi", "10.5555/zh.77"),),
    ),
    _record("DOI:10.5555/third.77", "Invented vertigo treated by rest", "en", year=2011, types=("Letter",)),
    _record(
        "PMID:78", "Vertigo, invented", "en", year=2011, dates=(("published", "2011-05"),),
        authors=(Author("Ärzte", "Anna", "A"),),
    ),
    _record("PMID:79", "阿尔法眩晕", "zh", year=2013, authors=(Author("丁", "三"),)),
    _record("PMID:80", "Nobody's vertigo", "en"),
)  # fmt: skip
CITED = {"PMID:77": 3, "DOI:10.5555/zh.77": 3, "DOI:10.5555/third.77": 3, "PMID:79": 12, "PMID:78": 3}
OTHERS = ("DOI:10.5555/third.77", "DOI:10.5555/zh.77")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StrategySearcher]:
    folder = tmp_path_factory.mktemp("works")
    context = Context()
    found = rows()
    for record in RECORDS:
        found += document_statements(record, context)
    found += [same_work("PMID:77", other, context) for other in (*OTHERS, "PMID:404")]
    found += [Statement(f"{context.node(curie)} {CITED_BY} {integer(number)}") for curie, number in CITED.items()]
    reader = small_reader(folder, rows=found)
    build_indexes(reader, folder, None, folder / "cache")
    yield StrategySearcher(TextIndex(folder / "text"), SuggestIndex(folder / "suggest"), reader)
    reader.close()


def ids(results: StrategyResults) -> list[str]:
    return [card.id for card in results.items]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ti:vertigo", ["PMID:77", "PMID:78", "PMID:80"]),
        ("ti:眩晕", ["PMID:77", "PMID:79"]),
        ("ti:vertigo AND ti:眩晕", ["PMID:77"]),
        ("kw:静养", ["PMID:77"]),
        ("mh:asthma AND kw:静养", ["PMID:77"]),
        ("pt:letter", ["PMID:77"]),
        ("jo:Annals of Vertigo AND jo:虚构眩晕杂志", ["PMID:77"]),
        ("la:zh AND la:en AND ti:vertigo", ["PMID:77"]),
        ("ti:vertigo AND py:2012", ["PMID:77"]),
        ("ti:vertigo NOT la:zh", ["PMID:78", "PMID:80"]),
        ("doi:10.5555/zh.77", ["PMID:77"]),
        # A record that tells no month may be of any of its year.
        ("ti:vertigo AND py:2011/05", ["PMID:77", "PMID:78"]),
        ("ti:vertigo AND py:2011/06-2012/06", ["PMID:77"]),
        ("py:2012/07", ["PMID:77"]),
        ("py:2012/07/01", ["PMID:77"]),
        ("py:2012/06/30-2012/07/01", ["PMID:77"]),
        ("py:2012/07/02-2012/12/31", []),
        ("py:-2012/07/01 AND 眩晕", ["PMID:77"]),
        # May has no day here, and 2011 no month.
        ("ti:vertigo AND py:2011/05/17", ["PMID:77", "PMID:78"]),
        ("ti:vertigo AND py:2011/05/31-2011/06", ["PMID:77", "PMID:78"]),
        ("ti:vertigo AND py:2011/06/01-2011/06/30", ["PMID:77"]),
        ("ti:vertigo AND py:2011/04/01-2011/04/30", ["PMID:77"]),
        ("py:2012/08-2013/02 AND 眩晕", ["PMID:79"]),
        ("ti:vertigo AND py:-2011/04", ["PMID:77"]),
    ],
)
def test_a_work_is_found_once_by_what_its_records_say_together(
    searcher: StrategySearcher, text: str, found: list[str]
) -> None:
    results = searcher.search(Strategy(text))
    assert sorted(ids(results)) == found
    assert results.interpretation.found == len(found)
    beside = dict(zip(ids(results), results.records, strict=True))
    assert set(beside.pop("PMID:77", OTHERS)) >= set(OTHERS)
    assert not any(beside.values())


def test_facets_count_works_and_narrow_to_them(searcher: StrategySearcher) -> None:
    asked = Strategy("ti:眩晕 OR ti:vertigo", facets=True)
    facets = {facet.field: facet for facet in searcher.search(asked).interpretation.facets}
    assert {one.value: one.count for one in facets["la"].values} == {"en": 3, "zh": 2}
    assert {one.value: one.count for one in facets["py"].values} == {"2011": 2, "2012": 1, "2013": 1}
    for facet in facets.values():
        for one in facet.values:
            narrowed = searcher.search(Strategy(f"({asked.text}) AND {one.clause}"))
            assert narrowed.interpretation.found == one.count


EVERYTHING = "vertigo OR 眩晕"


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("newest", ["PMID:79", "PMID:77", "PMID:78", "PMID:80"]),
        ("oldest", ["PMID:80", "PMID:78", "PMID:77", "PMID:79"]),
        ("cited-by", ["PMID:79", "PMID:77", "PMID:78", "PMID:80"]),
        ("title-pinyin", ["PMID:79", "PMID:77", "PMID:80", "PMID:78"]),
        ("title-stroke", ["PMID:79", "PMID:77", "PMID:80", "PMID:78"]),
        ("author-pinyin", ["PMID:79", "PMID:78", "PMID:77", "PMID:80"]),
        ("author-stroke", ["PMID:79", "PMID:78", "PMID:77", "PMID:80"]),
    ],
)
def test_orders(searcher: StrategySearcher, order: Order, found: list[str]) -> None:
    assert ids(searcher.search(Strategy(EVERYTHING, order=order))) == found


@pytest.mark.parametrize("order", get_args(Order))
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_hold_every_work_once_in_order(searcher: StrategySearcher, order: Order, limit: int) -> None:
    asked = "asthma OR 糖尿 OR lung OR vertigo OR 眩晕"
    whole = ids(searcher.search(Strategy(asked, order=order, limit=100)))
    assert len(set(whole)) == len(whole) == 9
    found: list[str] = []
    cursor: str | None = None
    while cursor is not None or not found:
        page = searcher.search(Strategy(asked, order=order, limit=limit, cursor=cursor))
        assert page.interpretation.found == len(whole)
        found += ids(page)
        cursor = page.next
    assert found == whole


def test_the_last_hit_that_may_be_asked_for(searcher: StrategySearcher, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Strategy(EVERYTHING, limit=2)
    for module in (fielded, searching):
        monkeypatch.setattr(module, "DEEPEST", 3)
    second = searcher.search(replace(asked, cursor=searcher.search(asked).next))
    assert (len(second.items), second.next, second.interpretation.found) == (1, None, 4)
    with pytest.raises(QueryError):
        searcher.search(replace(asked, cursor=cursor(asked, 3)))
