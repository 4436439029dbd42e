"""Sentences and the grades printed in or behind them, with their places in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from ingest.guidelines.grading import is_printed
from ingest.text.sentences import Span, sentences
from kg.model.guideline import Scheme

_GRADE_ALONE = re.compile(
    r"(?:strong|weak|conditional)\b.{0,20}\brecommendation|(?:grade|level|strength|quality|certainty|LoE|LE|GR|GoR|class|"
    r"evidence level|recommendation grade)\b|⊕|"
    r"推荐(?:强度|等级|级别)|证据(?:质量|等级|级别)|[强弱]推荐|(?:Ⅰ|Ⅱ|Ⅲ|I{1,3})\s*级推荐|[12]\s?[A-D]\b",
    re.I,
).match
_EXPLAINS = re.compile(r"\b(?:means?|indicates?|should|was|were|is|are)\b|表示|是指|应|需", re.I)
_ALONE_LIMIT = 120
_CLOSING = {"(": ")", "（": "）", "[": "]", "【": "】"}
_BETWEEN = " \t,，;；、*_"
_AND = re.compile(r"(?:and|but|or)\s+(?=(?:\w+ )?(?:recommend|suggest)s?\b)", re.I)
SENTENCE_LIMIT = 1500
"""Code points that a sentence may have; a bracket that is never closed does not swallow what follows."""
_PAIRS = str.maketrans({"（": "(", "）": ")", "【": "[", "】": "]"})


class Graded(msgspec.Struct, frozen=True):
    """A sentence at ``start``, what is left of it without its grade, and the grade as printed."""

    start: int
    text: str
    body: str
    printed: str


def graded(text: str, start: int, declared: frozenset[Scheme]) -> Iterator[Graded]:
    """The sentences of ``text`` from ``start`` on; ``declared`` are the schemes that the guideline names."""
    for span in _spans(text, start):
        yield from _taken_apart(text, span, declared)


def grade_alone(text: str, declared: frozenset[Scheme]) -> str:
    """The grade that ``text`` consists of, empty where it says more."""
    bare = text.strip(" \t*_.。")
    if bare and _CLOSING.get(bare[0]) == bare[-1]:
        bare = bare[1:-1].strip()
    alone = _GRADE_ALONE(bare) and len(bare) <= _ALONE_LIMIT and not _EXPLAINS.search(bare)
    return bare if alone and is_printed(bare, declared) else ""


def _spans(text: str, start: int) -> Iterator[Span]:
    """Sentences from ``start`` on; semicolons and stops inside brackets end none."""
    begun: int | None = None
    for left, right in sentences(text[start:]):
        begun = left + start if begun is None else begun
        part = text[begun : right + start].translate(_PAIRS)
        inside = part.count("(") > part.count(")") or part.count("[") > part.count("]")
        if (inside or part.endswith("；")) and len(part) <= SENTENCE_LIMIT:
            end = right + start
            continue
        yield begun, right + start
        begun = None
    if begun is not None:
        yield begun, end


def _taken_apart(text: str, span: Span, declared: frozenset[Scheme]) -> Iterator[Graded]:
    """A sentence, or its parts where each has a grade of its own."""
    start, end = span
    grades = [(left, right) for left, right in _brackets(text, start, end) if _is_grade(text, left, right, declared)]
    if len(grades) < 2:
        sentence = text[start:end]
        if not grades:
            yield Graded(start, sentence, sentence, "")
            return
        left, right = grades[0]
        rest = text[right:end].strip(" \t*_.。;；,，")
        body = text[start:left].rstrip(" *_") + (f" {rest}" if rest.isascii() and rest else rest)
        yield Graded(start, sentence, body, _inside(text, left, right))
        return
    for left, right in grades:
        begin = start + len(text[start:left]) - len(text[start:left].lstrip(_BETWEEN))
        body = _AND.sub("we ", text[begin:left].rstrip(" *_"), count=1)
        yield Graded(begin, text[begin:right], body, _inside(text, left, right))
        start = right


def _brackets(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, end) of each outermost pair of brackets."""
    opened: list[int] = []
    for at in range(start, end):
        if text[at] in _CLOSING:
            opened.append(at)
        elif opened and text[at] == _CLOSING[text[opened[-1]]]:
            begun = opened.pop()
            if not opened:
                yield begun, at + 1


def _is_grade(text: str, left: int, right: int, declared: frozenset[Scheme]) -> bool:
    return is_printed(_inside(text, left, right), declared)


def _inside(text: str, left: int, right: int) -> str:
    return text[left + 1 : right - 1].strip(" *_")
