"""How much vectors, pieces and spelling count for what a name means: a conditional logit over the names that there are.

The likelihood of the right name among all that were looked at (McFadden 1974), with a small ridge; no part may count
against a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from kg.search.mixing import Mix
from kg.search.sounds import Values

RIDGE = 1e-3
WORTH = 0.25
"""Share of right concepts from which a query that is nothing else is taken for one: otherwise nothing is found."""
SHARES = tuple(round(0.02 * step, 2) for step in range(1, 50))
_DIGITS = 4


class Lesson(msgspec.Struct, frozen=True):
    """A label that was not seen: a row of ``kg.search.mixing.Compared.features`` for each name that was looked at, and
    which of them are right; none where it was not among them."""

    fold: int
    table: Values
    right: npt.NDArray[np.bool_]


def fitted(lessons: Iterable[Lesson]) -> Mix:
    """The plain mix where no lesson has a right name."""
    used = [one for one in lessons if one.right.any()]
    if not used:
        return Mix()

    def loss(weights: Values) -> tuple[float, Values]:
        cost, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for one in used:
            shares = _shares(one.table @ weights)
            own = float(shares[one.right].sum()) + 1e-12
            cost -= float(np.log(own)) / len(used)
            slope = slope - (np.where(one.right, shares / own, 0.0) - shares) @ one.table / len(used)
        return cost, slope

    found = minimize(loss, np.ones(used[0].table.shape[1]), jac=True, method="L-BFGS-B",
                     bounds=[(0.0, None)] * used[0].table.shape[1]).x  # fmt: skip
    return Mix(*(round(float(one), _DIGITS) for one in found))


def judged(lessons: Sequence[Lesson], mix: Mix) -> tuple[Values, npt.NDArray[np.bool_]]:
    """Share of the likeliest name of each lesson, and whether it is right."""
    shares, right = [], []
    for one in lessons:
        told = _shares(mix.scores(one.table))
        shares.append(float(told.max()))
        right.append(bool(one.right[int(told.argmax())]))
    return np.array(shares), np.array(right, dtype=np.bool_)


def least(shares: Values, right: npt.NDArray[np.bool_]) -> float:
    """The share from which ``WORTH`` of the likeliest names are right."""
    for one in SHARES:
        taken = shares >= one
        if taken.any() and right[taken].mean() >= WORTH:
            return one
    return SHARES[-1]


def _shares(scores: Values) -> Values:
    weights = np.exp(scores - scores.max())
    found: Values = weights / weights.sum()
    return found
