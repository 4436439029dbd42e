"""The tree of a search strategy. Every leaf says in which field it is looked for.

``parse(write(tree)) == tree`` holds for every tree of these values; what could not be written back is
refused when it is made.
"""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Literal, TypeAlias, get_args

import msgspec

FieldName = Literal[
    "all", "ti", "ab", "tiab", "mh", "sh", "kw", "cl", "au", "fau", "ad", "jo", "is", "py", "vo", "ip", "pg", "fu",
    "doi", "pmid", "la", "pt", "cy", "jl",
]  # fmt: skip
FIELDS: tuple[FieldName, ...] = get_args(FieldName)
WHOLE: frozenset[FieldName] = frozenset(
    {"sh", "cl", "au", "fau", "jo", "is", "vo", "ip", "pg", "doi", "pmid", "la", "pt", "cy", "jl"}
)
"""Fields whose values are looked for as a whole: a name, a number, a code; in the others words are."""
OPERATORS = frozenset({"and", "or", "not", "和", "与", "或", "非", "并且", "或者"})
"""Words that join, in any case; as search words they stand in quotes."""
WILDCARDS = "*?"
SHORTEST = 2
"""Letters or digits that a pattern needs; one Chinese character is enough, and so is one letter of a class."""
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x201C: 0x22, 0x201D: 0x22}
"""Full-width signs, letters and digits, and curled quotes -> ASCII, one character for one; not inside quotes."""
_BARE = re.compile(r"[^\s()\[\]\"#:=*?\\]+")
_UNFIT = re.compile(r"[\\\"“”＂]")
_LINES = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
FIRST_YEAR, LAST_YEAR = 1000, 2999
_LAST_MONTH, _LATEST = 999_999, 99_999_999


class Term(msgspec.Struct, frozen=True, tag="term"):
    """Words as typed, without quotes: each must be there, anywhere in the field; Chinese characters of one
    word stand together. In ``WHOLE`` fields they are one value. One blank between words."""

    text: str

    def __post_init__(self) -> None:
        words = self.text.split(" ")
        if not all(is_bare(word) for word in words):
            raise ValueError(f"{self.text!r} are not words that stand without quotes")


class Phrase(msgspec.Struct, frozen=True, tag="phrase"):
    """Words in quotes: they stand together, in this order."""

    text: str

    def __post_init__(self) -> None:
        _line(self.text)


class ShortPattern(ValueError):
    """A pattern that would fit nearly everything."""


class Pattern(msgspec.Struct, frozen=True, tag="pattern"):
    """A word or phrase with ``*`` (any characters) or ``?`` (one character)."""

    text: str

    def __post_init__(self) -> None:
        _line(self.text)
        if not any(sign in self.text for sign in WILDCARDS) or _UNFIT.search(self.text):
            raise ValueError(f"{self.text!r} is no pattern")


class Range(msgspec.Struct, frozen=True, tag="range"):
    """Years, both included; None is open, on one side at most."""

    start: int | None
    end: int | None

    def __post_init__(self) -> None:
        bounds = [year for year in (self.start, self.end) if year is not None]
        if not bounds or any(not FIRST_YEAR <= year <= LAST_YEAR for year in bounds) or sorted(bounds) != bounds:
            raise ValueError(f"{self.start}-{self.end} is no range of years")


class Days(msgspec.Struct, frozen=True, tag="days"):
    """Days as ``20210305`` or whole months as ``202103``, both included; None is open, on one side at most."""

    start: int | None
    end: int | None

    def __post_init__(self) -> None:
        bounds = [date for date in (self.start, self.end) if date is not None]
        if not bounds or not all(map(_is_date, bounds)) or (self.first or 0) > (self.last or _LATEST):
            raise ValueError(f"{self.start}-{self.end} is no range of days")

    @property
    def first(self) -> int | None:
        """The first day; of a month its day 0, which stands before all of them."""
        return self.start * 100 if self.start and self.start <= _LAST_MONTH else self.start

    @property
    def last(self) -> int | None:
        """The last day, of a month the 31st."""
        return self.end * 100 + 31 if self.end and self.end <= _LAST_MONTH else self.end


def _is_date(value: int) -> bool:
    month, day = divmod(value, 100) if value > _LAST_MONTH else (value, 1)
    year, of_year = divmod(month, 100)
    return FIRST_YEAR <= year <= LAST_YEAR and 1 <= of_year <= 12 and 1 <= day <= monthrange(year, of_year)[1]


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """A subject heading by one of its names or its id. ``explode``: with all that is narrower; ``major``: only
    where it is a main subject; ``subheading``: only with this qualifier, empty for any."""

    text: str
    major: bool = False
    explode: bool = True
    subheading: str = ""

    def __post_init__(self) -> None:
        _line(self.text)
        if "/" in self.text or any(sign in self.text + self.subheading for sign in WILDCARDS):
            raise ValueError(f"{self.text!r} is no heading")
        if self.subheading:
            _line(self.subheading)


Leaf: TypeAlias = "Term | Phrase | Pattern | Range | Days | Heading"


class Field(msgspec.Struct, frozen=True, tag="field"):
    """A leaf in a field: years, months and days in ``py``, headings in ``mh``, and only there."""

    name: FieldName
    value: Leaf

    def __post_init__(self) -> None:
        if (self.name == "py") != isinstance(self.value, Range | Days) or (self.name == "mh") != isinstance(
            self.value, Heading
        ):
            raise ValueError(f"{type(self.value).__name__} does not belong in {self.name}")
        if isinstance(self.value, Pattern) and self.name != "cl":
            letters = [sign for sign in self.value.text if sign.isalnum()]
            if len(letters) < SHORTEST and all(letter.isascii() for letter in letters):
                raise ShortPattern(f"{self.value.text!r} is too short")


class And(msgspec.Struct, frozen=True, tag="and"):
    parts: tuple[Tree, ...]


class Or(msgspec.Struct, frozen=True, tag="or"):
    parts: tuple[Tree, ...]


class Not(msgspec.Struct, frozen=True, tag="not"):
    """What ``keep`` finds without what ``without`` finds."""

    keep: Tree
    without: Tree


class History(msgspec.Struct, frozen=True, tag="history"):
    """An earlier strategy of the same list, counted from 1."""

    number: int


Tree: TypeAlias = "Field | And | Or | Not | History"


def is_bare(word: str) -> bool:
    """Whether a word may stand without quotes.

    >>> is_bare("IL-6"), is_bare("and"), is_bare("a:b")
    (True, False, False)
    """
    plain = word.translate(WIDE) == word and not _LINES.search(word)
    return plain and _BARE.fullmatch(word) is not None and not is_operator(word)


def is_operator(word: str) -> bool:
    """Whether a word joins others."""
    return word.casefold() in OPERATORS


def _line(text: str) -> None:
    if not text or text != " ".join(text.split()) or _LINES.search(text):
        raise ValueError(f"{text!r} is not one line without blanks at its ends")


def leaves(tree: Tree) -> list[Field]:
    """The fields of a tree from left to right."""
    match tree:
        case Field():
            return [tree]
        case And(parts) | Or(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Not(keep, without):
            return leaves(keep) + leaves(without)
        case History():
            return []
