"""Letters that look like others, and text that is not composed: where two names seem the same and are not.

Look-alikes are the letters of Unicode Technical Standard 39 (confusables) that stand in words of other scripts by
mistake: Cyrillic and Greek in Latin words, kana in Chinese ones. Greek letters that medicine means (α, β, γ, µ) are
not among them.
"""

from __future__ import annotations

import re
import unicodedata

_LATIN = dict(
    zip(
        "аеосрхуіјѕһԁԛԝкАВЕКМНОРСТХУІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲ",
        "aeocpxyijshdqwkABEKMHOPCTXYIJSABEZHIKMNOPTYXoc",
        strict=True,
    )
)
_HAN = dict(zip("ニーロカエトハタ", "二一口力工卜八夕", strict=True))
_TABLE = str.maketrans(_LATIN)
_HAN_TABLE = str.maketrans(_HAN)
_FOREIGN = re.compile(f"[{''.join(_LATIN)}]")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN_HAN = re.compile(
    f"(?<=[\u4e00-\u9fff])[{''.join(_HAN)}](?![\u3041-\u30ff])|(?<![\u3041-\u30ff])[{''.join(_HAN)}](?=[\u4e00-\u9fff])"
)
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def skeleton(name: str) -> str:
    """``name`` with look-alikes as the letters that they look like.

    >>> skeleton("diаbetes") == "diabetes", skeleton("TNF-α"), skeleton("ニ尖瓣")
    (True, 'TNF-α', '二尖瓣')
    """
    if name.isascii():
        return name
    composed = unicodedata.normalize("NFKC", name)
    if _FOREIGN.search(composed):
        composed = composed.translate(_TABLE)
    return _BETWEEN_HAN.sub(lambda match: match[0].translate(_HAN_TABLE), composed)


def mixed(name: str) -> str:
    """The first word that mixes Latin letters with look-alikes of another script, or Chinese with kana that look like
    it; empty for none.

    >>> mixed("type 2 diаbetes") != "", mixed("β-blocker"), mixed("Болезнь")
    (True, '', '')
    """
    if name.isascii():
        return ""
    composed = unicodedata.normalize("NFKC", name)
    if _FOREIGN.search(composed):
        for word in _WORD.findall(composed):
            if _ASCII_LETTER.search(word) and _FOREIGN.search(word):
                return str(word)
    found = _BETWEEN_HAN.search(composed)
    return composed[max(found.start() - 1, 0) : found.end() + 1] if found else ""


def composed(name: str) -> bool:
    """Whether a text is in Unicode's composed form (NFC), and without characters that stand for others (⼀ for 一)."""
    return name.isascii() or (
        unicodedata.is_normalized("NFC", name) and not any("\u2e80" <= one <= "\u2fdf" for one in name)
    )


def unprintable(name: str) -> str:
    """The first character that nobody sees, as ``U+200B``; empty for none. Joiners within Indic and Arabic words count
    too: they are none of our languages.

    >>> unprintable("gout\\u200b"), unprintable("痛风")
    ('U+200B', '')
    """
    if name.isprintable():
        return ""
    return next((f"U+{ord(one):04X}" for one in name if unicodedata.category(one) in _UNPRINTABLE), "")
