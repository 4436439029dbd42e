"""What a sentence says of its mentions: absent, doubted, a relative's, over, only supposed; with the cue that says so.

After NegEx (Chapman et al. 2001) and ConText (Harkema et al. 2009): a cue reaches over the words after or before it
until something ends its reach, and along a list that begins within it. One algorithm for both languages; cues, and
what ends them or lies beyond them, are tables.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Literal

from ingest.text.cues import Found, Places, cues
from ingest.text.reach import Named, Reach
from ingest.text.sentences import Span
from ingest.text.simplified import simplified
from kg.model.attribute import Attribute

VERSION = "attributes4"
"""Changes with cues and rules."""
_LABEL = re.compile(r"(?:^|[.;。；!！\s])[^\W\d_][\w /-]{1,40}[:：]")
"""Something that looks like a heading, and ends the one before."""
_FINDINGS = frozenset({"disease", "symptom", "variant", "other"})
_ABOUT: dict[str, frozenset[str]] = {
    "negated": _FINDINGS | {"drug", "chemical", "test", "procedure", "organism"},
    "uncertain": _FINDINGS,
    "family": _FINDINGS | {"drug", "chemical", "test", "procedure"},
    "history": _FINDINGS | {"procedure"},
}
"""What a kind is said of; of anything where the kind is not named here. A gene is not absent where its mutation is."""


class TextAttributes:
    """The attributes of the mentions of one text, sentence by sentence: the text is searched for cues once."""

    def __init__(self, text: str, language: str) -> None:
        self._code: Literal["en", "zh"] = "zh" if language == "zh" else "en"
        self._text = text = simplified(text) if self._code == "zh" else text
        self._cues = cues(self._code)
        self._places: Places = self._cues.places(text)
        self._headings = self._cues.headings(text, self._places)

    def of(self, sentence: Span, mentions: Sequence[Named]) -> list[tuple[Attribute, ...]]:
        """Those of each mention of a sentence, each kind once, by its nearest cue; offsets are those of the text."""
        found = self._cues.found(self._text, *sentence, self._places) if self._places.at else []
        if beside := self._cues.beside(self._text, sentence, mentions):
            found = sorted([*found, *beside], key=itemgetter(1))
        above = self._above(min(mentions)[0]) if self._headings and mentions else None
        if not found and above is None:
            return [()] * len(mentions)
        kept = list(_kept(found, mentions))
        found = [one for one in kept if one.cue.kind != "aside"]
        reach = Reach(self._text, self._code, sentence, mentions, kept)
        told: list[dict[str, tuple[int, Attribute]]] = [{} for _ in mentions]
        for one in found:
            if one.cue.speaks:
                _tell(one, mentions, reach.of(one, found), told)
        if above is not None:
            _tell(above, mentions, range(len(mentions)), told)
        return [tuple(attribute for _, (_, attribute) in sorted(kinds.items())) for kinds in told]

    def _above(self, at: int) -> Found | None:
        """The heading of the line in which a mention stands."""
        before = [one for one in self._headings if one.start < at]
        if before and not _LABEL.search(self._text, before[-1].end, at) and "\n" not in self._text[before[-1].end : at]:
            return before[-1]
        return None


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
    return TextAttributes(text, language).of(sentence, mentions)


def _kept(found: Sequence[Found], mentions: Sequence[Named]) -> Iterator[Found]:
    """Cues of a sentence outside of its mentions; what is passed over hides what stands in it."""
    named = sorted(mentions)
    at = 0
    for one in found:
        place = bisect_left(named, (one.start + 1,)) - 1
        if one.start >= at and (place < 0 or named[place][1] <= one.start):
            at = one.end
            yield one


def _tell(
    one: Found, mentions: Sequence[Named], places: Iterable[int], told: list[dict[str, tuple[int, Attribute]]]
) -> None:
    """Note a cue with the mentions that it reaches, where its kind is said of such and none stands nearer."""
    kind = one.cue.kind
    for place in places:
        start, end, category = mentions[place]
        if kind in _ABOUT and category not in _ABOUT[kind] and category not in one.cue.about:
            continue
        if one.cue.only and category not in one.cue.only:
            continue
        distance = max(start - one.end, one.start - end)
        if kind not in told[place] or distance < told[place][kind][0]:
            told[place][kind] = distance, Attribute(kind, one.start, one.end)  # type: ignore[arg-type]
