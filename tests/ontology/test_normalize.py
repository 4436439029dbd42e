"""Normalisation: what folds, and offsets that always lead back to the raw text."""

import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ontology.normalize import normalize

WILD = st.text(
    st.one_of(
        st.characters(),  # all of Unicode, lone surrogates included
        st.sampled_from("eoαßﬁİⅡⅫ２Ｃ℃½㎎'’-–/ 腎症①ﾊﾞが\u0301\u0308\u200b\ufeff\u00ad\u3099\u1100\u1161\u0345"),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("Sjögren’s", "sjogren s"),
        ("TNF-α/β", "tnf α β"),
        ("ＣＯＰＤ（２型）", "copd(2型)"),
        ("Ⅱ型糖尿病", "2型糖尿病"),
        ("慢性腎臟病", "慢性肾脏病"),
        ("①肺炎", " 肺炎"),
        ("non‐small−cell", "non small cell"),
        ("38℃\t高\u3000热", "38℃ 高 热"),
        ("ﬁbrosis", "fibrosis"),
        ("Meniere\u0301", "meniere"),
        ("ﾊﾞ", "バ"),
        ("a\u200bb", "ab"),
    ],
)
def test_folding(raw: str, folded: str) -> None:
    assert normalize(raw).text == folded


def test_common_texts_take_the_fast_path() -> None:
    for raw in ("Naloxone reverses the anti-hypertensive effect.", "Ⅱ型糖尿病患者（体温38℃）……", "TNF-α “x” 腎"):
        assert normalize(raw).offsets is None


def test_decomposed_and_composed_text_agree() -> None:
    for raw in ("Sjögren Ménière ångström", "がぎ"):
        decomposed = unicodedata.normalize("NFD", raw)
        assert normalize(decomposed).text == normalize(raw).text
        assert normalize(decomposed).offsets is not None


def test_offsets_of_joined_and_split_characters() -> None:
    joined = normalize("Me\u0301n")
    assert joined.text == "men"
    assert [joined.span(i, i + 1) for i in range(3)] == [(0, 1), (1, 3), (3, 4)]
    split = normalize("ﬁx")
    assert split.span(0, 2) == (0, 1)
    assert (split.whole(0, 2), split.whole(0, 1), split.whole(1, 3)) == (True, False, False)


def test_a_trailing_zero_width_character_is_no_part_of_a_span() -> None:
    normalized = normalize("asthma\u200b in")
    assert normalized.span(0, 6) == (0, 6)


def test_every_character_folds_to_a_fixed_point() -> None:
    step = 97  # a sample of Unicode: the whole takes ten seconds
    for code in [*range(0x3000), *range(0x3000, sys.maxunicode, step)]:
        once = normalize(chr(code)).text
        assert normalize(once).text == once


@given(WILD, st.booleans())
@example("\u0301\u0301a", False)
@example("e\u200b\u0301", False)
@settings(max_examples=400)
def test_spans_lead_back_to_the_raw_text(raw: str, cased: bool) -> None:
    normalized = normalize(raw, cased)
    size = len(normalized.text)
    if normalized.offsets is None:
        assert size == len(raw)
    else:
        assert size == len(normalized.offsets)
    last = (0, 0)
    for index in range(size):
        start, end = normalized.span(index, index + 1)
        assert 0 <= start < end <= len(raw)
        assert (start, end) == last or start >= last[1], "spans move forward and never overlap in part"
        # The piece alone normalises to text that holds this character: nothing is attributed to the wrong place.
        assert normalized.text[index] in normalize(raw[start:end], cased).text
        last = (start, end)


@given(WILD, st.booleans())
@settings(max_examples=400)
def test_idempotence(raw: str, cased: bool) -> None:
    once = normalize(raw, cased).text
    assert normalize(once, cased).text == once


@given(WILD)
@settings(max_examples=200)
def test_normalised_text_can_be_encoded(raw: str) -> None:
    normalize(raw).text.encode("utf-8")
