"""Concepts of names that no dictionary has, by names that are like them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.annotate import Annotator
from ingest.text.similar import SimilarNames
from ingest.text.tagger import TaggedSpan
from ingest.text.union import union
from ontology.lexicon import LabelRow, Lexicon

LEXICON = Lexicon.build(
    LabelRow(concept, category, "en", "preferred", "made-up", name)
    for concept, category, name in (
        ("X:1", "disease", "ventricular arrhythmia"),
        ("X:2", "disease", "supraventricular arrhythmia"),
        ("X:3", "symptom", "grey disease of mice"),
        ("X:4", "disease", "grey disease of mice"),
        ("X:5", "chemical", "grueotoxin B"),
        ("X:6", "chemical", "grueotoxin B sulfate"),
        ("X:7", "disease", "grueotoxin B toxicity"),
    )
)
SIMILAR = SimilarNames(LEXICON)


def test_the_likest_name_of_the_type_comes_first() -> None:
    found = SIMILAR.meaning("Ventricular arrythmia", "disease")
    assert found is not None
    assert (found.category, found.candidates[0].concept) == ("disease", "X:1")
    assert found.candidates[0].reason == "similar·ventricular arrhythmia"
    assert SIMILAR.meaning("atrial arrhythmia", "disease") is None
    assert 0.8 >= found.score >= found.candidates[-1].score > 0


def test_only_names_of_the_family_count_and_every_concept_of_a_name() -> None:
    toxin = SIMILAR.meaning("the grueotoxin B", "chemical")
    assert toxin is not None
    assert [one.concept for one in toxin.candidates] == ["X:5"]
    grey = SIMILAR.meaning("gray disease of mice", "disease")
    assert grey is not None
    assert {one.concept for one in grey.candidates} == {"X:3", "X:4"}
    assert SIMILAR.meaning("gray disease of mice", "gene") is None


@pytest.mark.parametrize("surface", ["", "  ", "q", "完全不同", "zzzzzz", "\ud800"])
def test_what_is_like_nothing_means_nothing(surface: str) -> None:
    assert SIMILAR.meaning(surface, "disease") is None


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_has_an_answer_that_does_not_change(surface: str) -> None:
    assert SIMILAR.meaning(surface, "disease") == SimilarNames.__dict__["_meaning"](SIMILAR, surface, "disease")


def test_equal_names_come_before_similar_ones() -> None:
    text = "ventricular arrhythmia and ventricular arrythmia"
    spans = [TaggedSpan(0, 22, "disease", 0.9), TaggedSpan(27, 48, "disease", 0.9)]
    names, _ = union(text, spans, [], {}, Annotator(LEXICON)._grounder.lookup, SIMILAR.meaning)
    assert [meaning.candidates[0].reason.partition("·")[0] for *_, meaning in names] == ["exact", "similar"]
