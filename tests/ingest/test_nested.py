"""Mentions within mentions: of concepts of their own, marked, in order, and never in the way of the longer ones."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.annotate import Annotator
from kg.exchange import bioc, pubtator, webannotation
from kg.exchange.annotated import AnnotatedText, Origin
from ontology.lexicon import LabelRow, Lexicon

NAMES = {
    "disease": [
        "cancer",
        "breast cancer",
        "BRCA1-related breast cancer",
        "糖尿病",
        "糖尿病肾病",
        "肾病",
        "肝炎",
        "diabetes mellitus",
    ],
    "symptom": ["糖尿", "水肿"],
    "gene": ["BRCA1"],
}


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    named = [(category, name) for category, names in NAMES.items() for name in names]
    rows = [
        LabelRow(
            f"MESH:D{number:06}", category, "zh" if re.search("[一-鿿]", name) else "en", "preferred", "made-up", name
        )
        for number, (category, name) in enumerate(named)
    ]
    # Another name of one concept within its longer name.
    rows.append(LabelRow("MESH:D000007", "disease", "en", "exact", "made-up", "diabetes"))
    return Annotator(Lexicon.build(rows))


def told(annotator: Annotator, text: str) -> list[tuple[str, str, bool]]:
    found = annotator.nested(text, annotator.text(text))
    assert all(text[one.start : one.end] == one.surface for one in found)
    return [(one.surface, one.category, one.nested) for one in found]


def test_shorter_names_of_other_concepts_follow_the_longer_one(annotator: Annotator) -> None:
    assert told(annotator, "BRCA1-related breast cancer was found.") == [
        ("BRCA1-related breast cancer", "disease", False), ("BRCA1", "gene", True),
        ("breast cancer", "disease", True), ("cancer", "disease", True),
    ]  # fmt: skip
    assert told(annotator, "诊断为糖尿病肾病，水肿。") == [
        ("糖尿病肾病", "disease", False), ("糖尿病", "disease", True), ("肾病", "disease", True),
        ("水肿", "symptom", False),
    ]  # fmt: skip


def test_what_is_left_of_a_name_by_a_suffix_and_other_names_of_the_concept_are_none(annotator: Annotator) -> None:
    assert told(annotator, "糖尿病") == [("糖尿病", "disease", False)]
    assert told(annotator, "diabetes mellitus") == [("diabetes mellitus", "disease", False)]


def test_what_is_denied_of_a_disease_is_not_denied_of_its_gene(annotator: Annotator) -> None:
    text = "No BRCA1-related breast cancer."
    found = annotator.nested(text, annotator.text(text))
    kinds = {one.surface: [told.kind for told in one.attributes] for one in found}
    assert kinds["BRCA1-related breast cancer"] == kinds["breast cancer"] == ["negated"]
    assert kinds["BRCA1"] == []


def test_without_asking_there_are_none(annotator: Annotator) -> None:
    assert not any(one.nested for one in annotator.text("BRCA1-related breast cancer, 糖尿病肾病"))


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [*(name for names in NAMES.values() for name in names), " ", "no ", "，", "的", "𝒳", "e\u0301", "病"]
        ),
        max_size=12,
    )
)
def test_nested_mentions_stand_within_and_the_others_stay(annotator: Annotator, parts: list[str]) -> None:
    text = "".join(parts)
    flat = annotator.text(text)
    found = annotator.nested(text, flat)
    assert [one for one in found if not one.nested] == flat
    for one in found:
        assert text[one.start : one.end] == one.surface
        if one.nested:
            around = [it for it in flat if it.start <= one.start and one.end <= it.end]
            assert len(around) == 1
            assert (around[0].start, around[0].end) != (one.start, one.end)
            assert one.candidates[0].concept not in {it.concept for it in around[0].candidates}
    places = [(one.start, -one.end, one.category) for one in found]
    assert len(places) == len(set(places))


def test_the_formats_tell_them_apart(annotator: Annotator) -> None:
    text = "BRCA1-related breast cancer"
    item = AnnotatedText("1234", text, "en", tuple(annotator.nested(text, annotator.text(text))))
    written = bioc.write([item], Origin("g", "p"))
    assert written.count('"nested":"yes"') == 3
    assert written.count('"locations"') == 4
    assert webannotation.write([item], Origin("g", "p")).count('"mkg:nested":true') == 3
    # PubTator has no place for it: that a mention is nested shows by its offsets.
    assert pubtator.misfit([item]) is None
    rows = [line.split("\t") for line in pubtator.write([item], Origin("g", "p")).splitlines()[2:]]
    assert [(int(row[1]), int(row[2])) for row in rows] == [(0, 27), (0, 5), (14, 27), (21, 27)]
    assert all(text[int(row[1]) : int(row[2])] == row[3] for row in rows)
