"""How much of a Chinese name each of many English names explains, and which could at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kg.search.morphemes import Morphemes, Numbers, parts
from kg.search.sounds import Values

_LETTERS_COUNT = 2.0
"""How much the letters of a name count beside its words, where names are looked for."""


class CoveredNames:
    """Names by their parts: which names hold a part (to find them), which parts a name holds (to compare)."""

    def __init__(self, names: Sequence[str], morphemes: Morphemes) -> None:
        self._morphemes = morphemes
        self._count = len(names)
        known = {part: at for at, part in enumerate(morphemes.told.parts)}
        both = [parts(name) for name in names]
        often = Counter(part for some in both for kind in some for part in kind)
        rare = {part: float(np.log(len(names) / times)) + 0.3 for part, times in often.items()}
        held: list[int] = []
        weights: list[float] = []
        sizes = []
        for some in both:
            before = len(held)
            for kind, counts in zip(some, (1.0, _LETTERS_COUNT), strict=True):
                whole = sum(rare[part] for part in kind)
                mine = [part for part in kind if part in known]
                held += [known[part] for part in mine]
                weights += [counts * rare[part] / whole for part in mine]
            sizes.append(len(held) - before)
        self._held = np.array(held, dtype=np.int32)
        self._ends = np.cumsum([0, *sizes])
        order = np.argsort(self._held, kind="stable")
        self._holders = np.repeat(np.arange(self._count, dtype=np.int32), sizes)[order]
        self._weights = np.array(weights, dtype=np.float32)[order]
        self._starts = np.searchsorted(self._held[order], np.arange(len(known) + 1))

    def found(self, text: str, most: int) -> Numbers:
        """Places of the names of which the pieces of a folded text tell most, ``most`` of them; none where it tells
        nothing."""
        best: dict[int, float] = {}
        for _, _, places, shares in self._morphemes.read(text):
            for place, share in zip(places.tolist(), shares.tolist(), strict=True):
                if share > best.get(place, 0.0):
                    best[place] = share
        told = np.array(list(best), dtype=np.int64)
        firsts, lengths = self._starts[told], self._starts[told + 1] - self._starts[told]
        at = _ranges(firsts, lengths)
        values = np.repeat(np.array(list(best.values()), dtype=np.float32), lengths) * self._weights[at]
        scores = np.bincount(self._holders[at], values, minlength=self._count)
        some = np.flatnonzero(scores)
        return some if len(some) <= most else some[np.argpartition(-scores[some], most - 1)[:most]]

    def covered(self, text: str, chosen: Numbers) -> Values:
        """For each chosen name how much of a folded text it explains: the root of the best share of any piece over
        each character, on average. None to one."""
        lengths = self._ends[chosen + 1] - self._ends[chosen]
        held = self._held[_ranges(self._ends[chosen], lengths)]
        owner = np.repeat(np.arange(len(chosen)), lengths)
        best = np.zeros((len(text), len(chosen)))
        told = np.zeros(len(self._starts), dtype=np.float32)
        for start, end, places, shares in self._morphemes.read(text):
            told[places] = shares
            values = told[held]
            some = np.flatnonzero(values)
            if len(some):
                own = np.zeros(len(chosen))
                np.maximum.at(own, owner[some], values[some])
                best[start:end] = np.maximum(best[start:end], own)
            told[places] = 0.0
        found: Values = np.sqrt(best).mean(0) if text else np.zeros(len(chosen))
        return found


def _ranges(firsts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> Numbers:
    """The numbers from each first one on, as many as its length says.

    >>> _ranges(np.array([5, 9]), np.array([2, 1])).tolist()
    [5, 6, 9]
    """
    ends = np.cumsum(lengths)
    whole = int(ends[-1]) if len(ends) else 0
    found: Numbers = np.arange(whole) + np.repeat(firsts - (ends - lengths), lengths)
    return found
