"""What each signal finds for a query, on one scale."""

from __future__ import annotations

from collections.abc import Collection

from kg.index.base import Encoder, Filters, Kind
from kg.index.passages import PassageIndex, Window
from kg.index.text import TextIndex
from kg.search import signals
from kg.search.fusion import scaled
from kg.search.reading import Reading

DEPTH = 1_000
"""Candidates of each signal; no page reaches further."""
NEAR = 0.3
"""Cosine from which a text counts as found by its vector alone. On the 84 illustrative records six queries
gave medians of 0.0 to 0.16, nine tenths below 0.25, and none above 0.16 for what no record is about."""

Scores = dict[str, dict[int, float]]
"""Signal -> row -> score, 0 to 1."""
Windows = dict[int, Window]
"""The best window of each row that the vectors found."""


class Scoring:
    """Asks the indexes of one generation; without ``passages`` nothing is found by vectors."""

    def __init__(self, text: TextIndex, passages: PassageIndex | None, encoder: Encoder | None) -> None:
        self._text = text
        self._passages = passages
        self._encoder = encoder

    def scores(
        self, kind: Kind, query: str, filters: Filters, reading: Reading, names: Collection[str]
    ) -> tuple[Scores, Windows]:
        """Of the signals with these names; those that find nothing are empty or missing."""
        tokens = reading.interpretation.tokens
        wanted = {curie: score for curie, (_, score) in reading.wanted.items()}
        asked = signals.asked(kind, query, tokens, wanted, reading.english)
        found = {name: dict(self._text.search(kind, asked[name], DEPTH, filters)) for name in names if name in asked}
        # A list that was cut says nothing about the rows below, so its last score counts as nothing.
        scores = {name: scaled(some, min(some.values()) if len(some) == DEPTH else 0.0) for name, some in found.items()}
        encoded = reading.interpretation.encoded
        if "dense" not in names or self._passages is None or self._encoder is None or not tokens or not encoded:
            return scores, {}
        vector = self._encoder.encode([encoded])[0]
        near = self._passages.nearest(kind, vector, DEPTH, self._text.allowed(kind, filters))
        # Every text is somewhere near every other: what only the vectors found must really be near.
        matched = {row for some in found.values() for row in some}
        near = [hit for hit in near if hit.score >= NEAR or hit.row in matched]
        scores["dense"] = scaled({hit.row: hit.score for hit in near}, min((hit.score for hit in near), default=0.0))
        return scores, {hit.row: hit.window for hit in near}
