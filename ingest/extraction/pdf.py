"""PDF files with text, line by line, by pypdf. Nothing in them is run, attachments and links are left alone.

Pages without text are not read (no character recognition); a file of such pages is rejected and says so.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import msgspec
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from kg.errors import SourceError, TruncatedInput
from kg.model.source import RawFile, Reject
from ontology.reading.damage import rejected

PAGES = 3000
OBJECTS = 1_000_000
OPERATIONS = 2_000_000
"""Drawing operations of a page, those of drawings inside drawings counted each time."""

_END = b"%%EOF"
_TAIL = 4096
"""Bytes at the end in which the end marker must stand; readers accept it in the last 1,024, some files have more."""


class Line(msgspec.Struct, frozen=True):
    """A printed line: ``top`` is its height on the page in points from below, ``size`` that of its letters."""

    text: str
    page: int
    top: float
    size: float


class Pages(msgspec.Struct, frozen=True):
    """The lines of a file in reading order; ``blank`` are the pages that have no text; (name, value) about it."""

    lines: tuple[Line, ...]
    count: int
    blank: tuple[int, ...] = ()
    about: tuple[tuple[str, str], ...] = ()


def pdf_pages(raw: RawFile, data: bytes) -> Pages | Reject:
    """The lines of a PDF; a Reject where it is encrypted or has no text. Raises SourceError where it is damaged."""
    if _END not in data[-_TAIL:]:
        # The library would rebuild what is left, as if it were the whole.
        raise TruncatedInput(path=raw.path, position=f"byte {len(data)}", reason="no end marker")
    number = 0
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return rejected(raw, "byte 0", "", "encrypted-pdf")
        _check(raw, reader)
        found: list[Line] = []
        blank: list[int] = []
        for number, page in enumerate(reader.pages, 1):
            lines = _Lines(number)
            page.extract_text(visitor_text=lines.take, visitor_operand_before=lines.count)
            found += lines.finished()
            if not lines.found:
                blank.append(number)
        if not found:
            return rejected(raw, "page 1", "", "scanned-pdf", str(number))
        return Pages(tuple(found), number, tuple(blank), _about(reader))
    except SourceError:
        raise
    except _TooMuch as error:
        reason = f"more than {OPERATIONS} drawing operations"
        raise SourceError(path=raw.path, position=f"page {number}", reason=reason) from error
    except (PyPdfError, Exception) as error:  # a damaged file may stop the library anywhere
        reason = f"{type(error).__name__}: {error}"[:200]
        raise SourceError(path=raw.path, position=f"page {max(number, 1)}", reason=reason) from error


class _TooMuch(Exception):
    pass


def _check(raw: RawFile, reader: PdfReader) -> None:
    objects = sum(map(len, reader.xref.values())) + len(reader.xref_objStm)
    if objects > OBJECTS:
        raise SourceError(path=raw.path, position="byte 0", reason=f"{objects} objects, more than {OBJECTS}")
    if len(reader.pages) > PAGES:
        raise SourceError(path=raw.path, position="byte 0", reason=f"{len(reader.pages)} pages, more than {PAGES}")


def _about(reader: PdfReader) -> tuple[tuple[str, str], ...]:
    """The title that the file has of itself; word processors often leave a file name there."""
    title = reader.metadata.title if reader.metadata else None
    return (("title", " ".join(title.split())),) if title and title.strip() else ()


class _Lines:
    """What pypdf hands out piece by piece, as lines: a line feed ends one."""

    def __init__(self, page: int) -> None:
        self.found: list[Line] = []
        self._page = page
        self._parts: list[str] = []
        self._place: tuple[float, float] | None = None
        self._operations = 0

    def take(self, text: str, cm: list[float], tm: list[float], _font: Any, size: float | None) -> None:
        """A piece of text with its matrices (ISO 32000, 8.3.3 and 9.4.4)."""
        for at, part in enumerate(text.split("\n")):
            if at:
                self._end()
            if part.strip() and self._place is None:
                top = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                scale = abs(tm[3] * cm[3]) or 1.0
                self._place = (round(top, 1), round((size or 0.0) * scale, 1))
            self._parts.append(part)

    def count(self, *_: Any) -> None:
        """One drawing operation more."""
        self._operations += 1
        if self._operations > OPERATIONS:
            raise _TooMuch

    def finished(self) -> list[Line]:
        self._end()
        return self.found

    def _end(self) -> None:
        text = " ".join("".join(self._parts).replace("\0", "").split())
        if text and self._place:
            self.found.append(Line(text, self._page, *self._place))
        self._parts.clear()
        self._place = None
