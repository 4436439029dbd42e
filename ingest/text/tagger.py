"""The learned tier: spans of the types that a trained network knows, in raw text, with exact offsets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import exp
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from ingest.text.bio import best_path, spans
from ingest.text.models import TOKENIZER, WEIGHTS, Thresholds, method, read, read_card
from ingest.text.pieces import Named, Pieces, Reading, Window

if TYPE_CHECKING:
    from ingest.text.packed import PackedNetwork

_TOGETHER = 1_024
"""Pieces that a network reads in one step."""


class TaggedSpan(msgspec.Struct, frozen=True, order=True):
    """``text[start:end]`` is of ``category``; ``score`` is the geometric mean of its labels' probabilities."""

    start: int
    end: int
    category: str
    score: float


class LearnedTagger:
    """A model folder that ``medkg train ner`` wrote. The network is loaded when the first text comes.

    Raises ModelRefused for a folder that is none, is changed, is of another version, or holds code or pickled data.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.config = read(folder)
        self._lock = Lock()

    @property
    def method(self) -> str:
        """What stands in each mention that it finds: the model's name and the first digits of its digest."""
        return method(self.config)

    @property
    def types(self) -> tuple[str, ...]:
        return self.config.types

    @property
    def thresholds(self) -> Mapping[str, Thresholds]:
        return self.config.thresholds

    @property
    def seen(self) -> tuple[str, ...]:
        """Ids of the documents that weights or thresholds were made with; raises ModelRefused without a card."""
        card = read_card(self._folder)
        return (*card.documents, *card.held_out)

    def reads(self, language: str) -> bool:
        """Whether it was trained on texts of this language; of others it says nothing."""
        return language in self.config.languages

    @cached_property
    def _network(self) -> PackedNetwork:
        from ingest.text.network import load
        from ingest.text.packed import PackedNetwork

        return PackedNetwork(load(self._folder / WEIGHTS, self.config.shape))

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces(self._folder / TOKENIZER, self.config.window)

    def spans(self, texts: Sequence[str], names: Sequence[Iterable[Named]]) -> list[list[TaggedSpan]]:
        """The spans of each text in order, none overlapping; ``names`` is what the dictionary finds in each."""
        with self._lock:
            readings = [self._pieces.read(text, found) for text, found in zip(texts, names, strict=True)]
            return tagged(self._network, readings, self.types)


def tagged(network: PackedNetwork, readings: Sequence[Reading], types: Sequence[str]) -> list[list[TaggedSpan]]:
    """The best spans of each reading; windows of several go through the network together."""
    scores: list[list[list[list[float]]]] = [[[] for _ in reading.words] for reading in readings]
    for group in _groups(readings):
        windows = [window for _, window in group]
        for (at, window), made in zip(group, network.scores(windows), strict=True):
            for number, row in enumerate(made.tolist(), window.first + window.begin):
                scores[at][number] = row
    return [_decoded(reading, rows, types) for reading, rows in zip(readings, scores, strict=True)]


def _groups(readings: Sequence[Reading]) -> Iterator[list[tuple[int, Window]]]:
    """Windows with the number of their reading, as many as a network reads in one step."""
    group: list[tuple[int, Window]] = []
    size = 0
    for at, reading in enumerate(readings):
        for window in reading.windows:
            if group and size + len(window.ids) > _TOGETHER:
                yield group
                group, size = [], 0
            group.append((at, window))
            size += len(window.ids)
    if group:
        yield group


def _decoded(reading: Reading, rows: Sequence[list[list[float]]], types: Sequence[str]) -> list[TaggedSpan]:
    found = []
    for column, category in enumerate(types):
        path = best_path([row[column] for row in rows])
        for first, last in spans(path):
            score = exp(sum(rows[at][column][path[at]] for at in range(first, last)) / (last - first))
            found.append(TaggedSpan(reading.words[first][0], reading.words[last - 1][1], category, score))
    return apart(found)


def apart(found: Iterable[TaggedSpan]) -> list[TaggedSpan]:
    """Of spans that overlap (of several types), the surest, in order.

    >>> apart([TaggedSpan(0, 4, "gene", 0.7), TaggedSpan(2, 6, "disease", 0.9), TaggedSpan(7, 9, "gene", 0.6)])
    [TaggedSpan(start=2, end=6, category='disease', score=0.9), TaggedSpan(start=7, end=9, category='gene', score=0.6)]
    """
    kept: list[TaggedSpan] = []
    taken: set[int] = set()
    for span in sorted(found, key=lambda one: (-one.score, one.start, one.end)):
        place = range(span.start, span.end)
        if taken.isdisjoint(place):
            kept.append(span)
            taken.update(place)
    return sorted(kept)
