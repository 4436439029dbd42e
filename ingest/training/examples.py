"""Labelled documents as windows with a label for each word and type; what a corpus does not label stays unknown."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from ingest.labelled import LabelledDocument
from ingest.text.bio import UNKNOWN, labels
from ingest.text.pieces import Named, Pieces, Reading, Window
from kg.model.document import Document
from kg.model.evidence import Mention

Labels = npt.NDArray[np.int64]
Dictionary = Callable[[Document], Sequence[Mention]]
"""What the dictionary tier finds, without any training mention in it."""
HELD_OUT = 10
"""One document of so many is not trained on: thresholds are chosen on it."""


class Part(msgspec.Struct, frozen=True):
    """Documents of one corpus, in which all mentions of ``types`` are labelled; ``digest`` is its file's SHA-256."""

    name: str
    types: tuple[str, ...]
    documents: tuple[LabelledDocument, ...]
    digest: str = ""


class Example(msgspec.Struct, frozen=True):
    """A window and the labels of its words that count: (words, types)."""

    window: Window
    labels: Labels


def held_out(document: LabelledDocument) -> bool:
    """By its id alone, so that all seeds leave out the same ones."""
    return int(hashlib.sha256(f"held out {document.id}".encode()).hexdigest(), 16) % HELD_OUT == 0


def named(document: LabelledDocument, dictionary: Dictionary | None) -> dict[str, list[Named]]:
    """The names that the dictionary finds, by passage."""
    found: dict[str, list[Named]] = {passage.key: [] for passage in document.passages}
    for mention in dictionary(document.document) if dictionary else ():
        found[mention.passage].append((mention.start, mention.end, mention.category))
    return found


def examples(part: Part, types: Sequence[str], pieces: Pieces, dictionary: Dictionary | None) -> Iterator[Example]:
    """The windows of all passages; mentions of one type that overlap are labelled as the longest of them."""
    for document in part.documents:
        names = named(document, dictionary)
        for passage in document.passages:
            reading = pieces.read(passage.text, names[passage.key])
            table = np.full((len(reading.words), len(types)), UNKNOWN, dtype=np.int64)
            for column, kind in enumerate(types):
                if kind in part.types:
                    spans = (
                        (one.start, one.end) for one in document.mentions
                        if one.passage == passage.key and one.type == kind
                    )  # fmt: skip
                    table[:, column] = labels(_in_words(reading, spans), len(reading.words))
            for window in reading.windows:
                yield Example(window, table[window.first + window.begin : window.first + window.end])


def _in_words(reading: Reading, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The words that spans touch: a span that cuts a word is widened to it."""
    starts = [start for start, _ in reading.words]
    ends = [end for _, end in reading.words]
    for start, end in spans:
        first, last = bisect_right(ends, start), bisect_left(starts, end)
        if first < last:
            yield first, last
