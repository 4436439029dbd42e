"""Normalised text for matching, with a way back to the raw offsets.

One ``str.translate`` table does it all: NFKC, case folding, accents off Latin and Greek letters,
hyphens, slashes and quotes to spaces, traditional to simplified characters. No entry is shorter
than one character, so when the length is unchanged every character stands where it stood and the
offsets are the identity. What joins or vanishes (combining marks, zero-width characters) has an
entry of *two* characters, which only serves to change the length and so to call the slow path.

What would change lengths in many texts (alpha for α, word order, II for 2) is not done here but by
variants on the dictionary side (``ontology.variants``).
"""

from __future__ import annotations

import unicodedata
from functools import cache

import msgspec
import opencc

_JOINS = "\ufffd\ufffd"
_SINGLE = {
    "…": ".", "‥": ".", "℃": "℃", "℉": "℉", "ø": "o", "ł": "l", "đ": "d", "ı": "i",
    **dict.fromkeys("/\\'\"`´¨′″‴‵‶ʹʺʻʼʽˊˋ⁄∕−·・‧•⋅∙「」『』™®©℠", " "),
    **{chr(0x2160 + i): str(i + 1) for i in range(12)},  # Ⅰ..Ⅻ: one digit keeps Ⅱ型 on the fast path
    **{chr(0x2170 + i): str(i + 1) for i in range(12)},
    # Enumerators: NFKC would glue "①肺炎" to "1肺炎".
    **{chr(code): " " for block in ((0x2460, 0x249C), (0x24EA, 0x2500), (0x2776, 0x2794), (0x3220, 0x322A),
       (0x3280, 0x328A)) for code in range(*block)},
}  # fmt: skip


class Normalized(msgspec.Struct, frozen=True):
    """``offsets`` holds the raw (start, end) behind each character of ``text``; None: the identity."""

    text: str
    offsets: tuple[tuple[int, int], ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span behind a non-empty span of the normalised text.

        >>> normalize("ﬁbrosis").span(0, 1), normalize("cafe\\u0301s").span(3, 4)
        ((0, 1), (3, 5))
        """
        if self.offsets is None:
            return start, end
        return self.offsets[start][0], self.offsets[end - 1][1]

    def whole(self, start: int, end: int) -> bool:
        """Whether a span takes raw characters whole (``fi`` of ``ﬁ``, but never its ``f`` alone)."""
        offsets = self.offsets
        if offsets is None:
            return True
        starts_whole = start == 0 or offsets[start - 1] != offsets[start]
        return starts_whole and (end == len(offsets) or offsets[end] != offsets[end - 1])


def normalize(text: str, cased: bool = False) -> Normalized:
    """``text`` as it is looked up in the lexicon; ``cased`` keeps capitals, for names that need them.

    >>> normalize("TNF-α in 慢性腎臟病").text, normalize("TNF-α", cased=True).text
    ('tnf α in 慢性肾脏病', 'TNF α')
    """
    table = _table(cased)
    flat = text.translate(table)
    if len(flat) == len(text):
        return Normalized(flat)
    return _mapped(text, table)


class _Table(dict[int, str]):
    """Filled character by character as texts need it: building all of Unicode would take a second."""

    def __init__(self, cased: bool) -> None:
        super().__init__()
        self._cased = cased
        self._simplify = opencc.OpenCC("t2s").convert

    def __missing__(self, code: int) -> str:
        char = chr(code)
        value = _JOINS if _joins(char) else self._fold(char)
        self[code] = value = value or _JOINS
        return value

    def _fold(self, char: str) -> str:
        """The fixed point of folding; at least one character, or nothing for what vanishes."""
        for _ in range(5):
            folded = "".join(self._step(part) for part in _SINGLE.get(char) or self._compatible(char))
            if folded == char:
                break
            if len(folded) != 1:
                return "".join(self._fold(part) for part in folded)
            char = folded
        return char

    def _step(self, char: str) -> str:
        if char in _SINGLE:
            return _SINGLE[char]
        category = unicodedata.category(char)
        if category in {"Pd", "Pi", "Pf", "Cc", "Zs", "Zl", "Zp"}:
            return " "
        if category == "Cs":  # a lone surrogate is not text, and the automaton refuses it
            return "\ufffd"
        if _joins(char):
            return ""
        if char >= "\u3400":
            return str(self._simplify(char))
        if char < "\u0400" or "\u1e00" <= char < "\u2000":
            return "".join(part for part in unicodedata.normalize("NFKD", char) if not _joins(part))
        return char

    def _compatible(self, char: str) -> str:
        compatible = unicodedata.normalize("NFKC", char)
        return compatible if self._cased else unicodedata.normalize("NFKC", compatible.casefold())


@cache
def _table(cased: bool) -> _Table:
    return _Table(cased)


@cache
def _joins(char: str) -> bool:
    """Whether ``char`` belongs to the character before it: marks, half-width voicing, zero width."""
    first = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.category(char) in {"Mn", "Me", "Cf"} or unicodedata.combining(first) != 0


def _mapped(text: str, table: _Table) -> Normalized:
    """The slow path: cut into a base and what joins it, compose, fold, note where it stood."""
    pieces: list[str] = []
    offsets: list[tuple[int, int]] = []
    start, size = 0, len(text)
    while start < size:
        stop = start + 1
        while stop < size and _joins(text[stop]):
            stop += 1
        end = stop
        while end > start + 1 and unicodedata.category(text[end - 1]) == "Cf":
            end -= 1  # a trailing zero-width character is no part of a surface
        if end == start + 1:
            piece = table[ord(text[start])]
            if piece == _JOINS:
                piece = ""
        else:
            visible = "".join(char for char in text[start:end] if unicodedata.category(char) != "Cf")
            composed = unicodedata.normalize("NFKC", visible)
            piece = "".join(table[ord(char)] for char in composed if table[ord(char)] != _JOINS)
        pieces.append(piece)
        offsets += [(start, end)] * len(piece)
        start = stop
    return Normalized("".join(pieces), tuple(offsets))
