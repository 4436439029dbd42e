"""What belongs to a find though its pattern does not hold it: the weekday before a date, *Jr* behind a name, the comma
between two parts of one address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ontology.deidentification.span import Kind, Span, merged

_WEEKDAY = r"(?:mon|tues?|wed(?:s|nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
_WEEKDAY_HAN = r"(?:周|星期|礼拜)[一二三四五六日天]"
_BEFORE: dict[Kind, re.Pattern[str]] = {
    "date": re.compile(
        rf"(?:\b{_WEEKDAY},?\s(?:the\s)?|\b(?:next|this|last)\s(?:month|week)\s(?:on\s)?|\bthe\s|(?:去年|今年|前年|明年|本年|当年|同年|次年|翌年)(?:的)?|"
        rf"{_WEEKDAY_HAN}\s?[(,]?\s?|[今昨前明][天日晨晚]\s?\(\s?)\Z",
        re.I,
    ),
    "address": re.compile(
        r"\b(?:(?i:exit|junction|jct|gate|platform|pier|plot|stand|croft|lot|number|unit|flat|apt|villa)\s"
        r"(?:\w{1,4},?\s(?:on\s)?)?)\Z"
    ),
    "institution": re.compile(r"\bThe\s\Z"),
    "record": re.compile(r"(?<![\w-])(?!CT|MR|XR|US|BP|HR|IV|IM|PO|SC)[A-Z]{2,4}[ :#]{1,2}\Z"),
}
"""What goes before a find of a kind."""
_BEHIND: dict[Kind, re.Pattern[str]] = {
    "date": re.compile(rf"\s?\(?(?:{_WEEKDAY_HAN}|(?<=\()(?i:{_WEEKDAY}))\)?|\s?(?:上午|下午|凌晨|清晨|傍晚)"),
    "name": re.compile(r"(?<=[a-z]),?\s(?:(?:Jr|Jnr|Snr|Esq)\b\.?|Sr\b\.|II\b|III\b)|(?<=\s[JS]r)\.(?=\s[a-z]|$)"),
    "record": re.compile(
        r"(?:[ -]\d{2,6}){1,3}(?![\w/%.,-]|\s?(?:mg|ml|mm|cm|kg|g)\b)|(?<=\d \d{4}) [A-Z](?=[.,;)\n]|$)"
    ),
}
"""What goes behind it."""
_WINDOW = 24
_PARTS: frozenset[Kind] = frozenset({"address", "institution", "record"})
"""Kinds of which two beside each other are one place: a house and its town, a hospital and its ward."""
_BETWEEN = re.compile(r"\s?,?[ \n]|\s?(?:-|&)\s?|, ")


def completed(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans of folded text with what belongs to them, and one for two parts of one place or day.

    >>> text = "Seen Thurs 9 Jan."
    >>> [text[one.start : one.end] for one in completed(text, [Span(11, 16, "date")])]
    ['Thurs 9 Jan']
    """
    last: Span | None = None
    for span in merged(_extended(text, span) for span in spans):
        if last is not None and _one(text, last, span):
            last = Span(last.start, span.end, last.kind)
            continue
        if last is not None:
            yield _bracketed(text, last)
        last = span
    if last is not None:
        yield _bracketed(text, last)


def _bracketed(text: str, span: Span) -> Span:
    """The span with the end of a bracket that opens in it."""
    inside = text[span.start : span.end]
    closes = text.startswith(")", span.end) and inside.count("(") > inside.count(")")
    return Span(span.start, span.end + 1, span.kind) if closes else span


def _extended(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    before, behind = _BEFORE.get(span.kind), _BEHIND.get(span.kind)
    if before and (found := before.search(text, max(0, start - _WINDOW), start)):
        start = found.start()
    if behind and (found := behind.match(text, end)):
        end = found.end()
    return Span(start, end, span.kind)


def _one(text: str, first: Span, second: Span) -> bool:
    between = text[first.end : second.start]
    if len(between) > len(" / "):
        return False
    if first.kind == second.kind == "date":
        return re.fullmatch(r"\s/\s|\s?\(", between) is not None
    places = {first.kind, second.kind}
    if "address" not in places and places != {"institution"} and places != {"institution", "record"}:
        return False
    return places <= _PARTS and _BETWEEN.fullmatch(between) is not None
