"""Hits that say nearly the same are folded, hits that differ come first; over invented documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kg.generation.indexes import build_indexes
from kg.index.text import TextIndex
from kg.mapping.base import Context
from kg.mapping.document import document_statements
from kg.search.base import Query, Results
from kg.search.reference import ExactReader
from kg.search.searcher import Searcher
from kg.search.variety import alike, likeness
from tests.kg.graph import document, small_reader

SAID = "Herbs of the garden were given to forty wheezing children who slept and ate well during one quiet summer."
DOCUMENTS = (
    document(1, "Herbs for wheezing", SAID, "Nothing else happened in spring."),
    document(2, "Herbs for wheezing", SAID, "Nothing else happened in autumn."),
    replace(document(3, "Herbs for wheezing", SAID, "Nothing else happened in spring."), standing="retracted"),
    document(4, "Herbs and stones", "Stones were laid between roses, and a wall was built of bricks."),
    document(5, "Short herbs", "Herbs."),
    document(6, "Short herbs", "Herbs."),
    document(7, "哮喘与草药", "草药用于四十名喘息的儿童，他们在安静的夏天睡眠良好、饮食如常。"),
    document(8, "哮喘与草药", "草药用于四十名喘息的儿童，他们在安静的夏天睡眠良好、饮食如常！"),
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("variety")
    rows = [row for one in DOCUMENTS for row in document_statements(one, Context())]
    reader = small_reader(folder, rows=rows)
    build_indexes(reader, folder, None, folder / "cache")
    yield Searcher(TextIndex(folder / "text"), reader, ExactReader(()))
    reader.close()


def ids(results: Results) -> list[int]:
    return [int(hit.id[-1]) for hit in results.items]


def test_what_says_nearly_the_same_is_folded_into_the_best(searcher: Searcher) -> None:
    plain, folded = (searcher.search(Query("herbs wheezing", limit=50, fold=fold)) for fold in (False, True))
    assert set(ids(plain)) == {1, 2, 3, 4, 5, 6}
    assert [one for one in ids(plain) if one in ids(folded)] == ids(folded)
    named = {int(hit.id[-1]): {int(one[-1]) for one in hit.duplicates} for hit in folded.items if hit.duplicates}
    assert named in ({1: {2}, 5: {6}}, {2: {1}, 5: {6}})
    assert folded.found == plain.found - 2
    assert not any(hit.duplicates for hit in plain.items)


def test_a_retracted_document_is_not_hidden(searcher: Searcher) -> None:
    assert 3 in ids(searcher.search(Query("herbs wheezing", limit=50, fold=True)))


def test_chinese_texts_are_folded_too(searcher: Searcher) -> None:
    assert len(searcher.search(Query("草药", limit=50, fold=True)).items) == 1


def test_variety_keeps_the_best_first_and_loses_nothing(searcher: Searcher) -> None:
    plain, varied = (searcher.search(Query("herbs", limit=50, diverse=diverse)) for diverse in (False, True))
    assert ids(plain)[0] == ids(varied)[0]
    assert sorted(ids(plain)) == sorted(ids(varied))
    # The two short ones are the same and stand first; then three that are nearly the same before another one.
    assert set(ids(plain)[:2]) == {5, 6}
    assert ids(varied)[1] not in {5, 6}
    assert {hit.id: hit.score for hit in plain.items} == {hit.id: hit.score for hit in varied.items}


@pytest.mark.parametrize("fold", [False, True])
@pytest.mark.parametrize("diverse", [False, True])
@pytest.mark.parametrize("kind", ["document", "concept", None])
def test_pages_join_to_the_whole_list(searcher: Searcher, fold: bool, diverse: bool, kind: str | None) -> None:
    query = Query("herbs wheezing", kind=kind, limit=100, fold=fold, diverse=diverse)  # type: ignore[arg-type]
    whole = searcher.search(query)
    assert whole == searcher.search(query)
    joined, cursor = [], None
    while True:
        page = searcher.search(replace(query, limit=1, cursor=cursor))
        joined += ids(page)
        cursor = page.next
        if cursor is None:
            break
    assert joined == ids(whole)


@given(st.frozensets(st.sampled_from("abcdefghijklmnop")), st.frozensets(st.sampled_from("abcdefghijklmnop")))
def test_likeness_is_a_share(one: frozenset[str], other: frozenset[str]) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1
    assert (likeness(one, other) == 1) == (one == other and bool(one))
    assert alike(one, one) == bool(one)
    assert alike(one, other) == alike(other, one)
