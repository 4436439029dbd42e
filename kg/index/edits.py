"""All words one edit away from what was typed, as an array, so that they are looked up at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz0123456789", dtype=np.uint8)


class Edits:
    """Every ASCII word that keeps the first letter of ``word`` and differs by one letter left out,
    swapped with the next, replaced or put in.

    >>> found = Edits(b"abc")
    >>> {found.word(row) for row in range(len(found))} >= {b"ab", b"acb", b"abx", b"axbc", b"abcx"}
    True
    """

    def __init__(self, word: bytes) -> None:
        size = len(word)
        letters = np.frombuffer(word + b"\0\0", dtype=np.uint8)
        grid = np.arange(max(size + 1, 8))
        inside = np.minimum(grid, size)
        at = np.arange(1, size)[:, None]
        left_out = letters[np.minimum(grid + (grid >= at), size)]
        pairs = np.arange(1, size - 1)[:, None]
        swapped = letters[inside + (grid == pairs) - 1 * (grid == pairs + 1)]
        replaced = _spread(np.broadcast_to(letters[inside], (max(size - 1, 0), len(grid))), np.arange(1, size))
        places = np.arange(1, size + 1)
        put_in = _spread(letters[np.minimum(grid - (grid > places[:, None]), size)], places)
        blocks = (left_out, swapped, replaced, put_in)
        self._words = np.concatenate(blocks)
        self._sizes = np.repeat([size - 1, size, size, size + 1], [len(block) for block in blocks])

    def __len__(self) -> int:
        return len(self._words)

    def word(self, row: int) -> bytes:
        return bytes(self._words[row, : self._sizes[row]])

    def heads(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """The lowest and the highest first eight bytes, as numbers, of what starts with each word."""
        low = np.ascontiguousarray(self._words[:, :8]).view(">u8").ravel().astype(np.uint64)
        missing = 8 * np.maximum(8 - self._sizes, 0).astype(np.uint64)
        fill = np.left_shift(np.uint64(1), missing, dtype=np.uint64) - np.uint64(1)
        return low, np.bitwise_or(low, fill, dtype=np.uint64)


def _spread(words: npt.NDArray[np.uint8], places: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Each word once for each letter, with the letter at the word's place."""
    made = np.repeat(words, len(_LETTERS), axis=0)
    made[np.arange(len(made)), np.repeat(places, len(_LETTERS))] = np.tile(_LETTERS, len(places))
    return made
