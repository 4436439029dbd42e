"""Delimited text (RFC 4180 and tab-separated) as rows with named columns, streaming.

One damaged row is a Reject and reading goes on; damage to the file itself (cut gzip, wrong
encoding) ends in one fatal Reject. A quote that is never closed cannot swallow the file: the csv
module refuses fields above 131,072 characters.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, Protocol

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.source import RawFile, Reject
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import lines, text_encoding

GUESSED = "auto"


class Dialect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a table is written. The field names are option names of ``table.v1``.

    ``delimiter`` empty: a comma for files named ``.csv`` (``.csv.gz``), else a tab. ``quote`` empty:
    quotes are ordinary characters. ``columns`` names the columns of a table without header.
    ``comment``: lines that start with it are passed over. ``ragged``: short rows are filled up with
    empty cells. ``encoding`` may be ``auto``: UTF-8 or GB18030, whichever most lines are in. ``skip``:
    rows above the header that are no part of the table, such as its title.

    Only for spreadsheets (``ontology.reading.workbook``): ``sheet`` names the sheet, empty for the one
    visible sheet that holds anything. ``merged``: whether a row with a merged cell is rejected, or the
    value of the merged cell counts for each cell under it. ``numbers``: whether a number in a column of
    codes is rejected, or taken as it is shown where it is whole.
    """

    delimiter: str = ""
    quote: str = '"'
    header: bool = True
    columns: tuple[str, ...] = ()
    encoding: str = "utf-8"
    comment: str = ""
    ragged: bool = False
    skip: int = 0
    sheet: str = ""
    merged: Literal["reject", "repeat"] = "reject"
    numbers: Literal["reject", "whole"] = "reject"

    def check(self, where: str) -> None:
        """Raise ConfigError, naming the option, where the fields do not fit together."""
        if len(self.delimiter) > 1:
            raise ConfigError(where=f"{where}: delimiter", reason=f"{self.delimiter!r} is not one character")
        if len(self.quote) > 1:
            raise ConfigError(where=f"{where}: quote", reason=f"{self.quote!r} is not one character, or empty")
        if self.header == bool(self.columns):
            reason = "a table without header needs it" if not self.header else "the header names the columns already"
            raise ConfigError(where=f"{where}: columns", reason=reason)
        if self.skip < 0:
            raise ConfigError(where=f"{where}: skip", reason=f"{self.skip} is not a number of rows")
        if self.encoding == GUESSED:
            return
        try:
            unfit = "a\n".encode(self.encoding) != b"a\n" or codecs.lookup(self.encoding).name == "utf-7"
        except (LookupError, UnicodeError):
            unfit = True
        if unfit:
            reason = f"{self.encoding!r} is not an encoding that tables are read in (for example utf-8 or gb18030)"
            raise ConfigError(where=f"{where}: encoding", reason=reason)


class Fault(msgspec.Struct, frozen=True):
    """A cell that cannot be taken as it stands; ``codes``: only where its column holds codes or identifiers."""

    place: int
    position: str
    reason: str
    detail: str
    codes: bool = False


class Row(msgspec.Struct, frozen=True):
    """One row: where it starts (``line 3``, ``Sheet1!A3``) and its cells, one for each column."""

    position: str
    cells: list[str]
    faults: tuple[Fault, ...] = ()


class Tabular(Protocol):
    """What a delimited file and a sheet have in common: named columns, and rows once, in order."""

    columns: dict[str, int]

    def rows(self) -> Iterator[Row | Reject]: ...


def name_columns(names: Iterable[str]) -> dict[str, int]:
    """Name -> place of each column; of two with one name the first, and none without a name.

    >>> name_columns([" code ", "", "name", "code"])
    {'code': 0, 'name': 2}
    """
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if known := " ".join(name.split()):
            places.setdefault(known, place)
    return places


class Table:
    """A table that is open at its first row; ``columns`` maps each name to its place.

    The header is read at once; where that fails, ``columns`` is empty and ``rows`` gives the Reject.
    """

    def __init__(self, raw: RawFile, dialect: Dialect) -> None:
        self._raw = raw
        self._dialect = dialect
        self._source = _Lines(raw, dialect)
        plain = dialect.delimiter or ("," if ".csv" in raw.path.suffixes else "\t")
        quoting = {"quotechar": dialect.quote} if dialect.quote else {"quoting": csv.QUOTE_NONE}
        self._reader = csv.reader(self._source, delimiter=plain, **quoting)
        self._damage: Reject | None = None
        first = self._header()
        names = dialect.columns or first
        self._width = len(names)
        self.columns = name_columns(names)

    def _header(self) -> list[str]:
        """The row of names, behind what is to be skipped; empty where the table has none."""
        try:
            for _ in islice(self._reader, self._dialect.skip):
                pass
            return next(self._reader, []) if self._dialect.header else []
        except InputError as error:
            self._damage = fatal(self._raw, error)
        except csv.Error as error:
            self._damage = rejected(self._raw, "line 1", "", "bad-row", str(error))
        return []

    def rows(self) -> Iterator[Row | Reject]:
        """Every row once; blank lines are passed over."""
        if self._damage is not None:
            yield self._damage
            return
        width, ragged, source = self._width, self._dialect.ragged, self._source
        while True:
            start = source.number + 1
            source.nul = False
            try:
                cells = next(self._reader, None)
            except InputError as error:
                yield fatal(self._raw, error)
                return
            except csv.Error as error:
                yield rejected(self._raw, f"line {start}", "", "bad-row", str(error))
                continue
            if cells is None:
                return
            if not cells:
                continue
            if len(cells) < width and ragged:
                cells += [""] * (width - len(cells))
            if source.nul:
                yield rejected(self._raw, f"line {start}", "", "nul")
            elif len(cells) != width:
                yield rejected(self._raw, f"line {start}", cells[0], "columns", f"{len(cells)} / {width}")
            else:
                yield Row(f"line {start}", cells)


class _Lines:
    """Lines for the csv module, with what it does not keep: the number of the last line read."""

    def __init__(self, raw: RawFile, dialect: Dialect) -> None:
        guessed = dialect.encoding == GUESSED
        self._lines = lines(raw.path, text_encoding(raw.path) if guessed else dialect.encoding)
        self._comment = dialect.comment
        self.number = 0
        self.nul = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        for number, line in self._lines:
            self.number = number
            if self._comment and line.startswith(self._comment):
                continue
            if "\0" in line:
                self.nul = True
            return line + "\n"
        raise StopIteration
