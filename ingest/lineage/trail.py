"""The records that state a quad in a generation, found in the batches that it was made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from functools import cached_property
from itertools import islice
from pathlib import Path

import msgspec

from ingest.lineage.index import Entry, Origin, RecordIndex, mark
from kg.model.batch import BatchManifest
from kg.model.ids import Ids
from kg.model.terms import Statement, iri
from kg.store.batch import Batch


class Stating(msgspec.Struct, frozen=True):
    """A record that states a quad: the batch that brought it, its place and its quads there, and how it was read."""

    batch: BatchManifest
    entry: Entry
    origin: Origin
    quads: bytes


class Trace(msgspec.Struct, frozen=True):
    """The first records that state a quad; ``more`` where there are others.

    ``batches`` are those that made the graph what it is, newest first. ``unindexed``: whether one of them tells of
    no records, as those that were restored from a dump and those made before there was an index.
    """

    records: tuple[Stating, ...]
    more: bool
    batches: tuple[BatchManifest, ...]
    unindexed: bool


class Trail:
    """The batches of one generation, made for a base, in one data folder; what they hold never changes."""

    def __init__(self, data: Path, batches: Sequence[str], base: str) -> None:
        self._base = base
        self._folder = data / "batches"
        self._names = tuple(batches)

    @property
    def here(self) -> bool:
        """Whether the batches are in this folder: a generation may be served where they are not."""
        return all((self._folder / name).is_dir() for name in self._names)

    @cached_property
    def _of_graph(self) -> dict[str, tuple[BatchManifest, ...]]:
        """Graph -> the batches that made it what it is, newest first, back to the one that replaced it."""
        found: dict[str, list[BatchManifest]] = defaultdict(list)
        for name in self._names:
            manifest = Batch(self._folder / name).manifest
            for change in manifest.graphs:
                if change.mode == "replace":
                    found[change.graph].clear()
                found[change.graph].insert(0, manifest)
        return {graph: tuple(rows) for graph, rows in found.items()}

    def trace(self, statement: Statement, graph: str, limit: int) -> Trace:
        """Who states a quad in a named graph; raises IntegrityError for a batch that is damaged or not here."""
        return self.traces([(statement, graph)], limit)[0]

    def traces(self, quads: Sequence[tuple[Statement, str]], limit: int) -> list[Trace]:
        """The same for several quads, while each index is opened once."""
        with ExitStack() as stack:
            opened = {graph: self._indexes(graph, stack) for graph in {graph for _, graph in quads}}
            return [self._trace(opened[graph], statement, graph, limit) for statement, graph in quads]

    def _indexes(self, graph: str, stack: ExitStack) -> list[tuple[BatchManifest, RecordIndex]]:
        batches = self._of_graph.get(graph, ())
        return [(batch, index) for batch in batches if (index := self._open(batch, stack))]

    def _trace(
        self, opened: list[tuple[BatchManifest, RecordIndex]], statement: Statement, graph: str, limit: int
    ) -> Trace:
        found = list(islice(self._stating(opened, statement, graph), limit + 1))
        batches = self._of_graph.get(graph, ())
        return Trace(tuple(found[:limit]), len(found) > limit, batches, len(opened) < len(batches))

    def source(self, stating: Stating) -> Stating | None:
        """The record that stands in a file: that of the document for what was found in its text, else the same."""
        spec, ids = stating.origin.spec, Ids(stating.origin.base)
        if not stating.entry.graph.startswith(ids.graph("annotation", spec.name)):
            return stating
        return self.record(ids.graph(spec.kind, spec.name, spec.version), stating.entry.key)

    def record(self, graph: str, key: str) -> Stating | None:
        """The record with this key as it stands in a graph."""
        with ExitStack() as stack:
            for batch in self._of_graph.get(graph, ()):
                index = self._open(batch, stack)
                if index and (entry := index.keyed(graph, key)):
                    return Stating(batch, entry, index.origin, index.quads(entry)) if entry.length else None
        return None

    def _open(self, batch: BatchManifest, stack: ExitStack) -> RecordIndex | None:
        try:
            return stack.enter_context(closing(RecordIndex(self._folder / batch.id)))
        except FileNotFoundError:
            return None

    def _stating(
        self, opened: list[tuple[BatchManifest, RecordIndex]], statement: Statement, graph: str
    ) -> Iterator[Stating]:
        line = f"{statement} {iri(graph)} .\n".encode()
        subject = mark(line.partition(b" ")[0], self._base)
        for number, (batch, index) in enumerate(opened):
            newer = [other for _, other in opened[:number]]
            for entry in index.about(graph, subject):
                if any(other.keyed(graph, entry.key) for other in newer):
                    continue
                quads = index.quads(entry)
                if line in quads.splitlines(keepends=True):
                    yield Stating(batch, entry, index.origin, quads)
