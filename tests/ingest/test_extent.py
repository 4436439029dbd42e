"""How far names reach, and which are too short to be believed: both languages, offsets that quote."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.annotate import Annotator
from kg.model.document import Document, Passage
from ontology.lexicon import LabelRow, Lexicon

LEXICON = Lexicon.build(
    LabelRow(concept, category, language, kind, "made-up", name)
    for concept, category, language, kind, name in (
        ("X:1", "drug", "en", "preferred", "morphine"),
        ("X:1", "drug", "zh", "preferred", "氨氯地平"),
        ("X:2", "chemical", "en", "preferred", "sulfates"),
        ("X:3", "disease", "zh", "preferred", "癫痫"),
        ("X:4", "disease", "zh", "preferred", "肝硬化"),
        ("X:5", "disease", "zh", "preferred", "营养不良"),
        ("X:6", "test", "zh", "preferred", "肝功能"),
        ("X:7", "disease", "en", "abbreviation", "CI"),
        ("X:7", "disease", "en", "preferred", "cerebral infarction"),
        ("X:8", "chemical", "en", "preferred", "estradiol"),
        ("X:9", "drug", "zh", "preferred", "降压药"),
    )
)


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(LEXICON)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("We gave morphine sulfate daily.", "en", ["morphine sulfate"]),
        ("We gave 17beta-estradiol.", "en", ["17beta-estradiol"]),
        ("a non-estradiol arm", "en", ["estradiol"]),
        ("口服苯磺酸氨氯地平片治疗", "zh", ["苯磺酸氨氯地平片"]),
        ("服用降压药物", "zh", ["降压药物"]),
        ("患癫痫病多年", "zh", ["癫痫病"]),
        ("癫痫病人", "zh", ["癫痫"]),
        ("营养不良性肝硬化", "zh", ["营养不良性肝硬化"]),
        ("慢性肝硬化", "zh", ["慢性肝硬化"]),
        ("肝功能检查正常", "zh", ["肝功能"]),
        ("肝功能定量检查", "zh", ["肝功能定量"]),
    ],
)
def test_names_reach_as_far_as_they_mean(annotator: Annotator, text: str, language: str, expected: list[str]) -> None:
    found = annotator.text(text, language)
    assert [one.surface for one in found] == expected
    assert all(text[one.start : one.end] == one.surface for one in found)


def test_what_narrows_says_that_its_candidates_are_broader(annotator: Annotator) -> None:
    [narrow] = annotator.text("慢性肝硬化", "zh")
    [plain] = annotator.text("肝硬化", "zh")
    assert narrow.candidates[0].reason.startswith("broader·")
    assert narrow.candidates[0].score < plain.candidates[0].score


def test_two_letters_need_the_full_name_in_the_document(annotator: Annotator) -> None:
    alone = Document("doc:1", (Passage("a", "abstract", "en", "The odds ratio (95% CI) rose."),))
    both = Document(
        "doc:2", (Passage("a", "title", "en", "CI today"), Passage("b", "abstract", "en", "A cerebral infarction."))
    )
    assert annotator.document(alone) == []
    assert [one.surface for one in annotator.document(both)] == ["CI", "cerebral infarction"]


@given(st.text("癫痫病人性慢肝硬化营养不良片氨氯地平苯磺酸 -morphine sulfatCI()", max_size=40))
@settings(max_examples=150)
def test_every_offset_quotes_its_surface_and_none_overlap(text: str) -> None:
    for language in ("zh", "en"):
        free = 0
        for one in _MADE.text(text, language):
            assert text[one.start : one.end] == one.surface
            assert one.start >= free
            free = one.end


_MADE = Annotator(LEXICON)
