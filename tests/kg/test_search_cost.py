"""What a search asks for: no more for a long page than for a short one, and nothing that no hit shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.generation import pages
from kg.generation.indexes import Indexes, build_indexes, open_indexes
from kg.generation.pages import Hierarchy, Parents
from kg.index.passages import PassageIndex, Window
from kg.model.ids import Ids
from kg.model.terms import Term
from kg.query.named import named
from kg.search.base import SIGNALS, Parts, Query
from kg.search.fusion import fuse, shares
from kg.search.passages import passages_of
from kg.search.reference import ExactReader
from kg.search.searcher import Searcher
from kg.store.base import Reader
from tests.kg.graph import CONCEPTS, DOCUMENTS, WordEncoder, small_reader

QUERIES = ExactReader((label.value, concept.id) for concept in CONCEPTS for label in concept.labels)
TEXTS = ["asthma", "呼吸系统疾病", "哮喘 inhaled steroids", "a garden"]


class Counting:
    """The reader of a store, and every query that it was asked."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.asked: list[str] = []

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[dict[str, Term]]:
        self.asked.append(query)
        return self._reader.select(query, bindings)

    def __getattr__(self, name: str) -> object:
        return getattr(self._reader, name)

    @property
    def parents(self) -> int:
        return sum("skos:broader ?parent" in query for query in self.asked)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reader, Indexes]]:
    folder = tmp_path_factory.mktemp("generation")
    reader = small_reader(folder)
    build_indexes(reader, folder, WordEncoder(), folder / "cache", concept_vectors=True, vector_index="exact")
    yield reader, open_indexes(folder, WordEncoder())
    reader.close()


@pytest.fixture
def reader(built: tuple[Reader, Indexes]) -> Counting:
    return Counting(built[0])


@pytest.fixture
def searcher(built: tuple[Reader, Indexes], reader: Counting) -> Searcher:
    return Searcher(built[1].text, reader, QUERIES, built[1].passages, WordEncoder())  # type: ignore[arg-type]


@pytest.mark.parametrize("text", TEXTS[:3])
def test_a_long_page_asks_the_store_no_oftener_than_a_short_one(
    searcher: Searcher, reader: Counting, text: str
) -> None:
    searcher.search(Query(text, limit=100))
    reader.asked.clear()
    short = searcher.search(Query(text, limit=1))
    once = len(reader.asked)
    reader.asked.clear()
    long = searcher.search(Query(text, limit=100))
    assert len(long.items) > len(short.items) == 1
    assert len(reader.asked) <= once + 1, "one more for what only the longer page mentions"


def test_what_is_above_a_concept_is_asked_for_once(searcher: Searcher, reader: Counting) -> None:
    first = searcher.search(Query("呼吸系统疾病"))
    assert reader.parents
    reader.asked.clear()
    assert searcher.search(Query("呼吸系统疾病")) == first
    assert reader.parents == 0


def test_parents_that_are_kept_are_never_too_many(reader: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    concepts = sorted({row["concept"] for row in reader.select(named("derive/broader"))})
    kept: Parents = {}
    monkeypatch.setattr(pages, "KEPT", 2)
    for concept in concepts:
        alone, sharing = Hierarchy(reader), Hierarchy(reader, kept)  # type: ignore[arg-type]
        alone.load([concept])
        sharing.load([concept])
        assert sharing.ancestors(concept) == alone.ancestors(concept) != ()
        assert len(kept) <= 2


def test_what_lies_below_is_all_that_a_way_leads_to(reader: Counting) -> None:
    concepts = {term for row in reader.select(named("derive/broader")) for term in row.values()}
    hierarchy = Hierarchy(reader)  # type: ignore[arg-type]
    hierarchy.load(concepts)
    for top in concepts:
        ways = {concept for concept in concepts if hierarchy.way(concept, {top}) is not None}
        assert hierarchy.below([top]) == ways
    assert hierarchy.below([]) == set()


@pytest.mark.parametrize("text", TEXTS)
def test_windows_are_read_of_the_hits_of_a_page_only(
    searcher: Searcher, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    whole = PassageIndex.window

    def counted(self: PassageIndex, place: int) -> Window:
        read.append(place)
        return whole(self, place)

    monkeypatch.setattr(PassageIndex, "window", counted)
    searcher.search(Query(text, limit=2))
    assert len(read) <= 2


def test_nearest_and_its_columns_say_the_same(built: tuple[Reader, Indexes]) -> None:
    passages = built[1].passages
    assert passages is not None
    vector = WordEncoder().encode(["asthma steroids"])[0]
    rows, scores, places = passages.near("document", vector, 50)
    told = [(one.row, one.score, one.window) for one in passages.nearest("document", vector, 50)]
    windows = [passages.window(place) for place in places.tolist()]
    assert told == list(zip(rows.tolist(), scores.tolist(), windows, strict=True))
    assert len(set(rows.tolist())) == len(told) > 1
    assert sorted(told, key=lambda one: (-one[1], one[0])) == told


def test_mentions_are_looked_up_in_documents_that_have_any(reader: Counting) -> None:
    documents, concepts = [document.id for document in DOCUMENTS], [concept.id for concept in CONCEPTS]
    every = passages_of(reader, Ids(), documents, concepts)  # type: ignore[arg-type]
    holding = {one for one, some in every.items() if any(passage.mentions for passage in some)}
    assert set() < holding < set(documents)
    assert passages_of(reader, Ids(), documents, concepts, holding) == every  # type: ignore[arg-type]
    reader.asked.clear()
    plain = passages_of(reader, Ids(), documents, concepts, ())  # type: ignore[arg-type]
    assert len(reader.asked) == 1
    assert plain == passages_of(reader, Ids(), documents, ())  # type: ignore[arg-type]


@given(
    st.dictionaries(st.sampled_from(SIGNALS), st.floats(0, 5), min_size=1),
    st.dictionaries(st.sampled_from(SIGNALS), st.dictionaries(st.integers(0, 20), st.floats(0, 1))),
)
def test_fusing_by_columns_is_fusing_row_by_row(weights: dict[str, float], found: dict[str, dict[int, float]]) -> None:
    parts: dict[int, dict[str, float]] = {}
    for name, weight in shares(weights, found).items():
        for row, value in found[name].items():
            parts.setdefault(row, {})[name] = weight * value
    told = {row: (score, own) for row, score, own in fuse(found, weights)}
    assert told.keys() == parts.keys()
    for row, (score, own) in told.items():
        expected = Parts(**parts[row])
        for name in Parts.__struct_fields__:
            assert getattr(own, name) == pytest.approx(getattr(expected, name), abs=6e-7)
        assert score == pytest.approx(sum(getattr(own, name) for name in SIGNALS), abs=1e-9)
    assert [(-score, row) for row, score, _ in fuse(found, weights)] == sorted(
        (-score, row) for row, (score, _) in told.items()
    )
