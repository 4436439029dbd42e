"""Rows of SQL scripts that seed a PostgreSQL database: ``COPY … FROM stdin`` blocks, and statements of one line.

Four shapes of statements are read: ``insert … values``, ``insert … select … from … where x.name = '…'``,
``update … set … where …``, and COPY. This is no SQL reader: everything else is handed out as ``UnreadLine``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from ontology.reading.raw import lines

_COPY = re.compile(r"COPY (\w+) ?\(([\w, ]+)\) FROM stdin;", re.IGNORECASE).fullmatch
_INSERT = re.compile(r"insert into (\w+) ?\(([\w, ]+)\) (values|select) ?(.+);", re.IGNORECASE).fullmatch
_UPDATE = re.compile(r"update (\w+) set (\w+) ?=.+ where .+;", re.IGNORECASE).fullmatch
_FROM = re.compile(r" from (\w+ \w+(?:, ?\w+ \w+)*) where ", re.IGNORECASE)
_NAMED = re.compile(r"(\w+)\.name ?= ?'((?:[^']|'')*)'")
_SET = re.compile(r"(\w+) ?= ?(?:'((?:[^']|'')*)'|\(select [\w.]+ from (\w+) where name ?= ?'((?:[^']|'')*)'\))")
_AMONG = re.compile(r"(\w+) in \(([^)]*)\)", re.IGNORECASE)
_VALUE = re.compile(r"'((?:[^']|'')*)'|[\w.]+")
_ESCAPED = re.compile(r"\\(.)")
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_ARRAY = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,{}"]+)')


class SeedRow(msgspec.Struct, frozen=True):
    """One row: ``cells`` by column, ``text`` as it stands in the script.

    Of an ``update`` the table is ``table.column``. Where a row names another by ``name``, the cell has that table's
    name.
    """

    table: str
    cells: Mapping[str, str]
    position: str
    text: str


class UnreadLine(msgspec.Struct, frozen=True):
    """A line that has none of the shapes."""

    position: str
    text: str


def seed_rows(path: Path) -> Iterator[SeedRow | UnreadLine]:
    """Every row of a script; raises InputError where the file itself is damaged."""
    table, columns = "", list[str]()
    for number, line in lines(path):
        position = f"line {number}"
        if "\0" in line:
            yield UnreadLine(position, line)
        elif table:
            if line == "\\.":
                table = ""
            elif len(cells := line.split("\t")) == len(columns):
                yield SeedRow(table, dict(zip(columns, map(_copied, cells), strict=True)), position, line)
            else:
                yield UnreadLine(position, line)
        elif not line.strip() or line.startswith("--"):
            continue
        elif found := _COPY(line):
            table, columns = found[1].casefold(), _columns(found[2])
        else:
            yield _statement(line, position) or UnreadLine(position, line)


def members(cell: str) -> tuple[str, ...]:
    """The members of an array as PostgreSQL writes it.

    >>> members('{"Relling Mary V",Klein}'), members('{""}'), members("")
    (('Relling Mary V', 'Klein'), (), ())
    """
    found = (_ESCAPED.sub(r"\1", quoted) or plain.strip() for quoted, plain in _ARRAY.findall(cell))
    return tuple(one for one in found if one)


def _statement(line: str, position: str) -> SeedRow | None:
    if found := _INSERT(line):
        table, columns, rest = found[1].casefold(), _columns(found[2]), found[4]
        if found[3].casefold() == "values":
            values = _VALUE.finditer(rest.strip("()"))
            cells = dict(zip(columns, map(_literal, values), strict=False))
            return SeedRow(table, cells, position, line) if len(cells) == len(columns) else None
        source = _FROM.search(rest)
        if source is None:
            return None
        cells = dict(zip(columns, map(_literal, _VALUE.finditer(rest[: source.start()])), strict=False))
        aliases = {alias: name for name, alias in (part.split() for part in source[1].split(","))}
        named = {aliases.get(alias, alias): _plain(name) for alias, name in _NAMED.findall(rest[source.end() :])}
        return SeedRow(table, {name: value for name, value in cells.items() if value} | named, position, line)
    if found := _UPDATE(line):
        cells = {other or name: _plain(value or key) for name, value, other, key in _SET.findall(line)}
        cells |= {
            name: "|".join(_plain(one[1] or "") for one in _VALUE.finditer(rest)) for name, rest in _AMONG.findall(line)
        }
        return SeedRow(f"{found[1]}.{found[2]}", cells, position, line)
    return None


def _columns(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _literal(found: re.Match[str]) -> str:
    """The text of a string; empty for what stands for something else."""
    return _plain(found[1]) if found[1] is not None else ""


def _plain(text: str) -> str:
    return text.replace("''", "'")


def _copied(cell: str) -> str:
    return "" if cell == "\\N" else _ESCAPED.sub(lambda found: _CONTROL.get(found[1], found[1]), cell)
