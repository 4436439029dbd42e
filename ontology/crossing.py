"""Which of names that cross each other a Chinese text has: 如果糖尿病 has 糖尿病, not 果糖.

Chinese has no blanks, so a name may begin with the end of another word, and what stands first is often wrong. Of the
ways to read a stretch in which names cross, that counts which leaves the fewest characters unread; of equal ones that
of fewest names; of these the leftmost. A name that begins or ends within a common word counts nowhere: 有点头晕 has no
点头, 血压高于 no 血压高.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from ontology.matcher import Hit


def apart(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Of sorted hits in the raw ``text`` those that do not overlap: leftmost, longest ones but where names cross.

    >>> apart("如果糖尿病", [(1, -3, 1), (2, -5, 2)]), apart("有点头晕", [(1, -3, 1), (2, -4, 2)])
    ([(2, -5, 2)], [(2, -4, 2)])
    """
    before, after = _common("before.txt"), _common("after.txt")
    if _any_of("after.txt").search(text):
        hits = [one for one in hits if text[-one[1] - 1 : 1 - one[1]] not in after]
    kept: list[Hit] = []
    at, size = 0, len(hits)
    while at < size:
        first = hits[at]
        if text[first[0] - 1 : first[0] + 1] in before:
            at += 1
            continue
        reach, crosses, stop = -first[1], False, at + 1
        while stop < size and hits[stop][0] < reach:
            if -hits[stop][1] > reach:
                reach, crosses = -hits[stop][1], True
            stop += 1
        if crosses:
            kept += _best([one for one in hits[at:stop] if text[one[0] - 1 : one[0] + 1] not in before])
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
def _any_of(file: str) -> re.Pattern[str]:
    """Any word of a file: most texts have none, and one search is cheaper than to ask each hit."""
    return re.compile("|".join(sorted(_common(file))))


@cache
def _common(file: str) -> frozenset[str]:
    """Words of two characters: those whose last one begins names (提高血压 raises the blood pressure, 高血压 is none
    there), or those whose first one ends names."""
    lines = (files("ontology") / "words" / file).read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
