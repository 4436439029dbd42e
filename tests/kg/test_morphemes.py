"""What pieces of Chinese names stand for within English ones: learned from invented pairs, and names compared by it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.training.bilingual import Pair
from ingest.training.wording import morphemes
from kg.search.covered import CoveredNames
from kg.search.morphemes import Morphemes, Told, parts

HIGH = {"高": "hyper", "低": "hypo"}
SALT = {"钾": "kal", "钠": "natr", "糖": "glyc", "钙": "calc"}
PAIRS = [
    Pair(f"{high}{salt}血症", f"{hyper}{kal}emia", f"T:{at}", at % 5)
    for at, ((high, hyper), (salt, kal)) in enumerate(product(HIGH.items(), SALT.items()))
]
NAMES = sorted(pair.en for pair in PAIRS)


def test_parts_of_words_are_learned() -> None:
    found = dict(_table(morphemes(PAIRS)))
    assert found["血症"]["~mia$"] > 0.8
    assert found["钾"]["~kal"] > found["钾"].get("~emia", 0.0)
    assert "~kal" not in found["钠"]


@pytest.mark.parametrize("left_out", range(len(PAIRS)))
def test_a_name_that_was_not_seen_is_explained_best_by_its_english_name(left_out: int) -> None:
    unseen = PAIRS[left_out]
    names = CoveredNames(NAMES, morphemes(pair for pair in PAIRS if pair != unseen))
    covered = names.covered(unseen.zh, np.arange(len(NAMES)))
    assert NAMES[int(covered.argmax())] == unseen.en
    assert NAMES.index(unseen.en) in names.found(unseen.zh, len(NAMES)).tolist()


def test_the_same_pairs_teach_the_same() -> None:
    one, other = morphemes(PAIRS), morphemes(PAIRS[::-1])
    assert one.told == other.told
    assert all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("ends", "places", "shares"))


def test_nothing_teaches_nothing() -> None:
    for made in (morphemes([]), Morphemes.of({})):
        assert made.told == Told()
        assert list(made.read("高血症")) == []
        names = CoveredNames(["gout"], made)
        assert names.found("高血症", 5).tolist() == []
        assert names.covered("高血症", np.array([0])).tolist() == [0.0]
    assert CoveredNames([], Morphemes.of({})).found("高", 5).tolist() == []


@given(st.text(alphabet="高低钾钠血症 bβ\ud800？", max_size=30), st.lists(st.integers(0, 7), max_size=5, unique=True))
def test_what_is_explained_is_none_to_all(text: str, chosen: list[int]) -> None:
    names = CoveredNames(NAMES, morphemes(PAIRS))
    found = names.covered(text, np.array(chosen, dtype=np.int64))
    assert found.shape == (len(chosen),)
    assert ((found >= 0) & (found <= 1)).all()
    assert len(names.found(text, 3)) <= 3


@pytest.mark.parametrize(
    ("ends", "places", "shares"),
    [([0, 2], [0], [0.5]), ([0, 1], [1], [0.5]), ([0, 1], [-1], [0.5]), ([0, 1], [0], [np.nan]), ([0], [0], [0.5]),
     ([0, 1], [0], [1.5]), ([1, 1], [0], [0.5])],
)  # fmt: skip
def test_tables_that_do_not_fit_are_refused(ends: list[int], places: list[int], shares: list[float]) -> None:
    with pytest.raises(ValueError, match=r"^(ends|places|shares)$"):
        Morphemes(
            Told(("高",), ("~hyp",)), np.array(ends, dtype=np.int32), np.array(places, dtype=np.int32),
            np.array(shares, dtype=np.float16),
        )  # fmt: skip


def test_parts_have_edges() -> None:
    assert parts("") == ([], [])
    assert set(parts("Type 2")[1]) >= {"~^ty", "~ype$"}


def _table(made: Morphemes) -> list[tuple[str, dict[str, float]]]:
    return [
        (piece, dict(zip((made.told.parts[at] for at in made.places[first:last]), made.shares[first:last].tolist(),
                         strict=True)))
        for piece, first, last in zip(made.told.pieces, made.ends, made.ends[1:], strict=False)
    ]  # fmt: skip
