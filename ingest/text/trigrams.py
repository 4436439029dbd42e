"""Names by the trigrams of their letters, and the names that are like a given one (``neighbours``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from ingest.text.neighbours import Floats, Integers, Neighbours


class Trigrams:
    """TF-IDF of the trigrams inside words, as in scispaCy; those that fewer than ``rarest`` names have do not count.

    Names whose cosine is below ``floor`` may be left out of an answer. It takes some ten seconds for 350,000 names, and
    at least one of them must have a trigram that counts.
    """

    def __init__(self, names: Sequence[str], floor: float, rarest: int = 1) -> None:
        self.vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), min_df=rarest, dtype=np.float32)
        self.neighbours = Neighbours(self.vectorizer.fit_transform(names), floor)

    def nearest(self, name: str, number: int) -> Integers:
        """Places of the names that are nearest to a normalised name."""
        [(rows, _)] = self.neighbours.knnQueryBatch(self._query(name), number)
        return rows

    def likeness(self, name: str, places: Integers) -> Floats:
        """Cosines of a normalised name and the names at some places."""
        return self.neighbours.likeness(self._query(name), places)

    def _query(self, name: str) -> Any:
        return self.vectorizer.transform([name])
