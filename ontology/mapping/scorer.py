"""One score for every candidate, and what it is worth: weights over ``FEATURES``, and a calibration.

Weights and calibration stand in ``scorer.json``, written by ``benchmarks/mappings.py --fit`` (ADR 27). The score orders
the candidates of one concept; the confidence says how often such a candidate was right where it was fitted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import msgspec

from ontology.mapping.evidence import FEATURES, Figures

_LIMIT = 4.0
"""Of the logit of a share: a poor candidate that stands alone is no better for it."""


class Scorer(msgspec.Struct, frozen=True):
    """``weights`` by feature; ``calibration``: (constant, factor of the score, factor of the logit of the share)."""

    weights: Mapping[str, float]
    calibration: tuple[float, float, float]

    def score(self, figures: Figures) -> float:
        return sum(self.weights.get(name, 0.0) * value for name, value in figures.items() if value)

    def confidences(self, scores: Mapping[int, float]) -> dict[int, float]:
        """Of the candidates of one concept, by their scores: what rivals there are counts, too.

        >>> scorer = Scorer({}, (0.0, 0.0, 1.0))
        >>> scorer.confidences({1: 0.0, 2: 0.0})
        {1: 0.5, 2: 0.5}
        """
        constant, of_score, of_share = self.calibration
        found: dict[int, float] = {}
        for place, share in shares(scores).items():
            logit = constant + of_score * scores[place] + of_share * logit_of(share)
            found[place] = round(1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))), 4)
        return found


def shares(scores: Mapping[int, float]) -> dict[int, float]:
    """What each takes of all (softmax), 0 to 1."""
    if not scores:
        return {}
    most = max(scores.values())
    raised = {place: math.exp(score - most) for place, score in scores.items()}
    total = sum(raised.values())
    return {place: value / total for place, value in raised.items()}


def logit_of(share: float) -> float:
    """The logit of a share, within limits.

    >>> logit_of(0.5), logit_of(1.0), logit_of(0.0)
    (0.0, 4.0, -4.0)
    """
    if share <= 0.0 or share >= 1.0:
        return -_LIMIT if share <= 0.0 else _LIMIT
    return max(-_LIMIT, min(_LIMIT, math.log(share / (1 - share))))


@lru_cache(maxsize=1)
def packaged() -> Scorer:
    """The scorer that is installed with medkg."""
    told = msgspec.json.decode(files("ontology.mapping").joinpath("scorer.json").read_bytes(), type=Scorer)
    unknown = set(told.weights) - set(FEATURES)
    assert not unknown, f"scorer.json weighs what is no feature: {sorted(unknown)}"
    return told
