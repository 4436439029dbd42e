"""Words that say of what is named near them that it is absent, doubted, a relative's, over, or only supposed.

They are data: ``cues.en.toml`` and ``cues.zh.toml``. The rows that are no attribute say where other rows would be
wrong: ``aside`` is passed over with all that it matches, ``stop`` ends the reach of any cue, ``over`` names something
else that the cue speaks about instead (*no increase in*, 没有…的药). Where several rows match at one place, the first
in the file counts.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

import msgspec

from ingest.text.openings import WORDS, Openings, openings
from ingest.text.sentences import Span
from kg.model.attribute import AttributeKind


class Cue(msgspec.Struct, frozen=True):
    """``direction``: where the mentions stand that it speaks about: after it, before it, anywhere in its clause.

    ``ends``: the kinds of cues whose reach a ``stop`` ends, or that an ``over`` takes a mention from; all where there
    are none. A ``stop`` that stands ``before`` what it bounds ends only what reaches it from before. ``reach``: words,
    in Chinese characters, that it reaches over; as far as the language allows where it is 0. ``across``: past what
    ends other reaches. ``heading``: at the head of a line or sentence, over the whole line. ``fronted``: up to the
    comma where a sentence begins with it. ``about``: categories of mentions beside those that its kind is said of;
    ``only``: those alone. ``subject``: of a subject, not of what narrows it (*patients with gout were not seen*).
    ``beside``: is looked for only next to mentions, a ``stop`` behind them with blanks and commas between. ``alone``:
    speaks only where its clause has nothing but mentions and what lists or places them (肝癌？). ``late``: a ``stop``
    so common that it is looked for only behind a cue that it may end.
    """

    kind: AttributeKind | Literal["aside", "stop", "over"]
    patterns: tuple[str, ...]
    direction: Literal["after", "before", "around"] = "after"
    ends: tuple[AttributeKind, ...] = ()
    reach: int = 0
    across: bool = False
    heading: bool = False
    fronted: bool = False
    about: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    subject: bool = False
    beside: bool = False
    alone: bool = False
    late: bool = False

    @property
    def speaks(self) -> bool:
        """Whether it says something of a mention."""
        return self.kind not in ("aside", "stop", "over")


class Found(NamedTuple):
    """Where a cue stands in a text."""

    cue: Cue
    start: int
    end: int


_BETWEEN = r"[ \u3000,，、]*"
"""What may stand between a mention and a ``stop`` that counts only behind one."""
Row = tuple[Cue, re.Pattern[str], set[str]]
"""A row with its pattern and what that may begin with."""


class Places(NamedTuple):
    """Where rows of attributes may begin in one text, in order, and the rows of each place.

    ``every``: where any row may, and ``rows`` has them all, for a language in which they are looked for at once.
    """

    at: list[int]
    rows: dict[int, list[int]]
    every: list[int]


class Cues:
    """The cues of one language.

    Hundreds of patterns are slow to try at every place, so an automaton finds where the letters stand that a pattern
    begins with, and only the rows of these are tried there.
    """

    def __init__(self, rows: Sequence[Row], *, words: bool) -> None:
        # What stands everywhere, but counts only next to a mention, would make the places of all texts many more.
        self._beside = [(cue, pattern.match) for cue, pattern, _ in rows if cue.beside and cue.speaks]
        self._signs = {start[0] for cue, _, starts in rows if cue.beside and cue.speaks for start in starts}
        self._turns = [(cue, re.compile(_BETWEEN + pattern.pattern).match) for cue, pattern, _ in rows
                       if cue.beside and cue.kind == "stop"]  # fmt: skip
        before = r"(?<![\w-])" if words else ""
        self._late = [
            (cue, re.compile(before + pattern.pattern, pattern.flags)) for cue, pattern, _ in rows if cue.late
        ]
        rows = [row for row in rows if not row[0].beside and not row[0].late]
        self._rows = [(cue, pattern.match) for cue, pattern, _ in rows]
        self._words = words
        starts = [(number, start) for number, (_, _, starts) in enumerate(rows) for start in starts]
        self._speak = {number for number, (cue, _, _) in enumerate(rows) if cue.speaks}
        self._all = Openings(starts, words=words)
        self._speaking = Openings([one for one in starts if one[0] in self._speak], words=words)
        self._headings = {number for number, (cue, _, _) in enumerate(rows) if cue.heading}

    def places(self, text: str) -> Places:
        """Where attributes may be told in a text: one pass over it, for all of its sentences."""
        if self._words:
            rows = self._speaking.places(text, 0, len(text))
            return Places(sorted(rows), rows, [])
        # Most sentences of few signs tell something, so that all rows are looked for at once.
        rows = self._all.places(text, 0, len(text))
        every = sorted(rows)
        return Places([at for at in every if not self._speak.isdisjoint(rows[at])], rows, every)

    def found(self, text: str, start: int, end: int, places: Places) -> list[Found]:
        """Each place of a sentence where a cue begins, with the first row that fits and its end; they may overlap.

        Nothing where no row of an attribute fits, as in most sentences: what ends a reach is not asked for there.
        """
        at = places.at
        first = bisect_left(at, start)
        while first < len(at) and at[first] < end:
            if self._match(text, at[first], end, places.rows[at[first]]):
                break
            first += 1
        else:
            return []
        found = self.every(text, start, end, places)
        return found if any(one.cue.speaks for one in found) else []

    def every(self, text: str, start: int, end: int, places: Places) -> list[Found]:
        """The same of all rows, also where none of them is of an attribute."""
        if self._words:
            rows = self._all.places(text, start, end)
            inside = sorted(rows)
        else:
            rows = places.rows
            inside = places.every[bisect_left(places.every, start) : bisect_left(places.every, end)]
        return [one for place in inside if (one := self._match(text, place, end, rows[place]))]

    def beside(self, text: str, sentence: Span, mentions: Iterable[tuple[int, int, str]]) -> list[Found]:
        """Cues that count only next to a mention, in order."""
        signs = self._signs
        if not signs:
            return []
        first, last = sentence
        places = []
        for start, end, _ in mentions:
            if end < last and text[end] in signs:
                places.append(end)
            if start > first and text[start - 1] in signs:
                places.append(start - 1)
        if not places:
            return []
        rows = ((cue, at, match(text, at, last)) for at in sorted(set(places)) for cue, match in self._beside)
        return [Found(cue, at, here.end()) for cue, at, here in rows if here]

    def turns(self, text: str, end: int, kind: str) -> bool:
        """Whether a sentence goes on behind a mention with what a cue of a kind does not speak about."""
        return any(match(text, end) for cue, match in self._turns if not cue.ends or kind in cue.ends)

    def ended(self, text: str, start: int, end: int, kind: str, hidden: Sequence[Span]) -> int:
        """Where the first ``late`` word stands that ends a cue of a kind, outside of what is hidden; else ``end``."""
        for cue, pattern in self._late:
            if kind in cue.ends:
                for here in pattern.finditer(text, start, end):
                    if not any(first <= here.start() < last for first, last in hidden):
                        end = here.start()
                        break
        return end

    def headings(self, text: str, places: Places) -> list[Found]:
        """The headings of a text, in order."""
        if not self._headings or not (":" in text or "：" in text):
            return []
        return [
            one
            for at in places.at
            if not self._headings.isdisjoint(places.rows[at])
            and (one := self._match(text, at, len(text), places.rows[at]))
            and one.cue.heading
        ]

    def _match(self, text: str, at: int, end: int, rows: list[int]) -> Found | None:
        for number in sorted(rows) if len(rows) > 1 else rows:
            cue, match = self._rows[number]
            if (here := match(text, at, end)) and not (self._words and _is_name(here[0], text, end)):
                return Found(cue, at, here.end())
        return None


def _is_name(cue: str, text: str, end: int) -> bool:
    """Whether capitals make a name of it: NO is a gas, IF a factor, unless all is in capitals."""
    return 1 < len(cue) < 4 and cue.isupper() and not text[:end].isupper()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: dict[str, tuple[str, ...]]
    cue: tuple[Cue, ...]


@lru_cache(maxsize=2)
def cues(language: Literal["en", "zh"]) -> Cues:
    """The cues of a language.

    >>> text = "No evidence of asthma."
    >>> known = cues("en")
    >>> [(cue.kind, text[start:end]) for cue, start, end in known.found(text, 0, 22, known.places(text))]
    [('negated', 'No evidence of'), ('aside', 'evidence of')]
    """
    file = msgspec.convert(tomllib.loads((files("ingest.text") / f"cues.{language}.toml").read_text("utf-8")), _File)
    words = {name: f"(?:{'|'.join(values)})" for name, values in file.words.items()}
    # A cue is whole words or a prefix with its hyphen in English; there are no blanks between Chinese ones.
    edge = r"(?:(?<=-)|(?![\w-]))" if language == "en" else ""
    rows = []
    for row in file.cue:
        patterns = "|".join(WORDS.sub(lambda name: words[name[1]], one.replace(" ", r"\s+")) for one in row.patterns)
        starts = openings(row.patterns, file.words, whole=language == "en")
        rows.append((row, re.compile(f"(?:{patterns}){edge}", re.IGNORECASE), starts))
    return Cues(rows, words=language == "en")
