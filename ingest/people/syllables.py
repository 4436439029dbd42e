"""Syllables of pinyin: those of a character, those that a Latin word can be made of, and the ways to write ü."""

from __future__ import annotations

import re
from functools import cache, lru_cache

MOST_READINGS = 4
"""Readings of a character that are tried; what comes after them is old or local."""
_LONGEST = 6
_MOST_IN_WORD = 4
_UMLAUT = re.compile(r"([ln])v")
_WRITTEN = {"lv": ("lv", "lu", "lyu"), "lve": ("lve", "lue", "lyue"), "nv": ("nv", "nu", "nyu"),
            "nve": ("nve", "nue", "nyue")}  # fmt: skip
_FROM_WRITTEN = {"lyu": "lu", "lyue": "lue", "lve": "lue", "lv": "lu", "nyu": "nu", "nyue": "nue", "nv": "nu",
                 "nve": "nue"}  # fmt: skip


@lru_cache(maxsize=8192)
def readings(character: str) -> tuple[str, ...]:
    """Syllables of one character without tones, the common one first, ü as v; empty for what is no character.

    >>> readings("吕"), readings("伟")
    (('lv',), ('wei',))
    """
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(found[0]))[:MOST_READINGS] if found else ()


def written(syllable: str) -> tuple[str, ...]:
    """How a syllable is written in passports, papers and keyboards; one with ü in three ways.

    >>> written("lv"), written("wei")
    (('lv', 'lu', 'lyu'), ('wei',))
    """
    return _WRITTEN.get(syllable, (syllable,))


def plain(syllable: str) -> str:
    """The one spelling of a syllable in keys, where ü is u."""
    return _FROM_WRITTEN.get(syllable, syllable)


@cache
def _known() -> frozenset[str]:
    from pypinyin.contrib.tone_convert import to_normal
    from pypinyin.pinyin_dict import pinyin_dict

    marked = {mark for marks in pinyin_dict.values() for mark in marks.split(",")}
    found = {to_normal(mark, v_to_u=False) for mark in marked}
    return frozenset(one for one in found if re.fullmatch(r"[a-z]*[aeiouv][a-z]*", one) and not _UMLAUT.match(one))


@lru_cache(maxsize=65536)
def split(word: str) -> tuple[tuple[str, ...], ...]:
    """Every way to read a folded Latin word as one to four syllables, ü as u; empty where it is no pinyin.

    ``lyu`` and ``lv`` count only in a word that is none otherwise, so that ``jinyu`` stays jin yu.

    >>> split("xian"), split("jinyu"), split("lyu"), split("smith")
    ((('xi', 'an'), ('xian',)), (('jin', 'yu'),), (('lu',),), ())
    """
    if not word.isascii() or not word.isalpha():
        return ()
    usual = tuple(_split(word, _known(), _MOST_IN_WORD))
    if usual:
        return usual
    found = _split(word, _known() | _FROM_WRITTEN.keys(), _MOST_IN_WORD)
    return tuple(dict.fromkeys(tuple(map(plain, syllables)) for syllables in found))


def _split(word: str, known: frozenset[str], most: int) -> list[tuple[str, ...]]:
    if not word:
        return [()]
    if not most:
        return []
    return [
        (word[:size], *rest)
        for size in range(1, min(_LONGEST, len(word)) + 1)
        if word[:size] in known
        for rest in _split(word[size:], known, most - 1)
    ]


@lru_cache(maxsize=65536)
def joined(word: str) -> str:
    """A folded Latin word with ü as u wherever it is pinyin: ``lyu``, ``lv`` and ``lu`` are one.

    >>> joined("xiaolyu"), joined("wenyu"), joined("smith")
    ('xiaolu', 'wenyu', 'smith')
    """
    found = split(word)
    return "".join(found[0]) if found else word
