"""Which mentions of a sentence a cue speaks about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

from ingest.text.cues import Found, cues
from ingest.text.manners import MANNERS
from ingest.text.sentences import Span

Named = tuple[int, int, str]
"""A mention: start, end, category."""


_CLAUSE = re.compile("[，。；：！？（,;:!?(\n]")
"""What a clause without a verb begins behind."""
_FOUND = frozenset({"disease", "symptom"})
_EXAMPLES = re.compile(r"includ|such|e\.g")
_GAP = 80
"""Signs between two neighbours of a list, at most."""
_COMMA = re.compile("[，,]")
_INSIDE = re.compile(r"[^()\[\]（）]*(?=[)\]）])")
"""The rest of what stands in brackets."""
_AND = re.compile(r",\s+(?:and|but)\s+(?:the\s+|his\s+|her\s+)?")
_PHRASE = re.compile(r"[^,]*(?=,\s)")


class Reach:
    """The mentions of one sentence, and what ends a reach or lies beyond it there."""

    def __init__(
        self, text: str, language: Literal["en", "zh"], sentence: Span, mentions: Sequence[Named],
        kept: Sequence[Found],
    ) -> None:  # fmt: skip
        self._text, self._sentence, self._manner = text, sentence, MANNERS[language]
        self._cues = cues(language)
        self._mentions = mentions
        self._order = sorted(range(len(mentions)), key=mentions.__getitem__)
        self._stops = [one for one in kept if one.cue.kind == "stop"]
        # A stop hides no other: *developed* ends what is over and what is denied.
        spoken = [(one.start, one.end) for one in kept if one.cue.kind != "stop"]
        self._hidden = [*spoken, *((start, end) for start, end, _ in mentions)]
        self._over = [one for one in kept if one.cue.kind == "over"]

    def of(self, one: Found, found: Sequence[Found]) -> set[int]:
        """The places, in the list of mentions, of those that a cue speaks about."""
        if one.cue.alone and not self._alone(one):
            return set()
        stops = [stop for stop in self._stops if not stop.cue.ends or one.cue.kind in stop.cue.ends]
        if one.cue.kind == "negated":
            # What is suspected behind a comma is not denied.
            stops += [
                two for two in found if two.cue.kind == "uncertain" and self._text[two.start - 2 : two.start] == ", "
            ]
        reached: set[int] = set()
        if one.cue.direction != "before":
            closing = (two for two in found if two.cue.kind == one.cue.kind and two.cue.direction == "before")
            reached.update(self._after(one, [*closing] if one.cue.across else stops))
        if one.cue.direction != "after":
            reached.update(self._before(one, stops))
        for other in self._over if reached else ():
            if not other.cue.ends or one.cue.kind in other.cue.ends:
                rivals = [rival for rival in found if rival.cue.kind == one.cue.kind and rival is not one]
                reached.difference_update(self._beyond(other, [*stops, one, *rivals]))
        return reached

    def _beyond(self, other: Found, bounds: Sequence[Found]) -> Iterator[int]:
        """The mentions that belong to another word, which no cue that follows it takes away."""
        if other.cue.direction == "before":
            yield from self._before(other, bounds)
            return
        end = min([self._sentence[1], *(one.start for one in bounds if one.start >= other.end)])
        sign = self._manner.breaks.search(self._text, other.end, end)
        yield from self._chosen(other, self._far(other, sign.start() if sign else end), end)

    def _after(self, one: Found, stops: Sequence[Found]) -> Iterator[int]:
        end = min([self._sentence[1], *(stop.start for stop in stops if stop.start >= one.end)])
        hard = end = self._cues.ended(self._text, one.end, end, one.cue.kind, self._hidden)
        if not one.cue.across:
            hard = end = self._closed(one, end)
            if sign := self._manner.ends.search(self._text, one.end, end):
                end = sign.start()
                # Only what is denied is listed in a clause of its own.
                hard = hard if self._manner.stays and one.cue.kind == "negated" and _COMMA.match(sign[0]) else end
            if self._manner.clause and (clause := self._manner.clause.match(self._text, one.end, end)):
                end = clause.end()
        yield from self._chosen(one, self._far(one, end), hard)

    def _closed(self, one: Found, end: int) -> int:
        """Where the brackets end in which a cue stands, or the phrase that a sentence begins with."""
        inside = _INSIDE.match(self._text, one.end, end)
        if one.cue.fronted and one.start == self._sentence[0]:
            inside = _PHRASE.match(self._text, one.end, end) or inside
        return inside.end() if inside else end

    def _far(self, one: Found, end: int) -> int:
        """Where the last unit of a reach ends, and the blanks behind it."""
        far = _units(self._manner.unit, one.cue.reach or self._manner.units).match(self._text, one.end, end)
        return far.end() if far else end

    def _chosen(self, one: Found, end: int, hard: int) -> Iterator[int]:
        """Mentions that begin before ``end``, and what is listed with them before ``hard``."""
        last: int | None = None
        number = 0
        for place in self._order:
            start = self._mentions[place][0]
            if start < one.end:
                continue
            if number == 1 and last is not None and (self._begins(last, place) or self._text[one.end - 1] == "-"):
                return
            if start >= end and (
                last is None or start >= hard or not self._joined(last, place, plain=one.cue.kind == "over")
            ):
                return
            if last is not None and self._runs_on(last, place, one.cue.kind):
                return
            yield place
            if self._cues.turns(self._text, self._mentions[place][1], one.cue.kind):
                return
            last, number = place, number + 1

    def _runs_on(self, one: int, other: int, kind: str) -> bool:
        """Whether a clause goes on behind a denied mention without a sign, as Chinese that is typed fast does."""
        on, end, start = self._manner.on, self._mentions[one][1], self._mentions[other][0]
        if on is None or kind != "negated":
            return False
        return on.match(self._text, end, start) is not None or (start == end and self._apart(one, other))

    def _apart(self, one: int, other: int) -> bool:
        """Whether two mentions are of kinds that no list has together."""
        return len({self._mentions[place][2] in _FOUND for place in (one, other)}) > 1

    def _begins(self, one: int, other: int) -> bool:
        """Whether a mention is the subject of a sentence of its own (*no rash, and aspirin was given*)."""
        verb = self._manner.verb
        gap = self._text[self._mentions[one][1] : self._mentions[other][0]]
        return bool(verb and _AND.fullmatch(gap) and verb.match(self._text, self._mentions[other][1]))

    def _before(self, one: Found, stops: Sequence[Found]) -> Iterator[int]:
        start = self._sentence[0]
        both = (stop for stop in stops if stop.cue.direction != "before" or stop.cue.speaks)
        start = max([start, *(stop.end for stop in both if stop.end <= one.start)])
        for sign in self._manner.ends.finditer(self._text, start, one.start):
            start = sign.end()
        far = start
        if number := min(one.cue.reach, self._manner.units):
            units = [unit.start() for unit in _units(self._manner.unit, 1).finditer(self._text, start, one.start)]
            far = units[-number] if len(units) >= number else start
        last: int | None = None
        for place in reversed(self._order):
            end = self._mentions[place][1]
            if end > one.start:
                continue
            if end <= far and (last is None or end <= start or not self._joined(place, last)):
                return
            if last is not None and self._cues.turns(self._text, end, one.cue.kind):
                return
            if last is not None and self._runs_on(place, last, one.cue.kind):
                return
            if one.cue.subject and last is None and self._narrows(start, self._mentions[place][0]):
                continue
            yield place
            last = place

    def _narrows(self, start: int, at: int) -> bool:
        """Whether what begins at a place only narrows a subject; a sign *of* something is that thing."""
        within = self._manner.within.search(self._text, start, at) if self._manner.within else None
        return within is not None and not within[1]

    def _joined(self, one: int, other: int, *, plain: bool = False) -> bool:
        """Whether two mentions are neighbours in a list; ``plain``: not one of examples for what stands before."""
        begin, end = self._mentions[one][1], self._mentions[other][0]
        gap = self._manner.joins.fullmatch(self._text, begin, end) if end - begin < _GAP else None
        if gap and plain and _EXAMPLES.search(gap[0]):
            return False
        if not gap or (not gap[0].strip() and self._mentions[one][2] != self._mentions[other][2]):
            return False
        if gap[0].strip() in ("(", "（"):
            # A short form in brackets, not a word with more beside it.
            return self._text[self._mentions[other][1] :][:1] in (")", "）")
        if self._manner.stays is None or not _COMMA.search(self._text, begin, end):
            return True
        sign = self._manner.ends.search(self._text, self._mentions[other][1], self._sentence[1])
        return self._stays(end, sign.start() if sign else self._sentence[1])

    def _stays(self, start: int, end: int) -> bool:
        """Whether nothing but mentions and what lists them stands in a clause."""
        return bool(self._manner.stays and self._manner.stays.fullmatch(self._beside(start, end)))

    def _alone(self, one: Found) -> bool:
        """Whether nothing but mentions and what lists or places them stands in the clause before a cue."""
        start = self._sentence[0]
        for sign in _CLAUSE.finditer(self._text, start, one.start):
            start = sign.end()
        return bool(self._manner.alone and self._manner.alone.fullmatch(self._beside(start, one.start)))

    def _beside(self, start: int, end: int) -> str:
        """What stands between two places without the mentions that begin there."""
        rest, at = "", start
        for place in self._order:
            begin, stop, _ = self._mentions[place]
            if at <= begin < end:
                rest += self._text[at:begin]
                at = stop
        return rest + self._text[at:end]


@cache
def _units(unit: str, number: int) -> re.Pattern[str]:
    return re.compile(rf"(?:{unit}){{{number}}}\s*+")
