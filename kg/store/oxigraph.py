"""The embedded store: pyoxigraph on disk.

Facts it is built around (measured, pyoxigraph 0.5.13): ``bulk_load`` is several times faster than
``extend`` and leaves orphan files only when killed; it is atomic, but what is loaded in portions, as
here, stands in a draft until all of it is there; ``backup()`` is a hard-link checkpoint, also of a
store opened read-only; result iterators must stay in their thread, so every method here returns
complete values; a second process on a live store fails on its lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, ClassVar, cast

import pyoxigraph as ox

from kg.errors import QuerySyntax, StoreError, StoreLocked
from kg.model.batch import GraphChange
from kg.model.terms import Statement, Term, iri, lexical, quad
from kg.store.base import Capabilities, Snapshot
from kg.store.batch import Batch
from kg.store.disk import storage, undamaged
from kg.store.memory import give_back
from kg.store.sorting import Counted, Sorted, missing
from kg.store.state import DERIVED_GRAPH, INTERNAL, STATE_GRAPH, Ledger, changes_to_apply, loadable_at_once, read_ledger
from kg.store.stream import ByteStream, default_block, line_blocks, portions

_CHUNK = 50_000
"""Quads in one transaction: the whole transaction is held in memory."""
_ROWS = 1_000
"""Statements that are read at a time."""
_PORTION = 64 << 20
"""Bytes of lines that one loader is given."""
_Graph = ox.NamedNode | ox.DefaultGraph


def parse_term(term: Term) -> ox.NamedNode | ox.Literal:
    """An engine object from its N-Triples text."""
    if term.startswith("<"):
        return ox.NamedNode(term[1:-1])
    parsed = next(iter(ox.parse(f"<x:s> <x:p> {term} .".encode(), format=ox.RdfFormat.N_TRIPLES)))
    return cast("ox.NamedNode | ox.Literal", parsed.object)


def _substitutions(
    bindings: Mapping[str, Term] | None,
) -> dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] | None:
    return {ox.Variable(name): parse_term(term) for name, term in bindings.items()} if bindings else None


class OxigraphReader:
    """A checkpoint opened read-only."""

    def __init__(self, store: ox.Store, path: Path) -> None:
        self._store = store
        self._path = path

    def _query(self, query: str, bindings: Mapping[str, Term] | None) -> object:
        try:
            with undamaged(self._path):
                return self._store.query(query, substitutions=_substitutions(bindings))
        except (SyntaxError, RuntimeError) as error:
            raise QuerySyntax(reason=str(error)) from error

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[dict[str, Term]]:
        solutions = self._query(query, bindings)
        if not isinstance(solutions, ox.QuerySolutions):
            raise QuerySyntax(reason="a SELECT query is needed here")
        names = [(index, variable.value) for index, variable in enumerate(solutions.variables)]
        with undamaged(self._path):
            return [
                {name: Term(str(value)) for index, name in names if (value := solution[index]) is not None}
                for solution in solutions
            ]

    def ask(self, query: str, bindings: Mapping[str, Term] | None = None) -> bool:
        return bool(self._query(query, bindings))

    def construct(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Statement]:
        triples = self._query(query, bindings)
        if not isinstance(triples, ox.QueryTriples):
            raise QuerySyntax(reason="a CONSTRUCT or DESCRIBE query is needed here")
        with undamaged(self._path):
            return [Statement(f"{t.subject} {t.predicate} {t.object}") for t in triples]

    def about(self, node: Term) -> list[tuple[Term, Term]]:
        found = self._store.quads_for_pattern(ox.NamedNode(node[1:-1]), None, None, ox.DefaultGraph())
        with undamaged(self._path):
            return [(Term(str(row.predicate)), Term(str(row.object))) for row in found]

    def counts(self) -> dict[str, int]:
        # Counted by the engine: iterating in Python costs twenty times more, grouping by graph twice as much as one
        # graph after another. It lets go of the interpreter meanwhile.
        names = (name for name in self._store.named_graphs() if isinstance(name, ox.NamedNode))
        graphs = [str(name) for name in names if name.value not in INTERNAL]
        questions = ["{ ?s ?p ?o }", *(f"{{ GRAPH {name} {{ ?s ?p ?o }} }}" for name in graphs)]
        with ThreadPoolExecutor(2) as pool:
            answers = pool.map(lambda pattern: self.select(f"SELECT (COUNT(*) AS ?n) WHERE {pattern}"), questions)
            found = [int(lexical(rows[0]["n"])) for rows in answers]
        counts = dict(zip(["", *(name[1:-1] for name in graphs)], found, strict=True))
        return {graph: count for graph, count in counts.items() if count or not graph}

    def statements(self, graph: str = "") -> Iterator[Statement]:
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        rows = self._store.quads_for_pattern(None, None, None, name)
        while True:
            # Not around what is yielded: what goes wrong where statements are used is nothing of ours.
            with undamaged(self._path):
                some = list(islice(rows, _ROWS))
            if not some:
                return
            for found in some:
                yield Statement(f"{found.subject} {found.predicate} {found.object}")

    def states(self) -> dict[str, str]:
        return self._ledger().states

    def _ledger(self) -> Ledger:
        return read_ledger(self.statements(STATE_GRAPH))

    def close(self) -> None:
        del self._store


class OxigraphStore(OxigraphReader):
    """A writable store; one process and one writer at a time."""

    name: ClassVar[str] = "oxigraph"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def apply(self, batch: Batch) -> bool:
        ledger = self._ledger()
        changes = changes_to_apply(batch, ledger.states)
        after = ledger.after(changes)
        with storage(self._path):
            for change in changes:
                if change.mode == "replace":
                    self._replace(batch, change, after, fresh=change.graph not in ledger.states)
                else:
                    self._patch(batch, change, after)
            self._record(after)
        return bool(changes)

    def apply_all(self, batches: Sequence[Batch]) -> None:
        rest = list(batches)
        ledger = self._ledger()
        if not ledger.states:
            ready = rest[: loadable_at_once(rest)]
            changes = [(batch, change) for batch in ready for change in batch.manifest.graphs]
            with storage(self._path):
                self._load(changes)
                self._record(ledger.after(change for _, change in changes))
            rest = rest[len(ready) :]
        for batch in rest:
            self.apply(batch)

    def _replace(self, batch: Batch, change: GraphChange, ledger: Ledger, *, fresh: bool) -> None:
        if not fresh:
            graph = ox.NamedNode(change.graph)
            old = [f"{row} .\n".encode() for row in self._store.quads_for_pattern(None, None, None, graph)]
            self._remove(old, ledger, default=change.default)
        self._load([(batch, change)])

    def _patch(self, batch: Batch, change: GraphChange, ledger: Ledger) -> None:
        self._remove(batch.lines(change.removed), ledger, default=change.default)
        if sum(part.lines for part in change.added) > _CHUNK:
            self._load([(batch, change)])
        elif data := b"".join(_blocks(batch, change)):
            self._store.extend(ox.parse(data, format=ox.RdfFormat.N_QUADS))

    def _load(self, changes: Sequence[tuple[Batch, GraphChange]]) -> None:
        """The added quads and, apart from them, their statements for the default graph: a sixth less work than both in
        one stream, since either is sorted for fewer indexes."""
        named = (block for batch, change in changes for block in batch.blocks(change.added))
        alike = (
            default_block(block, change.graph)
            for batch, change in changes
            if change.default
            for block in batch.blocks(change.added)
        )
        self._load_all((named, None), (alike, None))

    def _load_all(self, *loads: tuple[Iterable[bytes], _Graph | None]) -> None:
        """Blocks of lines, each with the graph that they are for, None where they name it.

        All at once: each loader parses in one thread. In portions, since a loader holds all that it is given a few
        times over, up to a gigabyte and a half. (3.1 million quads: 0.67 of the time and 0.7 of the memory of one whole
        load after the other.)
        """
        give_back()
        with ThreadPoolExecutor(len(loads)) as pool:
            for loaded in [pool.submit(self._load_blocks, blocks, graph) for blocks, graph in loads]:
                loaded.result()

    def _load_blocks(self, blocks: Iterable[bytes], graph: _Graph | None) -> None:
        form = ox.RdfFormat.N_TRIPLES if graph else ox.RdfFormat.N_QUADS
        for portion in portions(blocks, _PORTION):
            # The lines are canonical: the mapping checked every term, so the parser need not again.
            stream = cast(IO[bytes], ByteStream(portion))
            self._store.bulk_load(input=stream, format=form, lenient=True, to_graph=graph)

    def _remove(self, lines: Iterable[bytes], ledger: Ledger, *, default: bool) -> None:
        """Remove quads; from the default graph too where no other graph still states them."""
        rest = iter(lines)
        anonymous = ox.DefaultGraph()
        while block := list(islice(rest, _CHUNK)):
            for gone in ox.parse(b"".join(block), format=ox.RdfFormat.N_QUADS):
                self._store.remove(gone)
                if default and not self._stated_elsewhere(gone, ledger.apart):
                    self._store.remove(ox.Quad(gone.subject, gone.predicate, gone.object, anonymous))

    def _stated_elsewhere(self, gone: ox.Quad, apart: frozenset[str]) -> bool:
        """Whether another graph that counts in the default graph still states it."""
        return any(
            isinstance(other.graph_name, ox.NamedNode) and other.graph_name.value not in apart
            for other in self._store.quads_for_pattern(gone.subject, gone.predicate, gone.object, None)
        )

    def _record(self, ledger: Ledger) -> None:
        self._store.remove_graph(ox.NamedNode(STATE_GRAPH))
        lines = b"".join(quad(row, iri(STATE_GRAPH)).encode() for row in ledger.statements())
        self._store.extend(ox.parse(lines, format=ox.RdfFormat.N_QUADS))

    def derive(self, statements: Iterable[Statement]) -> int:
        # All is derived before anything is loaded: either takes a gigabyte or two in a large library.
        with storage(self._path), TemporaryDirectory(prefix=".derived-", dir=self._path.parent) as name:
            gone, fresh = 0, statements
            if next(self.statements(DERIVED_GRAPH), None) is not None:
                gone, fresh = self._outdated(statements, Path(name))
            new = Counted(fresh)
            path = Path(name) / "new.nt"
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{row} .\n" for row in new)
            self._load_all(
                *((line_blocks(path), target) for target in (ox.NamedNode(DERIVED_GRAPH), ox.DefaultGraph()))
            )
        return gone + new.number

    def _outdated(self, statements: Iterable[Statement], folder: Path) -> tuple[int, Iterator[Statement]]:
        """Remove what was derived and is not among ``statements``: how many, and those that were not derived before."""
        graph = iri(DERIVED_GRAPH)
        fresh = Sorted(statements, folder, "fresh")
        stale = Sorted(self.statements(DERIVED_GRAPH), folder, "stale")
        gone = Counted(missing(stale, fresh))
        self._remove((quad(row, graph).encode() for row in gone), self._ledger(), default=True)
        return gone.number, missing(fresh, stale)

    def optimize(self) -> None:
        with storage(self._path):
            self._store.optimize()

    def checkpoint(self, target: Path) -> Snapshot:
        with storage(target):
            self._store.backup(target)
        return Snapshot(store=self.name, path=target)


class Oxigraph:
    """Makes and opens oxigraph stores; what the table of stores holds."""

    name: ClassVar[str] = "oxigraph"

    @staticmethod
    def create(path: Path) -> OxigraphStore:
        """An empty store; ``path`` must not exist."""
        if path.exists():
            raise StoreError(path=path, reason="there is something already")
        return OxigraphStore(_open(path), path)

    @staticmethod
    def open(snapshot: Snapshot) -> OxigraphReader:
        """A checkpoint, read-only."""
        if not snapshot.path.is_dir():
            raise StoreError(path=snapshot.path, reason="there is no checkpoint")
        with storage(snapshot.path):
            return OxigraphReader(ox.Store.read_only(str(snapshot.path)), snapshot.path)

    @staticmethod
    def resume(snapshot: Snapshot, path: Path) -> OxigraphStore:
        """A writable copy that shares the unchanged files with the checkpoint (hard links)."""
        with storage(path):
            ox.Store.read_only(str(snapshot.path)).backup(str(path))
        return OxigraphStore(_open(path), path)


def _open(path: Path) -> ox.Store:
    try:
        return ox.Store(str(path))
    except OSError as error:
        if "lock" in str(error).lower():
            raise StoreLocked(path=path, reason=str(error)) from error
        with storage(path):
            raise


def _blocks(batch: Batch, change: GraphChange) -> Iterator[bytes]:
    """The added quads of a change and, beside them, their statements for the default graph."""
    for block in batch.blocks(change.added):
        yield block
        if change.default:
            yield default_block(block, change.graph)
