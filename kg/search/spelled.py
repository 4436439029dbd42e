"""Names side by side, letter by letter, so that a Chinese string is compared with all of them at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kg.search.sounds import MOST_LETTERS, Sounds, Values, letters_of, spoken

_LEAST = 1e-300
Places = npt.NDArray[np.int64]


class SpelledNames:
    """Names that begin alike share their beginning (a trie, held as arrays): each place knows the place ``n`` letters
    before it and which letters lie between, for ``n`` up to ``MOST_LETTERS``."""

    def __init__(self, names: Sequence[str], sounds: Sounds) -> None:
        self._sounds = sounds
        spelt = [letters_of(name) for name in names]
        above, letter, ends = _trie(spelt)
        self._ends = np.array(ends, dtype=np.int64)
        self._lengths = np.maximum(np.array([len(one) for one in spelt], dtype=np.float64), 1.0)
        self._chance = np.array([sounds.chance(one) for one in spelt])
        self._parts = {"": 0}
        self._above: Places = np.array(above, dtype=np.int64)
        count = len(above)
        between = [""] * count
        self._before = np.full((count, MOST_LETTERS), -1, dtype=np.int32)
        self._between = np.zeros((count, MOST_LETTERS), dtype=np.int32)
        reached = list(range(count))
        for size in range(MOST_LETTERS):
            for at in range(count):
                if reached[at]:
                    between[at] = letter[reached[at]] + between[at]
                    reached[at] = above[reached[at]]
                    self._before[at, size] = reached[at]
                    self._between[at, size] = self._parts.setdefault(between[at], len(self._parts))
                else:
                    reached[at] = 0
                    between[at] = ""
        self._plain = sounds.plain(self._parts)
        self._seen: dict[str, tuple[Places, Values]] = {}

    def scores(self, text: str, chosen: Places | None = None) -> Values:
        """For each name, or each that is chosen, a row: how much likelier its letters are beside the text than by
        chance (logarithm), and the same for each letter."""
        own = np.arange(len(self._ends)) if chosen is None else chosen
        ends = self._ends[own]
        places = self._upward(ends)
        before = self._before[places]
        there = before >= 0
        from_ = np.where(there, np.searchsorted(places, np.maximum(before, 0)), 0)
        between = self._between[places]
        reached = (places == 0).astype(np.float64)
        for character in spoken(text):
            shares = self._shares(character)
            reached = reached * shares[0] + np.where(there, reached[from_] * shares[between], 0.0).sum(1)
        likely = reached[np.searchsorted(places, ends)]
        gained = np.log(np.maximum(likely, _LEAST)) - self._chance[own]
        return np.stack([gained, gained / self._lengths[own]], axis=1)

    def _shares(self, character: str) -> Values:
        """How likely a character is spelled as each part."""
        least, units = self._sounds.told(character)
        shares: Values = self._plain * least
        for unit, counts in units:
            if unit not in self._seen:
                seen = self._sounds.seen(unit)
                there = [part for part in seen if part in self._parts]
                at = np.array([self._parts[part] for part in there], dtype=np.int64)
                self._seen[unit] = at, np.array([seen[part] for part in there])
            at, times = self._seen[unit]
            shares[at] += times * counts
        return shares

    def _upward(self, ends: Places) -> Places:
        """The places on the ways from the beginning to these, in their order; those of names that begin alike once."""
        found = np.zeros(len(self._above), dtype=np.bool_)
        found[0] = True
        while len(ends):
            found[ends] = True
            ends = self._above[ends]
            ends = ends[~found[ends]]
        return np.flatnonzero(found)


def _trie(names: Sequence[str]) -> tuple[list[int], list[str], list[int]]:
    """The place above each place, its letter, and where each name ends; the first place is the beginning of all."""
    below: dict[tuple[int, str], int] = {}
    above, letter, ends = [0], [""], []
    for name in names:
        at = 0
        for one in name:
            found = below.get((at, one))
            if found is None:
                found = below[at, one] = len(above)
                above.append(at)
                letter.append(one)
            at = found
        ends.append(at)
    return above, letter, ends
