"""Runs one query on an opened checkpoint and writes the answer: the only user of the engine's results.

SELECT results are written here, because the engine's own writer cannot stop at a row: an answer
over the limit is an error, never a part. Formats: SPARQL 1.1 Query Results JSON, XML, CSV and TSV
(https://www.w3.org/TR/sparql11-overview/).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, TypeVar, cast
from xml.sax.saxutils import escape, quoteattr

import msgspec
import pyoxigraph as ox

from kg.errors import QueryError, QueryRefused, QuerySyntax, QueryTooLarge
from kg.query.frames import Question
from kg.vocab import NAMESPACES

HELD = 100_000
"""Up to this many rows are counted before the first byte goes out, so that "too many" comes clean."""
_BLOCK = 65_536
_CLASSES = re.compile(r"(?:, )?\['?[^\]]*\]", re.DOTALL)
_STRING = "http://www.w3.org/2001/XMLSchema#string"

Emit = Callable[[bytes], None]
Begin = Callable[[str], None]
Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
T = TypeVar("T")

_GRAPHS = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}
_BOOLEANS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}


def open_checkpoint(path: Path) -> ox.Store:
    return ox.Store.read_only(str(path))


def answer(store: ox.Store, question: Question, begin: Begin, emit: Emit) -> int:
    """Write the answer in blocks; returns the number of rows or triples.

    ``begin`` is told the format before the first block. Raises QuerySyntax, QueryTooLarge,
    QueryRefused (no format that the asker takes), QueryError.
    """
    try:
        result = store.query(
            question.text,
            default_graph=[ox.NamedNode(name) for name in question.default_graphs] or None,
            named_graphs=[ox.NamedNode(name) for name in question.named_graphs] or None,
        )
        if isinstance(result, ox.QueryTriples):
            return _graph(result, question, begin, emit)
        if not question.results:
            raise QueryRefused(why="not-acceptable", known="turtle, ntriples, jsonld")
        if isinstance(result, ox.QueryBoolean):
            begin(question.results)
            emit(result.serialize(format=_BOOLEANS[question.results]) or b"")
            return 1
        return _table(result, question, begin, emit)
    except SyntaxError as error:
        # The parser lists every character that could follow; the words in that list are enough.
        raise QuerySyntax(reason=" ".join(_CLASSES.sub("", str(error)).split()).rstrip(", ")) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(reason=str(error)) from error


def _counted(items: Iterator[T], limit: int) -> Iterator[T]:
    """All of ``items``; raises QueryTooLarge for more than ``limit``, before the first where it can."""
    held = list(islice(items, min(limit, HELD) + 1))
    if len(held) > limit:
        raise QueryTooLarge(why="rows", limit=limit)
    return _watched(chain(held, items), limit) if len(held) > HELD else iter(held)


def _watched(items: Iterable[T], limit: int) -> Iterator[T]:
    for number, item in enumerate(items, 1):
        if number > limit:
            raise QueryTooLarge(why="rows", limit=limit)
        yield item


class _Blocks:
    """Collects small writes; a binary stream to the engine's serialisers."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._parts: list[bytes] = []
        self._size = 0
        self.rows = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self._size += len(data)
        if self._size >= _BLOCK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._parts:
            self._emit(b"".join(self._parts))
            self._parts, self._size = [], 0


def _graph(triples: ox.QueryTriples, question: Question, begin: Begin, emit: Emit) -> int:
    if not question.graph:
        raise QueryRefused(why="not-acceptable", known="json, xml, csv, tsv")
    blocks = _Blocks(emit)
    found = _counted(iter(triples), question.rows)
    begin(question.graph)

    def passing() -> Iterator[ox.Triple]:
        for triple in found:
            blocks.rows += 1
            yield triple

    prefixes = dict(NAMESPACES) if question.graph == "turtle" else None
    ox.serialize(passing(), output=cast(IO[bytes], blocks), format=_GRAPHS[question.graph], prefixes=prefixes)
    blocks.flush()
    return blocks.rows


def _table(solutions: ox.QuerySolutions, question: Question, begin: Begin, emit: Emit) -> int:
    names = [variable.value for variable in solutions.variables]
    found = _counted(iter(solutions), question.rows)
    begin(question.results)
    blocks = _Blocks(emit)
    head, row, tail = _WRITERS[question.results](names)
    blocks.write(head)
    for solution in found:
        blocks.write(row(blocks.rows, tuple(solution)))
        blocks.rows += 1
    blocks.write(tail)
    blocks.flush()
    return blocks.rows


Cells = tuple[Node | None, ...]
Writer = tuple[bytes, Callable[[int, Cells], bytes], bytes]


def _json(names: list[str]) -> Writer:
    encode = msgspec.json.Encoder().encode

    def row(number: int, cells: Cells) -> bytes:
        found = {name: _json_term(cell) for name, cell in zip(names, cells, strict=True) if cell is not None}
        return (b"," if number else b"") + encode(found)

    return b'{"head":{"vars":' + encode(names) + b'},"results":{"bindings":[', row, b"]}}"


def _json_term(term: Node) -> dict[str, object]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.Literal):
        found: dict[str, object] = {"type": "literal", "value": term.value}
        if term.language:
            found["xml:lang"] = term.language
        elif term.datatype.value != _STRING:
            found["datatype"] = term.datatype.value
        return found
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
    return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}


def _xml(names: list[str]) -> Writer:
    opened = [f"<binding name={quoteattr(name)}>" for name in names]

    def row(number: int, cells: Cells) -> bytes:
        found = [
            f"{start}{_xml_term(cell)}</binding>" for start, cell in zip(opened, cells, strict=True) if cell is not None
        ]
        return f"<result>{''.join(found)}</result>".encode()

    variables = "".join(f"<variable name={quoteattr(name)}/>" for name in names)
    head = (
        f'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>{variables}</head><results>'
    )
    return head.encode(), row, b"</results></sparql>"


def _xml_term(term: Node) -> str:
    if isinstance(term, ox.NamedNode):
        return f"<uri>{escape(term.value)}</uri>"
    if isinstance(term, ox.Literal):
        kind = ""
        if term.language:
            kind = f" xml:lang={quoteattr(term.language)}"
        elif term.datatype.value != _STRING:
            kind = f" datatype={quoteattr(term.datatype.value)}"
        return f"<literal{kind}>{escape(_xml_text(term.value), {chr(13): '&#xD;'})}</literal>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{escape(term.value)}</bnode>"
    parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
    return f"<triple>{''.join(f'<{name}>{_xml_term(part)}</{name}>' for name, part in parts)}</triple>"


def _xml_text(value: str) -> str:
    if not value.isprintable() and any(char < " " and char not in "\t\n\r" for char in value):
        raise QueryError(why="xml-text")
    return value


def _csv(names: list[str]) -> Writer:
    def row(number: int, cells: Cells) -> bytes:
        return (",".join(["" if cell is None else _csv_cell(cell) for cell in cells]) + "\r\n").encode()

    return (",".join(names) + "\r\n").encode(), row, b""


def _csv_cell(term: Node) -> str:
    value = term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
    return '"' + value.replace('"', '""') + '"' if any(char in value for char in '",\r\n') else value


def _tsv(names: list[str]) -> Writer:
    def row(number: int, cells: Cells) -> bytes:
        return ("\t".join(["" if cell is None else str(cell).replace("\t", "\\t") for cell in cells]) + "\n").encode()

    return ("\t".join(f"?{name}" for name in names) + "\n").encode(), row, b""


_WRITERS: dict[str, Callable[[list[str]], Writer]] = {"json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv}
