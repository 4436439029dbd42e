"""A long text in pieces, so that the time taken grows with its length and no faster."""

from __future__ import annotations

from collections.abc import Iterator

_LONGEST = 4000
_ENDS = ("\n", "。", ". ", ";", " ")
"""Where a text is cut best, and where it is cut else."""


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """Starts and ends of pieces of at most 4,000 characters, cut behind a line or a sentence where there is one.

    >>> list(pieces("a" * 4001)), list(pieces("")), list(pieces(("a" * 2999 + ".\\n") * 2))
    ([(0, 4000), (4000, 4001)], [], [(0, 3001), (3001, 6002)])
    """
    at = 0
    while at < len(text):
        end = min(len(text), at + _LONGEST)
        if end < len(text):
            cuts = (
                text.rfind(one, at + _LONGEST // 2, end) + len(one)
                for one in _ENDS
                if one in text[at + _LONGEST // 2 : end]
            )
            end = next(cuts, end)
        yield at, end
        at = end
