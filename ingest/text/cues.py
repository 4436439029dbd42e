"""Words that say of what is named near them that it is absent, doubted, a relative's, over, or only supposed.

They are data: ``cues.en.toml`` and ``cues.zh.toml``. The rows that are no attribute say where other rows would be
wrong: ``aside`` is passed over with all that it matches, ``stop`` ends the reach of any cue. Where several rows match
at one place, the first in the file counts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation

from kg.errors import ConfigError
from kg.model.attribute import AttributeKind

_WORDS = re.compile(r"\{([a-z]+)\}")
_PLAIN = re.compile(r"((?:[^\\\[\](){}?*+.|^$]|\\[^\w])*)([?*])?")
_ODD = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\ud800-\udfff]")
"""Blanks beyond ASCII, and unpaired surrogates, which the automaton cannot read."""


class Cue(msgspec.Struct, frozen=True):
    """``direction``: where the mentions stand that it speaks about: after it, before it, anywhere in its clause.

    ``ends``: the kinds of cues whose reach a ``stop`` ends; all where there are none. ``reach``: words, in Chinese
    characters, that it reaches over; as far as the language allows where it is 0. ``across``: past what ends other
    reaches. ``about``: categories of mentions beside those that its kind is said of.
    """

    kind: AttributeKind | Literal["aside", "stop"]
    patterns: tuple[str, ...]
    direction: Literal["after", "before", "around"] = "after"
    ends: tuple[AttributeKind, ...] = ()
    reach: int = 0
    across: bool = False
    about: tuple[str, ...] = ()


Row = tuple[Cue, re.Pattern[str], set[str]]
"""A row with its pattern and what that may begin with."""


class Cues:
    """The cues of one language.

    Hundreds of patterns are slow to try at every place, so an automaton finds where the letters stand that a pattern
    begins with, and only the rows of these are tried there.
    """

    def __init__(self, rows: Sequence[Row], *, words: bool) -> None:
        self._rows = [(cue, pattern.match) for cue, pattern, _ in rows]
        self._words = words
        self._all = _Openings((number, start) for number, (_, _, starts) in enumerate(rows) for start in starts)
        self._speaking = _Openings(
            (number, start)
            for number, (cue, _, starts) in enumerate(rows)
            for start in starts
            if cue.kind not in ("aside", "stop")
        )

    def found(self, text: str, start: int, end: int) -> Iterator[tuple[Cue, int, int]]:
        """Each place where a cue begins, with the first row that fits and where it ends; they may overlap.

        Nothing where no row of an attribute fits, as in most sentences: what ends a reach is not asked for there.
        """
        lower = _lower(text[start:end])
        if any(self._matches(self._speaking, lower, text, start, end)):
            yield from self._matches(self._all, lower, text, start, end)

    def _matches(
        self, openings: _Openings, lower: str, text: str, start: int, end: int
    ) -> Iterator[tuple[Cue, int, int]]:
        places: dict[int, list[int]] = {}
        for number, at, _ in openings.automaton.find_matches_as_indexes(lower, overlapping=True):
            if not (self._words and start + at and lower[at] != "-" and _joins(text[start + at - 1])):
                places.setdefault(start + at, []).extend(openings.rows[number])
        for at in sorted(places):
            for number in sorted(places[at]):
                cue, match = self._rows[number]
                if (here := match(text, at, end)) and not (self._words and _is_name(here[0], text, end)):
                    yield cue, at, here.end()
                    break


class _Openings:
    """What the patterns of some rows begin with: an automaton, and the rows of each of its words."""

    def __init__(self, starts: Iterable[tuple[int, str]]) -> None:
        found: dict[str, list[int]] = {}
        for number, start in starts:
            found.setdefault(start, []).append(number)
        self.automaton = AhoCorasick(list(found), implementation=Implementation.DFA)
        self.rows = list(found.values())


def _lower(text: str) -> str:
    """In lower case and with plain blanks, sign by sign."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = "".join(low if len(low := sign.lower()) == 1 else sign for sign in text)
    if not folded.isascii():
        folded = _ODD.sub(" ", folded)
    return folded.replace("\n", " ").replace("\t", " ").replace("\r", " ")


def _joins(sign: str) -> bool:
    return sign.isalnum() or sign in "_-"


def _is_name(cue: str, text: str, end: int) -> bool:
    """Whether capitals make a name of it: NO is a gas, IF a factor, unless all is in capitals."""
    return 1 < len(cue) < 4 and cue.isupper() and not text[:end].isupper()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: dict[str, tuple[str, ...]]
    cue: tuple[Cue, ...]


@lru_cache(maxsize=2)
def cues(language: Literal["en", "zh"]) -> Cues:
    """The cues of a language.

    >>> text = "There was no evidence of asthma."
    >>> [(cue.kind, text[start:end]) for cue, start, end in cues("en").found(text, 0, 32)]
    [('negated', 'no evidence of')]
    """
    file = msgspec.convert(tomllib.loads((files("ingest.text") / f"cues.{language}.toml").read_text("utf-8")), _File)
    words = {name: f"(?:{'|'.join(values)})" for name, values in file.words.items()}
    # A cue is whole words in English; there are no blanks between Chinese ones.
    edge = r"(?![\w-])" if language == "en" else ""
    rows = []
    for row in file.cue:
        patterns = "|".join(_WORDS.sub(lambda name: words[name[1]], one.replace(" ", r"\s+")) for one in row.patterns)
        starts = {start for one in row.patterns for start in _openings(one, file.words)}
        rows.append((row, re.compile(f"(?:{patterns}){edge}", re.IGNORECASE), starts))
    return Cues(rows, words=language == "en")


def _openings(pattern: str, words: Mapping[str, Sequence[str]], before: str = "") -> Iterator[str]:
    """The letters that a pattern begins with, one for each way to begin.

    >>> sorted(_openings("{never} found", {"never": ("not", "never")})), list(_openings("lacks?(?: of)?", {}))
    (['never found', 'not found'], ['lack'])
    """
    plain, optional = _PLAIN.match(pattern).groups()  # type: ignore[union-attr]
    before += re.sub(r"\\(.)", r"\1", plain[: -1 if optional in ("?", "*") else None]).lower()
    if not optional and (name := _WORDS.match(pattern, len(plain))):
        for word in words[name[1]]:
            yield from _openings(word + pattern[name.end() :], words, before)
    elif before.strip():
        yield before
    else:
        raise ConfigError(where="cues", reason=f"{pattern!r} does not begin with letters")
