"""Words at places and keys: whatever stands together in a text is found as a phrase, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.index.fields import Place, asked, heading_key, key, pattern, places

HAN = st.text("糖尿病肺炎哮喘", min_size=1, max_size=12)


def fits(text: str, wanted: str, *, wild: bool = False) -> bool:
    """What the engine does, in the simplest way."""
    at = places(text)

    def stands(place: Place, word: str) -> bool:
        return re.fullmatch(place.text, word) is not None if place.shaped else place.text == word

    def found(stretch: list[Place]) -> bool:
        starts = range(len(at) - len(stretch) + 1)
        return any(all(map(stands, stretch, at[start : start + len(stretch)])) for start in starts)

    every = asked(wanted, wild=wild)
    return bool(every) and all(any(found(stretch) for stretch in spellings) for spellings in every)


@given(HAN, HAN)
def test_chinese_is_found_where_it_stands_and_nowhere_else(text: str, wanted: str) -> None:
    assert fits(text, wanted) == (wanted in text)


@given(HAN, st.data())
def test_every_part_of_a_chinese_text_is_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert fits(text, text[start:end])
    assert fits(text, text[start:end] + "*", wild=True)


@given(st.lists(st.sampled_from(["asthma", "IL-6", "heart", "糖尿病", "哮喘"]), min_size=1, max_size=6), st.data())
def test_every_stretch_of_words_is_found(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    assert fits(" ".join(words), " ".join(words[start:end]))


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("inhaled IL6 antagonists", "IL-6 antagonist", True),
        ("inhaled IL 6 antagonists", "IL-6 antagonists", True),
        ("COVID-19", "covid 19", True),
        ("COVID 19", "covid19", False),
        ("the failing heart", "heart failing", False),
        ("糖尿、病", "糖尿病", False),
        ("糖尿\n病", "糖尿病", True),
        ("糖尿病視網膜病變", "视网膜", True),
        ("TNF-α抑制剂", "tnf-alpha抑制", True),
        ("2型糖尿病", "2型", True),
        ("asthma", "、", False),
    ],
)
def test_phrases(text: str, wanted: str, found: bool) -> None:
    assert fits(text, wanted) is found


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("asthmatic", "asthm*", True),
        ("women and men", "wom?n", True),
        ("wn", "w?n", False),
        ("hepatitis", "*itis", True),
        ("studies", "studies*", True),
        ("heart failing", "heart fail*", True),
        ("糖尿病", "糖?病", True),
        ("糖病", "糖?病", False),
        ("糖尿病肺炎", "糖*炎", True),
        ("a.c", "a?c", False),
        ("COVID-19", "covid-1*", True),
    ],
)
def test_truncation(text: str, wanted: str, found: bool) -> None:
    assert fits(text, wanted, wild=True) is found


@pytest.mark.parametrize(
    ("field", "value", "spelling"),
    [
        ("au", "Zhang, W.", "zhang w"), ("au", "O'Brien J", "o brien j"), ("fau", "张 伟", "张伟"),
        ("is", "0028-0836", "00280836"), ("is", "1234-567x", "1234567x"), ("is", "CN11-2137/R", "112137r"),
        ("doi", "https://doi.org/10.1000/ABC", "10.1000/abc"), ("pmid", "PMID: 12", "12"), ("cl", "r 541.4", "R541.4"),
        ("la", "Chinese", "zh"), ("la", "中文", "zh"), ("pt", "综述", "review"),
        ("jo", "The Invented Lancet.", "invented lancet"),
    ],
)  # fmt: skip
def test_keys(field: str, value: str, spelling: str) -> None:
    assert key(field, value) == spelling
    assert key(field, spelling) == spelling


def test_patterns_over_keys() -> None:
    assert re.fullmatch(pattern("cl", "r541*"), "R541.4")
    assert not re.fullmatch(pattern("cl", "R541.?"), "R541x4")
    assert re.fullmatch(pattern("is", "1234-5*"), "12345678")


def test_heading_keys_tell_everything_apart() -> None:
    made = {
        heading_key("Asthma", major=major, subheading=subheading, below=below)
        for major in (False, True)
        for below in (False, True)
        for subheading in ("", "surgery")
    }
    assert len(made) == 8
