"""Runs one query on an opened checkpoint and writes the answer: the only user of the engine's results.

Tables are written by the engine and counted on their way out, because an answer over the limit is an
error, never a part. Formats: SPARQL 1.1 Query Results JSON, XML, CSV and TSV
(https://www.w3.org/TR/sparql11-overview/).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, TypeVar, cast

import pyoxigraph as ox

from kg.errors import QueryError, QueryRefused, QuerySyntax, QueryTooLarge
from kg.query.columns import in_order
from kg.query.dataset import view
from kg.query.frames import GRAPH_FORMATS, RESULT_FORMATS, Question
from kg.query.rows import Misfit, counter
from kg.query.serialization import is_element
from kg.vocab import NAMESPACES

HELD = 100_000
"""Up to this many triples are counted before the first byte goes out, so that "too many" comes clean."""
HELD_BYTES = 128 << 20
"""The same for tables."""
_BLOCK = 262_144
_CLASSES = re.compile(r"(?:, )?\['?[^\]]*\]", re.DOTALL)

Emit = Callable[[bytes], None]
Begin = Callable[[str], None]
Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
T = TypeVar("T")

_GRAPHS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_RESULTS = {
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
    with engine_errors():
        result = evaluate(store, question)
        if isinstance(result, ox.QueryTriples):
            return _graph(result, question, begin, emit)
        if not question.results:
            raise QueryRefused(why="not-acceptable", known=", ".join(GRAPH_FORMATS))
        if isinstance(result, ox.QueryBoolean):
            begin(question.results)
            emit(result.serialize(format=_RESULTS[question.results]) or b"")
            return 1
        try:
            return _table(result, question, begin, emit)
        except Misfit:
            return _csv(cast(ox.QuerySolutions, evaluate(store, question)), question, begin, emit)


@contextmanager
def engine_errors() -> Iterator[None]:
    """What the engine raises, as errors of our tree."""
    try:
        yield
    except SyntaxError as error:
        raise QuerySyntax(reason=syntax_reason(error)) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(reason=str(error)) from error


def syntax_reason(error: SyntaxError) -> str:
    """What the parser says, without its list of every character that could follow: the words are enough."""
    return " ".join(_CLASSES.sub("", str(error)).split()).rstrip(", ")


def evaluate(store: ox.Store, question: Question) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """The engine's own result for a query on the dataset that the question asks for."""
    found = view(store, question)
    return found.store.query(
        in_order(question.text, question.base),
        base_iri=question.base or None,
        default_graph=found.default,
        named_graphs=found.named,
    )


class _Blocks:
    """Collects small writes; a binary stream to the engine's serialisers."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._parts: list[bytes] = []
        self._size = 0
        self.rows = 0

    def write(self, data: bytes) -> int:
        self._parts.append(data)
        self._size += len(data)
        if self._size >= _BLOCK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._parts:
            self._emit(b"".join(self._parts))
            self._parts, self._size = [], 0


def _table(solutions: ox.QuerySolutions, question: Question, begin: Begin, emit: Emit) -> int:
    """Raises Misfit while nothing has gone out."""
    rows = counter(question.results, len(solutions.variables))
    held: list[bytes] | None = []
    size = 0

    def send() -> None:
        nonlocal held
        if held is not None:
            begin(question.results)
            for block in held:
                emit(block)
            held = None

    def take(block: bytes) -> None:
        nonlocal size
        rows.feed(block)
        if rows.least > question.rows:
            raise QueryTooLarge(why="rows", limit=question.rows)
        size += len(block)
        if held is not None:
            held.append(block)
        if size > HELD_BYTES:
            send()
            emit(block)

    blocks = _Blocks(take)
    solutions.serialize(output=cast(IO[bytes], blocks), format=_RESULTS[question.results])
    blocks.flush()
    try:
        rows.finish()
    except Misfit:
        if held is None:
            raise QueryError(why="csv-text") from None
        raise
    if rows.least > question.rows:
        raise QueryTooLarge(why="rows", limit=question.rows)
    send()
    return rows.least


def _csv(solutions: ox.QuerySolutions, question: Question, begin: Begin, emit: Emit) -> int:
    """CSV by RFC 4180 where the engine's own would not be: a term that holds a comma stands in quotes."""
    found = _counted(iter(solutions), question.rows)
    begin(question.results)
    blocks = _Blocks(emit)
    blocks.write(_line(variable.value for variable in solutions.variables))
    for solution in found:
        blocks.write(_line("" if cell is None else _cell(cell) for cell in solution))
        blocks.rows += 1
    blocks.flush()
    return blocks.rows


def _line(cells: Iterable[str]) -> bytes:
    return (",".join(cells) + "\r\n").encode()


def _cell(term: Node) -> str:
    value = _plain(term)
    return '"' + value.replace('"', '""') + '"' if any(char in value for char in '",\r\n') else value


def _plain(term: Node) -> str:
    if isinstance(term, ox.Triple):
        return " ".join(_plain(part) for part in (term.subject, term.predicate, term.object))
    return str(term) if isinstance(term, ox.BlankNode) else term.value


def _graph(triples: ox.QueryTriples, question: Question, begin: Begin, emit: Emit) -> int:
    if not question.graph:
        raise QueryRefused(why="not-acceptable", known=", ".join(RESULT_FORMATS))
    blocks = _Blocks(emit)
    found = _counted(iter(triples), question.rows)
    begin(question.graph)

    def passing() -> Iterator[ox.Triple]:
        for triple in found:
            blocks.rows += 1
            if question.graph == "rdfxml" and not is_element(triple.predicate.value):
                raise QueryError(why="graph-not-writable", format="RDF/XML")
            yield triple

    prefixes = dict(NAMESPACES) if question.graph in {"turtle", "rdfxml"} else None
    ox.serialize(passing(), output=cast(IO[bytes], blocks), format=_GRAPHS[question.graph], prefixes=prefixes)
    blocks.flush()
    return blocks.rows


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
