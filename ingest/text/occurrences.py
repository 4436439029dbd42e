"""Where a name stands in a text as a word: Latin letters and digits beside it make it another one."""

from __future__ import annotations

from collections.abc import Iterator

_CHINESE = "\u2e80"
"""From here on scripts have no word edges."""


def occurrences(text: str, name: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each, the plural *s* of a short form in capitals included.

    >>> list(occurrences("ADs, AD-like and MAD; AD患者", "AD"))
    [(0, 3), (5, 7), (22, 24)]
    """
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if end < len(text) and text[end] == "s" and name[-1].isupper():
            end += 1
        if not (start and _sticks(text[start - 1])) and not (end < len(text) and _sticks(text[end])):
            yield start, end
        start = text.find(name, start + 1)


def _sticks(char: str) -> bool:
    return char < _CHINESE and char.isalnum()
