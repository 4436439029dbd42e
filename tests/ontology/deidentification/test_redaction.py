"""Offsets are those of the raw text, what is around them stays, and no text takes long or fails."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.deidentification import Redacted, deidentified

_PIECES = st.sampled_from(
    [
        "患者", "张建国", "，男，", "65岁", "电话", "１３８００１３８０００", "2023年5月6日", "入院", "·", "：", "某",
        "\n", " ", "市", "路", "12号",
        "人民医院", "医生", "Dr. ", "John Smith", "seen by ", "quimby", "MRN: ", "00412", "-", "/", ".", "(", "[", "]",
        "[姓名]", "[name]", "5/6",
        "Parkinson's disease", "\u3000", "é", "\U0001f600", "a@b.org",
    ]
)  # fmt: skip
_TEXTS = st.lists(_PIECES | st.text(max_size=4), max_size=25).map("".join)


def _put_back(text: str, found: Redacted) -> str:
    """The raw text from what was written: what stands between the words put in, and the characters of the spans."""
    at, behind, parts = 0, 0, []
    for span in found.spans:
        between = text[at : span.start]
        assert found.text.startswith(between, behind)
        behind = found.text.index("]", behind + len(between)) + 1
        parts += [between, text[span.start : span.end]]
        at = span.end
    assert found.text[behind:] == text[at:]
    return "".join([*parts, text[at:]])


@settings(max_examples=120)
@given(_TEXTS)
def test_what_is_around_spans_is_untouched(text: str) -> None:
    found = deidentified(text, "zh")
    ends = [0]
    for span in found.spans:
        assert ends[-1] <= span.start < span.end <= len(text)
        ends.append(span.end)
    assert _put_back(text, found) == text


def test_words_that_were_put_in_are_no_identifiers() -> None:
    for text, language in (
        ("患者张建国，男，电话13800138000，2023年5月6日来自杭州。", "zh"),
        ("Mr. John Smith, dob 3/4/61, MRN 00412345.", "en"),
    ):
        once = deidentified(text, "zh" if language == "zh" else "en")
        again = deidentified(once.text, "zh" if language == "zh" else "en")
        assert len(once.spans) >= 3
        assert again.text == once.text


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00", "。", "a", "张", "\ufeff"])
def test_texts_of_nearly_nothing(text: str) -> None:
    assert deidentified(text, "en") == Redacted(text, ())


def test_both_languages_are_looked_for_in_one_text() -> None:
    found = deidentified("患者李秀兰 was seen by Dr. Tobias Hargreave，电话13912345678。", "en")
    assert {"name", "phone"} == {one.kind for one in found.spans}
    assert "李秀兰" not in found.text
    assert "Hargreave" not in found.text


def test_a_long_text_of_one_kind_ends() -> None:
    for part in ("Abc ", "1-", "1" * 7 + " ", "市区", "name:", "·张"):
        text = (part * 4_500)[:4_500]
        found = deidentified(text, "en")
        assert all(one.end <= len(text) for one in found.spans)


def test_places_are_right_behind_the_first_piece_of_a_long_text() -> None:
    text = "无殊。" * 3000 + "电话13800138000。"
    (only,) = deidentified(text, "zh").spans
    assert text[only.start : only.end] == "13800138000"


def test_half_a_character_is_carried_through() -> None:
    assert deidentified("a\ud800b", "en").text == "a\ud800b"
