"""The store of a workspace, as its writer process sees it: the only user of the writable engine here.

Every method that writes is one transaction of the engine: all of it or nothing is there after a kill.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from kg.device import full
from kg.errors import (
    GraphRefused,
    PreconditionFailed,
    QueryError,
    QuerySyntax,
    QueryTooLarge,
    StorageFull,
    StoreError,
    StoreLocked,
    UnknownGraph,
)  # fmt: skip
from kg.query import answering
from kg.query.frames import Question
from kg.query.serialization import is_element
from kg.store.disk import storage, sync_folder
from kg.vocab import NAMESPACES
from kg.workspace.logs import Logs
from kg.workspace.tasks import DATASET, Change, Drop, Load, Read
from kg.workspace.uploads import parts
from kg.workspace.using import with_dataset

MOST_EXPORTED = 1_000_000
"""Statements of a whole workspace that are written out: they are sorted in memory."""
_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_BLOCK = 65_536

Emit = Callable[[bytes], None]
Begin = Callable[[str], None]
Name = ox.NamedNode | ox.DefaultGraph


class Dataset:
    """A store that can be written, or only read while the device is full."""

    def __init__(self, store: ox.Store, folder: Path, *, writable: bool) -> None:
        self._store = store
        self._path = folder
        self._logs = Logs(folder)
        self._writable = writable
        self.writes = 0

    @classmethod
    def open(cls, folder: Path) -> Dataset:
        """The store in ``folder``, made if there is none; raises StoreLocked, StoreError, StorageFull."""
        try:
            with storage(folder):
                store = ox.Store(str(folder))
        except StorageFull:
            return cls(_read_only(folder), folder, writable=False)
        except StoreError as error:
            if "lock" in str(error).lower():
                raise StoreLocked(path=folder, reason="another process") from error
            raise
        with storage(folder):
            sync_folder(folder.parent)
        return cls(store, folder, writable=True)

    def ask(self, question: Question, begin: Begin, emit: Emit) -> int:
        """See ``kg.query.answering.answer``."""
        return answering.answer(self._store, question, begin, emit)

    def change(self, task: Change) -> None:
        """Run one update; raises QuerySyntax, QueryRefused, QueryError, StorageFull."""
        text = with_dataset(task.text, task.default_graphs, task.named_graphs)
        self._commit(lambda: self._update(text, task.base or None))

    def load(self, task: Load, data: bytes) -> bool:
        """Put or merge a graph; True where there was none. Raises GraphRefused, PreconditionFailed, StorageFull."""
        name = _name(task.graph)
        absent = not self._exists(name)
        if (task.fresh and not absent) or (task.known and absent):
            raise PreconditionFailed
        found = list(parts(data, task.media))
        try:
            self._commit(lambda: self._put(name, found, task.base, empty=absent or not task.replace))
        except SyntaxError as error:
            raise GraphRefused(why="graph-syntax", text=_line(error)) from error
        return absent

    def _put(self, name: Name, found: list[tuple[bytes, str]], base: str, *, empty: bool) -> None:
        if empty and len(found) == 1:
            # The engine's own loader: one transaction, blank nodes renamed, three times faster than an update.
            data, format_ = found[0]
            _refuse_datasets(data, format_, base)
            self._store.load(data, format=_FORMATS[format_], base_iri=base, to_graph=name)
            if isinstance(name, ox.NamedNode) and not self._store.contains_named_graph(name):
                self._store.add_graph(name)
            return
        # The text is made of terms that the library wrote; nothing of the upload goes into it as it came.
        content = "".join(_triples(data, format_, base) for data, format_ in found)
        graph = "DEFAULT" if isinstance(name, ox.DefaultGraph) else f"GRAPH {name}"
        clear = "" if empty else f"DROP SILENT {graph} ; "
        if isinstance(name, ox.DefaultGraph):
            self._store.update(f"{clear}INSERT DATA {{\n{content}}}")
        else:
            self._store.update(f"{clear}CREATE SILENT {graph} ; INSERT DATA {{ {graph} {{\n{content}}} }}")

    def drop(self, task: Drop) -> None:
        """Remove a graph; raises UnknownGraph."""
        name = _name(task.graph)
        if not self._exists(name):
            raise UnknownGraph(name=task.graph)
        graph = "DEFAULT" if isinstance(name, ox.DefaultGraph) else f"GRAPH {name}"
        self._commit(lambda: self._update(f"DROP {graph}", None))

    def read(self, task: Read, begin: Begin, emit: Emit) -> None:
        """Write out a graph, or all statements as sorted N-Quads; raises UnknownGraph, GraphRefused."""
        if task.format == DATASET:
            begin(DATASET)
            self._export(emit)
            return
        name = _name(task.graph)
        if not self._exists(name):
            raise UnknownGraph(name=task.graph)
        if task.format == "rdfxml" and not all(is_element(predicate) for predicate in self._predicates(name)):
            raise GraphRefused(why="graph-not-writable", format="RDF/XML")
        begin(task.format)
        prefixes = dict(NAMESPACES) if task.format in {"turtle", "rdfxml"} else None
        blocks = _Blocks(emit)
        self._store.dump(cast(IO[bytes], blocks), _FORMATS[task.format], from_graph=name, prefixes=prefixes)
        blocks.flush()

    def _predicates(self, name: Name) -> set[str]:
        rows = self._store.query("SELECT DISTINCT ?p { ?s ?p ?o }", default_graph=[name])
        return {row["p"].value for row in cast(ox.QuerySolutions, rows)}

    def _export(self, emit: Emit) -> None:
        if len(self._store) > MOST_EXPORTED:
            raise QueryTooLarge(why="rows", limit=MOST_EXPORTED)
        lines = sorted(f"{row}\n" if str(row).endswith(" .") else f"{row} .\n" for row in self._store)
        for at in range(0, len(lines), 1_000):
            emit("".join(lines[at : at + 1_000]).encode())

    def _exists(self, name: Name) -> bool:
        return isinstance(name, ox.DefaultGraph) or self._store.contains_named_graph(name)

    def _update(self, text: str, base: str | None) -> None:
        try:
            self._store.update(text, base_iri=base)
        except SyntaxError as error:
            # The parser goes on to list every character that could follow.
            raise QuerySyntax(reason=str(error).partition(": expected")[0]) from error

    def _commit(self, write: Callable[[], None]) -> None:
        """Run one transaction and make it durable."""
        if not self._writable:
            raise StorageFull(path=self._path, reason="full")
        try:
            write()
        except RuntimeError as error:
            if not full(error):
                raise QueryError(reason=str(error)) from error
            raise StorageFull(path=self._path, reason=str(error)) from error
        except SyntaxError:
            raise
        except OSError as error:
            with storage(self._path):
                raise error
        self._logs.sync()
        self.writes += 1


def _read_only(folder: Path) -> ox.Store:
    with storage(folder):
        return ox.Store.read_only(str(folder))


def _name(graph: str) -> Name:
    try:
        return ox.NamedNode(graph) if graph else ox.DefaultGraph()
    except ValueError as error:
        raise GraphRefused(why="graph-name") from error


def _refuse_datasets(data: bytes, format_: str, base: str) -> None:
    """JSON-LD may hold named graphs, which the loader would merge into one without a word."""
    if format_ == "jsonld":
        for _ in ox.parse(data, format=_FORMATS[format_], base_iri=base, without_named_graphs=True):
            pass


def _triples(data: bytes, format_: str, base: str) -> str:
    rows: Iterator[ox.Quad] = iter(
        ox.parse(
            data, format=_FORMATS[format_], base_iri=base, without_named_graphs=True, rename_blank_nodes=True
        )
    )  # fmt: skip
    output = io.BytesIO()
    ox.serialize((row.triple for row in rows), output, format=ox.RdfFormat.N_TRIPLES)
    return output.getvalue().decode()


def _line(error: SyntaxError) -> str:
    return " ".join(str(error).split())[:300]


class _Blocks:
    """A binary stream that hands on blocks."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._data = bytearray()

    def write(self, data: bytes) -> int:
        self._data += data
        if len(self._data) >= _BLOCK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._data:
            self._emit(bytes(self._data))
            self._data.clear()
