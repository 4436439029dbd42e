"""Weights of the mapping scorer: a conditional logit over the candidates of each concept, then a calibration.

McFadden 1974: the share of a candidate is its exponential over that of all candidates of the concept, so weights say
which of several is the right one, and a feature that all share counts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from ingest.evaluation.mapping import Group
from ontology.mapping.evidence import FEATURES
from ontology.mapping.scorer import Scorer, logit_of, shares

RIDGE = 1.0
FOLDS = 5
CALIBRATED = 5
"""Candidates of each concept that are calibrated: those that people are shown."""
ABSENT = 0.33
_Floats = npt.NDArray[np.float64]


def fitted(groups: Sequence[Group], features: Sequence[str] = FEATURES, ridge: float = RIDGE) -> dict[str, float]:
    """A weight for each feature; groups without a right candidate teach nothing."""
    usable = [group for group in groups if any(group.right)]
    table = np.array([[row[name] for name in features] for group in usable for row in group.figures], dtype=np.float64)
    right = np.array([flag for group in usable for flag in group.right])
    starts = np.cumsum([0, *(len(group.ids) for group in usable)])[:-1]
    sizes = np.diff([*starts, len(right)])

    def loss(weights: _Floats) -> tuple[float, _Floats]:
        scores = table @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), sizes)
        raised = np.exp(scores)
        every = np.add.reduceat(raised, starts)
        good = np.add.reduceat(np.where(right, raised, 0.0), starts)
        share = raised / np.repeat(every, sizes)
        wanted = np.where(right, raised, 0.0) / np.repeat(good, sizes)
        value = float(-np.log(good / every).sum() + ridge * weights @ weights)
        return value, table.T @ (share - wanted) + 2 * ridge * weights

    found = minimize(loss, np.zeros(len(features)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return {name: round(float(value), 4) for name, value in zip(features, found.x, strict=True)}


def scored(group: Group, weights: dict[str, float]) -> dict[int, float]:
    scorer = Scorer(weights, (0.0, 0.0, 0.0))
    return {at: scorer.score(row) for at, row in enumerate(group.figures)}


def ranked(group: Group, weights: dict[str, float]) -> list[int]:
    """Places of the candidates, best first; of equals the first id."""
    scores = scored(group, weights)
    return sorted(scores, key=lambda at: (-scores[at], group.ids[at]))


def calibrated(groups: Sequence[Group], features: Sequence[str] = FEATURES) -> tuple[float, float, float]:
    """Constant and factors of score and share, by scores of weights that have not seen the concept (folds).

    Each concept counts a second time, ``ABSENT`` as much, without its right candidates: of what is asked in practice
    some has no counterpart at all, and the gold never shows that.
    """
    rows: list[tuple[float, float]] = []
    flags: list[bool] = []
    counts: list[float] = []
    for fold in range(FOLDS):
        weights = fitted([group for at, group in enumerate(groups) if at % FOLDS != fold], features)
        for group in groups[fold::FOLDS]:
            for one, count in ((group, 1.0), (without_right(group), ABSENT)):
                scores = scored(one, weights)
                share = shares(scores)
                for at in ranked(one, weights)[:CALIBRATED]:
                    rows.append((scores[at], logit_of(share[at])))
                    flags.append(one.right[at])
                    counts.append(count)
    model = LogisticRegression(C=10.0).fit(np.array(rows), np.array(flags), sample_weight=np.array(counts))
    score, share_factor = model.coef_[0]
    return round(float(model.intercept_[0]), 4), round(float(score), 4), round(float(share_factor), 4)


def without_right(group: Group) -> Group:
    """The concept as if its counterpart were not there."""
    kept = [at for at, right in enumerate(group.right) if not right]
    return Group(
        group.concept, tuple(group.ids[at] for at in kept), tuple(group.figures[at] for at in kept),
        (False,) * len(kept), group.wanted,
    )  # fmt: skip
