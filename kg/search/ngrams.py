"""Character n-grams of a name in slots, the same in every version of every library."""

from __future__ import annotations

import zlib
from collections import Counter

import numpy as np
import numpy.typing as npt

SIZES = (1, 2, 3)
SLOTS = 32_768


def counted(text: str, slots: int = SLOTS) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The slots of the n-grams of a text, each once, and how often each occurs; two n-grams may share a slot.

    >>> slots, times = counted("肾肾")
    >>> len(slots), sorted(times.tolist())
    (8, [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0])
    """
    if not text:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    edged = f"^{text}$"
    found: Counter[int] = Counter()
    for size in SIZES:
        for start in range(len(edged) - size + 1):
            found[zlib.crc32(edged[start : start + size].encode("utf-8", "surrogatepass")) % slots] += 1
    return np.array(list(found), dtype=np.int64), np.array(list(found.values()), dtype=np.float32)
