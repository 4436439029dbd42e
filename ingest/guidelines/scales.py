"""The scales of GRADE, CSCO and Oxford: what their words, symbols and codes say.

GRADE: Guyatt et al., BMJ 2008;336:924 (words, ⊕ symbols, 1A to 2D). CSCO: the levels Ⅰ to Ⅲ and the categories of
evidence 1A to 3 of the society's guidelines. Oxford: levels 1a to 5 and grades A to D of the Centre for
Evidence-Based Medicine, 2009.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import msgspec

from kg.model.guideline import Certainty, Scheme, Strength


class Grade(msgspec.Struct, frozen=True):
    """A grade: the ``text`` as printed and what it says. ``scheme`` is empty where it fits none."""

    text: str
    strength: Strength = "unknown"
    certainty: Certainty = "unknown"
    scheme: Scheme = ""

    def joined(self, other: Grade) -> Grade:
        """Both as one, where strength and evidence are printed in two places."""
        return Grade(
            text="; ".join(filter(None, (self.text, other.text))),
            strength=self.strength if self.strength != "unknown" else other.strength,
            certainty=self.certainty if self.certainty != "unknown" else other.certainty,
            scheme=self.scheme or other.scheme,
        )


STRENGTHS: dict[str, Strength] = {
    "strong": "strong", "weak": "weak", "conditional": "weak", "强": "strong", "弱": "weak", "有条件": "weak",
    "1": "strong", "2": "weak",
}  # fmt: skip
CERTAINTIES: dict[str, Certainty] = {
    "high": "high", "moderate": "moderate", "low": "low", "very low": "very-low",
    "高": "high", "中": "moderate", "中等": "moderate", "低": "low", "极低": "very-low", "很低": "very-low",
    "A": "high", "B": "moderate", "C": "low", "D": "very-low",
}  # fmt: skip
_LEVEL = r"(?P<certainty>very[- ]low|high|moderate|low)"
_STRONG = re.compile(
    r"\b(strong|weak|conditional)(?:ly)?(?:[ -](?:positive|negative|for|against))? recommend", re.I | re.A
)
_STRONG_LABEL = re.compile(
    r"\bstrength(?: of (?:the )?recommendation)?\s*(?:[:=]|is)\s*(strong|weak|conditional)", re.I | re.A
)
_SURE = re.compile(rf"\b{_LEVEL}[- ](?:certainty|quality|confidence)\b", re.I | re.A)
_SURE_LABEL = re.compile(
    rf"\b(?:certainty|quality|confidence)(?: (?:of|in)(?: the)? evidence)?\s*(?:[:=]|is)\s*{_LEVEL}\b", re.I | re.A
)
_SYMBOLS = re.compile("(⊕{0,4})[◯○⊝⊖〇]*")
_STRONG_ZH = re.compile(r"(强|弱|有条件)(?:烈)?推荐|推荐(?:强度|级别|等级)(?:等级)?\s*[:：为]?\s*(强|弱|有条件)")
_SURE_ZH = re.compile(
    r"(极低|很低|低|中等|中|高)(?:级别?|等)?(?:质量|确定性|可信度)|"
    r"证据(?:质量|确定性)(?:等级|级别)?\s*[:：为]?\s*(极低|很低|低|中等|中|高|[A-D](?![A-Za-z0-9]))|"
    r"证据(?:等级|级别|水平)\s*[:：为]?\s*(极低|很低|低|中等|中|高)"
)
_PAIR = re.compile(rf"(strong|weak|conditional)\s*[,;/]\s*{_LEVEL}", re.I)
_CODE = re.compile(r"(?:(grade|GRADE)\s*:?\s*)?([12])\s?([A-D])", re.I)

_ROMAN: dict[str, Strength] = {
    "Ⅰ": "strong",
    "Ⅱ": "moderate",
    "Ⅲ": "weak",
    "I": "strong",
    "II": "moderate",
    "III": "weak",
}
_CSCO_LEVEL = re.compile(r"(Ⅰ|Ⅱ|Ⅲ|III|II|I)\s*级\s*(?:专家)?推荐")
_CSCO_CLASS = re.compile(r"(?<![\dA-Za-z])([12][AB]|3)\s*类")
_CSCO_CERTAINTY: dict[str, Certainty] = {"1A": "high", "1B": "high", "2A": "moderate", "2B": "moderate", "3": "low"}

_OXFORD_LEVEL = re.compile(
    r"(?:\b(?:level(?:s? of evidence)?|LoE|LE|evidence level)|证据(?:等级|级别|水平))\s*[:：为]?\s*"
    r"([1-3][a-c]|[1-5])(?![\w-])",
    re.I | re.A,
)
_OXFORD_GRADE = re.compile(
    r"(?:\b(?:grade(?:s? of recommendation)?|GoR|GR|recommendation grade)|推荐(?:等级|级别|强度))\s*[:：为]?\s*"
    r"([A-D])(?![\w+-])|(?<![A-Za-z])([A-D])\s*级推荐",
    re.I | re.A,
)
_OXFORD_STRENGTH: dict[str, Strength] = {"A": "strong", "B": "moderate", "C": "weak", "D": "weak"}
_OXFORD_CERTAINTY: dict[str, Certainty] = {"1": "high", "2": "moderate", "3": "low", "4": "low", "5": "very-low"}


def csco(text: str, declared: Collection[Scheme]) -> Grade | None:
    """Ⅰ级推荐, 1A类证据: nobody else writes them so."""
    level, kind = _CSCO_LEVEL.search(text), _CSCO_CLASS.search(text)
    if not level and not kind:
        return None
    return Grade(
        text,
        _ROMAN[level[1]] if level else "unknown",
        _CSCO_CERTAINTY[kind[1]] if kind else "unknown",
        "CSCO",
    )


def oxford(text: str, declared: Collection[Scheme]) -> Grade | None:
    """Levels and letters, where the guideline names Oxford."""
    level, letter = _OXFORD_LEVEL.search(text), _OXFORD_GRADE.search(text)
    # Other schemes have levels and letters, too.
    if "Oxford" not in declared or not (level or letter):
        return None
    return Grade(
        text,
        _OXFORD_STRENGTH[(letter[1] or letter[2]).upper()] if letter else "unknown",
        _OXFORD_CERTAINTY[level[1][0]] if level else "unknown",
        "Oxford",
    )


def code(text: str, declared: Collection[Scheme]) -> Grade | None:
    """1A to 2D, where the code or the guideline, and it alone, names GRADE."""
    found = _CODE.fullmatch(text.strip())
    if not found or not found[3].isupper() or not (found[1] == "GRADE" or set(declared) == {"GRADE"}):
        return None
    return Grade(text, STRENGTHS[found[2]], CERTAINTIES[found[3]], "GRADE")


def words(text: str, declared: Collection[Scheme]) -> Grade | None:
    """Words and symbols of GRADE, English or Chinese."""
    if pair := _PAIR.fullmatch(text.strip()):
        return Grade(text, STRENGTHS[pair[1].lower()], CERTAINTIES[pair[2].lower().replace("-", " ")], "GRADE")
    strong = _STRONG.search(text) or _STRONG_LABEL.search(text) or _STRONG_ZH.search(text)
    sure = _SURE.search(text) or _SURE_LABEL.search(text) or _SURE_ZH.search(text)
    symbols = max(_SYMBOLS.findall(text), key=len)
    if not strong and not sure and not symbols:
        return None
    certainty: Certainty = "unknown"
    if symbols:
        certainty = ("very-low", "low", "moderate", "high")[len(symbols) - 1]
    elif sure:
        certainty = CERTAINTIES[_only(sure).replace("-", " ")]
    return Grade(text, STRENGTHS[_only(strong)] if strong else "unknown", certainty, "GRADE")


def _only(found: re.Match[str]) -> str:
    """The one group that took part, letters of schemes as they are, words in small letters."""
    value: str = next(part for part in found.groups() if part)
    return value if len(value) == 1 else value.lower()
