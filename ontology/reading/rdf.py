"""RDF files as triples gathered by subject, in bounded memory; the one adapter to pyoxigraph here.

RDF says nothing about the order of triples, so those that are wanted go through a temporary SQLite
table on disk (deleted with its connection) and come back subject by subject, sorted by IRI: the
same graph gives the same order, however its file is written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from io import RawIOBase
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec
import pyoxigraph as ox

from kg.errors import InputError, SourceError
from ontology.reading.prolog import check_prolog
from ontology.reading.raw import head, open_bytes

Syntax = Literal["turtle", "n-triples", "rdf-xml"]
_FORMATS = {"turtle": ox.RdfFormat.TURTLE, "n-triples": ox.RdfFormat.N_TRIPLES, "rdf-xml": ox.RdfFormat.RDF_XML}
_BATCH = 10_000


class Value(msgspec.Struct, frozen=True):
    """An object: an IRI (``language`` None) or a literal with its tag, lower case, empty for none."""

    text: str
    language: str | None = None


class Subject(msgspec.Struct, frozen=True):
    """An IRI and, by the names asked for, its objects in file order."""

    iri: str
    values: dict[str, list[Value]]

    def texts(self, name: str) -> list[str]:
        return [value.text for value in self.values.get(name, [])]


def syntax_of(path: Path) -> Syntax:
    """The syntax of a file, by its beginning and its name.

    RDF/XML must be seen as such whatever the file is called: pyoxigraph expands entity bombs there.
    """
    start = head(path).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"<?xml", b"<!DOCTYPE", b"<!--", b"<rdf:RDF", b"\xfe\xff", b"\xff\xfe")):
        return "rdf-xml"
    return "n-triples" if ".nt" in path.suffixes else "turtle"


class Triples:
    """The triples of one file whose predicates are wanted.

    ``predicates`` maps IRIs to short names; several IRIs may share one. Blank nodes are left out, or, where they are
    asked for, are ``_:`` and the label that the parser gave them, which no two files share. After ``load``, ``damage``
    is the error that ended the file early, or None.
    """

    def __init__(
        self, path: Path, predicates: Mapping[str, str], syntax: Syntax, base: str, blank: bool = False
    ) -> None:
        self._path, self._predicates, self._syntax, self._base, self._blank = path, predicates, syntax, base, blank
        self._table: sqlite3.Connection | None = None
        self.damage: InputError | None = None

    def load(self) -> sqlite3.Connection:
        """Read the file, once."""
        if self._table is None:
            self._table = sqlite3.connect("")
            self._table.execute("PRAGMA synchronous = OFF")
            self._table.execute("PRAGMA journal_mode = OFF")
            self._table.execute("CREATE TABLE triple (subject TEXT, name TEXT, value TEXT, language TEXT)")
            self._fill(self._table)
        return self._table

    def links(self, name: str) -> Iterator[tuple[str, str]]:
        """Subjects and the IRIs (or blank nodes) that a name leads to, by subject; before ``subjects``."""
        rows = self.load().execute(
            "SELECT subject, value FROM triple WHERE name = ? AND language IS NULL ORDER BY subject, rowid", (name,)
        )
        yield from ((str(subject), str(value)) for subject, value in rows)

    def subjects(self) -> Iterator[Subject]:
        """Every subject with at least one wanted triple, blank nodes first; then the file is forgotten."""
        table = self.load()
        try:
            rows = table.execute("SELECT subject, name, value, language FROM triple ORDER BY subject, rowid")
            for iri, group in groupby(rows, key=lambda row: str(row[0])):
                values: dict[str, list[Value]] = {}
                for _, name, text, language in group:
                    values.setdefault(name, []).append(Value(text, language))
                yield Subject(iri, values)
        finally:
            table.close()
            self._table = None

    def _fill(self, table: sqlite3.Connection) -> None:
        rows: list[tuple[str, str, str, str | None]] = []
        insert = "INSERT INTO triple VALUES (?, ?, ?, ?)"
        try:
            for row in self._wanted():
                rows.append(row)
                if len(rows) == _BATCH:
                    table.executemany(insert, rows)
                    rows.clear()
        except InputError as error:
            self.damage = error
        except SyntaxError as error:
            self.damage = SourceError(path=self._path, position=f"line {error.lineno or 0}", reason=error.msg)
        except (OSError, ValueError) as error:
            self.damage = SourceError(path=self._path, position="byte 0", reason=str(error))
        table.executemany(insert, rows)

    def _wanted(self) -> Iterator[tuple[str, str, str, str | None]]:
        with open_bytes(self._path) as stream:
            first = check_prolog(self._path, stream) if self._syntax == "rdf-xml" else b""
            joined = _Joined(first, stream)
            try:
                yield from self._parsed(joined)
            except OSError as error:
                # What our own reader raised comes back wrapped by the parser.
                raise joined.error or error from error

    def _parsed(self, stream: _Joined) -> Iterator[tuple[str, str, str, str | None]]:
        wanted = self._predicates
        for quad in ox.parse(stream, format=_FORMATS[self._syntax], base_iri=self._base or None):  # type: ignore[arg-type]
            name = wanted.get(quad.predicate.value)
            if name is None:
                continue
            subject, value = self._named(quad.subject), quad.object
            if subject is None:
                continue
            if isinstance(value, ox.Literal):
                yield subject, name, value.value, (value.language or "").lower()
            elif (found := self._named(value)) is not None:
                yield subject, name, found, None

    def _named(self, node: object) -> str | None:
        if isinstance(node, ox.NamedNode):
            return node.value
        return f"_:{node.value}" if self._blank and isinstance(node, ox.BlankNode) else None


class Node(msgspec.Struct, frozen=True):
    """An IRI, or a blank node of one file by its label."""

    text: str
    blank: bool = False


def raw_triples(path: Path) -> Iterator[tuple[Node, str, Node]]:
    """Subject, predicate and object of every triple whose object is no literal, blank nodes included, in file order.

    Raises SourceError, ForbiddenXml, EncodingError, TruncatedInput where the file is damaged.
    """
    syntax = syntax_of(path)
    with open_bytes(path) as stream:
        first = check_prolog(path, stream) if syntax == "rdf-xml" else b""
        joined = _Joined(first, stream)
        try:
            for quad in ox.parse(joined, format=_FORMATS[syntax]):  # type: ignore[arg-type]
                if isinstance(quad.object, ox.NamedNode | ox.BlankNode):
                    yield _node(quad.subject), quad.predicate.value, _node(quad.object)
        except SyntaxError as error:
            raise SourceError(path=path, position=f"line {error.lineno or 0}", reason=error.msg) from error
        except (OSError, ValueError) as error:
            raise joined.error or SourceError(path=path, position="byte 0", reason=str(error)) from error


def _node(value: object) -> Node:
    blank = isinstance(value, ox.BlankNode)
    return Node(value.value if isinstance(value, ox.NamedNode | ox.BlankNode) else str(value), blank)


class _Joined(RawIOBase):
    """Bytes that were read ahead, then the rest of the stream."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first, self._rest = first, rest
        self.error: InputError | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._first:
            end = len(self._first) if size < 0 else size
            block, self._first = self._first[:end], self._first[end:]
            return block
        try:
            return self._rest.read(size)
        except InputError as error:
            self.error = error
            raise OSError(str(error)) from error
