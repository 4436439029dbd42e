"""Grades of recommendation as printed, and what they say in one scale.

GRADE: Guyatt et al., BMJ 2008;336:924 (words, ⊕ symbols, 1A to 2D). CSCO: the levels Ⅰ to Ⅲ and the categories of
evidence 1A to 3 of the society's guidelines. Oxford: levels 1a to 5 and grades A to D of the Centre for
Evidence-Based Medicine, 2009. A code that several schemes have counts only where the guideline names its scheme;
what fits none stays as it is printed, with strength and certainty unknown.
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


_SIGNS: tuple[tuple[Scheme, re.Pattern[str]], ...] = (
    ("GRADE", re.compile(r"\bGRADE\b|推荐分级的评估", re.A)),
    ("CSCO", re.compile(r"\bCSCO\b|中国临床肿瘤学会", re.A)),
    ("Oxford", re.compile(r"\b(?:Oxford|OCEBM)\b|牛津", re.A)),
)

_STRENGTHS: dict[str, Strength] = {
    "strong": "strong", "weak": "weak", "conditional": "weak", "强": "strong", "弱": "weak", "有条件": "weak",
    "1": "strong", "2": "weak",
}  # fmt: skip
_CERTAINTIES: dict[str, Certainty] = {
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


def schemes(text: str) -> frozenset[Scheme]:
    """The schemes that a text names.

    >>> sorted(schemes("采用GRADE方法；参照牛津循证医学中心的标准"))
    ['GRADE', 'Oxford']
    """
    return frozenset(scheme for scheme, sign in _SIGNS if sign.search(text))


def grade(text: str, declared: Collection[Scheme] = ()) -> Grade:
    """What ``text`` says, read by the schemes that the guideline names (``declared``).

    >>> found = grade("conditional recommendation, very low certainty of evidence")
    >>> found.strength, found.certainty, found.scheme
    ('weak', 'very-low', 'GRADE')
    >>> grade("Ⅱ级推荐，1B类证据").strength, grade("2C").scheme, grade("2C", ["GRADE"]).certainty
    ('moderate', '', 'low')
    """
    for read in (_csco, _oxford, _code, _words):
        if found := read(text, declared):
            return found
    return Grade(text)


def _csco(text: str, declared: Collection[Scheme]) -> Grade | None:
    level, kind = _CSCO_LEVEL.search(text), _CSCO_CLASS.search(text)
    if not level and not kind:
        return None
    return Grade(
        text,
        _ROMAN[level[1]] if level else "unknown",
        _CSCO_CERTAINTY[kind[1]] if kind else "unknown",
        "CSCO",
    )


def _oxford(text: str, declared: Collection[Scheme]) -> Grade | None:
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


def _code(text: str, declared: Collection[Scheme]) -> Grade | None:
    found = _CODE.fullmatch(text.strip())
    if not found or not found[3].isupper() or not (found[1] == "GRADE" or set(declared) == {"GRADE"}):
        return None
    return Grade(text, _STRENGTHS[found[2]], _CERTAINTIES[found[3]], "GRADE")


def _words(text: str, declared: Collection[Scheme]) -> Grade | None:
    """Words and symbols of GRADE, English or Chinese."""
    if pair := _PAIR.fullmatch(text.strip()):
        return Grade(text, _STRENGTHS[pair[1].lower()], _CERTAINTIES[pair[2].lower().replace("-", " ")], "GRADE")
    strong = _STRONG.search(text) or _STRONG_LABEL.search(text) or _STRONG_ZH.search(text)
    sure = _SURE.search(text) or _SURE_LABEL.search(text) or _SURE_ZH.search(text)
    symbols = max(_SYMBOLS.findall(text), key=len)
    if not strong and not sure and not symbols:
        return None
    certainty: Certainty = "unknown"
    if symbols:
        certainty = ("very-low", "low", "moderate", "high")[len(symbols) - 1]
    elif sure:
        certainty = _CERTAINTIES[_only(sure).replace("-", " ")]
    return Grade(text, _STRENGTHS[_only(strong)] if strong else "unknown", certainty, "GRADE")


def _only(found: re.Match[str]) -> str:
    """The one group that took part, letters of schemes as they are, words in small letters."""
    value: str = next(part for part in found.groups() if part)
    return value if len(value) == 1 else value.lower()


def column_grade(kind: str, cell: str, declared: Collection[Scheme]) -> Grade:
    """A grade in a table whose column says what it is: ``strength`` or ``certainty``.

    >>> column_grade("strength", "弱", ["GRADE"]).strength, column_grade("certainty", "3b", ["Oxford"]).certainty
    ('weak', 'low')
    """
    found = grade(cell, declared)
    if found.scheme or not cell:
        return found
    folded = " ".join(cell.lower().replace("-", " ").split())
    if kind == "strength" and folded in _STRENGTHS and not folded.isdigit():
        return Grade(cell, strength=_STRENGTHS[folded], scheme="GRADE")
    if kind == "certainty" and folded in _CERTAINTIES:
        return Grade(cell, certainty=_CERTAINTIES[folded], scheme="GRADE")
    if "Oxford" in declared:
        label = "推荐等级" if kind == "strength" else "证据等级"
        read = grade(label + cell, declared)
        return Grade(cell, read.strength, read.certainty, read.scheme)
    return found


_RAW = re.compile(
    r"\b(?:class|grade|level|category|LoE|COR)\b\s*:?\s*(?:I{1,3}[ab]?|IV|[A-E]|[1-5][a-d]?)\b.*"
    r"\b(?:evidence|recommendation|LoE|COR)\b|"
    r"\b[A-E] recommendation\b|\b(?:expert (?:opinion|consensus)|ungraded|not graded|"
    r"good practice (?:statement|point)|consensus recommendation)\b|"
    r"^(?:grade\s*)?(?:[12ⅠⅡⅢ]|I{1,3})\s?[A-D]$|"
    r"专家共识|未分级|专家意见|(?:证据|推荐)(?:等级|级别|强度|质量)\s*[:：为]?\s*[\dA-EⅠⅡⅢI]",
    re.I | re.A,
)


def is_printed(text: str, declared: Collection[Scheme] = ()) -> bool:
    """Whether ``text`` looks like a grade, of any scheme.

    >>> is_printed("Class IIa, level of evidence B"), is_printed("NYHA class III"), is_printed("1B", ["GRADE"])
    (True, False, True)
    """
    return bool(grade(text, declared).scheme or _RAW.search(text))
