"""From text to tokens, the same for what is indexed and for what is asked.

Chinese (and kana, hangul) becomes characters and pairs of characters, everything else words.
Folding is NFKC, lower case, traditional to simplified characters, Greek letters spelled out and
Latin letters without accents. Offsets play no role here: raw text stays where it is.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
GRAM = f"{_HAN}\u3040-\u30ff\uac00-\ud7af"
"""Characters, as in a class of a regular expression, of which each says something by itself."""
_GRAM_RUN = re.compile(f"[{GRAM}]+")
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LATIN_WORD = re.compile(r"[a-z]{2,}")

_STOP = """a about after all also among an and any are as at be been but by can could did do does during each for
    from had has have how i if in into is it its may more most no not of on or our should some such than that
    the their them then there these they this those to was we were what when where which who will with would"""
STOP_WORDS = frozenset(_STOP.split())
"""Left out of queries only: they cost time and their weight is near nothing."""


@cache
def folding_table() -> dict[int, str]:
    """Code point -> replacement, for ``str.translate`` after NFKC and lower case."""
    import opencc

    table: dict[int, str] = {}
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base.lower()
    table |= {0xF8: "o", 0xE6: "ae", 0x153: "oe", 0xDF: "ss", 0x142: "l", 0x111: "d"}
    for code in range(0x3B1, 0x3CA):
        name = unicodedata.name(chr(code)).rpartition(" ")[2].lower()
        table[code] = {"lamda": "lambda"}.get(name, name)
    for code in (0x2010, 0x2011, 0x2012, 0x2013, 0x2212):
        table[code] = "-"
    characters = [chr(code) for start, end in ((0x3400, 0x4DC0), (0x4E00, 0xA000)) for code in range(start, end)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table |= {ord(old): new for old, new in zip(characters, simplified, strict=True) if old != new}
    return table


def fold(text: str) -> str:
    """``text`` in the one spelling that tokens are made of; its length may change.

    >>> fold("TNF-α"), fold("Sjögren"), fold("糖尿病視網膜病變")
    ('tnf-alpha', 'sjogren', '糖尿病视网膜病变')
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).lower().translate(folding_table())


def stem(word: str) -> str:
    """English plurals to singular (the S-stemmer of Harman, How effective is suffixing?, 1991).

    >>> [stem(word) for word in ("diseases", "studies", "virus", "analysis", "il6")]
    ['disease', 'study', 'virus', 'analysis', 'il6']
    """
    if len(word) < 4 or word[-1] != "s" or not word.isascii():
        return word
    if word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    if word[-2] in "uis":
        return word
    return word[:-1]


def tokens(text: str) -> list[str]:
    """Every token in order of appearance, repeated as often as it appears.

    A word with hyphens gives its parts and the joined form, so that IL-6 and IL6 meet.

    >>> tokens("IL-6 in asthmas"), tokens("2型糖尿病")
    (['il', '6', 'il6', 'in', 'asthma'], ['2', '型', '糖', '尿', '病', '型糖', '糖尿', '尿病'])
    """
    folded = fold(text)
    if folded.isascii():
        return _words(folded)
    found: list[str] = []
    end = 0
    for run in _GRAM_RUN.finditer(folded):
        if run.start() > end:
            found += _words(folded[end : run.start()])
        characters = run[0]
        found += characters
        found += [first + second for first, second in pairwise(characters)]
        end = run.end()
    return found + _words(folded[end:])


def _words(folded: str) -> list[str]:
    found: list[str] = []
    for word in _WORD.findall(folded):
        if "-" in word:
            parts = word.split("-")
            found += map(stem, parts)
            found.append("".join(parts))
        else:
            found.append(stem(word))
    return found


def query_tokens(text: str) -> tuple[str, ...]:
    """The distinct tokens of a query, without stop words unless there is nothing else.

    A single Chinese character counts only where its run has no pair.

    >>> query_tokens("treatment of the asthma"), query_tokens("哮喘")
    (('treatment', 'asthma'), ('哮喘',))
    """
    found = list(dict.fromkeys(tokens(text)))
    paired = {character for token in found if len(token) == 2 and is_gram(token) for character in token}
    kept = [token for token in found if token not in STOP_WORDS and token not in paired]
    return tuple(kept or found)


def is_gram(token: str) -> bool:
    """Whether a token is made of Chinese, Japanese or Korean characters."""
    return _GRAM_RUN.match(token) is not None


def has_han(text: str) -> bool:
    """Whether ``text`` holds a Chinese character."""
    return _HAN_CHARACTER.search(text) is not None


def language(text: str) -> str:
    """``zh`` when Chinese characters are at least as many as Latin words, else ``en``.

    >>> language("EGFR 突变"), language("mutations of EGFR 突")
    ('zh', 'en')
    """
    han = len(_HAN_CHARACTER.findall(text))
    return "zh" if han and han >= len(_LATIN_WORD.findall(text.lower())) else "en"
