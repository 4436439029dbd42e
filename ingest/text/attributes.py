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
Named = tuple[int, int, str]
"""A mention: start, end, category."""


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


_FINDINGS = frozenset({"disease", "symptom", "variant", "other"})
_ABOUT: dict[str, frozenset[str]] = {
    "negated": _FINDINGS | {"drug", "chemical", "test", "procedure", "organism"},
    "uncertain": _FINDINGS,
    "family": _FINDINGS | {"drug", "chemical", "test", "procedure"},
    "history": _FINDINGS | {"procedure"},
}
"""What a kind is said of; of anything where the kind is not named here. A gene is not absent where its mutation is."""


class _Found(NamedTuple):
    cue: Cue
    start: int
    end: int


def attributes(text: str, sentence: Span, mentions: Sequence[Named], language: str) -> list[tuple[Attribute, ...]]:
    """The attributes of each mention of a sentence, each kind once, by its nearest cue; offsets are those of ``text``.

    >>> text = "No fever or cough, but possible pneumonia."
    >>> spans = [(3, 8, "symptom"), (12, 17, "symptom"), (32, 41, "disease")]
    >>> [[one.kind for one in found] for found in attributes(text, (0, 42), spans, "en")]
    [['negated'], ['negated'], ['uncertain']]
    >>> text = "无发热、咳嗽，考虑肺炎。"
    >>> spans = [(1, 3, "symptom"), (4, 6, "symptom"), (9, 11, "disease")]
    >>> [[one.kind for one in found] for found in attributes(text, (0, 12), spans, "zh")]
    [['negated'], ['negated'], ['uncertain']]
    """
    code: Literal["en", "zh"] = "zh" if language == "zh" else "en"
    found = list(_cues(text, sentence, mentions, cues(code)))
    if all(one.cue.kind == "stop" for one in found):
        return [()] * len(mentions)
    stops = [one for one in found if one.cue.kind == "stop"]
    reaches = [(one, _reach(text, one, stops, sentence, _MANNERS[code])) for one in found if one.cue.kind != "stop"]
    return [tuple(_of(mention, reaches)) for mention in mentions]


def _cues(text: str, sentence: Span, mentions: Sequence[Named], known: Cues) -> Iterator[_Found]:
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
    ends = [sentence[1]]
    if not one.cue.across:
        ends += [stop.start for stop in stops if stop.start >= one.end]
        ends += [sign.start() for sign in [manner.ends.search(text, one.end, sentence[1])] if sign]
    for number, unit in enumerate(manner.unit.finditer(text, one.end, min(ends))):
        if number == (one.cue.reach or manner.units):
            return unit.start()
    return min(ends)


def _left(text: str, one: _Found, stops: Sequence[_Found], sentence: Span, manner: _Manner) -> int:
    starts = [sentence[0], *(stop.end for stop in stops if stop.end <= one.start)]
    starts += [sign.end() for sign in manner.ends.finditer(text, sentence[0], one.start)]
    units = [unit.start() for unit in manner.unit.finditer(text, max(starts), one.start)]
    far = units[-one.cue.reach :] if one.cue.reach else units
    return far[0] if far else one.start


def _of(mention: Named, reaches: Sequence[tuple[_Found, Span]]) -> Iterator[Attribute]:
    nearest: dict[str, tuple[int, Attribute]] = {}
    for one, (start, end) in reaches:
        kind = one.cue.kind
        if kind in _ABOUT and mention[2] not in _ABOUT[kind] and mention[2] not in one.cue.about:
            continue
        # A cue in the middle of what it speaks about on both sides is beside each mention, never within one.
        distance = max(mention[0] - one.end, one.start - mention[1])
        if kind == "aside" or kind == "stop" or not _within(one, mention, start, end) or distance < 0:
            continue
        if kind not in nearest or distance < nearest[kind][0]:
            nearest[kind] = distance, Attribute(kind, one.start, one.end)
    for _, (_, attribute) in sorted(nearest.items()):
        yield attribute


def _within(one: _Found, mention: Named, start: int, end: int) -> bool:
    """Whether a mention begins in the reach of what stands before it, or ends in that of what stands behind it."""
    return start <= mention[0] < end if mention[0] >= one.end else start < mention[1] <= end
