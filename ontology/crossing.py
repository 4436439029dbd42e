"""Which of names that cross each other a Chinese text has: 如果糖尿病 has 糖尿病, not 果糖.

Chinese has no blanks, so a name may begin with the end of another word, and what stands first is often wrong. Of the
ways to read a stretch in which names cross, that counts which leaves the fewest characters unread; of equal ones that
of fewest names; of these the leftmost. A name that begins within a common word (有点头晕 has no 点头) counts nowhere.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from ontology.matcher import Hit

_FILE = "before.txt"


def apart(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Of sorted hits in the raw ``text`` those that do not overlap: leftmost, longest ones but where names cross.

    >>> apart("如果糖尿病", [(1, -3, 1), (2, -5, 2)]), apart("有点头晕", [(1, -3, 1), (2, -4, 2)])
    ([(2, -5, 2)], [(2, -4, 2)])
    """
    common = _common()
    kept: list[Hit] = []
    at, size = 0, len(hits)
    while at < size:
        first = hits[at]
        if text[first[0] - 1 : first[0] + 1] in common:
            at += 1
            continue
        reach, crosses, stop = -first[1], False, at + 1
        while stop < size and hits[stop][0] < reach:
            if -hits[stop][1] > reach:
                reach, crosses = -hits[stop][1], True
            stop += 1
        if crosses:
            kept += _best([one for one in hits[at:stop] if text[one[0] - 1 : one[0] + 1] not in common])
        else:
            kept.append(first)
        at = stop
    return kept


def _best(hits: Sequence[Hit]) -> list[Hit]:
    """The best way through hits that hang together, found from the right in one pass."""
    size = len(hits)
    starts = [start for start, _, _ in hits]
    best = [(0, 0)] * (size + 1)  # of hits[i:]: characters read, and names with a minus sign
    first = [size] * (size + 1)  # the hit that this way begins with
    after = [size] * size
    for at in range(size - 1, -1, -1):
        start, stop, _ = hits[at]
        after[at] = bisect_left(starts, -stop, at + 1)
        read, names = best[after[at]]
        taken = (read - stop - start, names - 1)
        best[at], first[at] = (taken, at) if taken >= best[at + 1] else (best[at + 1], first[at + 1])
    kept = []
    at = first[0]
    while at < size:
        kept.append(hits[at])
        at = first[after[at]]
    return kept


@cache
def _common() -> frozenset[str]:
    """Words of two characters whose last one begins names: 提高血压 raises the blood pressure, 高血压 is none there."""
    lines = (files("ontology") / "words" / _FILE).read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
