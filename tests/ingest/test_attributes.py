"""Attributes of mentions: cues, how far they reach, and what only looks like one. No labelled sentence stands here."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.attributes import attributes
from ingest.text.cues import cues


def told(text: str, *names: str) -> list[list[str]]:
    """``kind cue`` of each name, each at its first place."""
    spans = [(text.index(name), text.index(name) + len(name), "disease") for name in names]
    found = attributes(text, (0, len(text)), spans, "zh" if not text.isascii() else "en")
    return [[f"{one.kind} {text[one.start : one.end]}" for one in marks] for marks in found]


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("There was no evidence of pneumonia in patients with asthma.", ("pneumonia", "asthma"),
         [["negated no evidence of"], []]),
        ("She denied chest pain, nausea or vomiting but had fever.", ("chest pain", "nausea", "vomiting", "fever"),
         [["negated denied"], ["negated denied"], ["negated denied"], []]),
        ("Renal failure was not observed.", ("Renal failure",), [["negated not observed"]]),
        ("Seizures did not occur.", ("Seizures",), [["negated not occur"]]),
        ("No significant difference in hypertension was found.", ("hypertension",), [[]]),
        ("Lithium may cause tremor.", ("Lithium", "tremor"), [[], ["uncertain may cause"]]),
        ("Pulmonary embolism could not be excluded.", ("Pulmonary embolism",), [["uncertain could not be excluded"]]),
        ("Her mother had breast cancer and she has diabetes.", ("breast cancer",), [["family mother"]]),
        ("A man with a history of epilepsy developed hepatitis.", ("epilepsy", "hepatitis"),
         [["history history of"], []]),
        ("A previously healthy woman with influenza.", ("influenza",), [[]]),
        ("Stop the drug if hepatitis develops; treat asthma.", ("hepatitis", "asthma"), [["conditional if"], []]),
        ("A gram-negative sepsis with or without shock.", ("sepsis", "shock"), [[], []]),
        ("患者无头痛、头晕，既往有高血压病史，否认糖尿病。", ("头痛", "头晕", "高血压", "糖尿病"),
         [["negated 无"], ["negated 无"], ["history 既往有"], ["negated 否认"]]),
        ("不排除肺癌的可能。", ("肺癌",), [["uncertain 不排除"]]),
        ("我父亲有糖尿病，头晕。", ("糖尿病", "头晕"), [["family 父亲"], ["family 父亲"]]),
        ("是不是得了甲亢？", ("甲亢",), [["uncertain 是不是得了"]]),
        ("这是糖尿病吗？", ("糖尿病",), [["uncertain 是"]]),
        ("如果出现发热，请及时就医。", ("发热",), [["conditional 如果出现"]]),
        ("没有治疗癫痫的特效药。", ("癫痫",), [[]]),
        ("无论有无高血压，非小细胞肺癌都要检查。", ("非小细胞肺癌",), [[]]),
        ("考虑吃降压药。", ("降压药",), [[]]),
        ("考虑为肺炎，无力。", ("肺炎", "无力"), [["uncertain 考虑为"], []]),
        ("乙肝表面抗原阴性，血压正常。", ("乙肝表面抗原", "血压"), [["negated 阴性"], []]),
    ],
)  # fmt: skip
def test_what_a_sentence_says(text: str, names: tuple[str, ...], expected: list[list[str]]) -> None:
    assert told(text, *names) == expected


def test_several_kinds_hold_at_once() -> None:
    assert told("No family history of breast cancer.", "breast cancer") == [["negated No family history of"]]
    assert told("His father may have had gout.", "gout") == [["family father", "uncertain may have"]]


def test_offsets_are_those_of_the_passage() -> None:
    text = "Asthma. No fever. 无咳嗽。"
    ((one,),) = attributes(text, (8, 17), [(11, 16, "symptom")], "en")
    assert (one.kind, text[one.start : one.end]) == ("negated", "No")
    assert attributes(text, (0, 7), [(0, 6, "disease")], "en") == [()]


PIECES = st.sampled_from(
    ["no ", "not found ", "denies ", "asthma", "asthma ", "gout", ", ", ". ", "; ", "if ", "mother ", "无", "没有",
     "否认", "哮喘", "肺炎", "，", "。", "可能", "？", "既往有", "(-)", "\n", "history of ", "  ", "\u202e", "é"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30), st.sampled_from(["en", "zh"]))
def test_cues_are_quoted_and_stand_beside_the_mention(pieces: list[str], language: str) -> None:
    text = "".join(pieces)
    spans, at = [], 0
    for piece in pieces:
        if piece.strip() in ("asthma", "gout", "哮喘", "肺炎"):
            spans.append((at, at + len(piece.strip()), "disease"))
        at += len(piece)
    found = attributes(text, (0, len(text)), spans, language)
    assert len(found) == len(spans)
    for (start, end, _), marks in zip(spans, found, strict=True):
        assert len({one.kind for one in marks}) == len(marks)
        for one in marks:
            assert 0 <= one.start < one.end <= len(text)
            assert one.end <= start or one.start >= end


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_row_is_passed_over_for_how_it_begins(language: Literal["en", "zh"]) -> None:
    """Every row is tried at every place, against the rows that the automaton lets through."""
    texts = [
        "There was no sign of it, if not found.", "Not only that; absence of fever", "没有得过，不排除，家里人有",
        "h/o gout, it was absent two years ago", "乙肝（-），可能性大",
        "He\nhad\nno\nhistory\nof\tgout", "DIDN'T HAVE NO GOUT",
    ]  # fmt: skip
    known = cues(language)
    for text in texts:
        slow = []
        for at in range(len(text)):
            if language == "en" and at and (text[at - 1].isalnum() or text[at - 1] in "_-"):
                continue
            fits = ((cue, at, here.end()) for cue, match in known._rows if (here := match(text, at, len(text))))
            slow += [one for one in [next(fits, None)] if one]
        speaks = any(cue.kind not in ("aside", "stop") for cue, _, _ in slow)
        assert list(known.found(text, 0, len(text))) == (slow if speaks else [])


def test_nitric_oxide_is_no_negation() -> None:
    assert told("Inhibition of NO synthesis induces hypertension.", "hypertension") == [[]]
    assert told("NO HYPERTENSION WAS FOUND.", "HYPERTENSION") == [["negated NO"]]
