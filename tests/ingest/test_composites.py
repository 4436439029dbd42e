"""Names that share their end, in both languages."""

import pytest

from ingest.text.annotate import Annotator
from ontology.lexicon import LabelRow, Lexicon

NAMES = (
    ("X:1", "en", "breast cancer"), ("X:2", "en", "ovarian cancer"), ("X:3", "en", "lung cancer"),
    ("X:4", "en", "asthma"), ("X:5", "en", "heart failure"), ("X:6", "en", "small cell lung cancer"),
    ("X:7", "zh", "急性肝炎"), ("X:8", "zh", "慢性肝炎"), ("X:9", "zh", "甲型肝炎"), ("X:10", "zh", "乙型肝炎"),
    ("X:11", "zh", "丙型肝炎"), ("X:12", "zh", "高血压"), ("X:13", "zh", "糖尿病"), ("X:14", "zh", "肺癌"),
    ("X:15", "zh", "胃癌"),
)  # fmt: skip
ROWS = (LabelRow(concept, "disease", language, "preferred", "made-up", name) for concept, language, name in NAMES)
ANNOTATOR = Annotator(Lexicon.build(ROWS))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("breast and ovarian cancer", "en", [("breast", "X:1"), ("ovarian cancer", "X:2")]),
        ("lung, breast, and ovarian cancer", "en", [("lung", "X:3"), ("breast", "X:1"), ("ovarian cancer", "X:2")]),
        ("small cell lung and breast cancer", "en", [("small cell lung", "X:6"), ("breast cancer", "X:1")]),
        ("asthma and heart failure", "en", [("asthma", "X:4"), ("heart failure", "X:5")]),
        ("men and ovarian cancer", "en", [("ovarian cancer", "X:2")]),
        ("急、慢性肝炎", "zh", [("急", "X:7"), ("慢性肝炎", "X:8")]),
        ("甲、乙和丙型肝炎", "zh", [("甲", "X:9"), ("乙", "X:10"), ("丙型肝炎", "X:11")]),
        ("高血压、糖尿病患者", "zh", [("高血压", "X:12"), ("糖尿病", "X:13")]),
        ("肺或胃癌", "zh", [("肺", "X:14"), ("胃癌", "X:15")]),
    ],
)
def test_shared_ends(text: str, language: str, expected: list[tuple[str, str]]) -> None:
    found = ANNOTATOR.text(text, language)
    assert [(one.surface, one.candidates[0].concept) for one in found] == expected
    assert all(text[one.start : one.end] == one.surface for one in found)
