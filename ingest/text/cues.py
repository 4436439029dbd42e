"""Words that say of what is named near them that it is absent, doubted, a relative's, over, or only supposed.

They are data: ``cues.en.toml`` and ``cues.zh.toml``. The rows that are no attribute say where other rows would be
wrong: ``aside`` is passed over with all that it matches, ``stop`` ends the reach of any cue. Where several rows match
at one place, the first in the file counts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec
import regex

from kg.model.attribute import AttributeKind

_WORDS = re.compile(r"\{([a-z]+)\}")


class Cue(msgspec.Struct, frozen=True):
    """``direction``: where the mentions stand that it speaks about: after it, before it, anywhere in its clause.

    ``ends``: the kinds of cues whose reach a ``stop`` ends; all where there are none.
    """

    kind: AttributeKind | Literal["aside", "stop"]
    patterns: tuple[str, ...]
    direction: Literal["after", "before", "around"] = "after"
    ends: tuple[AttributeKind, ...] = ()


Candidates = tuple[tuple[Cue, Callable[..., re.Match[str] | None]], ...]
_MOST = 1 << 16
"""Words that are remembered."""


class Cues:
    """The cues of one language.

    Hundreds of patterns are slow to try at every place, so each word (in Chinese, each pair of characters) is asked
    once which rows may begin with it, and the answer is remembered.
    """

    def __init__(self, rows: tuple[Cue, ...], patterns: Sequence[str], unit: str) -> None:
        self._rows = [
            (row, re.compile(pattern, re.IGNORECASE).match) for row, pattern in zip(rows, patterns, strict=True)
        ]
        self._openings = [regex.compile(pattern, regex.IGNORECASE).match for pattern in patterns]
        self._units = re.compile(unit)
        self._known: dict[str, Candidates] = {}
        self._dull: set[str] = set()
        """Words that begin no attribute."""

    def speak(self, text: str, start: int, end: int) -> bool:
        """Whether there may be a cue of an attribute: most sentences have none, and no more is asked of them."""
        dull = self._dull
        for word in self._units.findall(text, start, end):
            if word not in dull:
                if any(row.kind not in ("aside", "stop") for row, _ in self._candidates(word)):
                    return True
                dull.add(word)
        return False

    def found(self, text: str, start: int, end: int) -> Iterator[tuple[Cue, int, int]]:
        """Each place where a cue begins, with the first row that fits and where it ends; they may overlap."""
        for unit in self._units.finditer(text, start, end):
            for row, match in self._candidates(unit[1]):
                if here := match(text, unit.start(), end):
                    yield row, unit.start(), here.end()
                    break

    def _candidates(self, word: str) -> Candidates:
        known = self._known.get(word)
        if known is None:
            if len(self._known) > _MOST:
                self._known.clear()
                self._dull.clear()
            fits = zip(self._rows, self._openings, strict=True)
            known = self._known[word] = tuple(row for row, opening in fits if opening(word, partial=True))
        return known


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
    patterns = [f"(?:{'|'.join(_whole(pattern, words) for pattern in row.patterns)})" for row in file.cue]
    if language == "en":
        return Cues(file.cue, [rf"{pattern}(?![\w-])" for pattern in patterns], r"(?<![\w-])(?=(\w+(?:\W\w{0,3})?))")
    # There are no blanks between Chinese words: every sign is asked with the next one.
    return Cues(file.cue, patterns, r"(?=(\S\S?))")


def _whole(pattern: str, words: dict[str, str]) -> str:
    return _WORDS.sub(lambda name: words[name[1]], pattern.replace(" ", r"\s+"))
