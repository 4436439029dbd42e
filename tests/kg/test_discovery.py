"""More like this, alike concepts, statements and cited answers over a small graph. All invented."""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from pathlib import Path

import msgspec
import pytest

from kg.errors import NotFound, QueryError
from kg.generation.indexes import build_indexes, open_indexes
from kg.index.base import Filters
from kg.mapping.base import Context
from kg.mapping.document import document_statements
from kg.mapping.evidence import claim_statements, mention_statements
from kg.mapping.guideline import recommendation_statements
from kg.model.evidence import Claim
from kg.model.guideline import Recommendation
from kg.model.ids import Ids
from kg.query.naming import Naming
from kg.search.answering import DOCUMENTS as WEIGHED
from kg.search.answering import Answer, Answering
from kg.search.citing import Weighing, packaged
from kg.search.holdings import Holdings
from kg.search.likeness import MOST_SEEDS, Likeness
from kg.search.ranker import TYPES, kind_of
from kg.search.reference import ExactReader
from kg.search.relatedness import Relatedness
from kg.search.searcher import Searcher
from kg.search.statements import StatementSearcher, parsed
from kg.store.base import Reader
from tests.kg.graph import CONCEPTS, DOCUMENTS, WordEncoder, document, mentions, small_reader, statements

QUERIES = ExactReader((label.value, concept.id) for concept in CONCEPTS for label in concept.labels)
RETRACTED = msgspec.structs.replace(
    document(6, "Metformin against gout", "Metformin cures gout in every patient.", year=2012), standing="retracted"
)
CONCERN = msgspec.structs.replace(
    document(7, "Asthma and herbs", "Herbs end asthma for ever.", year=2013), standing="concern"
)
SENTENCE = "Metformin lowered the rate of stroke."
GUIDELINE = document(8, "Care after a stroke", "After a stroke we suggest metformin.", year=2020)
KINDS = {kind_of(language, kind) for language in ("zh", "en") for kind in TYPES}
"""Kinds of questions that sentences are weighed for: an English text asks something, or it would not be answered."""
LOOSE = {name: Weighing(1.0, 0.0, 0.0, 0.3) for kind in KINDS for name in (kind, f"{kind}-words")}


class Made(msgspec.Struct, frozen=True):
    reader: Reader
    searcher: Searcher
    held: Holdings

    @property
    def answering(self) -> Answering:
        return Answering(self.searcher, self.held, LOOSE)

    @property
    def statements(self) -> StatementSearcher:
        return StatementSearcher(self.searcher, self.held, Naming(Ids(), self.held.text))


def _rows() -> Iterator[str]:
    context = Context()
    yield from statements()
    for source in (RETRACTED, CONCERN, GUIDELINE):
        yield from document_statements(source, context)
        for mention in mentions(source):
            yield from mention_statements(mention, context)
    abstract = DOCUMENTS[1].passages[1]
    start = abstract.text.index(SENTENCE)
    read = Claim(
        "medkg:metformin", "biolink:treats", "medkg:stroke", "text-mined", "cues.v2", document=DOCUMENTS[1].id,
        passage=abstract.key, start=start, end=start + len(SENTENCE), sentence=SENTENCE, score=0.8,
    )  # fmt: skip
    table = Claim("medkg:metformin", "biolink:treats", "medkg:t2d", "curated", "table.v1")
    yield from claim_statements(read, context)
    yield from claim_statements(table, context)
    advice = GUIDELINE.passages[1]
    yield from recommendation_statements(
        Recommendation(
            GUIDELINE.id, advice.key, 0, len(advice.text), advice.text, "for", "weak", "low", "GRADE", "2C",
            intervention="metformin", language="en",
        ),
        context,
    )  # fmt: skip


def _made(folder: Path, *, vectors: bool) -> Made:
    reader = small_reader(folder, rows=list(_rows()))  # type: ignore[arg-type]
    encoder = WordEncoder() if vectors else None
    build_indexes(reader, folder, encoder, folder / "cache", concept_vectors=True, vector_index="exact")
    indexes = open_indexes(folder, encoder)
    searcher = Searcher(indexes.text, reader, QUERIES, indexes.passages, encoder)
    return Made(reader, searcher, Holdings(reader, indexes.text, Ids(), indexes.passages, encoder))


@pytest.fixture(scope="module", params=[True, False], ids=["vectors", "words"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    found = _made(tmp_path_factory.mktemp("generation"), vectors=request.param)
    yield found
    found.reader.close()


def pmid(number: int) -> str:
    return f"PMID:{900000000 + number}"


# --- more like this


def test_a_paper_leads_to_the_paper_on_the_same_in_the_other_language(made: Made) -> None:
    told = Likeness(made.searcher, made.held).like([pmid(2)])
    ids = [hit.id for hit in told.items]
    assert pmid(2) not in ids
    assert pmid(4) in ids
    assert next(hit for hit in told.items if hit.id == pmid(4)).parts.concept > 0
    shared = {one.path[-1].id for hit in told.items if hit.id == pmid(4) for one in hit.matched}
    assert shared >= {"medkg:metformin", "medkg:stroke"}
    assert {one.id for one in told.reading.concepts} >= {"medkg:metformin", "medkg:stroke"}
    assert all(0 < one.weight <= 1 for one in told.reading.concepts)
    assert [seed.kind for seed in told.reading.seeds] == ["document"]


def test_documents_and_concepts_go_together(made: Made) -> None:
    told = Likeness(made.searcher, made.held).like([pmid(3), "medkg:metformin", pmid(3)])
    assert [(seed.id, seed.kind) for seed in told.reading.seeds] == [
        (pmid(3), "document"), ("medkg:metformin", "concept"),
    ]  # fmt: skip
    found = {hit.id for hit in told.items}
    assert {pmid(1), pmid(2)} <= found
    assert pmid(3) not in found


def test_filters_hold_for_likes(made: Made) -> None:
    told = Likeness(made.searcher, made.held).like(["medkg:metformin"], filters=Filters(language="zh"))
    assert {hit.id for hit in told.items} == {pmid(4)}


def test_a_concept_leads_to_its_neighbours(made: Made) -> None:
    told = Likeness(made.searcher, made.held).like(["medkg:asthma"], kind="concept")
    assert all(hit.kind == "concept" for hit in told.items)
    assert "medkg:respiratory" in {hit.id for hit in told.items}
    assert "medkg:asthma" not in {hit.id for hit in told.items}


@pytest.mark.parametrize(
    ("seeds", "limit"),
    [([], 5), ([pmid(number) for number in range(MOST_SEEDS + 1)], 5), ([pmid(1)], 0), ([pmid(1)], 101)],
)
def test_bad_likes_are_refused(made: Made, seeds: list[str], limit: int) -> None:
    with pytest.raises(QueryError):
        Likeness(made.searcher, made.held).like(seeds, limit=limit)


def test_what_is_not_here_is_like_nothing(made: Made) -> None:
    for name in ("PMID:1", "nonsense", ""):
        with pytest.raises(NotFound):
            Likeness(made.searcher, made.held).like([name])


# --- alike concepts


def test_a_concept_and_one_above_it(made: Made) -> None:
    told = Relatedness(made.held).of("medkg:asthma", "medkg:respiratory")
    assert told.relation == "narrower"
    assert told.common is not None
    assert told.common.id == "medkg:respiratory"
    assert [one.id for one in told.way_to_a] == ["medkg:respiratory", "medkg:asthma"]
    # Three of eight documents mention asthma, and with it a respiratory disease.
    assert told.documents.resnik == pytest.approx(log(9 / 4), abs=1e-4)
    assert (told.documents.lin, told.documents.jiang_conrath) == (1.0, 0.0)
    assert told.hierarchy.a >= told.hierarchy.b
    assert (told.cosine is None) == (made.held.encoder is None)


def test_alikeness_is_symmetric_and_bounded(made: Made) -> None:
    relatedness = Relatedness(made.held)
    for one in CONCEPTS:
        for other in CONCEPTS:
            told, back = relatedness.of(one.id, other.id), relatedness.of(other.id, one.id)
            assert 0 <= told.documents.lin <= 1
            assert 0 <= told.hierarchy.lin <= 1
            assert told.documents.jiang_conrath >= 0
            assert (told.documents.lin, told.cosine) == (back.documents.lin, back.cosine)
            if one is other:
                assert (told.relation, told.documents.lin, told.documents.jiang_conrath) == ("same", 1.0, 0.0)


def test_concepts_with_nothing_above_both(made: Made) -> None:
    told = Relatedness(made.held).of("medkg:asthma", "medkg:metformin")
    assert (told.relation, told.common, told.documents.lin, told.way_to_a) == ("", None, 0.0, ())


def test_unknown_concepts_are_not_compared(made: Made) -> None:
    with pytest.raises(NotFound):
        Relatedness(made.held).of("medkg:asthma", "medkg:nothing")
    with pytest.raises(NotFound):
        Relatedness(made.held).of(pmid(1), "medkg:asthma")


# --- statements


@pytest.mark.parametrize("question", ["metformin stroke", "二甲双胍 脑卒中", "does metformin help after a stroke"])
def test_claims_and_recommendations_are_found_from_both_languages(made: Made, question: str) -> None:
    told = made.statements.search(question)
    assert {hit.kind for hit in told.items[:2]} == {"claim", "recommendation"}
    first = next(hit for hit in told.items if hit.kind == "claim")
    assert first.claim is not None
    assert (first.claim.subject.id, first.claim.object.id) == ("medkg:metformin", "medkg:stroke")
    assert first.claim.sentence is not None
    assert first.claim.sentence.text == SENTENCE
    advice = next(hit.recommendation for hit in told.items if hit.recommendation)
    assert (advice.advice, advice.strength, advice.grade) == ("for", "weak", "2C")
    quote = advice.sentence
    assert GUIDELINE.passages[1].text[quote.start : quote.end] == quote.text
    assert advice.source is not None
    assert advice.source.id == GUIDELINE.id


def test_claims_of_tables_are_found_by_their_concepts(made: Made) -> None:
    told = made.statements.search("type 2 diabetes mellitus", ["claim"])
    assert [hit.claim.evidence for hit in told.items if hit.claim] == ["curated"]
    assert made.statements.search("type 2 diabetes mellitus", ["claim"], Filters(year_from=1900)).items == ()


def test_statements_of_nothing(made: Made) -> None:
    assert made.statements.search("").items == ()
    assert made.statements.search("qwertz").items == ()
    for limit in (0, 101):
        with pytest.raises(QueryError):
            made.statements.search("stroke", limit=limit)
    for kinds in ("", "rule", "claim,rule"):
        with pytest.raises(QueryError):
            parsed(kinds)


# --- cited answers


def _check(made: Made, told: Answer) -> None:
    """Every sentence stands where it is said to stand, and what is retracted is no answer."""
    every = {source.id: source for source in (*DOCUMENTS, RETRACTED, CONCERN, GUIDELINE)}
    for one in (*told.answers, *told.withheld):
        passage = next(part for part in every[one.document].passages if part.key == one.passage)
        assert passage.text[one.start : one.end] == one.text
        assert all(one.start <= start < end <= one.end for start, end in one.marks)
        assert one.score >= told.least
    assert "retracted" not in {one.standing for one in told.answers}
    assert {one.standing for one in told.withheld} <= {"retracted"}
    assert told.found == bool(told.answers)
    assert bool(told.message.zh) == bool(told.message.en) == (not told.found)


@pytest.mark.parametrize("question", ["Does metformin lower the rate of stroke?", "二甲双胍能降低脑卒中吗"])
def test_the_answer_is_a_sentence_with_its_place(made: Made, question: str) -> None:
    told = made.answering.answer(question)
    _check(made, told)
    assert told.found
    assert told.answers[0].text in (SENTENCE, "二甲双胍降低脑卒中的风险。")
    assert told.answers[0].notice.en == ""


@pytest.mark.parametrize("question", ["", "?", "qwertz uiop", "量子色动力学", "the of and", "\x00", "🙂" * 50])
def test_nothing_is_answered_where_nothing_is_found(made: Made, question: str) -> None:
    told = made.answering.answer(question)
    _check(made, told)
    assert not told.found
    assert told.message.zh.startswith("没有找到")
    assert told.message.en.startswith("Nothing found")


def test_a_retracted_source_is_no_answer(made: Made) -> None:
    told = made.answering.answer("Does metformin cure gout?")
    _check(made, told)
    assert [one.document for one in told.withheld] == [RETRACTED.id]
    assert told.withheld[0].notice.zh
    assert RETRACTED.id not in {one.document for one in told.answers}
    only = made.answering.answer("gout cures patient")
    _check(made, only)
    assert not only.found
    assert only.message.en != made.answering.answer("qwertz").message.en


def test_a_doubted_source_says_so(made: Made) -> None:
    told = made.answering.answer("Herbs end asthma")
    _check(made, told)
    assert told.answers[0].document == CONCERN.id
    assert told.answers[0].notice.en
    assert told.answers[0].notice.zh


def test_filters_hold_for_answers(made: Made) -> None:
    told = made.answering.answer("metformin stroke", Filters(language="zh"))
    assert {one.document for one in told.answers} == {pmid(4)}
    assert not made.answering.answer("metformin stroke", Filters(year_from=2050)).found


def test_a_question_that_is_too_long_is_refused(made: Made) -> None:
    with pytest.raises(QueryError):
        made.answering.answer("a" * 2_001)


def test_documents_that_are_left_out_are_as_if_they_were_not_there(made: Made) -> None:
    _, candidates = made.answering.candidates("metformin stroke", without={pmid(2), pmid(4)})
    assert not {one.document for one in candidates} & {pmid(2), pmid(4)}
    assert len({one.document for one in candidates}) <= WEIGHED


def test_every_type_of_question_has_its_weighing() -> None:
    assert set(packaged()) == set(LOOSE)
    for by in packaged().values():
        assert by.content + by.near + by.rank == pytest.approx(1)
        assert 0 < by.least < 1
