"""Sheets of .xlsx workbooks as rows with named columns; the one adapter to openpyxl.

What a cell shows and what it holds are two things in a spreadsheet: ``A10.10`` typed as a number is 10.1, ``001`` is
1, a formula shows what some program computed last, a merged cell stands in its first place only. Nothing of this is
guessed: such a cell is a Fault with its place (``Sheet1!B7``), and the row is rejected where a rule reads the cell.
Read all the same: whole numbers under a format of zeros (``000000`` shows 001234), dates as ISO 8601, hidden rows and
columns. Hidden sheets are read only where they are named. Nothing is computed, no macro and no link is followed.
"""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from posixpath import join, normpath
from typing import Any, cast
from xml.etree.ElementTree import ParseError

from msgspec import structs

from kg.errors import ConfigError, InputError, SourceError
from kg.model.source import Notice, RawFile, Reject
from ontology.reading.damage import fatal, rejected
from ontology.reading.package import SHEETS, Package
from ontology.reading.raw import head, open_bytes
from ontology.reading.shown import shown, taken
from ontology.reading.table import Dialect, Fault, Row, Table, Tabular, name_columns

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Workbooks of before 2007, and encrypted ones."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LINK = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_WIDEST = 1024
"""Columns that a header may have; a sheet has up to 16,384."""
_LARGEST = 256 << 20
_DAMAGE = (
    ParseError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    SyntaxError,
    OSError,
    EOFError,
    OverflowError,
)
"""What openpyxl raises over a workbook that is not as it should be."""
_Merged = tuple[int, int, int, int]
"""First row, first column, last row, last column, all from 1."""


def is_workbook(start: bytes) -> bool:
    """Whether a file that starts like this is an .xlsx workbook, as far as its first bytes show.

    >>> is_workbook(b"PK"), is_workbook(b"PK" + bytes([3, 4]) + b"... xl/workbook.xml ...")
    (False, True)
    """
    return start.startswith(_ZIP) and b"xl/" in start


def open_table(raw: RawFile, dialect: Dialect) -> Tabular:
    """The table in a file: a sheet of a workbook, or delimited text. Raises ConfigError for a sheet that is not there,
    or where several could be meant."""
    start = head(raw.path)
    return Sheet(raw, dialect) if start.startswith((_ZIP, _OLE)) else Table(raw, dialect)


class Sheet:
    """A sheet that is open at its first row. Where the workbook cannot be read, ``columns`` is empty and ``rows`` gives
    the Reject."""

    def __init__(self, raw: RawFile, dialect: Dialect) -> None:
        self._raw, self._dialect = raw, dialect
        self._notices: list[Reject] = []
        self._damage: Reject | None = None
        self._merged: deque[_Merged] = deque()
        self._open_merged: list[_Merged] = []
        self._start = 0
        self.columns: dict[str, int] = {}
        try:
            self._open()
        except ConfigError:
            raise
        except InputError as error:
            self._damage = fatal(raw, error)
        except _DAMAGE as error:
            self._damage = fatal(raw, _damaged(raw.path, "workbook", error))

    def _open(self) -> None:
        from openpyxl import load_workbook

        data = _content(self._raw.path)
        package = Package(self._raw.path, data, SHEETS)
        package.check()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
            self._book: Any = load_workbook(BytesIO(data), read_only=True, keep_links=False)
        self._sheet = self._chosen()
        self._name = str(self._sheet.title)
        self._merged = deque(sorted(_merged(package, self._name)))
        self._cells = self._all_rows()
        first = self._header()
        names = self._dialect.columns or first
        self._width = len(names)
        self.columns = name_columns(names)

    def _chosen(self) -> Any:
        """The sheet that is asked for, or the only visible one that holds anything."""
        sheets = {str(sheet.title): sheet for sheet in self._book.worksheets}
        wanted = self._dialect.sheet
        where = f"{self._raw.path.name}: sheet"
        if wanted:
            if wanted not in sheets:
                raise ConfigError(where=where, reason=f"there is no sheet {wanted!r}; there are: {', '.join(sheets)}")
            return sheets[wanted]
        visible = [name for name, sheet in sheets.items() if sheet.sheet_state == "visible" and _holds(sheet)]
        if not visible:
            raise SourceError(path=self._raw.path, position="workbook", reason="no visible sheet holds anything")
        if len(visible) > 1:
            raise ConfigError(where=where, reason=f"it must be named; sheets that hold anything: {', '.join(visible)}")
        for name, sheet in sheets.items():
            if sheet.sheet_state != "visible" and _holds(sheet):
                self._notices.append(Notice(self._raw.path.name, f"{name}!A1", name, "hidden-sheet", name))
        return sheets[visible[0]]

    def _all_rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Every row that has a cell: its number, and its cells up to the last that holds something."""
        self._sheet.reset_dimensions()
        for number, cells in enumerate(self._sheet.iter_rows(), 1):
            found = list(cells[:_WIDEST])
            while found and found[-1].value is None:
                found.pop()
            if found:
                yield number, found

    def _header(self) -> list[str]:
        dialect = self._dialect
        if not dialect.header:
            self._start = dialect.skip
            return []
        for number, cells in self._cells:
            if number <= dialect.skip:
                continue
            self._start = number
            for top, left, bottom, right in self._merged:
                if dialect.skip < top <= number <= bottom:
                    place = f"{self._name}!{_letter(left)}{top}:{_letter(right)}{bottom}"
                    self._damage = structs.replace(rejected(self._raw, place, "", "merged-header"), fatal=True)
                    return []
            return [shown(cell) or "" for cell in cells]
        return []

    def rows(self) -> Iterator[Row | Reject]:
        """Every row below the header once; empty ones are passed over."""
        yield from self._notices
        if self._damage is not None:
            yield self._damage
            return
        held: dict[_Merged, str] = {}
        while True:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    found = next(self._cells, None)
            except _DAMAGE as error:
                yield fatal(self._raw, _damaged(self._raw.path, self._name, error))
                return
            if found is None:
                return
            number, cells = found
            if number > self._start:
                row = self._row(number, cells, held)
                if any(row.cells):
                    yield row

    def _row(self, number: int, found: list[Any], held: dict[_Merged, str]) -> Row:
        """``held`` are the values of merged cells that reach further down."""
        while self._merged and self._merged[0][0] <= number:
            self._open_merged.append(self._merged.popleft())
        self._open_merged = [block for block in self._open_merged if block[2] >= number]
        merged = {
            column: block for block in self._open_merged for column in range(block[1], min(block[3], self._width) + 1)
        }
        texts, faults = [], []
        for column in range(1, self._width + 1):
            cell = found[column - 1] if column <= len(found) else None
            place = f"{self._name}!{_letter(column)}{number}"
            text, fault = (
                ("", None)
                if cell is None or cell.value is None
                else taken(cell, column - 1, place, self._dialect.numbers == "whole")
            )
            if block := merged.get(column):
                if (number, column) == block[:2]:
                    held[block] = text
                text = held.get(block, "")
                if self._dialect.merged == "reject":
                    reach = f"{_letter(block[1])}{block[0]}:{_letter(block[3])}{block[2]}"
                    fault = Fault(column - 1, place, "merged-cell", reach)
            texts.append(text)
            if fault:
                faults.append(fault)
        return Row(f"{self._name}!A{number}", texts, tuple(faults))


def _holds(sheet: Any) -> bool:
    sheet.reset_dimensions()
    return any(cell.value is not None for row in sheet.iter_rows(max_row=100) for cell in row)


def _merged(package: Package, name: str) -> Iterator[_Merged]:
    """The merged cells of a sheet, from the part that the workbook names for it."""
    from openpyxl.utils.cell import range_boundaries

    found = package.elements("xl/_rels/workbook.xml.rels", _LINK)
    links = {link.get("Id", ""): link.get("Target", "") for link in found}
    for sheet in package.elements("xl/workbook.xml", f"{_MAIN}sheet"):
        if sheet.get("name") == name:
            target = links.get(sheet.get(_LINKED, ""), "")
            part = target.removeprefix("/") if target.startswith("/") else normpath(join("xl", target))
            if not package.holds(part, b"mergeCell"):
                return
            # Rows are asked for so that each is forgotten as soon as it was passed.
            for element in package.elements(part, f"{_MAIN}row", f"{_MAIN}mergeCell"):
                if element.tag == f"{_MAIN}mergeCell":
                    left, top, right, bottom = range_boundaries(element.get("ref", ""))
                    yield cast(_Merged, (top, left, bottom, right))


def _content(path: Path) -> bytes:
    with open_bytes(path) as stream:
        data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise SourceError(path=path, position="byte 0", reason=f"the workbook is larger than {_LARGEST >> 20} MiB")
    if data.startswith(_OLE):
        raise SourceError(path=path, position="byte 0", reason="an .xls or encrypted workbook; save it as plain .xlsx")
    return data


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _damaged(path: Path, position: str, error: Exception) -> SourceError:
    return SourceError(path=path, position=position, reason=" ".join(str(error).split())[:160] or type(error).__name__)
