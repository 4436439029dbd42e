"""Workbooks for tests, written with openpyxl so that each cell is what a spreadsheet program would store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook


def workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    hidden: Iterable[str] = (),
    merged: Mapping[str, Sequence[str]] | None = None,
    formats: Mapping[str, Mapping[str, str]] | None = None,
) -> Path:
    """A workbook at ``path``; ``merged`` are ranges by sheet, ``formats`` number formats by sheet and cell."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for reach in (merged or {}).get(name, ()):
            sheet.merge_cells(reach)
        for cell, form in (formats or {}).get(name, {}).items():
            sheet[cell].number_format = form
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.save(path)
    return path
