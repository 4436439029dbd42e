"""How characters are spelled, from bilingual labels: expectation maximisation over all ways of cutting a name.

Each character of a Chinese name is given some letters of the English one, none left over and in their order (the
monotone alignment of transliteration, Knight and Graehl 1998; here from many pairs of which some are no
transliterations: a pair counts by how well its letters are told, so that brand names and translations fade).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from kg.index.analysis import fold
from kg.search.sounds import MOST_LETTERS, STRENGTHS, Sounds, Spelt, Values, letters_of, spoken, units

ROUNDS = 3
"""More learn pairs by heart."""
CHARACTERS, LETTERS, WORDS = (2, 10), (3, 24), 2
"""Of names that are learned from: characters, letters, words at most."""
MOST_EACH = 5.5
"""Letters for each character, on average."""
DOUBT = 1.2
"""Nats that each letter of a pair costs of which half is believed; ``_SHARP`` says how fast that fades."""
_SHARP = 6.0
_TRUSTING = 2
"""Rounds in which every pair counts."""
_SEEN = 0.05
"""What was seen less often is not kept."""
_LEAST = 1e-300
_DIGITS = 3
_Cells = npt.NDArray[np.int64]


def counted(pairs: Iterable[tuple[str, str]]) -> Spelt:
    """What (Chinese name, English name) pairs teach; nothing where none is of a kind to learn from."""
    told = sorted({(tuple(spoken(fold(zh))), letters_of(en)) for zh, en in pairs if _fits(zh, en)})
    if not told:
        return Spelt()
    tables = _Tables(told)
    for number in range(ROUNDS):
        tables.step(trusting=number < _TRUSTING)
    return tables.spelt()


def _fits(zh: str, en: str) -> bool:
    characters, letters = len(spoken(fold(zh))), len(letters_of(en))
    return (
        CHARACTERS[0] <= characters <= CHARACTERS[1]
        and LETTERS[0] <= letters <= LETTERS[1]
        and characters <= letters <= MOST_EACH * characters
        and len(en.split()) <= WORDS
        and not any(one.isdigit() for one in en)
    )


class _Tables:
    """Every (character, letters) that can stand together in the pairs, with what was counted of it and of what stands
    above it. Pairs of one shape are taken at once: characters x places x letters."""

    def __init__(self, told: list[tuple[tuple[str, ...], str]]) -> None:
        known: dict[tuple[str, str], int] = {}
        shapes: dict[tuple[int, int], list[_Cells]] = defaultdict(list)
        for characters, letters in told:
            cells = np.full((len(characters), len(letters) + 1, MOST_LETTERS + 1), -1, dtype=np.int64)
            for row, one in enumerate(characters):
                for end in range(len(letters) + 1):
                    for size in range(min(MOST_LETTERS, end) + 1):
                        cells[row, end, size] = known.setdefault((one, letters[end - size : end]), len(known))
            shapes[len(characters), len(letters)].append(cells)
        self._shapes = [np.stack(some) for _, some in sorted(shapes.items())]
        self._known = list(known)
        self._levels: list[tuple[list[tuple[str, str]], _Cells, _Cells]] = []
        for level in range(len(STRENGTHS)):
            keys: dict[tuple[str, str], int] = {}
            names: dict[str, int] = {}
            own = [keys.setdefault((units(one)[level], part), len(keys)) for one, part in self._known]
            of = [names.setdefault(unit, len(names)) for unit, _ in keys]
            self._levels.append((list(keys), np.array(own), np.array(of)))
        seen = Counter("".join(letters for _, letters in told))
        self._base = Spelt(letters={one: times / sum(seen.values()) for one, times in sorted(seen.items())})
        self._counts = np.zeros(len(self._known))
        self._sizes = np.array([len(part) for _, part in self._known])

    def step(self, *, trusting: bool) -> None:
        shares = np.append(self._shares(), 0.0)
        found = np.zeros(len(shares))
        for cells in self._shapes:
            for cell, value in _expected(cells, shares[cells], trusting=trusting):
                found += np.bincount(cell, value, minlength=len(shares))
        self._counts = found[:-1]
        sizes = np.bincount(self._sizes, self._counts, minlength=MOST_LETTERS + 1)
        told = np.maximum(sizes / sizes.sum(), 1e-3)
        self._base = Spelt(lengths=tuple(round(float(one), 4) for one in told), letters=self._base.letters)

    def _shares(self) -> Values:
        found = Sounds(self._base).plain(part for _, part in self._known)
        for (keys, own, of), strength in zip(self._levels, STRENGTHS, strict=True):
            times = np.bincount(own, self._counts, minlength=len(keys))
            found = (times[own] + strength * found) / (np.bincount(of, times)[of][own] + strength)
        return found

    def spelt(self) -> Spelt:
        counts: dict[str, dict[str, float]] = defaultdict(dict)
        for keys, own, _ in self._levels:
            for (unit, part), times in zip(keys, np.bincount(own, self._counts, minlength=len(keys)), strict=True):
                if times >= _SEEN:
                    counts[unit][part] = round(float(times), _DIGITS)
        return Spelt(dict(sorted(counts.items())), self._base.lengths, self._base.letters)


def _expected(cells: _Cells, shares: Values, *, trusting: bool) -> Iterable[tuple[_Cells, Values]]:
    """Cells with how often they are expected in pairs of one shape: forward and backward over the letters."""
    number, rows, places, _ = cells.shape
    ahead = np.zeros((rows + 1, number, places))
    back = np.zeros((rows + 1, number, places))
    ahead[0, :, 0] = back[rows, :, -1] = 1.0
    sizes = range(min(MOST_LETTERS + 1, places))
    for row in range(rows):
        for size in sizes:
            ahead[row + 1, :, size:] += ahead[row, :, : places - size] * shares[:, row, size:, size]
    for row in reversed(range(rows)):
        for size in sizes:
            back[row, :, : places - size] += back[row + 1, :, size:] * shares[:, row, size:, size]
    whole = np.maximum(ahead[rows, :, -1], _LEAST)
    trust = 1.0 if trusting else 1 / (1 + np.exp(-_SHARP * (np.log(whole) / (places - 1) + DOUBT)))
    weight = (trust / whole)[:, None]
    told, values = [], []
    for row in range(rows):
        for size in sizes:
            share = ahead[row, :, : places - size] * shares[:, row, size:, size] * back[row + 1, :, size:] * weight
            told.append(cells[:, row, size:, size].ravel())
            values.append(share.ravel())
    return [(np.concatenate(told), np.concatenate(values))]
