"""Years that a query asks for: ``since 2015``, ``last 5 years``, ``近五年``, ``2018年以来``, ``2010-2015``.

Sure is what speaks of publications (``published 2010-2015``, ``近五年文献``), or stands apart from the rest and tells
where the years begin (``asthma since 2015``, ``糖尿病 近五年``). A range or an end of years alone is not: *cancer in
China, 2010-2015* is the title of a later paper, and *in the last five years* belongs to a story as often as to a
search.
Not read: days and months (a date that tells a month counts from its year on), and what is no date (``2021-13``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from kg.index.analysis import has_han
from kg.search.hints.base import begins, breaks, ends

FIRST = 1800
_NUMBERS = {
    name: number
    for number, names in enumerate(
        (
            "one 一", "two 二 两", "three 三", "four 四", "five 五",
            "six 六", "seven 七", "eight 八", "nine 九", "ten 十",
        ), 1,
    )
    for name in names.split()
} | {"fifteen": 15, "twenty": 20, "十五": 15, "二十": 20, "三十": 30}  # fmt: skip
_LONGEST = 100
"""Years back."""
_SHORT = 6
"""Words of a query that is no sentence."""
_N = rf"(?P<n>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_Y = r"(?<![0-9a-z./-])(?P<{}>\d{{4}})(?!\d|\.\d)"
_MONTH = r"(?:[年/.-]\s*(?P<month>\d{1,2})\s*月?(?:[/.-]?\s*\d{1,2}\s*日?)?)?"
_A, _B = _Y.format("a"), r"(?<!\d)(?P<b>\d{4})(?!\d|[./-]\d)"
_TO = r"\s*年?\s*(?:-|–|—|~|～|至|到|to|until|through)\s*"
_BACK = r"(?<!\w)(?:(?:over|in|during|within|from)\s+)?(?:the\s+)?(?:last|past|previous)\s+"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("back", re.compile(rf"(?:(?:最近|过去|近)\s*(?:的\s*)?{_N}\s*个?年(?:来|内|间|之内|以来)?)")),
    ("back", re.compile(rf"{_BACK}{_N}\s+years?(?!\w)")),
    ("decade", re.compile(rf"{_BACK}decade(?!\w)")),
    ("span", re.compile(rf"(?<!\w)(?:between|from)\s+{_A}\s+(?:and|to|until|through)\s+{_B}")),
    ("span", re.compile(rf"自?\s*{_A}{_TO}{_B}\s*年?间?")),
    ("since", re.compile(rf"(?:自|从)?\s*{_A}\s*年?{_MONTH}\s*(?:以来|之后|以后|至今|起)")),
    ("since", re.compile(rf"(?<!\w)since\s+(?:the\s+year\s+)?{_A}{_MONTH}")),
    ("since", re.compile(rf"(?<!\w)from\s+{_A}\s+(?:on|onwards?)(?!\w)")),
    ("after", re.compile(rf"(?<!\w)after\s+{_A}{_MONTH}")),
    ("before", re.compile(rf"(?<!\w)(?:before|prior\s+to)\s+{_A}|{_Y.format('c')}\s*年?\s*(?:以前|之前)")),
    ("in", re.compile(rf"(?<!\w)published\s+in\s+{_A}|{_Y.format('c')}\s*年(?=\s*(?:发表|出版|刊登))")),
)  # fmt: skip
_PAPERS = r"(?:papers?|articles?|publications?|literature|studies published|reports published|guidelines?|reviews?)"
_BEFORE = re.compile(
    rf"(?:published|publication (?:date|year)|{_PAPERS}|发表于|发表在|出版于|文献|论文|文章)[\s:：]*(?:in|of|from)?\s*$"
)
_BEHIND = re.compile(
    r"\s*年?\s*(?:间|内)?\s*(?:所|的)?\s*(?:发表|出版|刊登|文献|论文|文章|指南|综述|publications?\b|papers?\b|articles?\b|literature\b)"
)
_OPENING = re.compile(rf"^\W*(?:recent\s+)?(?:published\s+)?{_PAPERS}\b")
_CLOSING = re.compile(r"(?:文献|论文|文章)[\s?？。.]*$")
_STORY = re.compile(r"^(?:over|in|during|within)\s|^(?:过去)")
"""How a hint begins that tells of the past of somebody, or of a subject."""


class Dated(msgspec.Struct, frozen=True):
    """Years of a stretch of a query, both included; None is open. ``relative``: counted back from a date; its years
    are both None where that date is not known."""

    start: int
    end: int
    first: int | None
    last: int | None
    sure: bool
    relative: bool = False


def dates(text: str, today: int | None) -> Iterator[Dated]:
    """What ``text`` (as ``narrow`` spells it) says of years, from left to right; stretches do not overlap.

    ``today`` is the year that *last five years* are counted back from. What lies before 1800 or after it, or ends
    before it begins, is no hint.
    """
    found: list[Dated] = []
    for name, form in _FORMS:
        for match in form.finditer(text):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            end = match.start() + len(match[0].rstrip())
            years = _years(name, match, today)
            if years is not None and not any(start < one.end and one.start < end for one in found):
                relative = name in ("back", "decade")
                found.append(Dated(start, end, *years, _sure(name, text, start, end), relative))
    return iter(sorted(found, key=lambda one: one.start))


def _years(name: str, match: re.Match[str], today: int | None) -> tuple[int | None, int | None] | None:
    """The years of a match; None for what is no date."""
    given = match.groupdict()
    if name in ("back", "decade"):
        count = 10 if name == "decade" else _number(given["n"])
        if not 1 <= count <= _LONGEST:
            return None
        return (None, None) if today is None else (today - count, None)
    if given.get("month") and not 1 <= int(given["month"]) <= 12:
        return None
    year = int(given.get("a") or given.get("c") or 0)
    other = int(given.get("b") or 0)
    latest = 2999 if today is None else today
    if not FIRST <= year <= latest or (other and not year <= other <= 2999):
        return None
    match name:
        case "span":
            return year, other
        case "since":
            return year, None
        case "after":
            return year + 1, None
        case "before":
            return None, year - 1
        case _:
            return year, year


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else _NUMBERS[text]


def _sure(name: str, text: str, start: int, end: int) -> bool:
    if name == "in" or _BEFORE.search(text, 0, start) or _BEHIND.match(text, end):
        return True
    if _OPENING.match(text) or _CLOSING.search(text):
        return True
    if name in ("span", "before") or _STORY.match(text[start:end]):
        return False
    if begins(text, start) == ends(text, end):
        return False
    if ends(text, end):
        return breaks(text, start - 1)
    # *Since 2015 I have had* is a story, *last 5 years asthma* hardly.
    return breaks(text, end) and (has_han(text[start:end]) or (name == "back" and len(text.split()) <= _SHORT))
