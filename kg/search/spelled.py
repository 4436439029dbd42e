"""Names side by side, letter by letter, so that a Chinese string is compared with all of them at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kg.search.sounds import MOST_LETTERS, Sounds, Values, letters_of, spoken

_LEAST = 1e-300
_Places = npt.NDArray[np.int64]


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
        self._size = count = len(above)
        between = [""] * count
        self._before: list[tuple[_Places, _Places, _Places]] = []
        reached = list(range(count))
        for _ in range(MOST_LETTERS):
            kept = [at for at in range(count) if reached[at]]
            for at in kept:
                between[at] = letter[reached[at]] + between[at]
                reached[at] = above[reached[at]]
            parts = [self._parts.setdefault(between[at], len(self._parts)) for at in kept]
            own = np.array(kept, dtype=np.int64)
            above_ = np.array([reached[at] for at in kept], dtype=np.int64)
            self._before.append((own, above_, np.array(parts, dtype=np.int64)))
        self._plain = sounds.plain(self._parts)

    def scores(self, text: str) -> Values:
        """For each name a row: how much likelier its letters are beside the text than by chance (logarithm), and the
        same for each letter."""
        reached = np.zeros(self._size)
        reached[0] = 1.0
        for character in spoken(text):
            shares = self._sounds.shares(character, self._parts, self._plain)
            now = reached * shares[0]
            for own, before, parts in self._before:
                now[own] += reached[before] * shares[parts]
            reached = now
        gained = np.log(np.maximum(reached[self._ends], _LEAST)) - self._chance
        return np.stack([gained, gained / self._lengths], axis=1)


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
