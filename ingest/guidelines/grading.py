"""Grades of recommendation as printed, and what they say in one scale.

A code that several schemes have counts only where the guideline names its scheme; what fits none stays as it is
printed, with strength and certainty unknown.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ingest.guidelines.scales import CERTAINTIES, STRENGTHS, Grade, code, csco, oxford, words
from kg.model.guideline import Scheme

_SIGNS: tuple[tuple[Scheme, re.Pattern[str]], ...] = (
    ("GRADE", re.compile(r"\bGRADE\b|推荐分级的评估", re.A)),
    ("CSCO", re.compile(r"\bCSCO\b|中国临床肿瘤学会", re.A)),
    ("Oxford", re.compile(r"\b(?:Oxford|OCEBM)\b|牛津", re.A)),
)


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
    for read in (csco, oxford, code, words):
        if found := read(text, declared):
            return found
    return Grade(text)


def column_grade(kind: str, cell: str, declared: Collection[Scheme]) -> Grade:
    """A grade in a table whose column says what it is: ``strength`` or ``certainty``.

    >>> column_grade("strength", "弱", ["GRADE"]).strength, column_grade("certainty", "3b", ["Oxford"]).certainty
    ('weak', 'low')
    """
    found = grade(cell, declared)
    if found.scheme or not cell:
        return found
    folded = " ".join(cell.lower().replace("-", " ").split())
    # Numbers and letters stand for these words where the guideline names GRADE and nothing else.
    if len(cell) == 1 and cell.isascii() and set(declared) == {"GRADE"}:
        folded = cell
    elif folded.isdigit():
        folded = ""
    if kind == "strength" and folded in STRENGTHS:
        return Grade(cell, strength=STRENGTHS[folded], scheme="GRADE")
    if kind == "certainty" and folded in CERTAINTIES:
        return Grade(cell, certainty=CERTAINTIES[folded], scheme="GRADE")
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
