"""What a sentence says of its mentions: absent, doubted, a relative's, over, only supposed; with the cue that says so.

After NegEx (Chapman et al. 2001) and ConText (Harkema et al. 2009): a cue reaches over the words after or before it
until something ends its reach. One algorithm for both languages; cues, and what ends them, are tables.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from ingest.text.cues import Cue, Cues, cues
from ingest.text.sentences import Span
from kg.model.attribute import Attribute

VERSION = "attributes1"
"""Changes with cues and rules."""


class _Manner(NamedTuple):
    """How far a cue reaches: ``units`` of the text, or a sign that ends any reach."""

    unit: re.Pattern[str]
    units: int
    ends: re.Pattern[str]


_MANNERS: dict[Literal["en", "zh"], _Manner] = {
    "en": _Manner(re.compile(r"\S+"), 9, re.compile(r"[;:]|\.\s|\n")),
    # What is listed with 、 is meant as one.
    "zh": _Manner(re.compile(r"\S"), 24, re.compile(r"[，。；！？,;!?\n]|\s{2,}")),
}


class _Found(NamedTuple):
    cue: Cue
    start: int
    end: int


def attributes(text: str, sentence: Span, mentions: Sequence[Span], language: str) -> list[tuple[Attribute, ...]]:
    """The attributes of each mention of a sentence, each kind once, by its nearest cue; offsets are those of ``text``.

    >>> text = "No fever or cough, but possible pneumonia."
    >>> [[one.kind for one in found] for found in attributes(text, (0, 42), [(3, 8), (12, 17), (32, 41)], "en")]
    [['negated'], ['negated'], ['uncertain']]
    >>> text = "无发热、咳嗽，考虑肺炎。"
    >>> [[one.kind for one in found] for found in attributes(text, (0, 12), [(1, 3), (4, 6), (9, 11)], "zh")]
    [['negated'], ['negated'], ['uncertain']]
    """
    code: Literal["en", "zh"] = "zh" if language == "zh" else "en"
    known = cues(code)
    if not known.speak(text, *sentence):
        return [()] * len(mentions)
    found = list(_cues(text, sentence, mentions, known))
    stops = [one for one in found if one.cue.kind == "stop"]
    reaches = [(one, _reach(text, one, stops, sentence, _MANNERS[code])) for one in found if one.cue.kind != "stop"]
    return [tuple(_of(mention, reaches)) for mention in mentions]


def _cues(text: str, sentence: Span, mentions: Sequence[Span], known: Cues) -> Iterator[_Found]:
    """Cues of a sentence outside of its mentions; what is passed over hides what stands in it."""
    named = sorted(mentions)
    at = sentence[0]
    for cue, start, end in known.found(text, *sentence):
        place = bisect_left(named, (start + 1,)) - 1
        if start >= at and (place < 0 or named[place][1] <= start):
            at = end
            if cue.kind != "aside":
                yield _Found(cue, start, end)


def _reach(text: str, one: _Found, stops: Sequence[_Found], sentence: Span, manner: _Manner) -> Span:
    """From where to where a cue speaks."""
    stops = [stop for stop in stops if not stop.cue.ends or one.cue.kind in stop.cue.ends]
    left = one.end if one.cue.direction == "after" else _left(text, one, stops, sentence, manner)
    right = one.start if one.cue.direction == "before" else _right(text, one, stops, sentence, manner)
    return left, right


def _right(text: str, one: _Found, stops: Sequence[_Found], sentence: Span, manner: _Manner) -> int:
    ends = [sentence[1], *(stop.start for stop in stops if stop.start >= one.end)]
    if sign := manner.ends.search(text, one.end, sentence[1]):
        ends.append(sign.start())
    for number, unit in enumerate(manner.unit.finditer(text, one.end, min(ends))):
        if number == manner.units:
            return unit.start()
    return min(ends)


def _left(text: str, one: _Found, stops: Sequence[_Found], sentence: Span, manner: _Manner) -> int:
    starts = [sentence[0], *(stop.end for stop in stops if stop.end <= one.start)]
    starts += [sign.end() for sign in manner.ends.finditer(text, sentence[0], one.start)]
    return max(starts)


def _of(mention: Span, reaches: Sequence[tuple[_Found, Span]]) -> Iterator[Attribute]:
    nearest: dict[str, tuple[int, Attribute]] = {}
    for one, (start, end) in reaches:
        kind = one.cue.kind
        # A cue in the middle of what it speaks about on both sides is beside each mention, never within one.
        distance = max(mention[0] - one.end, one.start - mention[1])
        if kind == "aside" or kind == "stop" or not (start <= mention[0] and mention[1] <= end) or distance < 0:
            continue
        if kind not in nearest or distance < nearest[kind][0]:
            nearest[kind] = distance, Attribute(kind, one.start, one.end)
    for _, (_, attribute) in sorted(nearest.items()):
        yield attribute
