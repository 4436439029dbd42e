"""Chinese that no label covers, in a query: its pieces as English words, its stretches as the nearest concepts.

A stretch is taken for a concept where its vector is near enough to the name of one that something here is about; how
near was calibrated when the alignment was trained. What is found so is marked (``LIKENESS``), scores less than a name,
and goes to search by concepts, never straight to passages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from math import exp
from typing import Literal

import msgspec

from kg.errors import VectorEngineFailed
from kg.index.analysis import fold, has_han, tokens
from kg.index.passages import PassageIndex
from kg.index.text import TextIndex
from kg.search.base import ConceptMatch
from kg.search.glossary import Piece, Words
from kg.search.guessing import Guessing, Held
from kg.search.layer import Layer

LIKENESS: Literal["likeness"] = "likeness"
"""The reason of concepts that were found so, and the kind of the hint that tells them."""
LONGEST = 20
"""Characters of a stretch that is compared with names."""
MOST = 3
"""Names that a stretch is taken for; concepts of one name, but for plurals, count as one."""
MOST_STRETCHES = 8
"""Of a query; each costs a search among the concepts."""
_LOOKED_AT = 30
_FAINT = 0.05
"""Share of the likeliest name below which another is not followed."""
SURE = 0.5
"""Share from which a name for the whole query stands instead of names of its parts: right more often than not."""
_TEMPER = 0.5
"""Power of a share that a concept counts with: the second and third name are to be heard, too."""
_APART = 0.1
"""Cosine below the best at which a name counts a third (1/e) of it."""
_LEAST = 2
_BRIEF = 6
"""Characters up to which a whole query of which nothing is known may hold what also binds phrases (氢化可的松)."""
_ASKS = (
    "什么",
    "哪",
    "呢",
    "怎",
    "谁",
    "如何",
    "是否",
    "能否",
    "或",
    "和",
    "与",
    "及",
    "的",
    "在",
    "是",
    "有没有",
    "引起",
    "导致",
)
"""What binds words to questions and phrases; a run with any is no single name and is compared in parts only."""
_ASKING = "吗"
"""The same at the end; elsewhere it is a sound (吗啡, 噻吗洛尔)."""
_OF = "的"
_JOINS = " -·'"
"""What may stand between the parts of one name."""


class Stretch(msgspec.Struct, frozen=True):
    """``query[start:end]``: the English words of its pieces, in their order, and what it was taken for; where that is
    ``sure``, names of its parts mean nothing by themselves."""

    start: int
    end: int
    words: Words = ()
    matches: tuple[ConceptMatch, ...] = ()
    sure: bool = False


class Bridging:
    """Reads queries of one generation with one layer of an alignment; keeps nothing of what it is asked."""

    def __init__(self, layer: Layer, passages: PassageIndex, text: TextIndex) -> None:
        self._layer = layer
        self._passages = passages
        self._text = text
        self._guessing = Guessing(layer, passages, text)

    def read(self, query: str, matches: Iterable[ConceptMatch], held: Held) -> tuple[Stretch, ...]:
        """Stretches in order of their start; those with concepts may overlap what ``matches`` cover, not each other."""
        told = "".join(low if len(low := fold(letter)) == 1 else letter for letter in query)
        matches = tuple(matches)
        covered = {at for match in matches for at in range(match.start, match.end)}
        whole = self._whole(query, told, matches, held)
        found: list[Stretch] = [whole] if whole else []
        compared = 0
        for start, end in _runs(told):
            open_ = [at for at in range(start, end) if at not in covered]
            if not open_:
                continue
            pieces = self._pieces(told, start, end, covered)
            taken: list[Stretch] = []
            for first, last in () if whole else self._candidates(told, start, end, pieces, covered):
                if compared == MOST_STRETCHES:
                    break
                if any(one.start < last and first < one.end for one in taken):
                    continue
                compared += 1
                if near := self._nearest(query, told, first, last, held):
                    taken.append(Stretch(first, last, (), near))
            found += taken
            found += [Stretch(piece.start, piece.end, piece.words) for piece in pieces]
        return tuple(sorted(found, key=lambda one: (one.start, -one.end)))

    def _whole(self, query: str, told: str, matches: Sequence[ConceptMatch], held: Held) -> Stretch | None:
        """The whole query as one name, also one that is not written in Chinese characters alone (2型糖尿病). Where
        names cover most of it already, only what is sure, and none of these."""
        start, end = len(told) - len(told.lstrip()), len(told.rstrip())
        own = [at for at in range(start, end) if has_han(told[at])]
        inside = [one for one in matches if one.start < end and start < one.end]
        if not _LEAST <= len(own) <= end - start <= LONGEST:
            return None
        if any(one.start <= start and end <= one.end for one in inside):
            return None
        joined = not inside and all(one.isalnum() or one in _JOINS for one in told[start:end])
        if not joined and not told[start:end].isalnum():
            return None
        if _asks(told[start:end], brief=end - start <= _BRIEF and not inside):
            return None
        left = sum(not any(one.start <= at < one.end for one in inside) for at in own)
        mostly = 2 * left < len(own)
        near = self._guessed(query, told, start, end, held, max(self._layer.alone, SURE if mostly else 0.0))
        new = {one.concept for one in near}.isdisjoint(one.concept for one in inside)
        if not near or (mostly and not new):
            return None
        return Stretch(start, end, (), near, new and near[0].score >= SURE**_TEMPER)

    def _pieces(self, told: str, start: int, end: int, covered: Collection[int]) -> list[Piece]:
        """What the glossary knows between the places that names cover."""
        found: list[Piece] = []
        for first, last in _apart(start, end, covered):
            found += (
                Piece(first + piece.start, first + piece.end, piece.words)
                for piece in self._layer.glossary.read(told[first:last])
            )
        return found

    @staticmethod
    def _candidates(
        told: str, start: int, end: int, pieces: Iterable[Piece], covered: Collection[int]
    ) -> Iterator[tuple[int, int]]:
        """The whole run, and then the longest stretches that are covered by pieces and names, some of it by pieces."""
        whole = not told[:start].strip() and not told[end:].strip()
        if not whole and _LEAST <= end - start <= LONGEST and not _asks(told[start:end]):
            yield start, end
        known = {at for piece in pieces for at in range(piece.start, piece.end)}
        for first, last in _apart(
            start, end, {at for at in range(start, end) if at not in known and at not in covered}
        ):
            own = sum(at in known for at in range(first, last))
            if own >= _LEAST and (first, last) != (start, end) and last - first <= LONGEST:
                yield first, last

    def _guessed(
        self, query: str, told: str, start: int, end: int, held: Held, least: float
    ) -> tuple[ConceptMatch, ...]:
        """What a query means that is nothing else, by all that speaks for a name; nothing where the likeliest is not as
        likely as ``least``."""
        try:
            guesses = self._guessing.of(told[start:end], held)
        except VectorEngineFailed:
            return ()
        taken = list(dict.fromkeys(one.group for one in guesses))[:MOST]
        if not guesses or guesses[0].share < least:
            return ()
        return tuple(
            ConceptMatch(one.card.id, start, end, query[start:end], round(one.share**_TEMPER, 4), LIKENESS)
            for one in guesses if one.group in taken and one.share >= _FAINT * guesses[0].share
        )  # fmt: skip

    def _nearest(self, query: str, told: str, start: int, end: int, held: Held) -> tuple[ConceptMatch, ...]:
        [vector] = self._layer.vectors([told[start:end]])
        if not vector.any():
            return ()
        try:
            near = [
                hit for hit in self._passages.nearest("concept", vector, _LOOKED_AT) if hit.score >= self._layer.near
            ]
        except VectorEngineFailed:
            return ()  # Words and names still answer; what is lacking is told by who asks for vectors of texts.
        cards = [(self._text.card("concept", hit.row), hit.score) for hit in near]
        kept = held([card.id for card, _ in cards])
        names: dict[tuple[str, ...], float] = {}
        found: list[ConceptMatch] = []
        for card, score in cards:
            name = tuple(sorted(tokens(card.en)))
            if card.id not in kept or (name not in names and len(names) == MOST):
                continue
            sure = min(names.setdefault(name, score), 1.0)
            best = next(iter(names.values()))
            sure *= exp((sure - best) / _APART)
            found.append(ConceptMatch(card.id, start, end, query[start:end], round(sure, 4), LIKENESS))
        return tuple(found)


def _asks(text: str, *, brief: bool = False) -> bool:
    """Whether a text is a question or a phrase, and no single name.

    >>> _asks("什么是哮喘"), _asks("吗啡"), _asks("可以吗"), _asks("氢化可的松", brief=True)
    (True, False, True, False)
    """
    return text.endswith(_ASKING) or any(asks in text for asks in _ASKS if not (brief and asks == _OF))


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of Chinese characters."""
    yield from _apart(0, len(text), {at for at, letter in enumerate(text) if not has_han(letter)})


def _apart(start: int, end: int, gaps: Collection[int]) -> Iterator[tuple[int, int]]:
    """The stretches between gaps."""
    first = start
    for at in range(start, end + 1):
        if at == end or at in gaps:
            if at > first:
                yield first, at
            first = at + 1
