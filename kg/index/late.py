"""Late interaction: a query and a text compared piece by piece, with the vectors that an encoder has before its mean.

MaxSim (ColBERT, Khattab and Zaharia 2020): each piece of the query takes its best cosine among the pieces of the text.
The encoder was not trained for it, so how much such a score says is measured (``kg/search/reranking.toml``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kg.index.base import Vectors


class TokenEncoder(Protocol):
    """An encoder that gives the vectors of the pieces of a text, not only their mean."""

    @property
    def id(self) -> str: ...

    def tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """For each text a row for each of its pieces, of unit length; marks of beginning and end are none."""


class LateInteraction:
    """Scores texts for a query between -1 and 1; keeps nothing."""

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder

    @property
    def id(self) -> str:
        return f"late:{self._encoder.id}"

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """The mean over the pieces of the query of the best cosine in each text; 0 where either has no piece."""
        asked, *told = self._encoder.tokens([query, *texts])
        return [maxsim(asked, rows) for rows in told]


def maxsim(asked: Vectors, told: Vectors) -> float:
    """
    >>> import numpy as np
    >>> rows = np.eye(3, dtype=np.float32)
    >>> maxsim(rows[:2], rows[1:]), maxsim(rows[:1], rows), maxsim(rows[:0], rows)
    (0.5, 1.0, 0.0)
    """
    if not len(asked) or not len(told):
        return 0.0
    return float((asked @ told.T).max(axis=1).mean())
