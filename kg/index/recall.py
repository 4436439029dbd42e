"""How many of the ten nearest an index finds, measured while it is made, on a seeded sample.

Questions lie between the vectors, further from them than these from each other: sentences of other documents have a
cosine of 0.57 to their tenth neighbour among 200,000, and so has the mean of four vectors, which is asked for here
(recall within two points of theirs at every effort). Half of the sample chooses how much effort a search takes, the
other half is what the figure is computed on. What is as near as the tenth counts as found, whichever it is.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from kg.index.base import RowIds, Vectors
from kg.index.originals import Originals

AIM = 0.98
"""Recall that effort is raised for."""


class Effort(NamedTuple):
    """What a search takes: places of the index that it looks into (cells, or candidates of a graph), and how many
    vectors it gives better scores."""

    looked: int
    listed: int


_STEPS = (32, 400), (64, 400), (128, 400), (128, 800), (256, 800), (512, 800), (512, 1600)
LADDER = tuple(Effort(*step) for step in _STEPS)
SAMPLE = 256
TOGETHER = 4
"""Vectors whose mean is one question."""
AT = 10
_SEED = 10
_SAME = 1e-6


class Searching(Protocol):
    """The search of an index with a given effort."""

    def __call__(self, queries: Vectors, k: int, *, effort: Effort) -> tuple[RowIds, Vectors]: ...


def measure(originals: Originals, search: Searching) -> tuple[Effort, float, int]:
    """(effort, recall at ten with it, questions that it was measured on)."""
    dice = np.random.default_rng(_SEED)
    chosen = dice.integers(0, len(originals), (SAMPLE, TOGETHER))
    queries = originals.rows(chosen.ravel()).reshape(SAMPLE, TOGETHER, -1).sum(axis=1)
    queries /= np.maximum(np.linalg.norm(queries, axis=1, keepdims=True), 1e-12)
    tenth = exact_scores(originals, queries, AT)[:, -1]
    half = SAMPLE // 2
    for effort in LADDER:
        if recall(search(queries[:half], AT, effort=effort)[1], tenth[:half]) >= AIM:
            break
    return effort, round(recall(search(queries[half:], AT, effort=effort)[1], tenth[half:]), 4), SAMPLE - half


def recall(scores: Vectors, last: Vectors) -> float:
    """Share of the nearest that were found: true scores of what was found, and the exact score of the last place."""
    return float((scores >= last[:, None] - _SAME).mean())


def exact_scores(originals: Originals, queries: Vectors, k: int) -> Vectors:
    """The k best scores of each query, best first, by comparing every vector."""
    best = np.full((len(queries), k), -np.inf, dtype=np.float32)
    for _, rows in originals.blocks():
        joined = np.concatenate([best, queries @ rows.T], axis=1)
        best = np.partition(joined, joined.shape[1] - k, axis=1)[:, -k:]
    return -np.sort(-best, axis=1)
