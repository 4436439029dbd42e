"""Filters hold for words and vectors alike, exactly, for every record of a work; over a small invented library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import FieldsMissing, QueryError
from kg.generation.indexes import build_indexes, open_indexes
from kg.index.base import Filters
from kg.index.fields import FIELDS_FORMAT
from kg.index.text import TextIndex, Wanted
from kg.mapping.base import Context
from kg.mapping.document import document_statements
from kg.mapping.works import same_work
from kg.model.ids import Ids
from kg.search.base import SIGNALS, Query
from kg.search.filtering import FILTERS, Filtering
from kg.search.reference import ExactReader
from kg.search.searcher import Searcher
from tests.kg.graph import WordEncoder, small_reader
from tests.search.library import rows
from tests.search.test_works import OTHERS, RECORDS

EVERY = [Wanted("names", "pmid"), Wanted("names", "doi")]
WORK = {"PMID:77", *OTHERS}
NONE = Filters()
RETRACTED = msgspec.structs.replace(
    RECORDS[3],
    id="PMID:81",
    standing="retracted",
    licence="CC-BY-4.0",
    types=("Randomized Controlled Trial",),
    year=None,
)


class Opened(msgspec.Struct, frozen=True):
    text: TextIndex
    filtering: Filtering
    searcher: Searcher


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("filtering")
    context = Context()
    found = rows()
    for record in (*RECORDS, RETRACTED):
        found += document_statements(record, context)
    found += [same_work("PMID:77", other, context) for other in OTHERS]
    reader = small_reader(folder, rows=found)
    build_indexes(reader, folder, WordEncoder(), folder / "cache", vector_index="exact")
    indexes = open_indexes(folder, WordEncoder())
    searcher = Searcher(indexes.text, reader, ExactReader(()), indexes.passages, WordEncoder())
    yield Opened(indexes.text, Filtering(indexes.text, reader, Ids()), searcher)
    reader.close()


def found(opened: Opened, filters: Filters) -> set[str]:
    """What words find, which is what vectors may find."""
    hits = opened.text.search("document", EVERY, 100, filters)
    mask = opened.text.allowed("document", filters)
    words = {row for row, _ in hits}
    if mask is None:
        assert filters == NONE
    else:
        assert words == set(np.flatnonzero(mask).tolist())
    return {opened.text.card("document", row).id for row in words}


def asked(opened: Opened, *written: str, before: Filters = NONE) -> set[str]:
    return found(opened, opened.filtering.of(written, before))


NUMBERED = {f"PMID:90000000{number}" for number in range(1, 6)}
ALL = {*NUMBERED, "PMID:81", *(record.id for record in RECORDS)}
CASES: dict[str, set[str]] = {
    "year:2015-2018": {"PMID:900000001", "PMID:900000002"},
    "year:2020": {"PMID:900000003", "PMID:900000005"},
    "year:-2011": {"PMID:77", "PMID:78", "DOI:10.5555/third.77"},
    "year:2020-": {"PMID:900000003", "PMID:900000005"},
    "type:review": {"PMID:900000001"},
    "type:Letter": WORK,
    "type:指南": {"PMID:900000003"},
    "design:review": {"PMID:900000001"},
    "design:Randomised-Trial": {"PMID:81"},
    "journal:annals of vertigo": WORK,
    "journal:虚构眩晕杂志": WORK,
    "journal:1234-5679": {"PMID:900000001", "PMID:900000003"},
    "journal:Inv Lancet": {"PMID:900000001", "PMID:900000003"},
    "heading:Asthma": {"PMID:900000001", "PMID:900000002", "PMID:900000003", *WORK},
    "heading:MESH:D900002": {"PMID:900000001", "PMID:900000002", "PMID:900000003", *WORK},
    "heading:肺疾病": {"PMID:900000001", "PMID:900000002", "PMID:900000003", "PMID:900000004", *WORK},
    "heading-only:Lung Diseases": {"PMID:900000004"},
    "heading:nothing of the kind": set(),
    "language:中文": {"PMID:900000002", "PMID:900000005", "PMID:79", *WORK},
    "licence:cc-by-4.0": {"PMID:81"},
    "license:unknown": ALL - {"PMID:81"},
    "standing:retracted": {"PMID:81"},
    "standing:published": ALL - {"PMID:81"},
    "source:pubmed": set(),
}


@pytest.mark.parametrize("written", CASES)
def test_a_filter_lets_through_what_it_says(opened: Opened, written: str) -> None:
    assert asked(opened, written) == CASES[written]


@settings(max_examples=80)
@given(st.lists(st.sampled_from(sorted(CASES)), max_size=5))
def test_any_of_one_name_and_all_of_several(opened: Opened, written: list[str]) -> None:
    expected = set(ALL)
    names = {one.partition(":")[0].removesuffix("-only").replace("license", "licence") for one in written}
    for name in names:
        sets = [CASES[one] for one in written if one.replace("license", "licence").startswith(name)]
        expected &= set.intersection(*sets) if name == "year" else set().union(*sets)
    assert asked(opened, *written) == expected


@pytest.mark.parametrize("signal", SIGNALS)
def test_filters_hold_for_every_signal(opened: Opened, signal: str) -> None:
    for written, expected in CASES.items():
        filters = opened.filtering.of([written], NONE)
        for text in ("vertigo treated by rest", "眩晕 哮喘", "asthma"):
            hits = opened.searcher.search(Query(text, filters=filters, limit=100, signals=(signal,))).items
            assert {hit.id for hit in hits} <= expected


def test_a_rare_filter_is_exact_for_vectors(opened: Opened) -> None:
    filters = opened.filtering.of(["licence:CC-BY-4.0"], NONE)
    hits = opened.searcher.search(Query("vertigo invented", filters=filters, signals=("dense",))).items
    assert [hit.id for hit in hits] == ["PMID:81"]


def test_filters_add_to_those_that_are_there(opened: Opened) -> None:
    before = opened.filtering.of(["language:en"], Filters(year_to=2011))
    assert asked(opened, "standing:published", before=before) == {"PMID:77", "PMID:78", "DOI:10.5555/third.77"}
    assert opened.filtering.of([], before) == before


@pytest.mark.parametrize(
    ("written", "part"),
    [
        (["colour:red"], "year, type, design, heading"),
        (["generation:3"], "as_of"),
        (["red"], "there is no filter named"),
        ([""], "known are year"),
        ([":"], "known are year"),
        (["type:"], "no value"),
        (["type"], "no value"),
        (["year:2021-13"], "no value"),
        (["year:2020-2010"], "no value"),
        (["year:-"], "no value"),
        (["year:２０２０"], "no value"),
        (["year:1e9"], "no value"),
        (["design:cohort"], "known are meta-analysis"),
        (["design:"], "no value"),
        (["standing:good"], "published, preprint, retracted"),
        (["type:" + "x" * 500], "no value"),
        (["type:review"] * 41, "more than 40"),
        (["\0:\0"], "known are"),
    ],
)
def test_bad_filters_say_what_is_known(opened: Opened, written: Sequence[str], part: str) -> None:
    with pytest.raises(QueryError) as error:
        opened.filtering.of(written, NONE)
    assert part in str(error.value)
    assert error.value.text("zh") != str(error.value)


@settings(max_examples=60)
@given(st.sampled_from(FILTERS), st.text(min_size=1, max_size=40))
def test_any_value_is_answered_or_refused(opened: Opened, name: str, value: str) -> None:
    try:
        told = asked(opened, f"{name}:{value}")
    except QueryError:
        told = set()
    assert told <= ALL


def test_an_older_index_says_that_it_has_no_fields(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.index.text.FIELDS_FORMAT", FIELDS_FORMAT + 1)
    assert not opened.text.has_fields("document")
    for written in ("type:review", "heading:asthma"):
        with pytest.raises(FieldsMissing):
            opened.filtering.of([written], NONE)
    assert opened.filtering.of(["year:2020"], NONE) == Filters(year_from=2020, year_to=2020)
