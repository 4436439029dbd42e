"""The weights of signals that rank judged questions best: coordinate ascent on the mean nDCG, from several starts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from kg.search.base import SIGNALS

K = 10
GRID = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.5)
OFTEN = 0.05
"""Share of the questions in which a signal must find anything, so that its weight is fitted on more than a few; and
that a collection must ask to count as much as a larger one."""
LEAST = 2e-4
"""A gain of nDCG below this is none."""
_ROUNDS = 4
DIGITS = 4

Scores = npt.NDArray[np.float32]


class Example(msgspec.Struct, frozen=True):
    """A question: ``scores`` has a row for each text and a column for each of ``SIGNALS``, ``gains`` the grade of each
    text, ``ideal`` the discounted gain of the best order, ``weight`` how much it counts beside others of its type;
    ``said``: the same question stands there once more, as what it is."""

    type: str
    fold: int
    scores: Scores
    gains: Scores
    ideal: float
    weight: float = 1.0
    said: bool = False


def discounts(number: int) -> Scores:
    found: Scores = (1 / np.log2(np.arange(2, number + 2))).astype(np.float32)
    return found


class Table:
    """Examples side by side, as wide as the widest, so that all are ranked at once. Rows of padding have no score."""

    def __init__(self, rows: Sequence[Example], *, careful: bool = False) -> None:
        width = max((len(row.gains) for row in rows), default=0)
        self._scores = np.zeros((len(SIGNALS), len(rows), max(width, K)), dtype=np.float32)
        self._gains = np.zeros((len(rows), max(width, K)), dtype=np.float32)
        for at, row in enumerate(rows):
            self._scores[:, at, : len(row.gains)] = row.scores.T
            self._gains[at, : len(row.gains)] = row.gains
        self._ideal = np.array([row.ideal for row in rows], dtype=np.float32)
        weights = np.array([row.weight for row in rows], dtype=np.float64)
        self._shares = weights / (weights.sum() or 1.0)
        self._least: Scores | None = None
        if careful and len(rows):
            alone = max(range(len(SIGNALS)), key=lambda at: float(self.quality(self.column(at)) @ self._shares))
            self._least = self.quality(self.column(alone))

    @property
    def there(self) -> list[int]:
        """Signals that find anything, often enough."""
        often = self._scores.any(axis=2).mean(axis=1) if len(self._ideal) else np.zeros(len(SIGNALS))
        return [at for at in range(len(SIGNALS)) if often[at] >= OFTEN]

    def joined(self, weights: Scores) -> Scores:
        """The weighted scores of every text."""
        found: Scores = np.tensordot(weights, self._scores, 1).astype(np.float32)
        return found

    def column(self, at: int) -> Scores:
        """The scores of one signal."""
        found: Scores = self._scores[at]
        return found

    def height(self, joined: Scores) -> float:
        """The mean nDCG in the order of these scores, each question by its weight; where the table is ``careful`` what
        a question loses against the best signal alone counts twice (Wang, Bennett and Collins-Thompson, SIGIR 2012)."""
        found = self.quality(joined)
        if self._least is not None:
            found = found + np.minimum(found - self._least, 0)
        return float(found @ self._shares)

    def quality(self, joined: Scores) -> Scores:
        """nDCG of each question in the order of these scores; what has none was not found."""
        top = np.argpartition(-joined, K - 1, axis=1)[:, :K]
        scores = np.take_along_axis(joined, top, 1)
        order = np.argsort(-scores, axis=1, kind="stable")
        gains = np.where(scores > 0, np.take_along_axis(self._gains, top, 1), 0)
        found: Scores = np.take_along_axis(gains, order, 1) @ discounts(K) / self._ideal
        return found


def fitted(
    rows: Sequence[Example], start: Mapping[str, float], *, careful: bool = False, only: Collection[str] = SIGNALS
) -> dict[str, float]:
    """Weights that sum to one; signals that find (next to) nothing in these questions keep the share that they have in
    ``start``, half of all at most; those that are not among ``only`` have none.
    The climb begins at ``start`` and at the best signal alone, so that it ends no lower than either."""
    table = Table(rows, careful=careful)
    begin = {name: weight for name, weight in start.items() if name in only}
    there = [at for at in table.there if SIGNALS[at] in only]
    if not there:
        return begin
    alone = max(there, key=lambda at: table.height(table.column(at)))
    starts = [vector(begin), np.eye(len(SIGNALS), dtype=np.float32)[alone]]
    best, reached = starts[0], -1.0
    for one in starts:
        climbed, height = _climbed(table, one / max(float(one.max()), 1e-6), there)
        if height > reached + LEAST:
            best, reached = climbed, height
    absent = np.array([0.0 if at in there else begin.get(name, 0.0) for at, name in enumerate(SIGNALS)])
    absent /= max(sum(begin.values()), 2 * float(absent.sum())) or 1.0
    best = np.where(absent > 0, np.float32(0), best).astype(np.float32)
    best = best if best.any() else starts[1]
    joined = absent + best * (1 - absent.sum()) / best.sum()
    return {name: round(float(joined[at]), DIGITS) for at, name in enumerate(SIGNALS) if joined[at] > 0}


def _climbed(table: Table, weights: Scores, there: Sequence[int]) -> tuple[Scores, float]:
    joined = table.joined(weights)
    reached = table.height(joined)
    for _ in range(_ROUNDS):
        before = reached
        for at in there:
            others = joined - weights[at] * table.column(at)
            for value in GRID:
                height = table.height(others + np.float32(value) * table.column(at))
                if height > reached + LEAST:
                    weights, reached = weights.copy(), height
                    weights[at] = value
            joined = others + weights[at] * table.column(at)
        if reached <= before:
            break
    return weights, reached


def vector(weights: Mapping[str, float]) -> Scores:
    """Weights in the order of ``SIGNALS``."""
    return np.array([weights.get(name, 0.0) for name in SIGNALS], dtype=np.float32)
