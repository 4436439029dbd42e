"""Recommendations in tables: a row each with columns for the grade, or a level of recommendation in each column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from ingest.guidelines.advice import Advised, advised
from ingest.guidelines.dismissal import dismissed
from ingest.guidelines.grading import column_grade, grade, is_printed
from ingest.guidelines.scales import Grade
from kg.model.guideline import Scheme

Column = Literal["advice", "strength", "certainty", "number", ""]
_LEVEL = re.compile(r"(?:Ⅰ|Ⅱ|Ⅲ|III|II|I)\s*级\s*(?:专家)?推荐").search
_ITEM = re.compile(r"[^（()）;；]+[（(](?P<grade>[^()（）]*类[^()（）]*)[)）]")
_NOTHING = re.compile(r"[-—–/无\s]*").fullmatch
_KINDS: tuple[tuple[Column, re.Pattern[str]], ...] = (
    (
        "strength",
        re.compile(
            r"strength(?! of evidence).*|(?:grade|class)s?(?: of recommendations?)?|推荐(?:强度|等级|级别)", re.I
        ),
    ),
    (
        "certainty",
        re.compile(
            r"(?:certainty|quality|levels?|strength of evidence)\b.*|evidence|LoE|"
            r"证据的?(?:质量|等级|级别|水平|确定性|分级)",
            re.I,
        ),
    ),
    (
        "advice",
        re.compile(r"(?:key |clinical )?recommendations?|(?:recommendation )?statements?|推荐(?:意见|内容|建议)", re.I),
    ),
    ("number", re.compile(r"no\.?|number|#|序号|编号", re.I)),
)
_HEADER_ROWS = 3
_CELL_LIMIT = 4000
"""Characters of a cell in which items are looked for."""


class Entry(msgspec.Struct, frozen=True):
    """A recommendation in a table; ``start`` counts in the text of the whole table."""

    start: int
    text: str
    advised: Advised
    grade: Grade
    number: str = ""


class _Cell(msgspec.Struct, frozen=True):
    start: int
    text: str


def table_entries(text: str, declared: frozenset[Scheme]) -> Iterator[Entry]:
    """The recommendations of a table, its rows as lines and its cells parted by tabs."""
    rows = list(_rows(text))
    for at, header in enumerate(rows[:_HEADER_ROWS]):
        levels = {place: found[0] for place, cell in enumerate(header) if (found := _LEVEL(cell.text))}
        if levels and 0 not in levels:
            yield from _by_level(rows[at + 1 :], levels)
            return
        kinds = [_kind(cell.text) for cell in header]
        if "advice" in kinds:
            yield from _by_row(rows[at + 1 :], kinds, declared)
            return


def _rows(text: str) -> Iterator[list[_Cell]]:
    start = 0
    for line in text.split("\n"):
        cells = []
        for cell in line.split("\t"):
            cells.append(_Cell(start, cell))
            start += len(cell) + 1
        yield cells


def _kind(header: str) -> Column:
    name = " ".join(header.split())
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(name)), "")


def _by_level(rows: list[list[_Cell]], levels: dict[int, str]) -> Iterator[Entry]:
    """Tables of CSCO: whom in the first columns, what in the column of its level; an empty label is that above."""
    first = min(levels)
    labels = [""] * first
    for row in rows:
        for place, cell in enumerate(row[:first]):
            if cell.text:
                labels[place:] = [cell.text] + [""] * (first - place - 1)
        whom = " ".join(filter(None, labels))
        for place, level in levels.items():
            if place >= len(row) or _NOTHING(row[place].text):
                continue
            for start, item, printed in _items(row[place]):
                what = item.partition("（")[0].partition("(")[0].strip()
                direction: Literal["for", "against"] = "against" if what.startswith(("不推荐", "不建议")) else "for"
                joined = f"{level}; {printed}" if printed else level
                read = grade(joined)
                yield Entry(start, item, Advised(direction, whom, what), read)


def _items(cell: _Cell) -> Iterator[tuple[int, str, str]]:
    """(start, text, category of evidence) of each item of a cell; without categories the cell is one item."""
    found = list(_ITEM.finditer(cell.text)) if len(cell.text) <= _CELL_LIMIT else []
    for item in found:
        text = item[0].lstrip(" ;；、，,")
        yield cell.start + item.end() - len(text), text, item["grade"].strip()
    if not found:
        yield cell.start, cell.text, ""


def _by_row(rows: list[list[_Cell]], kinds: list[Column], declared: frozenset[Scheme]) -> Iterator[Entry]:
    place = kinds.index("advice")
    for row in rows:
        if place >= len(row):
            continue
        cell = row[place]
        body, inside = _bare(cell.text, declared)
        said = advised(body)
        if said is None or dismissed(body):
            continue
        cells = {kind: row[at].text for at, kind in enumerate(kinds) if kind and at < len(row)}
        strength = column_grade("strength", cells.get("strength", ""), declared)
        read = strength.joined(column_grade("certainty", cells.get("certainty", ""), declared))
        yield Entry(cell.start, cell.text, said, read if read.text else inside, cells.get("number", ""))


def _bare(text: str, declared: frozenset[Scheme]) -> tuple[str, Grade]:
    """A statement without a grade in brackets behind it, and that grade."""
    found = re.fullmatch(r"(.+?)\s*[（(\[]([^()（）\[\]]+)[)）\]]\s*[.。]?", text, re.DOTALL)
    if found and is_printed(found[2], declared):
        return found[1], grade(found[2], declared)
    return text, Grade("")
