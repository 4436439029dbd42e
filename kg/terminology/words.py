"""Which codes have a name with these words: what filters of expansions ask.

A name is cut into words, and runs of Chinese characters into pairs that begin at every character. Words that begin
alike stand together, so whatever begins with something typed is one slice of one array.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.index.analysis import GRAM, fold, has_han
from kg.index.base import Mask
from kg.index.sealed import map_array, save_array
from kg.index.suggest import Blob

_PIECE = re.compile(rf"[{GRAM}]+|[^\W_{GRAM}]+")
_LONGEST = 64
"""Characters of a word that are kept."""
MOST_WORDS = 16
"""Words of a filter that are looked at."""


def pieces(text: str) -> list[str]:
    """Words and runs of characters, folded.

    >>> pieces("Type 2 糖尿病, non-acute")
    ['type', '2', '糖尿病', 'non', 'acute']
    """
    return [piece[:_LONGEST] for piece in _PIECE.findall(fold(text))]


def _pairs(run: str) -> Iterable[str]:
    return (run[at : at + 2] for at in range(len(run)))


def words(text: str) -> set[str]:
    """What a name is found by.

    >>> sorted(words("2型糖尿病"))
    ['2', '型糖', '尿病', '病', '糖尿']
    """
    found: set[str] = set()
    for piece in pieces(text):
        found.update(_pairs(piece) if has_han(piece) else (piece,))
    return found


class WordWriter:
    """Collects the words of codes in the order in which these come."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._words = array("I")
        self._owners = array("I")

    def add(self, owner: int, found: Iterable[str]) -> None:
        known = self._known
        for word in found:
            self._words.append(known.setdefault(word, len(known)))
            self._owners.append(owner)

    def finish(self, folder: Path, rows: npt.NDArray[np.uint32]) -> None:
        """Write the index; ``rows``: the row of each owner."""
        texts = sorted((word.encode(), number) for word, number in self._known.items())
        ranks = np.empty(len(texts), dtype=np.uint32)
        ranks[[number for _, number in texts]] = np.arange(len(texts), dtype=np.uint32)
        named = ranks[np.frombuffer(self._words, dtype=np.uint32)] if self._words else np.empty(0, dtype=np.uint32)
        owners = rows[np.frombuffer(self._owners, dtype=np.uint32)] if self._owners else np.empty(0, dtype=np.uint32)
        order = np.lexsort((owners, named))
        save_array(folder / "words.rows.npy", owners[order].astype(np.uint32))
        starts = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum(np.bincount(named, minlength=len(texts)), out=starts[1:])
        save_array(folder / "words.starts.npy", starts)
        write_blob(folder, "words", [text for text, _ in texts])


def write_blob(folder: Path, name: str, rows: list[bytes]) -> None:
    """Sorted byte strings as ``kg.index.suggest.Blob`` reads them."""
    (folder / f"{name}.bin").write_bytes(b"".join(rows))
    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=offsets[1:])
    save_array(folder / f"{name}.offsets.npy", offsets)


class WordIndex:
    """What ``WordWriter`` wrote. ``text``: all names of a row, folded; asked only where pairs alone do not decide."""

    def __init__(self, folder: Path, size: int, text: Callable[[int], str]) -> None:
        self._words = Blob(folder, "words")
        self._starts = map_array(folder / "words.starts.npy").data
        self._rows = map_array(folder / "words.rows.npy")
        self._size = size
        self._text = text

    def mask(self, typed: str, among: Mask) -> Mask:
        """Those of ``among`` with a word for each word of ``typed`` that begins with it, in any order and case.

        A run of Chinese characters is found wherever it stands. A filter without words finds everything.
        """
        found = among
        runs = []
        for piece in dict.fromkeys(pieces(typed)[:MOST_WORDS]):
            if not has_han(piece):
                found = found & self._beginning(piece)
                continue
            for pair in [*_pairs(piece)][: max(len(piece) - 1, 1)]:
                found = found & self._beginning(pair)
            if len(piece) > 2:
                runs.append(piece)
        if runs:
            found = found.copy()
            for row in np.flatnonzero(found).tolist():
                text = self._text(row)
                found[row] = all(run in text for run in runs)
        return found

    def _beginning(self, word: str) -> Mask:
        low, high = self._words.span(word.encode())
        mask = np.zeros(self._size, dtype=np.bool_)
        mask[self._rows[self._starts[low] : self._starts[high]]] = True
        return mask
