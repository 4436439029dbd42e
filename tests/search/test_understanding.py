"""How a query is read, acts on what is found, and is corrected by the caller; over a small invented library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.generation.indexes import Indexes, build_indexes, open_indexes
from kg.index.base import Filters
from kg.mapping.base import Context
from kg.mapping.concept import concept_statements
from kg.mapping.document import document_statements
from kg.mapping.evidence import mention_statements
from kg.model.concept import Concept, Label
from kg.model.document import Document, Passage, Text
from kg.model.terms import Statement
from kg.search.base import Query, Results
from kg.search.hints.base import HINTS, Corrections
from kg.search.reference import ExactReader
from kg.search.searcher import Searcher
from kg.store.base import Reader
from tests.kg.graph import CONCEPTS as KNOWN
from tests.kg.graph import WordEncoder, mentions, small_reader

CONCEPTS = (
    *KNOWN,
    Concept(
        "medkg:child-asthma",
        "disease",
        (Label("childhood asthma", "en"), Label("儿童哮喘", "zh")),
        parents=("medkg:asthma",),
    ),
)
TODAY = 2026
ALL = Filters()


def _document(number: int, title: str, year: int | None, *types: str, language: str = "en") -> Document:
    return Document(
        f"PMID:80000000{number}",
        (Passage("title", "title", language, title), Passage("abstract.1", "abstract", language, f"{title}.")),
        titles=(Text(title, language),), languages=(language,), year=year, types=types,
    )  # fmt: skip


DOCUMENTS = (
    _document(1, "Metformin in asthma", 2014, "Journal Article", "Review"),
    _document(2, "Inhaled metformin for asthma", 2023, "Randomized Controlled Trial"),
    _document(3, "Asthma and metformin again", None, "Journal Article"),
    _document(4, "Asthma after stroke", 2024, "Practice Guideline"),
    _document(5, "哮喘与二甲双胍", 2025, "病例报告", language="zh"),
    _document(6, "Metformin and its price", 2022),
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reader, Indexes]]:
    context = Context()
    rows: list[Statement] = [row for concept in CONCEPTS for row in concept_statements(concept, context)]
    for source in DOCUMENTS:
        rows += document_statements(source, context)
        rows += [row for mention in mentions(source) for row in mention_statements(mention, context)]
    folder = tmp_path_factory.mktemp("understanding")
    reader = small_reader(folder, rows=rows)
    build_indexes(reader, folder, WordEncoder(), folder / "cache", vector_index="exact")
    yield reader, open_indexes(folder, WordEncoder())
    reader.close()


def _searcher(opened: tuple[Reader, Indexes], today: int | None) -> Searcher:
    reader, indexes = opened
    names = ExactReader((label.value, concept.id) for concept in CONCEPTS for label in concept.labels)
    return Searcher(
        indexes.text, reader, names, indexes.passages, WordEncoder(), suggest=indexes.suggest, today=today
    )  # fmt: skip


@pytest.fixture(scope="module")
def searcher(opened: tuple[Reader, Indexes]) -> Searcher:
    return _searcher(opened, TODAY)


def ask(searcher: Searcher, text: str, filters: Filters = ALL, **corrections: object) -> Results:
    return searcher.search(
        Query(text, filters=filters, limit=50, corrections=Corrections(**corrections))  # type: ignore[arg-type]
    )


def ids(results: Results) -> set[str]:
    return {hit.id[-1] for hit in results.items}


def told(results: Results) -> list[tuple[str, str, bool, str]]:
    return [(hint.kind, hint.value, hint.applied, hint.why) for hint in results.interpretation.hints]


def test_a_date_is_a_filter_and_no_longer_a_word(searcher: Searcher) -> None:
    results = ask(searcher, "asthma metformin since 2015")
    assert told(results) == [("date", "2015-", True, "")]
    assert ids(results) == {"2", "3", "4", "5", "6"}
    assert results.interpretation.tokens == ("asthma", "metformin")
    assert results.interpretation.hints[0].surface == "since 2015"
    assert "since" not in results.interpretation.encoded


def test_a_document_without_a_year_is_left_out_by_the_callers_filter_only(searcher: Searcher) -> None:
    assert "3" in ids(ask(searcher, "asthma last 5 years"))
    assert "3" not in ids(ask(searcher, "asthma", Filters(year_from=2021)))
    assert "3" in ids(ask(searcher, "asthma", Filters(year_from=2021, undated=True)))
    given = ask(searcher, "asthma last 5 years", Filters(year_from=2000))
    assert told(given) == [("date", "2021-", False, "given")]
    assert ids(given) == {"1", "2", "4", "5"}


def test_relative_years_go_by_the_generation(opened: tuple[Reader, Indexes]) -> None:
    assert "1" in ids(ask(_searcher(opened, 2018), "asthma 近五年"))
    assert "1" not in ids(ask(_searcher(opened, TODAY), "asthma 近五年"))
    unknown = ask(_searcher(opened, None), "asthma 近五年")
    assert told(unknown) == [("date", "", False, "no-date")]
    assert "1" in ids(unknown)


def test_a_design_leaves_out_what_is_known_to_be_another(searcher: Searcher) -> None:
    results = ask(searcher, "asthma metformin RCT")
    assert told(results) == [("design", "randomised-trial", True, "")]
    assert ids(results) == {"2", "3", "6"}
    assert ids(ask(searcher, "哮喘 病例报告")) - {"6"} == {"3", "5"}
    assert told(ask(searcher, "asthma cohort study")) == [("design", "cohort", False, "no-types")]


@pytest.mark.parametrize(
    "text", ["asthma metformin not reviews", "asthma metformin excluding reviews", "哮喘 metformin 不含综述"]
)
def test_a_design_may_be_left_out(searcher: Searcher, text: str) -> None:
    results = ask(searcher, text)
    assert told(results) == [("design", "not review", True, "")]
    assert ids(results) >= {"2", "3", "4", "5"}
    assert "1" not in ids(results)


@pytest.mark.parametrize(
    "text",
    ["asthma excluding stroke", "asthma NOT stroke", "哮喘 不含脑卒中", "哮喘，脑卒中除外", "除了脑卒中以外的哮喘"],
)
def test_an_excluded_concept_and_its_documents(searcher: Searcher, text: str) -> None:
    results = ask(searcher, text)
    (hint,) = results.interpretation.hints
    assert (hint.kind, hint.concepts, hint.applied) == ("exclusion", ("medkg:stroke",), True)
    roles = {one.id: one.role for one in results.interpretation.concepts}
    assert roles == {"medkg:asthma": "asked", "medkg:stroke": "excluded"}
    assert ids(results) - {"6"} == {"1", "2", "3", "5"}
    assert ids(ask(searcher, text, hints=())) >= {"1", "2", "3", "4", "5"}


def test_negation_is_told_and_changes_nothing(searcher: Searcher) -> None:
    with_words = ask(searcher, "asthma without stroke")
    assert told(with_words) == [("exclusion", "stroke", False, "unsure")]
    assert [one.role for one in with_words.interpretation.concepts] == ["asked", "negated"]
    assert with_words.items == ask(searcher, "asthma without stroke", hints=()).items


def test_what_is_more_than_a_concept_is_not_left_out(searcher: Searcher) -> None:
    assert told(ask(searcher, "asthma excluding stroke units")) == [("exclusion", "stroke units", False, "unsure")]
    assert told(ask(searcher, "asthma excluding herbs")) == [("exclusion", "herbs", False, "no-concept")]


def test_comparisons_name_both_sides(searcher: Searcher) -> None:
    for text in ("asthma versus stroke", "哮喘和脑卒中的区别"):
        (one,) = ask(searcher, text).interpretation.comparisons
        assert (one.left, one.right) == (("medkg:asthma",), ("medkg:stroke",))
        assert text[one.start : one.end] == one.surface
    assert ask(searcher, "asthma versus nothing").interpretation.comparisons == ()


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        ("xiaochuan", "哮喘", "pinyin"),
        ("xiao chuan", "哮喘", "pinyin"),
        ("astmha", "asthma", "typo"),
        ("strokke", "stroke", "typo"),
    ],
)
def test_spellings(searcher: Searcher, text: str, name: str, reason: str) -> None:
    results = ask(searcher, text)
    (hint,) = results.interpretation.hints
    assert (hint.kind, hint.surface, hint.value, hint.applied) == ("spelling", text, name, True)
    assert {one.reason for one in results.interpretation.concepts} == {reason}
    assert ids(results)
    assert ids(ask(searcher, text, hints=("date",))) == set()


def test_words_that_documents_have_are_no_slips(searcher: Searcher) -> None:
    assert told(ask(searcher, "again")) == []
    assert told(ask(searcher, "price")) == []


def test_a_concept_is_removed_added_and_replaced(searcher: Searcher) -> None:
    removed = ask(searcher, "asthma", without=("medkg:asthma",))
    assert [one.role for one in removed.interpretation.concepts] == ["removed"]
    assert not any(hit.parts.concept or hit.matched for hit in removed.items)
    added = ask(searcher, "price", concepts=("MEDKG:stroke",))
    assert ids(added) >= {"4", "6"}
    assert added.interpretation.concepts[-1].role == "added"
    replaced = ask(searcher, "哮喘", without=("medkg:asthma",), concepts=("medkg:stroke",))
    assert replaced.interpretation.encoded == "stroke"
    # The words of the query are still looked for, its concept no longer is.
    by_concept = [hit.id[-1] for hit in replaced.items if hit.parts.concept]
    assert by_concept == ["4"]


@pytest.mark.parametrize("name", ["medkg:nothing", "nothing", "", "xx:1", "a" * 500, "http://"])
def test_a_concept_that_is_not_there(searcher: Searcher, name: str) -> None:
    with pytest.raises(QueryError, match="no concept"):
        ask(searcher, "asthma", concepts=(name,))


def test_too_many_corrections_and_unknown_hints(searcher: Searcher) -> None:
    with pytest.raises(QueryError, match="more than 40"):
        ask(searcher, "asthma", without=("medkg:stroke",) * 41)
    assert ask(searcher, "asthma", without=("medkg:never-read",)).items == ask(searcher, "asthma").items


def test_a_cursor_belongs_to_its_corrections(searcher: Searcher) -> None:
    following = searcher.search(Query("asthma metformin", limit=1)).next
    assert following
    searcher.search(Query("asthma metformin", limit=1, cursor=following))
    with pytest.raises(QueryError):
        searcher.search(Query("asthma metformin", limit=1, cursor=following, corrections=Corrections(hints=())))


@pytest.mark.parametrize("text", ["asthma[ti] AND stroke", "ti:asthma", "题名：哮喘", "asthma OR stroke"])
def test_the_field_language_is_said_to_be_so(searcher: Searcher, text: str) -> None:
    strategy = ask(searcher, text).interpretation.strategy
    assert strategy
    assert strategy.canonical
    assert strategy.words.zh
    assert not strategy.problem.en


def test_a_strategy_that_cannot_be_read_says_why(searcher: Searcher) -> None:
    strategy = ask(searcher, "asthma[ti] AND (stroke").interpretation.strategy
    assert strategy
    assert (strategy.canonical, bool(strategy.problem.en), bool(strategy.problem.zh)) == ("", True, True)
    assert ask(searcher, "asthma and stroke (invented)").interpretation.strategy is None


def test_nothing_but_hints_is_a_subject(searcher: Searcher) -> None:
    for text in ("published in 2015", "NOT stroke", "近五年 2018年以来"):
        assert not any(hint.applied for hint in ask(searcher, text).interpretation.hints if hint.kind != "design")


@settings(max_examples=60)
@given(
    st.text(max_size=60) | st.text(alphabet='近五年 since2015 NOT不含 asthma哮喘stroke除外RCT综述[]:"()', max_size=50)
)
def test_any_text_is_read(searcher: Searcher, text: str) -> None:
    results = ask(searcher, text)
    read = results.interpretation
    for one in (*read.hints, *read.comparisons, *(concept for concept in read.concepts if concept.role != "added")):
        assert text[one.start : one.end] == one.surface
    assert all(hint.applied == (hint.why == "") and hint.kind in HINTS for hint in read.hints)
    assert results == ask(searcher, text)
    off = ask(searcher, text, hints=())
    assert not any(hint.applied for hint in off.interpretation.hints)
    if not any(hint.applied for hint in read.hints):
        assert results.items == off.items
