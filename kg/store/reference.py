"""The reference store: rdflib in memory, exact and slow, for small graphs and for comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import ClassVar

from pyparsing.exceptions import ParseException
from rdflib import Dataset, Graph, URIRef
from rdflib.plugins.parsers.ntriples import unquote
from rdflib.term import Identifier, Literal, Node

from kg.errors import QuerySyntax, StoreError
from kg.model.terms import XSD, Statement, Term, iri, literal, quad
from kg.store.base import Capabilities, Snapshot
from kg.store.batch import Batch
from kg.store.disk import write_atomic
from kg.store.state import DERIVED_GRAPH, INTERNAL, STATE_GRAPH, Ledger, changes_to_apply, read_ledger
from kg.store.stream import default_line, graph_of

_NAMED, _DEFAULT = "named.nq", "default.nt"
_Triple = tuple[Identifier, Identifier, Identifier]
_ONE_AT_A_TIME = Lock()
"""rdflib's SPARQL parser keeps state between calls and is not safe in threads."""


def to_term(node: Node) -> Term:
    """The canonical text of a node; rdflib's own ``n3()`` shortens numbers."""
    if isinstance(node, URIRef):
        return iri(str(node))
    if not isinstance(node, Literal):
        raise StoreError(path="rdflib", reason=f"only IRIs and literals are kept, not {node!r}")
    if node.datatype is None or str(node.datatype) == f"{XSD}string":
        return literal(str(node), node.language)
    return Term(f"{literal(str(node))}^^<{node.datatype}>")


def to_node(term: str) -> Identifier:
    """The node of a canonical term; literals keep their spelling."""
    if term.startswith("<"):
        return URIRef(term[1:-1])
    body, _, tail = term[1:].rpartition('"')
    value = unquote(body)
    if tail.startswith("@"):
        return Literal(value, lang=tail[1:])
    if tail.startswith("^^"):
        return Literal(value, datatype=URIRef(tail[3:-1]), normalize=False)
    return Literal(value)


def _triple(row: str) -> _Triple:
    subject, predicate, rest = row.split(" ", 2)
    return to_node(subject), to_node(predicate), to_node(rest)


def _row(line: bytes) -> str:
    return default_line(line)[:-3].decode()


class ReferenceReader:
    """Answers from an ``rdflib.Dataset`` whose default graph is kept like that of every store."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def _query(self, query: str, bindings: Mapping[str, Term] | None) -> object:
        nodes = {name: to_node(term) for name, term in (bindings or {}).items()}
        try:
            with _ONE_AT_A_TIME:
                return self._dataset.query(query, initBindings=nodes)
        except ParseException as error:
            raise QuerySyntax(reason=str(error)) from error

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[dict[str, Term]]:
        result = self._query(query, bindings)
        rows: Iterable[dict[object, Node]] = getattr(result, "bindings", [])
        names = {str(name) for name in getattr(result, "vars", None) or ()}
        return [{str(name): to_term(node) for name, node in row.items() if str(name) in names} for row in rows]

    def ask(self, query: str, bindings: Mapping[str, Term] | None = None) -> bool:
        return bool(getattr(self._query(query, bindings), "askAnswer", False))

    def construct(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Statement]:
        graph = getattr(self._query(query, bindings), "graph", None) or Graph()
        return [_statement(triple) for triple in graph]

    def about(self, node: Term) -> list[tuple[Term, Term]]:
        pairs = self._dataset.default_graph.predicate_objects(to_node(node))
        return [(to_term(predicate), to_term(value)) for predicate, value in pairs]

    def counts(self) -> dict[str, int]:
        counts = {"": len(self._dataset.default_graph)}
        for graph in self._dataset.graphs():
            name = str(graph.identifier)
            if graph.identifier != self._dataset.default_graph.identifier and name not in INTERNAL and len(graph):
                counts[name] = len(graph)
        return counts

    def _graph(self, name: str) -> Graph:
        return self._dataset.graph(URIRef(name)) if name else self._dataset.default_graph

    def statements(self, graph: str = "") -> Iterator[Statement]:
        yield from [_statement(triple) for triple in self._graph(graph)]

    def states(self) -> dict[str, str]:
        return self._ledger().states

    def _ledger(self) -> Ledger:
        return read_ledger(self.statements(STATE_GRAPH))

    def close(self) -> None:
        self._dataset.close()


def _statement(triple: Iterable[Node]) -> Statement:
    return Statement(" ".join(to_term(node) for node in triple))


class ReferenceStore(ReferenceReader):
    """The writable form."""

    name: ClassVar[str] = "reference"
    capabilities: ClassVar[Capabilities] = Capabilities(persistent=False)

    def apply(self, batch: Batch) -> bool:
        ledger = self._ledger()
        changes = changes_to_apply(batch, ledger.states)
        after = ledger.after(changes)
        for change in changes:
            if change.mode == "replace":
                gone = [_triple(row) for row in self.statements(change.graph)]
            else:
                gone = [_triple(_row(line)) for line in batch.lines(change.removed)]
            fresh = [_triple(_row(line)) for line in batch.lines(change.added)]
            self._change(change.graph, gone, fresh, after, default=change.default)
        graph = self._graph(STATE_GRAPH)
        graph.remove((None, None, None))
        for row in after.statements():
            graph.add(_triple(row))
        return bool(changes)

    def apply_all(self, batches: Sequence[Batch]) -> None:
        for batch in batches:
            self.apply(batch)

    def _change(
        self, name: str, gone: Iterable[_Triple], fresh: Iterable[_Triple], ledger: Ledger, *, default: bool
    ) -> None:
        graph, everyone = self._graph(name), self._dataset.default_graph
        for triple in gone:
            graph.remove(triple)
            if default and not self._stated(triple, ledger.apart):
                everyone.remove(triple)
        for triple in fresh:
            graph.add(triple)
            if default:
                everyone.add(triple)

    def _stated(self, triple: _Triple, apart: frozenset[str]) -> bool:
        return any(
            triple in graph
            for graph in self._dataset.graphs()
            if graph.identifier != self._dataset.default_graph.identifier and str(graph.identifier) not in apart
        )

    def derive(self, statements: Iterable[Statement]) -> int:
        fresh, stale = set(statements), set(self.statements(DERIVED_GRAPH))
        gone, new = map(_triple, stale - fresh), map(_triple, fresh - stale)
        self._change(DERIVED_GRAPH, gone, new, self._ledger(), default=True)
        return len(fresh ^ stale)

    def optimize(self) -> None:
        """Nothing to arrange in memory."""

    def checkpoint(self, target: Path) -> Snapshot:
        if target.exists():
            raise StoreError(path=target, reason="there is something already")
        target.mkdir(parents=True)
        lines = []
        for graph in self._dataset.graphs():
            if graph.identifier != self._dataset.default_graph.identifier:
                name = iri(str(graph.identifier))
                lines += [quad(_statement(triple), name) for triple in graph]
        write_atomic(target / _NAMED, "".join(sorted(lines)).encode())
        write_atomic(target / _DEFAULT, "".join(sorted(f"{row} .\n" for row in self.statements())).encode())
        return Snapshot(store=self.name, path=target)


class Reference:
    """Makes and opens reference stores."""

    name: ClassVar[str] = "reference"

    @staticmethod
    def create(path: Path) -> ReferenceStore:
        """An empty store; nothing is written before a checkpoint."""
        if path.exists():
            raise StoreError(path=path, reason="there is something already")
        return ReferenceStore(Dataset())

    @staticmethod
    def open(snapshot: Snapshot) -> ReferenceReader:
        return ReferenceReader(_read(snapshot))

    @staticmethod
    def resume(snapshot: Snapshot, path: Path) -> ReferenceStore:
        return ReferenceStore(_read(snapshot))


def _read(snapshot: Snapshot) -> Dataset:
    if not (snapshot.path / _NAMED).is_file():
        raise StoreError(path=snapshot.path, reason="there is no checkpoint")
    dataset = Dataset()
    with (snapshot.path / _NAMED).open("rb") as stream:
        for line in stream:
            dataset.graph(URIRef(graph_of(line))).add(_triple(_row(line)))
    with (snapshot.path / _DEFAULT).open("rb") as stream:
        for line in stream:
            dataset.default_graph.add(_triple(line[:-3].decode()))
    return dataset
