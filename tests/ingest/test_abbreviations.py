"""Definitions of short forms in English and Chinese, and what must be refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.abbreviations import abbreviations


def pairs(text: str) -> list[tuple[str, str]]:
    return [(found.short_form, text[slice(*found.long)]) for found in abbreviations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Non-small cell lung cancer (NSCLC) grew.", [("NSCLC", "Non-small cell lung cancer")]),
        ("We saw heparin-induced thrombocytopenia (HIT).", [("HIT", "heparin-induced thrombocytopenia")]),
        ("COPD (chronic obstructive pulmonary disease) is", [("COPD", "chronic obstructive pulmonary disease")]),
        ("human immunodeficiency virus (HIV; formerly LAV)", [("HIV", "human immunodeficiency virus")]),
        ("the dystrophia myotonica locus; myotonic dystrophy (DM)", [("DM", "myotonic dystrophy")]),
        ("慢性阻塞性肺疾病（COPD）患者", [("COPD", "慢性阻塞性肺疾病")]),
        ("诊断为急性心肌梗死(AMI)。", [("AMI", "急性心肌梗死")]),
        ("COPD（慢性阻塞性肺疾病）", [("COPD", "慢性阻塞性肺疾病")]),
        (
            "慢阻肺（chronic obstructive pulmonary disease，COPD）",
            [("COPD", "慢阻肺"), ("COPD", "chronic obstructive pulmonary disease")],
        ),
        ("慢性阻塞性肺疾病（以下简称“慢阻肺”）", [("慢阻肺", "慢性阻塞性肺疾病")]),
    ],
)
def test_definitions(text: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "it fell significantly (p<0.02)", "in ten patients (N=10)", "as expected (see above)", "in stage two (II)",
        "measured weekly (on days)", "of the group (n = 12)", "the dose (10 mg/kg)", "nothing here", "unclosed (ABC",
        "疗效显著（P＜0.05）", "空的（）", "有效（2020）", "unrelated words (XYZ)",
    ],
)  # fmt: skip
def test_what_is_no_definition(text: str) -> None:
    assert pairs(text) == []


def test_a_long_form_in_chinese_before_a_bracket_has_an_open_start() -> None:
    [found] = abbreviations("确诊慢性阻塞性肺疾病（COPD）")
    assert found.open
    assert found.long[1] == 10


@given(st.text(st.one_of(st.characters(), st.sampled_from("()（）ABCabc 慢性病，,=;。是")), max_size=60))
@settings(max_examples=400)
def test_spans_are_inside_the_text_and_quote_it(text: str) -> None:
    for found in abbreviations(text):
        assert text[slice(*found.short)] == found.short_form
        assert 0 <= found.long[0] < found.long[1] <= len(text)
        assert found.long[1] <= found.short[0] or found.short[1] <= found.long[0]
