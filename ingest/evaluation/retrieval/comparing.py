"""Means over questions with intervals, and whether two rankings of the same questions differ by more than chance."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from ingest.evaluation.scoring import RESAMPLED, SEED

Values = npt.NDArray[np.float64]
"""One figure of each question, in the order of the collection."""
FLIPPED = 10_000
"""Random relabellings of the paired test; no p below 1 / (FLIPPED + 1) can be told."""
_TAIL = 2.5
_AT_ONCE = 500
_SAME = 1e-12


class Mean(msgspec.Struct, frozen=True):
    """A mean and its 95 % interval."""

    value: float
    low: float
    high: float


class Difference(msgspec.Struct, frozen=True):
    """Of two rankings: mean of one minus the other with its interval, ratio of the means (0 where the other's mean is
    0), ``p`` of the two-sided paired randomisation test, share of questions on which one is worse."""

    mean: Mean
    ratio: float
    p: float
    worse: float


def mean(values: Values, seed: int = SEED) -> Mean:
    """Questions are drawn with replacement (bootstrap, percentiles); the same values give the same interval."""
    number = len(values)
    dice = np.random.default_rng(seed)
    drawn = np.concatenate(
        [values[dice.integers(number, size=(size, number))].mean(axis=1) for size in _sizes(RESAMPLED)]
    )
    low, high = np.percentile(drawn, (_TAIL, 100 - _TAIL))
    return Mean(float(values.mean()), float(low), float(high))


def difference(one: Values, other: Values, seed: int = SEED) -> Difference:
    """Raises ValueError for rankings of different numbers of questions."""
    if one.shape != other.shape:
        raise ValueError(f"{one.shape} and {other.shape} are no pairs")
    apart = one - other
    below = float(other.mean())
    return Difference(
        mean(apart, seed),
        float(one.mean()) / below if below else 0.0,
        _by_chance(apart, seed),
        float((apart < 0).mean()),
    )


def _by_chance(apart: Values, seed: int) -> float:
    """How often a difference as large comes of exchanging the two rankings of each question at random (Fisher)."""
    seen = abs(float(apart.mean())) - _SAME
    dice = np.random.default_rng(seed)
    as_large = 0
    for size in _sizes(FLIPPED):
        signs = dice.integers(2, size=(size, len(apart)), dtype=np.int8) * 2 - 1
        as_large += int((np.abs(signs @ apart) / len(apart) >= seen).sum())
    return (as_large + 1) / (FLIPPED + 1)


def _sizes(number: int) -> list[int]:
    """Parts of a number, so that the table of a large collection stays small."""
    return [min(_AT_ONCE, number - done) for done in range(0, number, _AT_ONCE)]
