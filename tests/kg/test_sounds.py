"""How characters are spelled: learned from invented pairs, and names compared letter by letter."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.training.mixing import Lesson, fitted, judged, least
from ingest.training.sounds import counted
from kg.search.covered import CoveredNames
from kg.search.mixing import Compared, Mix
from kg.search.morphemes import Morphemes
from kg.search.sounds import MOST_LETTERS, Sounds, Spelt, units
from kg.search.spelled import SpelledNames

SYLLABLES = {"卡": "ca", "托": "to", "普": "p", "利": "ril", "洛": "lo", "尔": "l", "沙": "sar", "坦": "tan"}
"""Put together they are names for tests and no drugs."""
PAIRS = [("".join(some), "".join(SYLLABLES[one] for one in some)) for some in product(SYLLABLES, repeat=3)]


@cache
def few() -> Sounds:
    return Sounds(counted(PAIRS[:40]))


@pytest.fixture(scope="module")
def sounds() -> Sounds:
    return Sounds(counted(pair for at, pair in enumerate(PAIRS) if at % 3))


def test_a_name_that_was_not_seen_is_found_by_its_letters(sounds: Sounds) -> None:
    unseen = PAIRS[::3]
    names = SpelledNames([en for _, en in PAIRS], sounds)
    found = [int(np.argmax(names.scores(zh)[:, 0])) for zh, _ in unseen]
    right = [PAIRS[at][1] == en for at, (_, en) in zip(found, unseen, strict=True)]
    assert np.mean(right) > 0.9


def test_the_same_pairs_teach_the_same() -> None:
    assert counted(PAIRS) == counted(reversed(PAIRS))


@pytest.mark.parametrize(
    "pair", [("肝", "liver"), ("肝脏", "a b c d"), ("", ""), ("卡托", "x1y2"), ("卡托普利", "abc")]
)
def test_what_is_no_spelling_teaches_nothing(pair: tuple[str, str]) -> None:
    assert counted([pair]) == Spelt()
    assert not Sounds(Spelt())


def test_characters_that_are_read_alike_help(sounds: Sounds) -> None:
    """丽 is in no pair; 利, which is read as it is, is."""
    assert units("丽") == ("@l", "#li", "丽")
    names = SpelledNames(["ril", "tan"], sounds)
    assert names.scores("丽")[:, 0].argmax() == 0


@given(
    st.lists(st.text(alphabet="abcz -9肝", max_size=12), min_size=1, max_size=5),
    st.text(alphabet="卡托b7 ？", max_size=6),
)
def test_every_name_has_finite_scores(names: list[str], text: str) -> None:
    found = SpelledNames(names, few()).scores(text)
    assert found.shape == (len(names), 2)
    assert np.isfinite(found).all()


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=MOST_LETTERS * 2), min_size=1, max_size=4, unique=True))
def test_likelihoods_of_one_character_sum_to_no_more_than_one(names: list[str]) -> None:
    sounds = few()
    gained = SpelledNames(names, sounds).scores("卡")[:, 0]
    chances = [np.exp(gain + sounds.chance(name)) for gain, name in zip(gained, names, strict=True)]
    assert sum(chances) <= 1 + 1e-6


def test_no_name_is_no_score() -> None:
    assert SpelledNames([], Sounds(Spelt())).scores("卡").shape == (0, 2)


@given(st.lists(st.sampled_from([en for _, en in PAIRS]), min_size=1, max_size=8), st.data())
def test_chosen_names_have_the_scores_that_they_have_among_all(names: list[str], data: st.DataObject) -> None:
    chosen = np.array(data.draw(st.lists(st.integers(0, len(names) - 1), min_size=1, max_size=4)))
    compared = SpelledNames(names, few())
    assert compared.scores("卡托普", chosen) == pytest.approx(compared.scores("卡托普")[chosen])


def lesson(right: int, telling: int) -> Lesson:
    """Three names; one part alone tells which is right."""
    table = np.full((3, 4), 0.1)
    table[right, telling] = 1.0
    return Lesson(0, table, np.arange(3) == right)


def test_what_tells_counts_most() -> None:
    lessons = [lesson(at % 3, 3) for at in range(30)]
    mix = fitted(lessons)
    assert mix.letter > max(mix.near, mix.cover, mix.sound)
    shares, right = judged(lessons, mix)
    assert right.all()
    assert (shares > 0.5).all()
    assert least(shares, right) == pytest.approx(0.02)
    assert least(shares, ~right) == pytest.approx(0.98), "nothing is right: only what is nearly sure is taken"
    assert fitted([]) == Mix()


def test_no_part_counts_against_a_name() -> None:
    mix = fitted([Lesson(0, np.array([[0.1, 0.9, 0.2, 0.0], [0.8, 0.1, 0.2, 0.0]]), np.array([True, False]))] * 5)
    assert min(mix.near, mix.cover, mix.sound, mix.letter) >= 0


def test_features_of_what_is_no_spelling_are_cut_off() -> None:
    names = ["papaya", "wilt"]
    compared = Compared(CoveredNames(names, Morphemes.of({"萎": [("wilt", 0.81)]})), SpelledNames(names, few()))
    table = compared.features("卡萎", np.array([0.5, 0.4, 0.3]), np.array([0, 1, -1]))
    assert table[:, 0].tolist() == [0.5, 0.4, 0.3]
    assert table[:, 1] == pytest.approx([0.0, 0.45, 0.0], abs=1e-3), "half of the name, by the root of .81"
    assert (table[:, 2] >= -3).all()
    assert table[2].tolist() == [0.3, 0.0, -3.0, 0.0]
