"""The matcher: word edges, exact letters, longest match, and agreement with a slow search."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.lexicon import LabelRow, Lexicon
from ontology.matcher import Matcher, longest
from ontology.normalize import normalize


def lexicon(*names: str, category: str = "disease") -> Lexicon:
    return Lexicon.build(
        LabelRow(f"X:{i}", category, "zh" if re.search("[一-鿿]", name) else "en", "preferred", "made-up", name)
        for i, name in enumerate(names)
    )


def surfaces(names: Lexicon, text: str, language: str = "en") -> list[str]:
    return [text[start:-stop] for start, stop, _ in longest(Matcher(names).hits(text, language))]


def test_latin_needs_word_edges_and_chinese_does_not() -> None:
    names = lexicon("asthma", "BRCA1", "心肌梗死", "急性心肌梗死")
    assert surfaces(names, "antiasthmatic asthma-like BRCA12 (BRCA1)") == ["asthma", "BRCA1"]
    assert surfaces(names, "患者急性心肌梗死后BRCA1突变", "zh") == ["急性心肌梗死", "BRCA1"]


def test_a_latin_end_of_a_chinese_name_needs_an_edge() -> None:
    assert surfaces(lexicon("2型糖尿病"), "12型糖尿病", "zh") == []
    assert surfaces(lexicon("2型糖尿病"), "Ⅱ型糖尿病、二型糖尿病、2 型糖尿病", "zh") == [
        "Ⅱ型糖尿病",
        "二型糖尿病",
        "2 型糖尿病",
    ]


def test_a_longest_match_that_fails_its_edge_does_not_hide_a_shorter_one() -> None:
    assert surfaces(lexicon("lung", "lung cancer 1"), "lung cancer 12") == ["lung"]


def test_words_in_capitals_keep_their_capitals() -> None:
    names = lexicon("AS", "ALL", "WAS", "CAT", "IMPACT", category="gene")
    assert surfaces(names, "It was as all cats with impact, Was All") == []
    assert surfaces(names, "WAS and CAT (AS)") == ["WAS", "CAT", "AS"]


def test_capitals_say_nothing_in_a_text_in_capitals() -> None:
    names = lexicon("WAS", "BRCA1", category="gene")
    assert surfaces(names, "BRCA1 WAS ANALYSED IN ALL PATIENTS") == ["BRCA1"]


def test_small_letters_stand_for_a_symbol_in_chinese() -> None:
    assert surfaces(lexicon("COPD"), "确诊copd多年", "zh") == ["copd"]
    assert surfaces(lexicon("COPD"), "known copd", "en") == []


def test_nested_names_give_the_longest_only() -> None:
    assert surfaces(lexicon("cancer", "breast cancer", "breast"), "breast cancer, breast") == [
        "breast cancer",
        "breast",
    ]


def test_punctuation_between_words_is_not_a_blank() -> None:
    assert surfaces(lexicon("renal failure"), "renal, failure; renal(failure renal.failure renal-failure") == [
        "renal-failure"
    ]
    assert surfaces(lexicon("(+)-catechin", "vitamin k (oral)"), "a (+)-catechin; Vitamin K (oral)x") == [
        "(+)-catechin", "Vitamin K (oral)",
    ]  # fmt: skip


def test_a_match_never_cuts_a_character() -> None:
    assert surfaces(lexicon("fi x", "i x"), "ﬁ x") == ["ﬁ x"]
    assert surfaces(lexicon("i x"), "ﬁ x") == []


PIECES = st.sampled_from(
    ["asthma", "Asthma", "WAS", "was", "ASX", "lung", " ", " ", "-", ",", "(", "癌", "肺癌", "小细胞", "2型",
     "Ⅱ型", "病", "α", "é", "e\u0301", "\u200b", "ﬁ", "1", "x", "ＷＡＳ", "."]
)  # fmt: skip
NAMES = lexicon(
    "asthma",
    "WAS",
    "lung",
    "小细胞肺癌",
    "肺癌",
    "2型病",
    "lung α",
    "α",
    "x-1",
    "1,1 x",
    "(x)",
    "lung x",
    "ASX",
    "éx",
    "fi",
)


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=400)
def test_the_automata_agree_with_a_slow_search(text: str) -> None:
    matcher = Matcher(NAMES)
    assert matcher.hits(text, "en") == _slowly(NAMES, text)


def _slowly(names: Lexicon, raw: str) -> list[tuple[int, int, int]]:
    """Every name at every position, by the definition."""
    found = set()
    for number, name in enumerate(names.names):
        exact = {sense.exact for sense in names.senses[number]}
        for form in exact if all(exact) else {name}:
            normalized = normalize(raw, cased=all(exact))
            text = normalized.text
            for start in range(len(text)):
                end = start + len(form)
                if not text.startswith(form, start) or not normalized.whole(start, end):
                    continue
                if _sticks(text, start) or _sticks(text, end):
                    continue
                first, last = normalized.span(start, end)
                around = raw[max(0, first - 20) : first] + raw[last : last + 20]
                if all(exact) and name == "was" and around.isupper():
                    continue
                found.add((first, -last, number))
    return sorted(found)


def _sticks(text: str, at: int) -> bool:
    def is_word(char: str) -> bool:
        return char.isalnum() and char < "\u2e80"

    return 0 < at < len(text) and is_word(text[at - 1]) and is_word(text[at])
