"""What pieces of Chinese names stand for within English ones: words, and stretches of letters (血症 for *emia*).

Learned from bilingual labels (``ingest.training.wording.morphemes``). Unlike the words of a glossary this is never
told: it says how much of a Chinese name an English one explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from kg.search.glossary import LONGEST, words

SIZES = (3, 4)
_WORD = re.compile("[a-z]+")
_LETTERS = "~"
"""What stretches of letters begin with, so that none is a word."""
Numbers = npt.NDArray[np.int64]


def parts(name: str) -> tuple[list[str], list[str]]:
    """Words of an English name, and three and four letters of them, with its edges; each once, sorted.

    >>> parts("gout")
    (['gout'], ['~^go', '~^gou', '~gou', '~gout', '~out', '~out$', '~ut$'])
    """
    found = {
        _LETTERS + edged[at : at + size]
        for word in _WORD.findall(name.lower())
        for edged in (f"^{word}$",)
        for size in SIZES
        for at in range(len(edged) - size + 1)
    }
    return sorted(words(name)), sorted(found)


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``pieces.json``: Chinese pieces, and the parts of English names that they may stand for."""

    pieces: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


class Morphemes:
    """Row ``n`` of a table in sparse rows is that of piece ``n``: places of parts, and the share of each, none to
    one. Raises ValueError where that does not fit."""

    def __init__(
        self, told: Told, ends: npt.NDArray[np.int32], places: npt.NDArray[np.int32],
        shares: npt.NDArray[np.float16],
    ) -> None:  # fmt: skip
        if len(ends) != len(told.pieces) + 1 or ends[0] != 0 or ends[-1] != len(places) or len(places) != len(shares):
            raise ValueError("ends")
        if (np.diff(ends) < 0).any() or (len(places) and not 0 <= places.min() <= places.max() < len(told.parts)):
            raise ValueError("places")
        if not (np.isfinite(shares).all() and (shares >= 0).all() and (shares <= 1).all()):
            raise ValueError("shares")
        self.told, self.ends, self.places, self.shares = told, ends, places, shares
        self._rows = {piece: row for row, piece in enumerate(told.pieces)}

    @classmethod
    def of(cls, table: Mapping[str, Sequence[tuple[str, float]]]) -> Morphemes:
        """From pieces with what each stands for.

        >>> [start for start, *_ in Morphemes.of({"血症": [("~emia", 0.7)]}).read("高血症")]
        [1]
        """
        known = {part: at for at, part in enumerate(sorted({part for row in table.values() for part, _ in row}))}
        rows = sorted(table.items())
        return cls(
            Told(tuple(piece for piece, _ in rows), tuple(known)),
            np.cumsum([0, *(len(row) for _, row in rows)], dtype=np.int32),
            np.array([known[part] for _, row in rows for part, _ in row], dtype=np.int32),
            np.array([share for _, row in rows for _, share in row], dtype=np.float16),
        )

    def read(self, text: str) -> Iterator[tuple[int, int, npt.NDArray[np.int32], npt.NDArray[np.float32]]]:
        """Every known piece of a folded text: start, end, places of its parts, share of each."""
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + LONGEST) + 1):
                row = self._rows.get(text[start:end])
                if row is not None:
                    own = slice(self.ends[row], self.ends[row + 1])
                    yield start, end, self.places[own], self.shares[own].astype(np.float32)
