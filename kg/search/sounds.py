"""How Chinese characters are spelled within English names: what carries names of drugs and of people that no label has.

A character stands for a few letters or for none, one after the other: 卡 托 普 利 for *cap to pr il*, 高 钾 血 症 for
*hyper kal em ia*. What a character was rarely seen for goes by the characters that are read alike, and by those whose
syllable begins alike (hierarchical smoothing, MacKay and Peto 1995); what nothing tells, by how often letters occur.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from math import log, prod

import msgspec
import numpy as np
import numpy.typing as npt

from kg.index.analysis import has_han
from kg.index.pinyin import syllables

MOST_LETTERS = 6
"""Letters of one character at most."""
LONGEST = 30
"""Letters of a name that are compared."""
STRENGTHS = (8.0, 4.0, 1.0)
"""How many times something must be seen to count as much as what stands above it: of what begins alike, is read alike,
is the character itself."""
_RARE = 1e-4
_NO_LETTERS = re.compile("[^a-z]")
_TWO = ("zh", "ch", "sh")
Values = npt.NDArray[np.float64]


class Spelt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was counted: unit (a character, ``#syllable``, ``@beginning``) -> letters -> times; shares of each number of
    letters and of each letter."""

    counts: dict[str, dict[str, float]] = {}
    lengths: tuple[float, ...] = (0.08, 0.2, 0.3, 0.22, 0.12, 0.05, 0.03)
    letters: dict[str, float] = {}


def letters_of(name: str) -> str:
    """
    >>> letters_of("Valproic acid")
    'valproicacid'
    """
    return _NO_LETTERS.sub("", name.lower())[:LONGEST]


def spoken(text: str) -> list[str]:
    """The characters of a folded text that are spelled.

    >>> spoken("两性霉素 b")
    ['两', '性', '霉', '素', 'b']
    """
    return [one for one in text if has_han(one) or one.isalnum()]


@cache
def units(character: str) -> tuple[str, str, str]:
    """
    >>> units("汀")
    ('@t', '#ting', '汀')
    """
    read = next(iter(syllables(character)), character)
    return f"@{read[:2] if read[:2] in _TWO else read[:1]}", f"#{read}", character


class Sounds:
    """Reads one table of counts; keeps nothing of what it is asked."""

    def __init__(self, spelt: Spelt) -> None:
        self._spelt = spelt
        self._totals = {unit: sum(times.values()) for unit, times in spelt.counts.items()}

    def __bool__(self) -> bool:
        return bool(self._spelt.counts)

    def chance(self, letters: str) -> float:
        """The logarithm of how likely these letters are by themselves."""
        return sum(log(self._spelt.letters.get(one, _RARE)) for one in letters)

    def plain(self, parts: Iterable[str]) -> Values:
        """How likely each part is whatever the character."""
        known = self._spelt.letters
        return np.array([
            self._spelt.lengths[len(part)] * prod(known.get(one, _RARE) for one in part) for part in parts
        ])  # fmt: skip

    def seen(self, unit: str) -> Mapping[str, float]:
        """How often each part was seen for a unit."""
        return self._spelt.counts.get(unit, {})

    def told(self, character: str) -> tuple[float, tuple[tuple[str, float], ...]]:
        """How likely a character is spelled as a part, in pieces: what ``plain`` counts, and what each time counts that
        the part was seen for each unit."""
        least, units_ = 1.0, list[tuple[str, float]]()
        for unit, strength in zip(units(character), STRENGTHS, strict=True):
            whole = self._totals.get(unit, 0.0) + strength
            least *= strength / whole
            units_ = [*((one, counts * strength / whole) for one, counts in units_), (unit, 1 / whole)]
        return least, tuple(units_)
