"""Sentence spans: exact offsets, nothing lost, abbreviations and decimals kept together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One ended. Two began.", ["One ended.", "Two began."]),
        ("P was 0.05. OR 1.2 (95% CI 0.9-1.3).", ["P was 0.05.", "OR 1.2 (95% CI 0.9-1.3)."]),
        (
            "Drugs (e.g. aspirin, i.e. ASA) vs. Placebo; see Fig. 2.",
            ["Drugs (e.g. aspirin, i.e. ASA) vs. Placebo; see Fig. 2."],
        ),
        ("Smith et al. Showed it. Dr. J. Brown agreed.", ["Smith et al. Showed it.", "Dr. J. Brown agreed."]),
        ("It grew. p53 was lost. mRNA rose.", ["It grew.", "p53 was lost.", "mRNA rose."]),
        ("E. coli grew. The end", ["E. coli grew.", "The end"]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("Really? Yes! No.", ["Really?", "Yes!", "No."]),
        ("患者发热。无咳嗽！是否感染？待查；随访。", ["患者发热。", "无咳嗽！", "是否感染？", "待查；", "随访。"]),
        ("？肺炎，？结核？待查。", ["？肺炎，？结核？", "待查。"]),
        ("诊断：？肺炎。是吗，？\n下一行", ["诊断：？肺炎。", "是吗，？", "下一行"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("血糖7.8mmol/L，升高。给予0.5 g。", ["血糖7.8mmol/L，升高。", "给予0.5 g。"]),
        ("Heading\n\nBody text\nwrapped.", ["Heading", "Body text\nwrapped."]),
        ("  spaced .  ", ["spaced ."]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_cuts(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@given(st.text(st.one_of(st.characters(), st.sampled_from("aA1.!?。！？；;\n \t)”\"'(")), max_size=60))
@settings(max_examples=400)
def test_sentences_are_ordered_trimmed_and_hold_everything(text: str) -> None:
    spans = sentences(text)
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert not text[last:start].strip()
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        last = end
    assert not text[last:].strip()
