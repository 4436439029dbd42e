"""Precision, recall and F1 with confidence intervals, for whatever can be right, found and labelled.

Documents are drawn with replacement (bootstrap), because mentions of one document are not independent of each other.
The seed is fixed, so the same answers give the same interval.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet

import msgspec
import numpy as np

SEED = 20261121
RESAMPLED = 1000
_TAIL = 2.5


class Score(msgspec.Struct, frozen=True):
    """Counts over all documents, what follows from them, and the 95 % interval of F1 (``low``, ``high``)."""

    right: int
    found: int
    labelled: int
    low: float = 0.0
    high: float = 0.0

    @property
    def wrong(self) -> int:
        return self.found - self.right

    @property
    def missed(self) -> int:
        return self.labelled - self.right

    @property
    def precision(self) -> float:
        """0 where nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """0 where nothing is labelled."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """0 where nothing is labelled and nothing was found: such a set says nothing."""
        return 2 * self.right / (self.found + self.labelled) if self.found + self.labelled else 0.0

    def figures(self, digits: int = 3) -> dict[str, float]:
        """By name, rounded, as results are written."""
        return {
            "labelled": self.labelled,
            "precision": round(self.precision, digits),
            "recall": round(self.recall, digits),
            "f1": round(self.f1, digits),
            "f1_low": round(self.low, digits),
            "f1_high": round(self.high, digits),
        }


def score(gold: Sequence[AbstractSet[Hashable]], found: Sequence[AbstractSet[Hashable]], *, seed: int = SEED) -> Score:
    """Of two sequences with a set for each document, in the same order; raises ValueError when they differ in length.

    >>> made = score([{"a", "b"}, {"c"}], [{"a"}, {"c", "d"}])
    >>> made.right, round(made.precision, 2), round(made.recall, 2), round(made.f1, 2)
    (2, 0.67, 0.67, 0.67)
    """
    counts = [(len(ours & theirs), len(ours), len(theirs)) for theirs, ours in zip(gold, found, strict=True)]
    return counted(counts, seed=seed)


def counted(counts: Sequence[tuple[int, int, int]], *, seed: int = SEED) -> Score:
    """Of (right, found, labelled) for each document.

    >>> counted([(1, 1, 2), (1, 2, 1)]).f1 == score([{"a", "b"}, {"c"}], [{"a"}, {"c", "d"}]).f1
    True
    """
    right, told, labelled = (sum(row[at] for row in counts) for at in range(3))
    if not counts:
        return Score(0, 0, 0)
    table = np.asarray(counts, dtype=np.int64)
    dice = np.random.default_rng(seed)
    # A resample is how often each document is in it; the sums over it are one product.
    often = dice.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=RESAMPLED)
    sums = often @ table
    both = sums[:, 1] + sums[:, 2]
    spread = 2 * sums[:, 0] / np.maximum(both, 1)
    low, high = np.percentile(spread, (_TAIL, 100 - _TAIL))
    return Score(right, told, labelled, float(low), float(high))
