"""Pinyin of Chinese names, for typing them with a Latin keyboard."""

from __future__ import annotations

import unicodedata
from functools import cache

_PHRASES: dict[str, str] = {
    "卒中": "cu zhong", "出血": "chu xue", "便血": "bian xue", "咯血": "ka xue", "呕血": "ou xue",
    "尿血": "niao xue", "着床": "zhuo chuang", "粘连": "nian lian", "粘液": "nian ye", "粘膜": "nian mo",
    "粘多糖": "nian duo tang", "莪术": "e zhu", "玄参": "xuan shen", "沙参": "sha shen", "剥脱": "bo tuo",
    "剥离": "bo li", "落枕": "lao zhen", "钙化": "gai hua", "强直": "qiang zhi", "心得安": "xin de an",
    "长qt": "chang q t", "薄荷": "bo he", "阿胶": "e jiao", "会厌": "hui yan", "行为": "xing wei",
}  # fmt: skip
"""Readings of medical words that the general dictionary of pypinyin gets wrong or reads colloquially."""
_CHARACTERS: dict[str, str] = {"血": "xue", "钙": "gai", "癌": "ai", "绀": "gan"}
"""Readings that hold in medicine wherever no phrase says otherwise."""


@cache
def _readings() -> tuple[dict[str, str], dict[str, tuple[str, ...]], dict[str, tuple[int, ...]]]:
    """Character -> syllable, phrase -> syllables, first character -> phrase lengths, longest first."""
    from pypinyin.phrases_dict import phrases_dict
    from pypinyin.pinyin_dict import pinyin_dict

    plain: dict[str, str] = {}

    def syllable(marked: str) -> str:
        if marked not in plain:
            letters = unicodedata.normalize("NFD", marked.replace("ü", "v"))
            letters = letters.replace("u\u0308", "v")
            plain[marked] = "".join(letter for letter in letters if letter.isascii())
        return plain[marked]

    characters = {chr(code): syllable(marks.split(",")[0]) for code, marks in pinyin_dict.items()} | _CHARACTERS
    phrases = {phrase: tuple(syllable(marks[0]) for marks in row) for phrase, row in phrases_dict.items()}
    phrases |= {phrase: tuple(row.split()) for phrase, row in _PHRASES.items()}
    lengths: dict[str, set[int]] = {}
    for phrase in phrases:
        lengths.setdefault(phrase[0], set()).add(len(phrase))
    return characters, phrases, {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}


def syllables(text: str) -> list[str]:
    """Syllables without tones, ü as v; other letters and digits stay, one part each character.

    >>> syllables("脑卒中"), syllables("2型")
    (['nao', 'cu', 'zhong'], ['2', 'xing'])
    """
    characters, phrases, lengths = _readings()
    found: list[str] = []
    at = 0
    while at < len(text):
        first = text[at]
        for size in lengths.get(first, ()):
            reading = phrases.get(text[at : at + size])
            if reading is not None:
                found += reading
                at += size
                break
        else:
            found.append(characters.get(first) or (first if first.isalnum() else ""))
            at += 1
    return [part for part in found if part]
