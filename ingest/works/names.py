"""Names of people compared: Chinese ones with Chinese, Latin ones in any order, one with the other by pinyin.

An agreement of names is weak evidence: it stands only beside a title or a place in a journal.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, product

import msgspec

from kg.index.analysis import fold, has_han
from kg.model.document import Author

_LETTERS = re.compile(r"[^\W\d_]+")
_READINGS = 32
"""Readings of a name that are tried at most; characters of names seldom have three."""


class Name(msgspec.Struct, frozen=True):
    """``han``: characters as written, or empty. ``family``, ``given``: folded letters, words of ``given`` apart."""

    han: str
    family: str
    given: tuple[str, ...]


def name(author: Author) -> Name:
    """The name of a person or group; a given name may be initials."""
    if author.collective:
        return Name("", "".join(_words(author.collective)), ())
    if has_han(author.family) or has_han(author.given):
        return Name("".join(_words(author.family + author.given)), "", ())
    return Name("", "".join(_words(author.family)), tuple(_words(author.given or author.initials)))


def _words(text: str) -> list[str]:
    return _LETTERS.findall(fold(text).replace("-", " "))


def alike(a: Name, b: Name) -> bool:
    """Whether the two can be one person; symmetric."""
    if a.han and b.han:
        return a.han == b.han
    if a.han:
        return _romanised(a.han, b)
    if b.han:
        return _romanised(b.han, a)
    return _latin(a, b) or _latin(a, _turned(b)) or _latin(_turned(a), b)


def _turned(person: Name) -> Name:
    return Name("", "".join(person.given), (person.family,) if person.family else ())


def _latin(a: Name, b: Name) -> bool:
    if not a.family or a.family != b.family:
        return False
    first, second = "".join(a.given), "".join(b.given)
    if first.startswith(second) or second.startswith(first):
        return True
    return _initials(a.given).startswith(second) or _initials(b.given).startswith(first)


def _initials(words: tuple[str, ...]) -> str:
    return "".join(word[0] for word in words)


def _romanised(han: str, latin: Name) -> bool:
    given = "".join(latin.given)
    for syllables in _syllables(han):
        whole = "".join(syllables)
        if whole in (latin.family + given, given + latin.family):
            return True
        for family_size in (1, 2):
            family, rest = "".join(syllables[:family_size]), syllables[family_size:]
            if rest and family == latin.family and (not given or _initials(rest).startswith(given)):
                return True
    return False


@lru_cache(maxsize=4096)
def _syllables(han: str) -> tuple[tuple[str, ...], ...]:
    """Every reading of a name, ü as u, as fold leaves it in a Latin name."""
    from pypinyin import Style, pinyin

    readings = pinyin(han, style=Style.NORMAL, heteronym=True, v_to_u=True)
    rows = [sorted({fold(reading).replace("lyu", "lu").replace("nyu", "nu") for reading in row}) for row in readings]
    return tuple(islice(product(*rows), _READINGS))
