"""What speaks for a name that a Chinese string may mean, and how much each of it counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
import numpy as np

from kg.search.covered import CoveredNames
from kg.search.morphemes import Numbers
from kg.search.sounds import Values
from kg.search.spelled import SpelledNames

LOOKED_AT = 100
"""Names that the vectors find, and that the pieces tell most of."""
_WORST, _TENTH = -30.0, 10.0
_UNCOMPARED = (0.0, _WORST, 0.0)
"""What is said of a name that is not compared by its parts and letters."""


class Mix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much each counts: the cosine, the share of the Chinese name that the English one explains, the spelling of
    the whole (for ten nats), and of each letter where that is better than chance."""

    near: float = 10.0
    cover: float = 0.0
    sound: float = 0.0
    letter: float = 0.0

    def scores(self, table: Values) -> Values:
        """Of rows of ``features``."""
        found: Values = table @ np.array([self.near, self.cover, self.sound, self.letter])
        return found


class Compared:
    """Names that a Chinese one is compared with by their parts and their letters."""

    def __init__(self, covered: CoveredNames, spelled: SpelledNames) -> None:
        self._covered = covered
        self._spelled = spelled

    def found(self, text: str) -> Numbers:
        """Places of the names that a folded text may mean, by their parts."""
        return self._covered.found(text, LOOKED_AT)

    def features(self, text: str, cosines: Values, places: Numbers) -> Values:
        """A row for each cosine with the name at each place, or none where that is below nought: the cosine, and what
        parts and letters say; spelling is cut off where a name is none at all."""
        table = np.tile(np.array([0.0, *_UNCOMPARED]), (len(places), 1))
        table[:, 0] = cosines
        there = np.flatnonzero(places >= 0)
        spelled = self._spelled.scores(text, places[there])
        table[there, 1] = self._covered.covered(text, places[there])
        table[there, 2] = np.maximum(spelled[:, 0], _WORST)
        table[there, 3] = np.maximum(spelled[:, 1], 0.0)
        table[:, 2] /= _TENTH
        return table


def fit(told: Mapping[str, float], name: Collection[str]) -> float:
    """Cosine of words with their shares to the words of a name.

    >>> fit({"liver": 1.0}, ["liver"]), fit({}, ["liver"])
    (1.0, 0.0)
    """
    length = (len(name) * sum(share**2 for share in told.values())) ** 0.5
    return sum(told.get(word, 0.0) for word in name) / length if length else 0.0
