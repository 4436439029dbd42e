"""Measures of rankings: by hand, by their laws, and against trec_eval itself; means, intervals and the paired test."""

from __future__ import annotations

import platform
from itertools import product
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.evaluation.retrieval.comparing import difference, mean
from ingest.evaluation.retrieval.measures import ndcg, recall, reciprocal_rank
from ingest.evaluation.retrieval.plain import PlainBM25, terms

IDS = st.lists(st.text("abcdefgh", min_size=1, max_size=2), unique=True, max_size=20)
GRADES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(-1, 3), max_size=20)
NO_WHEELS = platform.machine() in ("aarch64", "arm64") and platform.system() == "Linux"


def test_by_hand() -> None:
    judged = {"a": 2, "b": 1, "c": 0}
    ranked = ["c", "b", "x", "a"]
    best = 2 + 1 / log2(3)
    assert ndcg(ranked, judged, 10) == pytest.approx((1 / log2(3) + 2 / log2(5)) / best)
    assert ndcg(ranked, judged, 2) == pytest.approx((1 / log2(3)) / best)
    assert (recall(ranked, judged, 100), recall(ranked, judged, 2)) == (1.0, 0.5)
    assert (reciprocal_rank(ranked, judged, 10), reciprocal_rank(ranked, judged, 1)) == (0.5, 0.0)


@given(ranked=IDS, judged=GRADES, k=st.integers(1, 30))
def test_measures_lie_between_nothing_and_all(ranked: list[str], judged: dict[str, int], k: int) -> None:
    for measure in (ndcg, recall, reciprocal_rank):
        assert 0.0 <= measure(ranked, judged, k) <= 1.0 + 1e-12
        assert measure([], judged, k) == 0.0


@given(judged=GRADES.filter(lambda grades: any(grade > 0 for grade in grades.values())), k=st.integers(1, 30))
def test_the_best_order_is_worth_one(judged: dict[str, int], k: int) -> None:
    ranked = sorted(judged, key=lambda one: -judged[one])
    assert ndcg(ranked, judged, k) == pytest.approx(1.0)
    assert reciprocal_rank(ranked, judged, k) == 1.0
    assert recall(ranked, judged, len(ranked)) == 1.0


@given(ranked=IDS.filter(lambda ids: len(ids) > 1), judged=GRADES, at=st.integers(0, 18))
def test_a_better_answer_further_up_is_never_worth_less(ranked: list[str], judged: dict[str, int], at: int) -> None:
    at %= len(ranked) - 1
    swapped = [*ranked[:at], ranked[at + 1], ranked[at], *ranked[at + 2 :]]
    if max(judged.get(ranked[at + 1], 0), 0) >= max(judged.get(ranked[at], 0), 0):
        assert ndcg(swapped, judged, 10) >= ndcg(ranked, judged, 10) - 1e-12


@pytest.mark.skipif(NO_WHEELS, reason="trec_eval has no wheels for Linux on ARM")
@given(ranked=IDS.filter(bool), judged=GRADES.filter(lambda grades: any(grade > 0 for grade in grades.values())))
def test_figures_are_those_of_trec_eval(ranked: list[str], judged: dict[str, int]) -> None:
    import pytrec_eval

    theirs = pytrec_eval.RelevanceEvaluator({"q": judged}, {"ndcg_cut.10", "recall.5", "recip_rank"})
    run = {"q": {one: float(len(ranked) - place) for place, one in enumerate(ranked)}}
    told = theirs.evaluate(run)["q"]
    assert ndcg(ranked, judged, 10) == pytest.approx(told["ndcg_cut_10"])
    assert recall(ranked, judged, 5) == pytest.approx(told["recall_5"])
    assert reciprocal_rank(ranked, judged, len(ranked)) == pytest.approx(told["recip_rank"])


def test_the_same_values_give_the_same_interval() -> None:
    values = np.random.default_rng(1).random(200)
    assert mean(values) == mean(values.copy())
    assert mean(values).low < mean(values).value < mean(values).high
    assert mean(np.ones(3)) == mean(np.ones(1_000))


def test_the_paired_test_is_that_of_every_exchange() -> None:
    """Eight pairs have 256 exchanges: the share of those with as large a mean is the p that random ones estimate."""
    one = np.array([0.9, 0.8, 0.7, 0.9, 0.6, 0.5, 0.4, 0.9])
    other = np.array([0.5, 0.6, 0.7, 0.4, 0.7, 0.4, 0.3, 0.8])
    apart = one - other
    exact = np.mean([abs((apart * signs).mean()) >= abs(apart.mean()) - 1e-12 for signs in product((-1, 1), repeat=8)])
    found = difference(one, other)
    assert found.p == pytest.approx(exact, abs=0.01)
    assert (found.worse, found.ratio) == (1 / 8, pytest.approx(one.mean() / other.mean()))


def test_rankings_that_are_the_same_differ_by_nothing() -> None:
    same = np.array([0.1, 0.5, 1.0])
    found = difference(same, same)
    assert (found.mean.value, found.p, found.worse, found.ratio) == (0.0, 1.0, 0.0, 1.0)
    assert difference(same, np.zeros(3)).ratio == 0.0
    with pytest.raises(ValueError, match="no pairs"):
        difference(same, np.zeros(1))


def test_plain_bm25_by_hand() -> None:
    texts = ["aspirin fever", "aspirin aspirin", "weight"]
    index = PlainBM25(texts)
    assert index.rank("fever", 10) == [0]
    # Once in a text of two words, and twice: the second counts more, but not twice as much.
    assert index.rank("aspirin", 10) == [1, 0]
    assert index.rank("aspirin", 1) == [1]
    assert index.rank("nothing", 10) == []
    idf = {"aspirin": np.log(1 + 1.5 / 2.5), "fever": np.log(1 + 2.5 / 1.5)}
    damping = 0.9 * (0.6 + 0.4 * 2 / (5 / 3))
    first = (idf["aspirin"] + idf["fever"]) * 1.9 / (1 + damping)
    second = idf["aspirin"] * 2 * 1.9 / (2 + damping)
    assert index.scores("aspirin fever")[:2] == pytest.approx([first, second])


def test_equal_scores_stand_in_the_order_of_the_texts() -> None:
    assert PlainBM25(["发热咳嗽"] * 5).rank("咳嗽发热", 10) == [0, 1, 2, 3, 4]
    assert PlainBM25(["", ""]).rank("发热", 10) == []


def test_terms_are_words_and_pairs_of_characters() -> None:
    assert terms("发热 and 咳") == ["发热", "and", "咳"]
