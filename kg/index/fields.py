"""The fields of a document in the text index, and the one spelling that their values are compared in.

In phrase fields words have places, in the others each value is one key. A Chinese run is written as its pairs of
characters and its last character, so that the pairs of any stretch stand side by side, too.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from kg.index.analysis import GRAM, fold, stem

FIELDS_FORMAT = 4
"""Rises when the fields, or the spelling of their values, change."""
DATE_FIELDS = {"py": "published", "day": "days"}
"""Whole numbers: years, and days as ``20210305``, zeros for what a date does not tell; the names of their columns."""
PHRASE_FIELDS = ("ti", "ab", "kw", "ad", "fu")
KEY_FIELDS = (
    "mh", "sh", "cl", "au", "fau", "jo", "is", "vo", "ip", "pg", "doi", "pmid", "la", "pt", "cy", "jl", "name",
    "st", "li", "so", "of",
)  # fmt: skip
"""``mh`` holds what ``heading_key`` makes, ``name`` the labels, codes and ids of a concept. ``st`` (standing), ``li``
(licence) and ``so`` (sources) are of one record; ``of`` are ``SHARED`` fields of its work, for a record that another
one stands for, which has no other fields."""
SHARED = ("pt", "jo", "is", "la", "mh")
"""What a record is filtered by as its work is."""
FACET_FIELDS = ("by_journal", "by_type", "by_language", "by_author", "by_list")
"""What hits are counted by, beside their year: values as they are shown."""
_BETWEEN = re.compile(f"(?<=[{GRAM}])\\s+(?=[{GRAM}])")
_LETTER = f"[^\\W_{GRAM}]"
_WORD = f"{_LETTER}+(?:[-*?]+{_LETTER}+)*[*?]*"
_PIECE = re.compile(f"[{GRAM}?]*[{GRAM}][{GRAM}?]*|{_WORD}|[*?]+{_WORD}")
_HYPHENS = ((True, True), (False, True), (True, False))
"""Words with hyphens as ``places`` writes them; as texts without the hyphen have them; as texts with a blank do."""
_RUN = re.compile(f"[{GRAM}]")
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$#&~-]")
_BLANK = re.compile(r"[\s.,;'’·•]+")
_NOT_ALNUM = re.compile(r"[^0-9a-z]+")
_LANGUAGES = {
    "chi": "zh", "zho": "zh", "chinese": "zh", "中文": "zh", "汉语": "zh", "cn": "zh", "eng": "en", "english": "en",
    "英文": "en", "英语": "en", "jpn": "ja", "japanese": "ja", "日文": "ja", "日语": "ja", "fre": "fr", "fra": "fr",
    "french": "fr", "法文": "fr", "法语": "fr", "ger": "de", "deu": "de", "german": "de", "德文": "de", "德语": "de",
    "rus": "ru", "russian": "ru", "俄文": "ru", "俄语": "ru", "spa": "es", "spanish": "es", "西班牙语": "es",
    "kor": "ko", "korean": "ko", "韩语": "ko", "朝鲜语": "ko", "por": "pt", "portuguese": "pt", "葡萄牙语": "pt",
    "ita": "it", "italian": "it", "意大利语": "it",
}  # fmt: skip
_TYPES = {
    "综述": "review", "论文": "article", "期刊论文": "article", "学位论文": "thesis", "会议论文": "conference",
    "指南": "guideline", "临床试验": "clinical trial", "随机对照试验": "randomized controlled trial",
    "meta分析": "meta-analysis", "荟萃分析": "meta-analysis", "病例报告": "case reports", "专利": "patent",
    "标准": "standard", "图书": "book", "预印本": "preprint", "系统评价": "systematic review",
}  # fmt: skip


def places(text: str) -> list[str]:
    """The words of a text, one for each place; a word with hyphens gives its parts and then the joined form.

    >>> places("IL-6 in asthmas"), places("2型糖尿病 治疗")
    (['il', '6', 'il6', 'in', 'asthma'], ['2', '型糖', '糖尿', '尿病', '病治', '治疗', '疗'])
    """
    found: list[str] = []
    for piece in _PIECE.findall(_BETWEEN.sub("", _plain(fold(text)))):
        if _RUN.match(piece):
            found += [*(first + second for first, second in pairwise(piece)), piece[-1]]
        elif "-" in piece:
            found += [*map(stem, piece.split("-")), piece.replace("-", "")]
        else:
            found.append(stem(piece))
    return found


def _plain(text: str) -> str:
    return text.replace("*", " ").replace("?", " ")


class Place(NamedTuple):
    """What stands at a place: a regular expression where ``shaped``, else a word."""

    text: str
    shaped: bool = False


def asked(text: str, *, wild: bool) -> list[list[list[Place]]]:
    """What a phrase asks of ``places``: stretches that must all be there, each in one of its spellings.

    With ``wild`` the signs ``*`` and ``?`` stand for others; between Chinese characters ``*`` only asks for what
    stands on both sides.
    """
    folded = _BETWEEN.sub("", fold(text) if wild else _plain(fold(text)))
    parts = re.split(f"(?<=[{GRAM}])\\*+|\\*+(?=[{GRAM}])", folded) if wild else [folded]
    found: list[list[list[Place]]] = []
    for part in parts:
        pieces = _PIECE.findall(part)
        spellings = [_stretch(pieces, *ways) for ways in _HYPHENS]
        found += [[one for at, one in enumerate(spellings) if one not in spellings[:at]]] if spellings[0] else []
    return found


def _stretch(pieces: list[str], apart: bool, joined: bool) -> list[Place]:
    found: list[Place] = []
    for number, piece in enumerate(pieces, 1):
        if _RUN.search(piece):
            pairs = [first + second for first, second in pairwise(piece)]
            if number < len(pieces):
                found += [_shape(pair) for pair in [*pairs, piece[-1]]]
            else:
                # Where the phrase ends the text may go on.
                found += [_shape(pair) for pair in pairs] or [Place(f"{piece}.?", True)]
        elif "-" in piece:
            if apart:
                found += [_word(word) for word in piece.split("-") if word.strip("*")]
            if joined:
                found.append(_word(piece.replace("-", "")))
        else:
            found.append(_word(piece))
    return found


def _word(word: str) -> Place:
    plain = word.rstrip("*")
    if "*" not in word and "?" not in word:
        return Place(stem(word))
    if "*" in plain or "?" in plain or stem(plain) == plain:
        return _shape(word)
    return Place(f"({shape(word)}|{shape(stem(plain))})", True)


def _shape(text: str) -> Place:
    return Place(shape(text), True) if "*" in text or "?" in text else Place(text)


def shape(text: str) -> str:
    """A regular expression for a text with ``*`` and ``?``.

    >>> shape("r54?.*")
    'r54.\\\\..*'
    """
    signs = {"*": ".*", "?": "."}
    return "".join(signs.get(sign) or _SPECIAL.sub(r"\\\g<0>", sign) for sign in text)


def key(field: str, value: str) -> str:
    """A value of a key field in the spelling of the index; empty where nothing is left.

    >>> key("au", "Zhang, W."), key("au", "张 伟"), key("is", "CN 11-2137/R"), key("la", "chi"), key("cl", "r541.4 ")
    ('zhang w', '张伟', '112137r', 'zh', 'R541.4')
    """
    folded = " ".join(_BETWEEN.sub("", fold(value)).split())
    match field:
        case "au" | "fau":
            return _BETWEEN.sub("", " ".join(_BLANK.sub(" ", folded).split()))
        case "is":
            return _NOT_ALNUM.sub("", folded.removeprefix("cn").strip())
        case "cl":
            return folded.replace(" ", "").upper()
        case "doi":
            return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", folded)
        case "pmid":
            return folded.removeprefix("pmid:").strip()
        case "la":
            return _LANGUAGES.get(folded, folded)
        case "pt":
            return _TYPES.get(folded, folded)
        case "jo":
            return folded.removeprefix("the ").rstrip(".")
        case _:
            return folded


def shared_key(field: str, value: str) -> str:
    """A key of one of the ``SHARED`` fields as ``of`` has it."""
    return f"{field}:{value}"


def pattern(field: str, value: str) -> str:
    """A regular expression over the keys of a field, for a value with ``*`` and ``?``."""
    if field == "is":
        return shape(re.sub(r"[^0-9a-z*?]+", "", fold(value).removeprefix("cn")))
    return shape(key(field, value))


def heading_key(heading: str, *, major: bool = False, subheading: str = "", below: bool = False) -> str:
    """The key of a heading, by the CURIE of its concept or by its name, for ``mh``; ``below``: of a record whose
    heading is this one or a narrower one.

    >>> heading_key("Asthma", major=True, subheading="Drug Therapy")
    '*asthma/drug therapy'
    """
    qualifier = f"/{key('sh', subheading)}" if subheading else ""
    return f"{'>' if below else ''}{'*' if major else ''}{key('mh', heading)}{qualifier}"
