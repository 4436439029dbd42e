"""nDCG, recall and reciprocal rank of one ranking, as trec_eval defines them, whose figures BEIR and others print.

The gain of an answer is its grade and is divided by log2(rank + 1). A ranking is a sequence of ids, best first: who
ranks decides between equal scores, so no measure depends on how ids are spelled (trec_eval sorts ties by id).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log2


def ndcg(ranked: Sequence[str], judged: Mapping[str, int], k: int) -> float:
    """Gains of the first ``k`` over those of the best order there is; 0 where there is no answer.

    >>> round(ndcg(["b", "a"], {"a": 1}, 10), 4)
    0.6309
    """
    best = _discounted(sorted((grade for grade in judged.values() if grade > 0), reverse=True)[:k])
    return _discounted(max(judged.get(one, 0), 0) for one in ranked[:k]) / best if best else 0.0


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, 1))


def recall(ranked: Sequence[str], judged: Mapping[str, int], k: int) -> float:
    """Share of the answers that are among the first ``k``; 0 where there is no answer.

    >>> recall(["b", "a"], {"a": 1, "c": 2, "b": 0}, 100)
    0.5
    """
    answers = {one for one, grade in judged.items() if grade > 0}
    return len(answers.intersection(ranked[:k])) / len(answers) if answers else 0.0


def reciprocal_rank(ranked: Sequence[str], judged: Mapping[str, int], k: int) -> float:
    """One over the rank of the first answer, 0 where none is among the first ``k``.

    >>> reciprocal_rank(["b", "a"], {"a": 1}, 10)
    0.5
    """
    return next((1 / rank for rank, one in enumerate(ranked[:k], 1) if judged.get(one, 0) > 0), 0.0)
