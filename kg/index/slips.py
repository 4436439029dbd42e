"""Chinese names one slip of the pen or of the keyboard away from what was typed.

A Latin alphabet has few letters, so every word one edit away can be tried (``kg.index.edits``); of Chinese characters
there are thousands. What comes before the slip is typed right, though, and the names that start with it are a slice of
the sorted keys: of these, the bytes behind the slip are compared, all at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kg.index.pinyin import syllables

SHORTEST = 3
"""Characters below which another character makes another name: 胃炎, 肾炎."""
LONGEST = 20
MANY = 1_000
"""Keys of a slice from which their heads are looked at first."""

Rows = npt.NDArray[np.int64]


class Keys(Protocol):
    """Sorted keys, all in one block of bytes, and their first eight bytes as numbers."""

    @property
    def heads(self) -> npt.NDArray[np.uint64]: ...

    @property
    def letters(self) -> npt.NDArray[np.uint8]: ...

    @property
    def offsets(self) -> Rows:
        """Where each key begins in the block, and where the last one ends."""

    def span(self, prefix: bytes) -> tuple[int, int]:
        """Where the keys that start with ``prefix`` begin and end."""


def one_away(typed: str, keys: Keys) -> Rows:
    """Rows of the keys that start with ``typed`` but for one character behind the first: another one, one too many,
    one missing, or two that changed places.

    The keys are folded as ``typed`` is; each row once, in no order.
    """
    if not SHORTEST <= len(typed) <= LONGEST:
        return np.empty(0, dtype=np.int64)
    found = [np.arange(*keys.span(word.encode())) for word in _shorter_or_swapped(typed)]
    for at in range(1, len(typed)):
        before = typed[:at].encode()
        for after in (typed[at + 1 :], typed[at:]):
            found.append(_around(before, after.encode(), keys))
    rows: Rows = np.unique(np.concatenate(found))
    return rows


def sound_alike(typed: str, name: str) -> bool:
    """Whether a folded name begins with characters that are read as those of ``typed``.

    >>> sound_alike("心机梗塞", "心肌梗塞后综合征"), sound_alike("心机", "新疆出血热")
    (True, False)
    """
    return syllables(name[: len(typed)]) == syllables(typed)


def _shorter_or_swapped(typed: str) -> Iterator[str]:
    for at in range(1, len(typed)):
        yield typed[:at] + typed[at + 1 :]
        if at + 1 < len(typed):
            yield typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]


def _around(before: bytes, after: bytes, keys: Keys) -> Rows:
    """Keys that start with ``before``, any character, ``after``."""
    rows: Rows = np.arange(*keys.span(before))
    if len(rows) > MANY and len(before) == 3 and len(after) > 1:
        rows = rows[_likely(keys.heads[rows[0] : rows[-1] + 1], after)]
    places, ends = keys.offsets[rows] + len(before), keys.offsets[rows + 1]
    there = places < ends
    rows, places, ends = rows[there], places[there], ends[there]
    places = places + _width(keys.letters[places])
    there = places + len(after) <= ends
    rows, places = rows[there], places[there]
    for number, letter in enumerate(after):
        if not len(rows):
            break
        same = keys.letters[places + number] == letter
        rows, places = rows[same], places[same]
    return rows


def _likely(heads: npt.NDArray[np.uint64], after: bytes) -> npt.NDArray[np.bool_]:
    """Of keys that begin with one Chinese character, those that may hold ``after`` behind another one (its two first
    bytes are the last ones of the head), or behind a letter or digit."""
    pair = np.uint64(int.from_bytes(after[:2], "big"))
    found: npt.NDArray[np.bool_] = (heads & np.uint64(0xFFFF)) == pair
    found |= (heads & np.uint64(0x80 << 32)) == 0
    return found


def _width(first: npt.NDArray[np.uint8]) -> Rows:
    """Bytes of the character that begins with a byte, in UTF-8."""
    width: Rows = 1 + (first >= 0xC0).astype(np.int64)
    width += first >= 0xE0
    width += first >= 0xF0
    return width
