"""Words and word pieces of raw text, in windows that a network can read, with exact offsets.

Labels belong to words (as the tokenizer's own rule splits them), so that no span can begin or end inside of one.
A network reads the pieces of several sentences at once; a sentence that is longer than a window is read in several
that overlap, and each of its words counts where it has most text around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from ingest.text.sentences import sentences
from kg.errors import ModelRefused
from kg.vocab import CATEGORIES

_SURROGATES = re.compile(r"[\ud800-\udfff]")
_OVERLAP = 24
"""Words that two windows of one long sentence share."""
_KINDS = tuple(CATEGORIES)
_SHAPES = 6
FEATURES = _SHAPES + 2 * len(_KINDS)
"""Numbers beside each piece: how its word is written, and where names of the dictionary begin and go on."""
Named = tuple[int, int, str]
"""Start, end, category of a name that the dictionary finds."""
Features = npt.NDArray[np.float32]


class Window(msgspec.Struct, frozen=True):
    """What a network reads at once.

    ``ids`` and ``features`` (rows) are of pieces, with the two marks around them; word ``first + i`` of the text has
    its first piece at ``heads[i]``. Only the words from ``begin`` to ``end`` count in this window.
    """

    ids: tuple[int, ...]
    features: Features
    first: int
    heads: tuple[int, ...]
    begin: int
    end: int


class Reading(msgspec.Struct, frozen=True):
    """A text in words (start, end in code points, in order) and windows, whose counted words are all words once."""

    words: tuple[tuple[int, int], ...]
    windows: tuple[Window, ...]


class Pieces:
    """The tokenizer of one model, read from JSON; ``size`` is the most pieces of a window, marks included.

    Raises ModelRefused for a file that is no tokenizer of BERT's kind.
    """

    def __init__(self, path: Path, size: int) -> None:
        from tokenizers import Tokenizer  # as heavy as a model, so only when there is one

        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises nothing narrower
            raise ModelRefused(path=path.parent, why="tokenizer") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        opened, closed = self._tokenizer.token_to_id("[CLS]"), self._tokenizer.token_to_id("[SEP]")
        if opened is None or closed is None:
            raise ModelRefused(path=path.parent, why="tokenizer")
        self._marks = (opened, closed)
        self._size = size - 2

    def read(self, text: str, names: Iterable[Named] = ()) -> Reading:
        """The words and windows of raw ``text``; unpaired surrogates are read as unknown characters."""
        spans = sentences(text)
        clean = _SURROGATES.sub("\ufffd", text)
        words: list[tuple[int, int]] = []
        units: list[list[tuple[int, ...]]] = []
        for start, end in spans:
            # One by one: a batch wakes the tokenizer's own threads, which costs an abstract four times as much.
            made = self._tokenizer.encode(clean[start:end], add_special_tokens=False)
            units.append([])
            last: int | None = None
            for piece, (a, b), word in zip(made.ids, made.offsets, made.word_ids, strict=True):
                if word == last:
                    words[-1] = (words[-1][0], start + b)
                    units[-1][-1] += (piece,)
                else:
                    words.append((start + a, start + b))
                    units[-1].append((piece,))
                    last = word
        if not text.isascii():
            limits = [*(start for start, _ in words), len(text)][1:]
            words = [(start, _past_marks(text, end, limit)) for (start, end), limit in zip(words, limits, strict=True)]
        described = _described(text, words, sorted(names))
        return Reading(tuple(words), tuple(self._windows(units, described)))

    def _windows(self, units: Sequence[Sequence[tuple[int, ...]]], described: Features) -> Iterator[Window]:
        """Sentences together as long as there is room; one that is too long for itself in parts."""
        first = 0
        group: list[tuple[int, ...]] = []
        for unit in units:
            size = sum(map(len, unit))
            if group and sum(map(len, group)) + size > self._size:
                yield self._window(group, first, described, 0, len(group))
                first, group = first + len(group), []
            if size <= self._size:
                group += unit
            else:
                yield from self._parts(unit, first, described)
                first += len(unit)
        if group:
            yield self._window(group, first, described, 0, len(group))

    def _parts(self, unit: Sequence[tuple[int, ...]], first: int, described: Features) -> Iterator[Window]:
        start = counted = 0
        while counted < len(unit):
            end, room = start, self._size
            while end < len(unit) and (len(unit[end]) <= room or end == start):
                room -= len(unit[end])
                end += 1
            overlap = min(_OVERLAP, (end - start) // 2)
            until = len(unit) if end == len(unit) else end - overlap // 2
            yield self._window(unit[start:end], first + start, described, counted - start, until - start)
            counted = until
            start = max(start + 1, end - overlap)

    def _window(self, unit: Sequence[tuple[int, ...]], first: int, described: Features, begin: int, end: int) -> Window:
        opened, closed = self._marks
        # A word of more pieces than a window has room for is read by those that fit.
        pieces = [piece for word in unit for piece in word][: self._size]
        sizes = [len(word) for word in unit]
        owners = np.repeat(np.arange(len(unit)), sizes)[: self._size]
        heads = tuple(accumulate(sizes[:-1], initial=1))
        features = np.zeros((len(pieces) + 2, FEATURES), dtype=np.float32)
        features[1:-1] = described[first : first + len(unit)][owners]
        return Window((opened, *pieces, closed), features, first, heads, begin, end)


def _past_marks(text: str, end: int, limit: int) -> int:
    """Behind the accents that stand as characters of their own: normalising took them off."""
    while end < limit and unicodedata.combining(text[end]):
        end += 1
    return end


def _written(word: str) -> tuple[bool, ...]:
    """The ``_SHAPES`` marks of how a word is written."""
    return (
        len(word) > 1 and word.isupper(),
        word[:1].isupper(),
        any(map(str.isupper, word[1:])),
        any(map(str.isdigit, word)),
        not word.isascii(),
        len(word) == 1,
    )


def _described(text: str, words: Sequence[tuple[int, int]], names: Sequence[Named]) -> Features:
    """One row a word: its shape (the tokenizer may know no case), and what the dictionary says of it."""
    rows = np.zeros((len(words), FEATURES), dtype=np.float32)
    if words:
        surfaces = [text[start:end] for start, end in words]
        shapes = {surface: _written(surface) for surface in set(surfaces)}
        rows[:, :_SHAPES] = [shapes[surface] for surface in surfaces]
    at = 0
    for start, end, category in names:
        if category not in CATEGORIES:
            continue
        while at < len(words) and words[at][1] <= start:
            at += 1
        place = _SHAPES + 2 * _KINDS.index(category)
        for number in range(at, len(words)):
            if words[number][0] >= end:
                break
            rows[number][place + (number > at)] = 1.0
    return rows
