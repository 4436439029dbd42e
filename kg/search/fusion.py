"""Joining signals into one score: weighted min-max.

Measured on gold annotations (1,911 abstracts, 513 concept queries, nDCG@10; prototypes section 5):
BM25 .763, concept ids .865, reciprocal rank fusion .848, min-max with fitted weights .901. Rank
fusion was worse than its best part, min-max was not.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg.search.base import Parts

Scores = Mapping[int, float]
"""Row -> raw score of one signal."""

CONCEPT_QUERY = {"text": 0.25, "dense": 0.25, "concept": 1.0, "subtree": 0.5}
"""Weights where concepts cover the whole query: those fitted for a lexicon without training (text
0.25, dense 0.25, concept 1). The subtree's half was not fitted; with it narrower concepts count."""
TEXT_QUERY = {"text": 0.5, "dense": 0.5, "concept": 0.0, "subtree": 0.0}
"""Weights where none does: best for finding an abstract by its title (MRR@10 .970, BM25 alone .965)."""


def weights(coverage: float, signals: Mapping[str, Scores]) -> dict[str, float]:
    """The weight of each signal that found something; they sum to one.

    ``coverage`` is the share of the query that concepts cover, 0..1: it blends the two tables.

    >>> weights(0.0, {"text": {1: 2.0}, "dense": {}})
    {'text': 1.0}
    """
    found = {
        name: coverage * CONCEPT_QUERY[name] + (1 - coverage) * TEXT_QUERY[name]
        for name, scores in signals.items()
        if scores
    }
    total = sum(found.values())
    return {name: weight / total for name, weight in found.items() if weight and total}


def scaled(scores: Scores, floor: float) -> dict[int, float]:
    """Scores between 0 and 1: ``floor`` becomes 0, the best 1.

    >>> scaled({1: 4.0, 2: 2.0}, 0.0)
    {1: 1.0, 2: 0.5}
    """
    if not scores:
        return {}
    top = max(scores.values())
    if top <= floor:
        return dict.fromkeys(scores, 1.0)
    return {row: (score - floor) / (top - floor) for row, score in scores.items()}


def fuse(signals: Mapping[str, Scores], floors: Mapping[str, float], coverage: float) -> list[tuple[int, float, Parts]]:
    """(row, score, parts) of every row that some signal found, best first, ties by row."""
    shares = weights(coverage, signals)
    parts: dict[int, dict[str, float]] = {}
    for name, weight in shares.items():
        for row, value in scaled(signals[name], floors[name]).items():
            parts.setdefault(row, {})[name] = round(weight * value, 6)
    found = [(row, round(sum(added.values()), 6), Parts(**added)) for row, added in parts.items()]
    return sorted(found, key=lambda hit: (-hit[1], hit[0]))
