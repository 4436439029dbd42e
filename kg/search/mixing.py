"""What speaks for a name that a Chinese string may mean, and how much each of it counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from kg.search.sounds import Values

LOOKED_AT = 50
"""Names that the vectors find, and that are spelled best by either measure."""
_WORST, _TENTH = -30.0, 10.0
UNSPELLED = (_WORST, 0.0)
"""What ``SpelledNames.scores`` would say of a name that is not compared by its letters."""


class Mix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much each counts: the cosine, the words, the spelling of the whole (for ten nats), and of each letter where
    that is better than chance."""

    near: float = 10.0
    words: float = 0.0
    sound: float = 0.0
    letter: float = 0.0

    def scores(self, table: Values) -> Values:
        """Of rows of ``features``."""
        found: Values = table @ np.array([self.near, self.words, self.sound, self.letter])
        return found


def features(cosines: Values, fits: Values, spelled: Values) -> Values:
    """A row for each name: cosine, fit of the words (``fit``), and what ``SpelledNames.scores`` says, cut off where a
    name is no spelling at all."""
    gained = np.maximum(spelled[:, 0], _WORST) / _TENTH
    return np.stack([cosines, fits, gained, np.maximum(spelled[:, 1], 0.0)], axis=1)


def fit(told: Mapping[str, float], name: Collection[str]) -> float:
    """Cosine of words with their shares to the words of a name.

    >>> fit({"liver": 1.0}, ["liver"]), fit({}, ["liver"])
    (1.0, 0.0)
    """
    length = (len(name) * sum(share**2 for share in told.values())) ** 0.5
    return sum(told.get(word, 0.0) for word in name) / length if length else 0.0


def best(scores: Values) -> npt.NDArray[np.int64]:
    """Places of the names that are spelled best by either measure, each once."""
    most = min(LOOKED_AT, len(scores))
    if not most:
        return np.zeros(0, dtype=np.int64)
    found: npt.NDArray[np.int64] = np.unique(np.argpartition(-scores, most - 1, axis=0)[:most])
    return found
