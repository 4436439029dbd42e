"""How answers by cited passages are measured: quotable texts, both ways of asking, and how weighings are chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.answers import FEWEST, Asked, Said, ask, chosen, figures, judge, unseen, weighing_for
from ingest.evaluation.retrieval.collection import Collection, Item, Question
from ingest.evaluation.retrieval.searching import SearchedCollection
from kg.search.citing import Candidate, Weighing
from kg.search.passages import PassageText
from tests.ingest.evaluation.test_retrieval_concepts import _Known, names

TEXTS = (
    Item("PMID:1", "On mock fever", "Birds sing. Mock fever was cured by mockamine."),
    Item("PMID:2", "On fish", "Fish swim. Mock fever is known in ponds."),
)
COLLECTION = Collection(
    "test", TEXTS, (Question("q", "虚构热 mockamine", other="Is mock fever cured by mockamine?"),), {"q": {"PMID:1": 2}}
)


def candidate(document: str, covers: float, near: float = 0.0) -> Candidate:
    return Candidate(document, PassageText("abstract-1", "abstract", "text"), 0, 4, covers, near, 1.0)


def asked(number: int, there: float, gone: float, *, right: bool = True) -> Asked:
    """A question whose best sentence covers ``there``, and ``gone`` where its answers are not there."""
    grades = {"a": 2 if right else 0}
    return Asked(f"q{number}", "en", "text-en", [candidate("a", there)], [candidate("b", gone)], grades)


def test_sentences_of_a_collection_are_cited_with_and_without_its_answers(tmp_path: Path) -> None:
    searched = SearchedCollection(tmp_path / "index", COLLECTION, names(COLLECTION, _Known()), quotable=True)
    try:
        found = list(ask(COLLECTION, searched, vectors=False))
    finally:
        searched.close()
    assert [(one.question, one.language) for one in found] == [("q", "zh"), ("q", "en")]
    for one in found:
        best = max(one.there, key=lambda candidate: candidate.covers)
        assert best.document == "PMID:1"
        assert best.passage.text[best.start : best.end] == "Mock fever was cured by mockamine."
        assert {candidate.document for candidate in one.gone} <= {"PMID:2"}
        assert one.type.endswith("-words")


def test_what_is_said_is_judged_both_ways() -> None:
    by = Weighing(1.0, 0.0, 0.0, 0.5)
    assert judge(asked(1, 0.9, 0.1), by) == Said(answered=True, right=True, best=True, refused=True)
    assert judge(asked(1, 0.4, 0.6), by) == Said(answered=False, right=False, best=False, refused=False)
    assert judge(asked(1, 0.9, 0.1, right=False), by) == Said(answered=True, right=False, best=False, refused=True)
    assert judge(Asked("q", "en", "text-en", [], [], {}), by) == Said(False, False, False, True)


def test_the_least_lies_between_what_is_right_and_what_is_not() -> None:
    rows = [asked(number, 0.6 + number / 100, 0.3 + number / 100) for number in range(10)]
    by = chosen(rows)
    assert all(judge(one, by) == Said(True, True, True, True) for one in rows)


def test_few_questions_of_a_type_take_the_weighing_of_their_language() -> None:
    few = [asked(number, 0.9, 0.8)._replace(type="name") for number in range(FEWEST - 1)]
    many = [asked(100 + number, 0.6, 0.1) for number in range(40)]
    assert weighing_for([*few, *many], "name", "en") == chosen([*few, *many])


def test_figures_are_of_questions_that_chose_nothing() -> None:
    rows = [asked(number, 0.7, 0.2) for number in range(30)]
    told = figures(unseen(rows))
    assert told["en.questions"] == 30
    assert told["en.right"] == told["en.refused_without_answer"] == pytest.approx(1.0)
    assert "zh.right" not in told
