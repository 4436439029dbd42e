"""Study designs that a query asks for: RCT, systematic review, meta分析, 队列研究, 病例报告, guideline/指南.

Sure is a design that ends the query, stands at its beginning, or is followed by what it is about (*RCTs of
metformin*), as asked for and not as told: *a randomised trial* and *case report and literature review* are how titles
end, *meta-analysis of randomised trials* asks for the first of both, *guideline adherence* is a subject, *对照组* is
part of a story.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import msgspec

from kg.index.boolean import Boolean, Except, Keys
from kg.search.hints.base import begins, breaks, ends

_ABOUT = re.compile(r"\s*(?:of|on|for|in|about|comparing|investigating|evaluating|的|、|[,，;；])(?!\w)|\s*的")
_TITLE = re.compile(
    r"(?:^|\W)(?:an?|this|the|our|protocol|design)\s+(?:of\s+|for\s+)?(?:an?\s+)?(?:\w+[ -]){0,2}$"
    r"|(?:^|\W)(?:of|and)\s+(?:\w+[ -])?$|[并及和]$"
)
_SUBJECT = re.compile(
    r"\s*(?:-?(?:directed|based|recommended)|adherence|compliance|concordan|implementation|protocol|design\b"
    r"|依从|方案设计|组|病例|解读)"
)


class Design(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of ``designs.toml``."""

    name: str
    types: tuple[str, ...]
    en: tuple[str, ...]
    zh: tuple[str, ...]
    also: tuple[str, ...] = ()


class Named(msgspec.Struct, frozen=True):
    """A design that a stretch of a query names."""

    start: int
    end: int
    design: str
    sure: bool


@cache
def table() -> dict[str, Design]:
    """Every design by name."""
    text = (files("kg.search.hints") / "designs.toml").read_text("utf-8")
    rows = msgspec.convert(tomllib.loads(text)["design"], tuple[Design, ...])
    return {row.name: row for row in rows}


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (row.name, re.compile(f"(?<![a-z])(?:{'|'.join((*row.en, *row.zh))})(?![a-z])")) for row in table().values()
    )


def designs(text: str) -> Iterator[Named]:
    """The designs that ``text`` (as ``narrow`` spells it) names, from left to right; of those that overlap the longer
    one, of equal ones the first of the table."""
    found = [
        Named(match.start(), match.end(), name, _sure(text, match.start(), match.end()))
        for name, form in _forms()
        for match in form.finditer(text)
    ]
    found.sort(key=lambda one: one.start - one.end)
    kept: list[Named] = []
    for one in found:
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return iter(sorted(kept, key=lambda one: one.start))


def _sure(text: str, start: int, end: int) -> bool:
    if _SUBJECT.match(text, end) or _TITLE.search(text, 0, start):
        return False
    if not text[start].isascii() or not text[end - 1].isascii():
        # Chinese has no blanks, so a design may close any clause.
        return ends(text, end) or breaks(text, end) or bool(_ABOUT.match(text, end))
    return ends(text, end) or (begins(text, start) and bool(_ABOUT.match(text, end) or breaks(text, end)))


def types(names: Iterable[str], *, alone: bool = False) -> tuple[str, ...]:
    """The publication types of designs and, unless ``alone``, of those that fit, too; sorted.

    >>> types(["systematic-review"]), types(["cohort"])
    (('meta-analysis', 'network meta-analysis', 'systematic review'), ())
    """
    rows = [table()[name] for name in names]
    every = [*rows, *(table()[other] for row in rows for other in row.also if not alone)]
    return tuple(sorted({kind for row in every for kind in row.types}))


def other_than(names: Iterable[str]) -> Boolean:
    """Documents that are known to have other designs, and none of these: unknown is not false."""
    return Except(Keys("pt", types(table())), Keys("pt", types(names)))
