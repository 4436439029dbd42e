"""What each signal finds for a query, on one scale."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from kg.index.base import Encoder, Filters, Kind
from kg.index.passages import PassageIndex, Window
from kg.index.text import Adjacent, TextIndex, Wanted
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


class Windows(Mapping[int, Window]):
    """The best window of each row that the vectors found: read for those that are shown."""

    def __init__(self, passages: PassageIndex | None = None, places: Mapping[int, int] | None = None) -> None:
        self._passages = passages
        self._places = places or {}

    def __getitem__(self, row: int) -> Window:
        place = self._places[row]
        assert self._passages is not None  # whoever has places has an index that they are of
        return self._passages.window(place)

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


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
        about = dict(self._about(kind, filters, reading, names, found, asked))
        # A list that was cut says nothing about the rows below, so its last score counts as nothing.
        scores = {name: scaled(some, min(some.values()) if len(some) == DEPTH else 0.0) for name, some in found.items()}
        scores |= about
        encoded = reading.interpretation.encoded
        if "dense" not in names or self._passages is None or self._encoder is None or not tokens or not encoded:
            return scores, Windows()
        vector = self._encoder.encode([encoded])[0]
        rows, cosines, windows = self._passages.near(kind, vector, DEPTH, self._text.allowed(kind, filters))
        # Every text is somewhere near every other: what only the vectors found must really be near.
        matched = {row for some in found.values() for row in some}
        near = [
            (row, cosine, window)
            for row, cosine, window in zip(rows.tolist(), cosines.tolist(), windows.tolist(), strict=True)
            if cosine >= NEAR or row in matched
        ]
        least = min((cosine for _, cosine, _ in near), default=0.0)
        scores["dense"] = scaled({row: cosine for row, cosine, _ in near}, least)
        return scores, Windows(self._passages, {row: window for row, _, window in near})

    def _about(
        self, kind: Kind, filters: Filters, reading: Reading, names: Collection[str],
        found: Mapping[str, Mapping[int, float]], asked: Mapping[str, Sequence[Wanted | Adjacent]],
    ) -> Iterator[tuple[str, dict[int, float]]]:  # fmt: skip
        """The signals of mentions, for what their own signals of concepts find, whether these were asked for or not."""
        for name, finder in signals.ABOUT.items():
            if name in names and kind == "document":
                held = found.get(finder)
                if held is None:
                    held = dict(self._text.search(kind, asked[finder], DEPTH, filters))
                yield name, self._text.about(kind, list(held), finder, signals.parts(reading))
