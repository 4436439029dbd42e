"""A store in a remote SPARQL 1.1 engine that answers over HTTP.

A generation is a set of named graphs with one prefix, its serving default graph among them. Changes go
into a copy under a new prefix, so what was checkpointed never changes under its readers. The engine keeps
the newest two generations only; a snapshot is a small file that names one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, StoreError
from kg.model.batch import GraphChange
from kg.model.terms import Statement, Term, iri, lexical, quad
from kg.store.base import Capabilities, Row, Snapshot
from kg.store.batch import Batch
from kg.store.catalogue import DEFAULT, FILE, SCRATCH, Catalogue, Place, new_prefix, read_place
from kg.store.disk import write_atomic
from kg.store.endpoint import Endpoint, Engine
from kg.store.filling import Filling
from kg.store.rewriting import PLACED, rewrite, written
from kg.store.state import DERIVED_GRAPH, INTERNAL, STATE_GRAPH, Ledger, changes_to_apply, loadable_at_once, read_ledger
from kg.store.stream import default_block


class RemoteReader:
    """One generation in an engine."""

    def __init__(self, endpoint: Endpoint, prefix: str) -> None:
        self._endpoint = endpoint
        self._prefix = prefix
        self._seen: tuple[str, ...] | None = None

    def _graph(self, name: str) -> str:
        return f"{self._prefix}{name or DEFAULT}"

    def _named(self) -> tuple[str, ...]:
        """The generation's named graphs, as the engine names them."""
        if self._seen is None:
            self._seen = tuple(self._graph(name) for name in sorted({*self.states(), *INTERNAL}))
        return self._seen

    def _asked(self, query: str, bindings: Mapping[str, Term] | None) -> tuple[str, str, Sequence[str]]:
        text = rewrite(query, self._prefix, bindings)
        return text, self._graph(""), self._named() if text.named else ()

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[dict[str, Term]]:
        rows = self._endpoint.select(*self._asked(query, bindings))
        return [{name: term for name, term in row.items() if not name.endswith(PLACED)} for row in rows]

    def table(self, query: str) -> tuple[Sequence[str], Sequence[Row]]:
        """Variables in their order and solutions of a query that names no graph; it is sent as it is."""
        return self._endpoint.table(query, self._graph(""))

    def intact(self) -> bool:
        """Whether the engine still holds this generation, whole."""
        numbers = Catalogue(self._endpoint, self._endpoint.engine.graphs).numbers()
        return numbers.get(self._prefix, 0) > 0

    def ask(self, query: str, bindings: Mapping[str, Term] | None = None) -> bool:
        return self._endpoint.ask(*self._asked(query, bindings))

    def construct(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Statement]:
        return self._endpoint.construct(*self._asked(query, bindings))

    def about(self, node: Term) -> list[tuple[Term, Term]]:
        if not node.startswith("<"):
            raise ValueError(f"{node} is not an IRI")
        rows = self._endpoint.select(f"SELECT ?p ?o {{ {written(node)} ?p ?o }}", self._graph(""))
        return [(row["p"], row["o"]) for row in rows]

    def counts(self) -> dict[str, int]:
        counts = {"": self._count("")}
        counts |= {name: self._count(name) for name in self.states()}
        return {name: count for name, count in counts.items() if count or not name}

    def _count(self, name: str) -> int:
        rows = self._endpoint.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", self._graph(name))
        return int(lexical(rows[0]["n"]))

    def statements(self, graph: str = "") -> Iterator[Statement]:
        for row in self._endpoint.select("SELECT ?s ?p ?o { ?s ?p ?o }", self._graph(graph)):
            yield Statement(f"{row['s']} {row['p']} {row['o']}")

    def states(self) -> dict[str, str]:
        return self._ledger().states

    def _ledger(self) -> Ledger:
        return read_ledger(self.statements(STATE_GRAPH))

    def close(self) -> None:
        self._endpoint.close()


class RemoteStore(RemoteReader):
    """The writable form. Steps are ordered so that a batch whose application was cut is applied again, whole."""

    name: ClassVar[str] = "remote"
    capabilities: ClassVar[Capabilities] = Capabilities(history=False)

    def __init__(self, endpoint: Endpoint, place: Place, path: Path, *, sealed: bool) -> None:
        super().__init__(endpoint, place.prefix)
        self._engine = place.engine
        self._path = path
        self._filling = Filling(endpoint, path)
        self._catalogue = Catalogue(endpoint, place.engine.graphs)
        self._sealed = sealed
        if not sealed:
            self._catalogue.enter(self._prefix)

    def apply(self, batch: Batch) -> bool:
        ledger = self._ledger()
        changes = changes_to_apply(batch, ledger.states)
        if changes:
            self._copy_when_sealed(ledger)
        after = ledger.after(changes)
        for change in changes:
            if change.mode == "replace":
                self._take_out(self._graph(change.graph), change.graph, after, default=change.default)
            else:
                self._clear(self._graph(SCRATCH))
                removed = self._renamed(batch.blocks(change.removed), change.graph, SCRATCH)
                self._fill(removed, sum(part.lines for part in change.removed))
                self._take_out(self._graph(SCRATCH), change.graph, after, default=change.default)
            self._fill(self._blocks(batch, change), sum(part.lines for part in change.added))
        if changes:
            self._record(after)
        return bool(changes)

    def apply_all(self, batches: Sequence[Batch]) -> None:
        rest = list(batches)
        ledger = self._ledger()
        if not ledger.states:
            ready = rest[: loadable_at_once(rest)]
            changes = [(batch, change) for batch in ready for change in batch.manifest.graphs]
            if changes:
                self._copy_when_sealed(ledger)
                blocks = (block for batch, change in changes for block in self._blocks(batch, change))
                self._fill(blocks, sum(part.lines for _, change in changes for part in change.added))
                self._record(ledger.after(change for _, change in changes))
            rest = rest[len(ready) :]
        for batch in rest:
            self.apply(batch)

    def derive(self, statements: Iterable[Statement]) -> int:
        fresh, stale = set(statements), set(self.statements(DERIVED_GRAPH))
        if fresh == stale:
            return 0
        ledger = self._ledger()
        self._copy_when_sealed(ledger)
        self._clear(self._graph(SCRATCH))
        self._write(sorted(stale - fresh), SCRATCH)
        self._take_out(self._graph(SCRATCH), DERIVED_GRAPH, ledger, default=True)
        new = sorted(fresh - stale)
        self._write(new, DEFAULT, DERIVED_GRAPH)
        return len(fresh ^ stale)

    def optimize(self) -> None:
        """Engines arrange their own files."""

    def checkpoint(self, target: Path) -> Snapshot:
        if target.exists():
            raise StoreError(path=target, reason="there is something already")
        target.mkdir(parents=True)
        if not self._sealed:
            self._catalogue.seal(self._prefix)
            self._sealed = True
        write_atomic(target / FILE, msgspec.json.format(msgspec.json.encode(Place(self._engine, self._prefix))))
        return Snapshot(store=self.name, path=target)

    def close(self) -> None:
        if not self._sealed:
            self._catalogue.drop(self._prefix)
        super().close()

    def _copy_when_sealed(self, ledger: Ledger) -> None:
        if not self._sealed:
            return
        before, self._prefix = self._prefix, new_prefix(self._engine, self._path.parent.name)
        self._catalogue.enter(self._prefix)
        self._sealed = False
        for name in sorted({DEFAULT, *ledger.states, *INTERNAL}):
            self._endpoint.update(f"INSERT {_in(self._graph(name))} WHERE {_in(before + name)}")

    def _take_out(self, source: str, graph: str, ledger: Ledger, *, default: bool) -> None:
        """Remove what ``source`` holds from ``graph``, and from the default graph what no other graph states."""
        if default:
            others = sorted({*ledger.states, DERIVED_GRAPH} - ledger.apart - {graph})
            names = ", ".join(f"<{self._graph(name)}>" for name in others)
            stated = f"FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g IN ({names})) }}" if others else ""
            self._endpoint.update(f"DELETE {_in(self._graph(''))} WHERE {_in(source, stated)}")
        if source != self._graph(graph):
            self._endpoint.update(f"DELETE {_in(self._graph(graph))} WHERE {_in(source)}")
        self._clear(source)

    def _clear(self, graph: str) -> None:
        self._endpoint.update(f"DROP SILENT GRAPH <{graph}>")

    def _record(self, ledger: Ledger) -> None:
        self._clear(self._graph(STATE_GRAPH))
        self._write(ledger.statements(), STATE_GRAPH)
        self._seen = None

    def _write(self, rows: Sequence[Statement], *graphs: str) -> None:
        lines = (quad(row, iri(self._graph(graph))).encode() for graph in graphs for row in rows)
        self._fill(lines, len(rows) * len(graphs))

    def _fill(self, blocks: Iterable[bytes], lines: int) -> None:
        self._filling.fill(blocks, lines)

    def _blocks(self, batch: Batch, change: GraphChange) -> Iterator[bytes]:
        for block in batch.blocks(change.added):
            yield from self._renamed((block,), change.graph, change.graph)
            if change.default:
                yield from self._renamed((block,), change.graph, DEFAULT)

    def _renamed(self, blocks: Iterable[bytes], graph: str, name: str) -> Iterator[bytes]:
        end = f" <{self._graph(name)}> .\n".encode()
        # A literal holds no raw line feed, so only ends of lines match.
        return (default_block(block, graph).replace(b" .\n", end) for block in blocks)


def _in(graph: str, condition: str = "") -> str:
    """A group with the statements of a graph."""
    return f"{{ GRAPH <{graph}> {{ ?s ?p ?o }} {condition} }}"


class Remote:
    """Makes and opens stores in the engine that the settings name; what the table of stores holds."""

    name: ClassVar[str] = "remote"
    _engine: ClassVar[Engine | None] = None
    _password: ClassVar[str] = ""

    @classmethod
    def configure(cls, engine: Engine | None, password: str = "") -> None:
        """Say which engine new stores go to, and the password; called once, by what reads the settings."""
        cls._engine, cls._password = engine, password

    @classmethod
    def create(cls, path: Path) -> RemoteStore:
        """An empty generation; raises ConfigError when no engine is set."""
        if cls._engine is None:
            raise ConfigError(where="remote_query", reason="no engine is set")
        return cls._store(Place(cls._engine, new_prefix(cls._engine, path.parent.name)), path, sealed=False)

    @classmethod
    def open(cls, snapshot: Snapshot) -> RemoteReader:
        """A checkpoint; raises UnknownGeneration naming those that the engine has when it is gone."""
        place = read_place(snapshot)
        endpoint = Endpoint(place.engine, cls._password)
        Catalogue(endpoint, place.engine.graphs).check(place)
        return RemoteReader(endpoint, place.prefix)

    @classmethod
    def resume(cls, snapshot: Snapshot, path: Path) -> RemoteStore:
        """A store that copies the checkpoint's graphs inside the engine when it is first changed."""
        place = read_place(snapshot)
        endpoint = Endpoint(place.engine, cls._password)
        try:
            Catalogue(endpoint, place.engine.graphs).check(place)
        finally:
            endpoint.close()
        return cls._store(place, path, sealed=True)

    @classmethod
    def _store(cls, place: Place, path: Path, *, sealed: bool) -> RemoteStore:
        if path.exists():
            raise StoreError(path=path, reason="there is something already")
        path.mkdir(parents=True)
        endpoint = Endpoint(place.engine, cls._password)
        Catalogue(endpoint, place.engine.graphs).drop_drafts()
        return RemoteStore(endpoint, place, path, sealed=sealed)
