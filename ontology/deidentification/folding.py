"""A text as the patterns see it: the same length, so that offsets are those of the raw text."""

from __future__ import annotations

import unicodedata

_ALIKE = {
    "－": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
    "’": "'",
    "‘": "'",
    "•": "·",
    "・": "·",
    "‧": "·",
}


def folded(text: str) -> str:
    """Full-width letters, digits and signs as the usual ones, one code point for one; dashes and dots of one kind.

    >>> folded("电话：１３８　Ａ—Ｂ")
    '电话:138 A-B'
    """
    return "".join(_folded(character) for character in text)


def _folded(character: str) -> str:
    if character < "\x7f":
        return character
    if character in _ALIKE:
        return _ALIKE[character]
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    if character.isspace():
        return "\n" if character in "\u2028\u2029\x85" else " "
    if "\u2460" <= character <= "\u249b" or "\u2776" <= character <= "\u2793":
        return " "  # A number in a circle counts items; as a digit it would become part of a number behind it.
    simple = unicodedata.normalize("NFKC", character) if character.isdigit() else character
    return simple if len(simple) == 1 else character
