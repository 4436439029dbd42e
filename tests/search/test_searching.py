"""Strategies on a small library that was built the whole way: records, store, index, hits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import FieldsMissing, QueryError
from kg.generation.indexes import build_indexes
from kg.index.fields import FIELDS_FORMAT
from kg.index.sealed import MANIFEST
from kg.index.suggest import SuggestIndex
from kg.index.text import TextIndex
from kg.search.strategy.searching import Strategy, StrategySearcher
from kg.store.base import Reader
from tests.kg.graph import small_reader
from tests.search.library import rows
from tests.search.test_strategy import PIECES


class Built(msgspec.Struct, frozen=True):
    reader: Reader
    text: TextIndex
    suggest: SuggestIndex
    folder: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("library")
    reader = small_reader(folder, rows=rows())
    build_indexes(reader, folder, None, folder / "cache")
    yield Built(reader, TextIndex(folder / "text"), SuggestIndex(folder / "suggest"), folder)
    reader.close()


@pytest.fixture(scope="module")
def searcher(built: Built) -> StrategySearcher:
    return StrategySearcher(built.text, built.suggest, built.reader)


def find(searcher: StrategySearcher, text: str, *history: str, **more: object) -> str:
    asked = Strategy(text, history, limit=100, **more)  # type: ignore[arg-type]
    results = searcher.search(asked)
    assert results.interpretation.found == len(results.items)
    return "".join(sorted(card.id[-1] for card in results.items))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # words and phrases
        ("ti:asthma", "13"),
        ("ti:asthmas", "13"),
        ("ti:heart failure", ""),
        ("ab:heart failure", "1"),
        ('tiab:"heart failure"', "1"),
        ('ti:"failing heart"', "3"),
        ('ti:"heart failing"', ""),
        ("ti:women asthma", "1"),
        ("ti:IL-6", "1"),
        ("ti:IL6", "1"),
        ('ti:"inhaled IL-6 antagonists"', "1"),
        ("ab:IL-6", "4"),
        ("tiab:IL6", "14"),
        ("kw:儿童", "2"),
        # Chinese: characters of one word stand together
        ("ti:糖尿病", "2"),
        ("ti:糖尿病合并", "2"),
        ("ti:糖尿病儿童", ""),
        ("ti:糖尿病 儿童", "2"),
        ("ti:2型", "2"),
        ("ti:病", "2"),
        ("ab:糖尿病", "2"),
        ("ab:糖尿", "25"),
        ("ab:糖尿肾病", ""),
        ("tiab:糖尿病", "2"),
        ("标题：糖尿病 与 摘要：心力衰竭", "2"),
        ("ti:糖尿病合併哮喘", "2"),
        # truncation
        ("ti:asthm*", "13"),
        ("ti:wom?n", "1"),
        ("ti:*ing", "35"),
        ('ti:"failing hea*"', "3"),
        ("ab:stud*", "13"),
        ("ab:studies*", "13"),
        ("ti:糖?病", "2"),
        ("ti:糖尿*儿童", "2"),
        # people and places
        ("au:Zhang W", "13"),
        ('au:"Zhang W"', "1"),
        ("au:Zhang", "13"),
        ("au:Zhang Wei", "1"),
        ("au:Wei Zhang", "1"),
        ('au:"Zhang, W."', "1"),
        ("au:Zhan", ""),
        ("au:Zhan*", "13"),
        ("au:张伟", "2"),
        ("au:张伟*", "25"),
        ("au:王小明", "2"),
        ("fau:王小明", ""),
        ("第一作者：张伟", "2"),
        ("Smith JA[1au]", ""),
        ("Smith JA[au]", "1"),
        ("au:Invention Group", "3"),
        ("ad:呼吸科", "2"),
        ("ad:Beijing", "1"),
        ("cy:england", "13"),
        # where and when
        ("jo:The Invented Lancet", "13"),
        ("Inv Lancet[ta]", "13"),
        ("刊名：虚构医学杂志", "2"),
        ("jo:虚构*", "2"),
        ("is:1234-5679", "13"),
        ("is:12345679", "13"),
        ("is:CN 11-9999/R", "2"),
        ("py:2015", "1"),
        ("py:2015-2018", "12"),
        ("py:2018-", "235"),
        ("py:-2018", "12"),
        ("vo:12 AND ip:3", "1"),
        ("pg:101", "1"),
        ("pg:101-110", "1"),
        ("doi:10.5555/abc.1", "1"),
        ("pmid:900000001", "1"),
        ("la:中文", "25"),
        ("la:eng", "134"),
        ("pt:review", "1"),
        ("文献类型：综述", "1"),
        ("文献类型：指南", "3"),
        ("fu:81000000", "2"),
        ("fu:invented science fund", "1"),
        ("cl:R562*", "2"),
        ("cl:R*", "2"),
        ("cl:R562", ""),
        ("cl:r562.25", "2"),
        # headings
        ("mh:Lung Diseases", "1234"),
        ("mh-noexp:Lung Diseases", "4"),
        ("mh:MESH:D900001", "1234"),
        ("主题词：肺疾病", "1234"),
        ("mh:asthma", "123"),
        ("asthma[mh:noexp]", "12"),
        ("mh:bronchial asthma", "123"),
        ("mh*:asthma", "123"),
        ("mh*:Lung Diseases", "123"),
        ("asthma[majr:noexp]", "12"),
        ('mh:"Asthma/drug therapy"', "1"),
        ('mh:"哮喘/drug therapy"', "1"),
        ('mh*:"Asthma/drug therapy"', "1"),
        ('mh:"Asthma/surgery"', ""),
        ("sh:drug therapy", "1"),
        ("mh:unknown heading", ""),
        ("mh:虚构气道病", "123"),
        ("mh-noexp:DOID:900009", "1"),
        # all fields, headings mapped
        ("asthma", "123"),
        ("哮喘", "123"),
        ("Lung Diseases", "1234"),
        ("Zhang W", "13"),
        ('"Zhang W"', "1"),
        # joined
        ("ti:asthma OR ti:糖尿病", "123"),
        ("ti:asthma AND py:2015", "1"),
        ("ti:asthma NOT py:2015", "3"),
        ("ti:asthma OR ab:糖尿 AND py:2020", "135"),
        ("(ti:asthma OR ab:糖尿) AND py:2020", "35"),
        ('"、"', ""),
    ],
)
def test_what_is_found(searcher: StrategySearcher, text: str, found: str) -> None:
    assert find(searcher, text) == found


@given(st.lists(PIECES, max_size=8).map("".join))
@settings(max_examples=300)
def test_any_text_is_answered_or_refused(searcher: StrategySearcher, text: str) -> None:
    with suppress(QueryError):
        searcher.search(Strategy(text, ("asthma",), facets=True))


def test_history_is_put_in(searcher: StrategySearcher) -> None:
    assert find(searcher, "#1 NOT #2", "ti:asthma", "py:2015") == "3"
    assert find(searcher, "#2", "ti:asthma", "#1 AND py:2020") == "3"
    results = searcher.search(Strategy("#1 AND py:2015", ("ti:asthma",)))
    assert results.interpretation.canonical == "#1 AND py:2015"
    assert results.interpretation.resolved == "ti:asthma AND py:2015"


@pytest.mark.parametrize(
    ("text", "history"),
    [("#1", ()), ("#2", ("a",)), ("#0", ("a",)), ("#2", ("a", "#2")), ("#9", tuple(f"#{n} OR #{n}" for n in range(9)))],
)
def test_a_history_that_does_not_fit_is_refused(
    searcher: StrategySearcher, text: str, history: tuple[str, ...]
) -> None:
    with pytest.raises(QueryError):
        searcher.search(Strategy(text, history))


@pytest.mark.parametrize("text", ["ti:a" + "*b" * 900, "au:ab" + "?" * 1_500])
def test_a_pattern_that_is_too_large_is_refused(searcher: StrategySearcher, text: str) -> None:
    for facets in (False, True):
        with pytest.raises(QueryError) as raised:
            searcher.search(Strategy(text, facets=facets))
        assert raised.value.params["why"] == "strategy-wide"


@pytest.mark.parametrize(
    ("text", "why"), [(" OR ".join(["ab*"] * 101), "strategy-patterns"), (" OR ".join(["*ab"] * 6), "strategy-leading")]
)
def test_too_many_patterns_are_refused(searcher: StrategySearcher, text: str, why: str) -> None:
    with pytest.raises(QueryError) as raised:
        searcher.search(Strategy(text))
    assert raised.value.params["why"] == why
    assert "reason." not in raised.value.text("zh")


def test_a_history_that_doubles_is_refused_before_it_is_written_out(searcher: StrategySearcher) -> None:
    history = ("a", *(f"#{n} OR #{n}" for n in range(1, 40)))
    with pytest.raises(QueryError) as raised:
        searcher.search(Strategy("#40", history))
    assert raised.value.params["why"] == "strategy-leaves"


def test_pages_fit_together_in_every_order(searcher: StrategySearcher) -> None:
    for order in ("relevance", "newest", "oldest"):
        whole = [card.id for card in searcher.search(Strategy("asthma OR 糖尿 OR lung", order=order)).items]  # type: ignore[arg-type]
        paged: list[str] = []
        cursor: str | None = None
        while True:
            page = searcher.search(Strategy("asthma OR 糖尿 OR lung", order=order, limit=2, cursor=cursor))  # type: ignore[arg-type]
            paged += [card.id for card in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert paged == whole
        assert page.interpretation.found == len(whole) == 5


def test_order_by_year(searcher: StrategySearcher) -> None:
    asked = Strategy("py:1000- OR lung", order="newest")
    newest = [card.year for card in searcher.search(asked).items]
    assert newest == [2020, 2020, 2018, 2015, None]
    oldest = [card.year for card in searcher.search(msgspec.structs.replace(asked, order="oldest")).items]
    assert oldest == newest[::-1]


def test_a_title_counts_before_what_is_only_mentioned(searcher: StrategySearcher) -> None:
    items = searcher.search(Strategy("asthma")).items
    assert {card.id[-1] for card in items[:2]} == {"1", "3"}


@pytest.mark.parametrize("cursor", ["x", "5", "5.abc", "-1.", "99999999.x", ""])
def test_foreign_cursors_are_refused(searcher: StrategySearcher, cursor: str) -> None:
    if cursor:
        with pytest.raises(QueryError):
            searcher.search(Strategy("a", cursor=cursor))


def test_the_reading_says_everything(searcher: StrategySearcher) -> None:
    reading = searcher.search(Strategy("主题词：哮喘 AND 2015-[年]")).interpretation
    assert reading.canonical == 'mh:"哮喘" AND py:2015-'
    assert reading.words.zh == "主题词为“哮喘”或其下位词且年份自 2015"
    assert reading.words.en == "subject heading is “哮喘” or narrower and year from 2015"
    (heading,) = reading.headings
    assert (heading.text, heading.concepts) == ("哮喘", ("DOID:900009", "MESH:D900002"))
    told = {one.dialect: one for one in reading.translations}
    assert told["pubmed"].text == '"哮喘"[mh] AND 2015:3000[dp]'
    assert told["sinomed"].text == '"哮喘"[不加权:扩展] AND 2015-[日期]'
    assert [loss.zh for loss in told["cnki"].losses]


def test_facets_count_every_hit_and_narrow_to_them(searcher: StrategySearcher) -> None:
    asked = Strategy("asthma OR 糖尿 OR lung", limit=1, facets=True)
    found = {facet.field: facet for facet in searcher.search(asked).interpretation.facets}
    assert set(found) == {"py", "jo", "pt", "la", "au", "jl"}
    assert [(one.value, one.count) for one in found["py"].values] == [("2020", 2), ("2015", 1), ("2018", 1)]
    assert [(one.value, one.count) for one in found["la"].values] == [("en", 3), ("zh", 2)]
    assert ("The Invented Lancet", 2) in [(one.value, one.count) for one in found["jo"].values]
    for facet in found.values():
        assert facet.exact
        for one in facet.values:
            narrowed = searcher.search(Strategy(f"({asked.text}) AND {one.clause}"))
            assert narrowed.interpretation.found == one.count, one
    assert searcher.search(Strategy("asthma")).interpretation.facets == ()


def test_facets_of_nothing_are_empty(searcher: StrategySearcher) -> None:
    facets = searcher.search(Strategy("zzzz", facets=True)).interpretation.facets
    assert [facet.values for facet in facets] == [()] * 6


@pytest.mark.parametrize(
    ("text", "similar"),
    [
        ("mh:asthmma", ["Asthma", "Asthma, Invented"]),
        ("mh:xiaochuan AND py:2015-", ["哮喘"]),
        ("asthmma", ["Asthma", "Asthma, Invented"]),
        ("asthma", []),
        ("ti:zqxw", []),
        ("ti:lung OR asthmma", []),
    ],
)
def test_did_you_mean(searcher: StrategySearcher, text: str, similar: list[str]) -> None:
    assert [one.name for one in searcher.search(Strategy(text)).interpretation.similar] == similar


def test_an_index_without_fields_says_so(built: Built, tmp_path: Path) -> None:
    old = tmp_path / "text"
    shutil.copytree(built.folder / "text", old)
    for seal in old.rglob(MANIFEST):
        seal.write_text(seal.read_text("utf-8").replace(f'"fields": {FIELDS_FORMAT}', '"fields": 1'), "utf-8")
    searcher = StrategySearcher(TextIndex(old), built.suggest, built.reader)
    with pytest.raises(FieldsMissing, match="Publish again"):
        searcher.search(Strategy("a"))
