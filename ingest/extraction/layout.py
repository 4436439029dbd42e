"""Printed lines as headings and paragraphs: running heads out, broken lines and words joined."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from ingest.extraction.blocks import Block, Outline
from ingest.extraction.pdf import Line, Pages

_DIGITS = re.compile(r"\d+")
_BARE_NUMBER = re.compile(r"\W*(?:page\s*|第\s*)?\d{1,4}(?:\s*页|\s*(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE).fullmatch
_ENDS = re.compile(r"[。！？；.!?:：;][”’」』）)\]\"']*$").search
_BEGINS = re.compile(
    r"(?:[•●▪■◆◦‣·–-]\s|[(（]?\d{1,2}(?:\.\d{1,2})*[.、)）]?\s|recommendation\b|"
    r"good practice|【?推荐(?:意见)?\s*\d|【)",
    re.IGNORECASE,
).match
_BULLET = re.compile(r"[•●▪■◆◦‣·–-]\s+")
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f‘’“”…—]")
_BROKEN = re.compile(r"([A-Za-z]+)-$").search
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_LARGER = 1.12
"""Letters of a heading against those of the text."""
_APART = 1.25
"""Distance of two paragraphs against that of two lines."""
_HEADING_LIMIT = 160
_BLOCK_LIMIT = 20_000
"""Code points after which a paragraph is ended, whatever the lines look like."""


def layout(pages: Pages) -> tuple[Block, ...]:
    """The blocks of a paged file, each with the pages that it stands on."""
    lines = _without_running_heads(pages)
    return _Setting(lines).blocks() if lines else ()


def _without_running_heads(pages: Pages) -> list[Line]:
    """Lines without page numbers and what stands at the head or foot of half of the pages."""
    by_page: dict[int, list[Line]] = {}
    for line in pages.lines:
        by_page.setdefault(line.page, []).append(line)
    edges: list[Line] = []
    for lines in by_page.values():
        heights = sorted({line.top for line in lines})
        outer = {*heights[:2], *heights[-2:]}
        edges += [line for line in lines if line.top in outer]
    counts = Counter(_DIGITS.sub("#", text) for text, _ in dict.fromkeys((line.text, line.page) for line in edges))
    often = max(2, pages.count / 2)
    running = {line for line in edges if counts[_DIGITS.sub("#", line.text)] >= often or _BARE_NUMBER(line.text)}
    return [line for line in pages.lines if line not in running]


class _Setting:
    """Goes through the lines; a paragraph gathers until something ends it."""

    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[line.size] += len(line.text)
        self._body = sizes.most_common(1)[0][0]
        larger = sorted({line.size for line in lines if self._is_heading(line)}, reverse=True)
        self._levels = {size: level for level, size in enumerate(larger, 1)}
        steps = [round(a.top - b.top, 1) for a, b in pairwise(lines) if self._follows(a, b)]
        self._step = Counter(steps).most_common(1)[0][0] if steps else self._body * 1.2
        self._words = {word for line in lines for word in _WORD.findall(line.text)}
        self._outline = Outline()
        self._text = ""
        self._pages: list[tuple[int, int]] = []

    def blocks(self) -> tuple[Block, ...]:
        previous: Line | None = None
        for line in self._lines:
            if previous is not None and self._parts(previous, line):
                self._finish(previous)
            self._append(line)
            previous = line
        if previous is not None:
            self._finish(previous)
        return tuple(self._outline.blocks)

    def _is_heading(self, line: Line) -> bool:
        return line.size >= self._body * _LARGER and len(line.text) <= _HEADING_LIMIT

    def _follows(self, before: Line, after: Line) -> bool:
        """Whether two lines of text stand one below the other."""
        return before.page == after.page and before.size == after.size == self._body and before.top > after.top

    def _parts(self, before: Line, after: Line) -> bool:
        """Whether a block ends between two lines."""
        if len(self._text) > _BLOCK_LIMIT:
            return True
        if self._is_heading(before) or self._is_heading(after):
            return before.size != after.size or before.page != after.page or before.top - after.top > 2 * after.size
        if _BULLET.match(after.text):
            return True
        ended = bool(_ENDS(before.text))
        if before.page != after.page or after.top >= before.top:
            return ended
        return before.top - after.top > self._step * _APART or (ended and bool(_BEGINS(after.text)))

    def _append(self, line: Line) -> None:
        text = line.text
        if not self._text:
            self._text = text
        elif _WIDE.match(self._text[-1]) or _WIDE.match(text):
            self._text += text
        elif (broken := _BROKEN(self._text)) and text[0].islower():
            rest = _WORD.match(text)
            whole, hyphened = (broken[1] + mark + (rest[0] if rest else "") for mark in ("", "-"))
            # A word that is hyphened in the middle of some line keeps its hyphen.
            self._text = (
                self._text if hyphened in self._words and whole not in self._words else self._text[:-1]
            ) + text
        else:
            self._text += f" {text}"
        if not self._pages or self._pages[-1][1] != line.page:
            self._pages.append((len(self._text) - len(text), line.page))

    def _finish(self, last: Line) -> None:
        pages = tuple(self._pages)
        if self._is_heading(last):
            self._outline.heading(self._levels[last.size], self._text, pages)
        elif bullet := _BULLET.match(self._text):
            cut = bullet.end()
            moved = tuple((max(0, offset - cut), page) for offset, page in pages)
            self._outline.add("item", self._text[cut:], moved)
        else:
            self._outline.add("paragraph", self._text, pages)
        self._text = ""
        self._pages = []
