"""Hybrid search over a small graph that was built the whole way: records, store, indexes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kg.errors import IndexMismatch, IntegrityError, QueryError
from kg.generation.indexes import Indexes, IndexReport, build_indexes, encoder_id, open_indexes
from kg.index.base import Filters
from kg.mapping.base import Context
from kg.mapping.works import same_work
from kg.search.base import Query, Results
from kg.search.reference import ExactReader
from kg.search.searcher import Searcher
from kg.store.base import Reader
from tests.kg.graph import CONCEPTS, DOCUMENTS, WordEncoder, small_reader, statements

QUERIES = ExactReader((label.value, concept.id) for concept in CONCEPTS for label in concept.labels)


class Built(msgspec.Struct, frozen=True):
    reader: Reader
    folder: Path
    report: IndexReport
    indexes: Indexes


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("generation")
    reader = small_reader(folder)
    report = build_indexes(reader, folder, WordEncoder(), folder / "cache", concept_vectors=True, vector_index="exact")
    yield Built(reader, folder, report, open_indexes(folder, WordEncoder()))
    reader.close()


@pytest.fixture
def searcher(built: Built) -> Searcher:
    return Searcher(built.indexes.text, built.reader, QUERIES, built.indexes.passages, WordEncoder())


def ids(results: Results) -> list[str]:
    return [hit.id.rpartition(":")[2].removeprefix("90000000") for hit in results.items]


def test_the_report_counts_everything(built: Built) -> None:
    report = built.report
    assert (report.documents, report.concepts) == (len(DOCUMENTS), len(CONCEPTS))
    assert report.labels == sum(len(concept.labels) for concept in CONCEPTS)
    assert report.vectors == report.encoded + report.reused == 2 * len(DOCUMENTS) + len(CONCEPTS)
    assert report.manifest()["encoder"] == WordEncoder.id == encoder_id(built.folder)


def test_a_second_build_encodes_nothing(built: Built, tmp_path: Path) -> None:
    again = build_indexes(
        built.reader, tmp_path, WordEncoder(), built.folder / "cache", concept_vectors=True, vector_index="exact"
    )
    assert (again.encoded, again.reused) == (0, built.report.vectors)
    assert again.manifest() == built.report.manifest()


def test_both_stores_give_the_same_suggestions_and_cards(built: Built, tmp_path: Path) -> None:
    reader = small_reader(tmp_path, "reference")
    build_indexes(reader, tmp_path, None, tmp_path / "cache")
    assert not (tmp_path / "vectors").exists()
    for part in ("suggest", "text/documents", "text/concepts"):
        for path in sorted((built.folder / part).glob("*.*")):
            if path.name != "seal.json" or part == "suggest":
                assert path.read_bytes() == (tmp_path / part / path.name).read_bytes(), path


def test_an_english_concept_finds_its_documents_first(searcher: Searcher) -> None:
    results = searcher.search(Query("asthma"))
    assert set(ids(results)[:2]) == {"1", "3"}
    assert [concept.id for concept in results.interpretation.concepts] == ["medkg:asthma"]
    assert results.interpretation.language == "en"
    top = results.items[0]
    assert top.concepts == ("medkg:asthma",)
    assert top.score == pytest.approx(sum(msgspec.structs.astuple(top.parts)))
    assert 0 < top.score <= 1


@pytest.mark.parametrize("query", ["哮喘", "气喘", "氣喘"])
def test_chinese_reaches_english_papers_through_concepts(searcher: Searcher, query: str) -> None:
    results = searcher.search(Query(query))
    assert set(ids(results)[:2]) == {"1", "3"}
    assert results.interpretation.language == "zh"
    assert results.interpretation.encoded == "asthma"
    assert results.interpretation.concepts[0].label.zh == "哮喘"


def test_both_languages_are_found_from_either(searcher: Searcher) -> None:
    for query in ("metformin stroke", "二甲双胍 脑卒中"):
        assert set(ids(searcher.search(Query(query)))[:2]) == {"2", "4"}


def test_a_broader_concept_finds_what_its_descendants_find(searcher: Searcher) -> None:
    results = searcher.search(Query("呼吸系统疾病"))
    assert set(ids(results)[:2]) == {"1", "3"}
    assert results.items[0].parts.subtree > 0
    assert results.items[0].parts.concept == 0


def test_a_title_finds_its_document(searcher: Searcher) -> None:
    for document in DOCUMENTS:
        assert searcher.search(Query(document.passages[0].text)).items[0].id == document.id


def test_identifiers_and_authors_are_found(searcher: Searcher) -> None:
    assert searcher.search(Query("PMID:900000003")).items[0].id == "PMID:900000003"
    assert searcher.search(Query("10.5555/x4")).items[0].id == "PMID:900000004"
    assert len(searcher.search(Query("Beispiel")).items) == len(DOCUMENTS)


@pytest.mark.parametrize("query", ["asthma", "哮喘", "metformin", "脑卒中", "steroids", "糖尿病患者", "narrow airways"])
def test_excerpts_and_marks_are_exact(searcher: Searcher, query: str) -> None:
    passages = {(doc.id, passage.key): passage.text for doc in DOCUMENTS for passage in doc.passages}
    results = searcher.search(Query(query))
    assert results.items[0].excerpt
    for hit in results.items:
        if hit.excerpt:
            text = passages[hit.id, hit.excerpt.passage]
            assert text[hit.excerpt.start : hit.excerpt.end] == hit.excerpt.text
            for start, end in hit.excerpt.marks:
                assert hit.excerpt.start <= start < end <= hit.excerpt.end


def test_the_excerpt_is_the_sentence_that_names_the_concept(searcher: Searcher) -> None:
    hits = {hit.id: hit for hit in searcher.search(Query("哮喘")).items}
    excerpt = hits["PMID:900000001"].excerpt
    assert excerpt
    assert excerpt.text == "We treated asthma with inhaled steroids."
    assert [excerpt.text[a - excerpt.start : b - excerpt.start] for a, b in excerpt.marks] == ["asthma"]


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        (Filters(year_from=2010), {"2", "3", "4"}),
        (Filters(year_to=2001), {"1", "5"}),
        (Filters(language="zh"), {"4"}),
        (Filters(illustrative=False), {"1", "2", "3", "4"}),
    ],
)
def test_filters_hold_for_every_signal(searcher: Searcher, filters: Filters, allowed: set[str]) -> None:
    for text in ("asthma", "metformin stroke", "哮喘 脑卒中", "herbs grow", "children"):
        assert set(ids(searcher.search(Query(text, filters=filters, limit=50)))) <= allowed
    assert ids(searcher.search(Query("Beispiel", filters=filters, limit=50)))


def test_concepts_are_found_by_label_synonym_and_code(searcher: Searcher) -> None:
    for text, first in (("asthma", "asthma"), ("apoplexy", "stroke"), ("二甲双胍", "metformin"), ("I64", "stroke")):
        hit = searcher.search(Query(text, kind="concept")).items[0]
        assert (hit.kind, hit.id, hit.excerpt) == ("concept", f"medkg:{first}", None)
    assert searcher.search(Query("2型糖尿病", kind="concept")).items[0].illustrative


def test_one_list_of_both_kinds_is_sorted_by_score(searcher: Searcher) -> None:
    results = searcher.search(Query("asthma", kind=None, limit=50))
    assert {hit.kind for hit in results.items} == {"document", "concept"}
    scores = [hit.score for hit in results.items]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("kind", ["document", None])
def test_pages_join_to_the_whole_list(searcher: Searcher, kind: str | None) -> None:
    whole = searcher.search(Query("asthma Beispiel", kind=kind, limit=100))  # type: ignore[arg-type]
    assert whole.next is None
    joined: list[str] = []
    cursor: str | None = None
    while True:
        page = searcher.search(Query("asthma Beispiel", kind=kind, limit=2, cursor=cursor))  # type: ignore[arg-type]
        joined += [hit.id for hit in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert joined == [hit.id for hit in whole.items]
    assert len(joined) == whole.found


@pytest.mark.parametrize(
    "query",
    [Query("a", limit=0), Query("a", limit=101), Query("a" * 2_001), Query("a", cursor="x"), Query("a", cursor="!é")],
)
def test_bad_queries_are_refused(searcher: Searcher, query: Query) -> None:
    with pytest.raises(QueryError):
        searcher.search(query)


def test_a_cursor_of_another_query_is_refused(searcher: Searcher) -> None:
    cursor = searcher.search(Query("Beispiel", limit=1)).next
    assert cursor
    with pytest.raises(QueryError):
        searcher.search(Query("asthma", limit=1, cursor=cursor))


@pytest.mark.parametrize("text", ["", "   ", "的", "???", "the", "\0", "🙂", "xyzzy qwertz"])
def test_queries_without_content_are_answered(searcher: Searcher, text: str) -> None:
    assert searcher.search(Query(text, filters=Filters(year_from=9999))).items == ()
    searcher.search(Query(text, kind=None))


def test_what_only_the_vectors_found_must_be_near(searcher: Searcher) -> None:
    assert searcher.search(Query("zymurgy")).items == ()
    assert searcher.search(Query("\x00 … ？")).items == ()


def test_search_works_without_vectors(built: Built) -> None:
    searcher = Searcher(built.indexes.text, built.reader, QUERIES)
    results = searcher.search(Query("哮喘"))
    assert set(ids(results)) == {"1", "3"}
    assert results.interpretation.encoded == ""
    assert all(hit.parts.dense == 0 for hit in results.items)


def test_other_encoders_are_refused(built: Built) -> None:
    class Other(WordEncoder):
        id = "words:2:float32"

    with pytest.raises(IndexMismatch):
        open_indexes(built.folder, Other())
    with pytest.raises(IndexMismatch):
        Searcher(built.indexes.text, built.reader, QUERIES, built.indexes.passages, Other())


def test_equal_concepts_elsewhere_are_looked_for_too(searcher: Searcher) -> None:
    reading = searcher._understanding.read("asthma", encodes=False)
    assert reading.wanted["MESH:D900001"] == ("medkg:asthma", 1.0)
    assert reading.coverage == 1.0
    assert searcher._understanding.read("the treatment of asthma", encodes=False).coverage == pytest.approx(6 / 15)


def test_damage_is_found_when_opening(tmp_path: Path) -> None:
    reader = small_reader(tmp_path)
    build_indexes(reader, tmp_path, None, tmp_path / "cache")
    path = tmp_path / "suggest" / "keys.bin"
    path.write_bytes(path.read_bytes()[:-1] + b"~")
    with pytest.raises(IntegrityError):
        open_indexes(tmp_path, None)


def test_an_empty_store_gives_empty_indexes(tmp_path: Path) -> None:
    reader = small_reader(tmp_path, rows=[])
    report = build_indexes(reader, tmp_path, WordEncoder(), tmp_path / "cache")
    assert report == IndexReport(documents=0, concepts=0, labels=0, keys=0, encoder=WordEncoder.id, facts=report.facts)
    opened = open_indexes(tmp_path, WordEncoder())
    assert opened.suggest.suggest("asthma") == []
    searcher = Searcher(opened.text, reader, ExactReader([]), opened.passages, WordEncoder())
    assert searcher.search(Query("asthma", kind=None)).items == ()


def test_the_exact_reader_takes_the_longest_name_at_word_edges() -> None:
    reader = ExactReader(
        [("asthma", "a:1"), ("bronchial asthma", "a:2"), ("糖尿病", "a:3"), ("2型糖尿病", "a:4"), ("ASTHMA", "a:5")]
    )
    assert [(m.concept, m.surface) for m in reader.read("Bronchial asthma, 2型糖尿病")] == [
        ("a:2", "Bronchial asthma"),
        ("a:4", "2型糖尿病"),
    ]
    assert [(m.concept, m.score) for m in reader.read("asthma")] == [("a:1", 0.5), ("a:5", 0.5)]
    assert reader.read("asthmatic xasthma") == ()
    assert [m.surface for m in reader.read("患糖尿病的人")] == ["糖尿病"]


def test_a_work_is_found_once_and_names_its_other_records(tmp_path: Path) -> None:
    one, two = DOCUMENTS[0].id, DOCUMENTS[1].id
    folder = tmp_path / "same"
    folder.mkdir()
    apart = _searcher(tmp_path, None)
    both = Query(" ".join(each.titles[0].value for each in DOCUMENTS[:2]), limit=100)
    found = [hit.id for hit in apart.search(both).items]
    assert all(not hit.records for hit in apart.search(both).items)
    together = _searcher(folder, (one, two))
    shown, hidden = sorted((one, two), key=found.index)
    results = together.search(both)
    assert {hit.id: hit.records for hit in results.items if hit.records} == {shown: (hidden,)}
    assert [hit.id for hit in results.items] == [name for name in found if name != hidden]
    assert results.found == len(found) - 1
    assert hidden in {hit.id for hit in together.best(both, excerpts=False)}, "a query may ask about any record"


def _searcher(folder: Path, same: tuple[str, str] | None) -> Searcher:
    reader = small_reader(folder, rows=statements() + ([same_work(*same, Context())] if same else []))
    build_indexes(reader, folder, None, folder / "cache")
    return Searcher(open_indexes(folder, None).text, reader, QUERIES)
