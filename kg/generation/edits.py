"""Which statements differ between two generations, graph by graph.

Nothing is asked of the engine but scans and look-ups. A graph whose state digest is the same in both is
not read at all. Where both generations come from the same batches up to a point and only patches follow, the
patches say it; otherwise the two graphs are sorted, on disk where they are large, and merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple

from kg.errors import IntegrityError
from kg.generation.manifest import GenerationManifest, read_manifest
from kg.generation.sorting import sort_lines, unique
from kg.model.batch import GraphChange
from kg.model.terms import Statement, Term
from kg.store.base import STORES, Reader, Snapshot
from kg.store.batch import Batch
from kg.store.state import DERIVED_GRAPH, STATE_GRAPH
from kg.store.stream import default_line

_MINUS, _PLUS = b"-\n", b"+\n"


class Edit(NamedTuple):
    """A statement that only the later (``added``) or only the earlier generation has."""

    added: bool
    statement: Statement


class Side:
    """One of two generations: its manifest, and its store, opened when it is first read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.manifest: GenerationManifest = read_manifest(folder)

    @cached_property
    def reader(self) -> Reader:
        store = self.manifest.store
        return STORES.load(store).open(Snapshot(store=store, path=self._folder / "store"))

    def close(self) -> None:
        if "reader" in self.__dict__:
            self.reader.close()

    def size(self, graph: str) -> int:
        return self.manifest.counts.get(graph, 0)

    def lines(self, graph: str) -> Iterator[bytes]:
        return (f"{row}\n".encode() for row in self.reader.statements(graph))


class Edits:
    """The difference of two generations of one data folder; ``work`` is a folder for temporary files.

    Raises IntegrityError, StoreError, StorageFull. ``close`` it.
    """

    def __init__(self, data: Path, before: str, after: str, work: Path) -> None:
        self._data = data
        self._work = work
        self.before = Side(data / "generations" / before)
        self.after = Side(data / "generations" / after)

    def close(self) -> None:
        self.before.close()
        self.after.close()

    def graphs(self) -> list[str]:
        """Named graphs that may differ, sorted; those that medkg keeps for itself are not among them."""
        old, new = self.before.manifest, self.after.manifest
        names = (old.counts.keys() | new.counts.keys() | old.states.keys() | new.states.keys()) - {""}
        return sorted(graph for graph in names if not self._same(graph))

    def _same(self, graph: str) -> bool:
        state = self.before.manifest.states.get(graph)
        same = state is not None and state == self.after.manifest.states.get(graph)
        return same and self.before.size(graph) == self.after.size(graph)

    def weight(self) -> int:
        """How many statements must be read to tell the difference of the named graphs."""
        return sum(self._weight(graph) for graph in self.graphs())

    def _weight(self, graph: str) -> int:
        patches = self._patches(graph)
        if patches is None:
            return self.before.size(graph) + self.after.size(graph)
        return sum(part.lines for _, _, change in patches for part in (*change.added, *change.removed))

    def of(self, graph: str) -> Iterator[Edit]:
        """The edits of one named graph, each statement once, in no particular order."""
        if not self.before.size(graph) and graph in self.after.manifest.counts:
            return (Edit(True, row) for row in self.after.reader.statements(graph))
        if not self.after.size(graph) and graph in self.before.manifest.counts:
            return (Edit(False, row) for row in self.before.reader.statements(graph))
        patches = self._patches(graph)
        return self._merged(graph) if patches is None else self._netted(patches)

    def derived(self) -> Iterator[tuple[str, Edit]]:
        """(graph, edit) of the graphs that medkg keeps for itself: what publishing derives, and the states."""
        for graph in (DERIVED_GRAPH, STATE_GRAPH):
            yield from ((graph, edit) for edit in self._merged(graph))

    def all(self) -> Iterator[tuple[str, Edit]]:
        """(graph, edit) of the whole dataset, the default graph (``""``) last; by them one becomes the other."""
        touched = Path(self._work / "touched")
        with touched.open("wb") as out:
            named = ((graph, edit) for graph in self.graphs() for edit in self.of(graph))
            for graph, edit in chain(named, self.derived()):
                if graph != STATE_GRAPH:
                    out.write(f"{edit.statement}\n".encode())
                yield graph, edit
        with touched.open("rb") as lines:
            yield from (("", edit) for edit in self._default(unique(sort_lines(lines, self._work))))
        touched.unlink()

    def _default(self, candidates: Iterable[bytes]) -> Iterator[Edit]:
        """Of statements that some graph gained or lost, those that the default graph did."""
        rows = (Statement(line[:-1].decode()) for line in candidates)
        for subject, group in groupby(rows, key=lambda row: row.split(" ", 1)[0]):
            old, new = (self._about(side, Term(subject)) for side in (self.before, self.after))
            for row in group:
                if (row in old) != (row in new):
                    yield Edit(row in new, row)

    @staticmethod
    def _about(side: Side, subject: Term) -> frozenset[str]:
        return frozenset(f"{subject} {name} {value}" for name, value in side.reader.about(subject))

    def _merged(self, graph: str) -> Iterator[Edit]:
        """By sorting both."""
        old = (line[:-1] + b"\0" + _MINUS for line in self.before.lines(graph))
        new = (line[:-1] + b"\0" + _PLUS for line in self.after.lines(graph))
        return _net(sort_lines(chain(old, new), self._work))

    def _netted(self, patches: list[tuple[bool, Batch, GraphChange]]) -> Iterator[Edit]:
        """By adding up patches; those of the earlier generation are taken back."""

        def lines() -> Iterator[bytes]:
            for forward, batch, change in patches:
                for parts, plus in ((change.added, forward), (change.removed, not forward)):
                    mark = b"\0" + (_PLUS if plus else _MINUS)
                    yield from (default_line(line)[:-3] + mark for line in batch.lines(parts))

        return _net(sort_lines(lines(), self._work))

    def _patches(self, graph: str) -> list[tuple[bool, Batch, GraphChange]] | None:
        """(whether it leads forward, batch, change) that lead from one to the other; None where patches do not."""
        found: list[tuple[bool, Batch, GraphChange]] = []
        starts = []
        for side, forward in ((self.before, False), (self.after, True)):
            steps = self._steps[forward].get(graph, [])
            state = steps[0][1].base if steps else side.manifest.states.get(graph)
            starts.append(state)
            for batch, change in steps:
                if change.mode != "patch" or change.base != state:
                    return None
                state = change.state
                found.append((forward, batch, change))
            if state != side.manifest.states.get(graph):
                return None
        return found if starts[0] == starts[1] and starts[0] else None

    @cached_property
    def _steps(self) -> dict[bool, dict[str, list[tuple[Batch, GraphChange]]]]:
        """Graph -> its changes in the batches that only one generation was made from; by whether that is the later."""
        old, new = self.before.manifest.batches, self.after.manifest.batches
        shared = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        return {False: self._changes(old[shared:]), True: self._changes(new[shared:])}

    def _changes(self, names: Iterable[str]) -> dict[str, list[tuple[Batch, GraphChange]]]:
        found: dict[str, list[tuple[Batch, GraphChange]]] = {}
        for name in names:
            try:
                batch = Batch(self._data / "batches" / name)
            except IntegrityError:
                # Somebody removed it. The generations hold all that it said.
                continue
            for change in batch.manifest.graphs:
                found.setdefault(change.graph, []).append((batch, change))
        return found


def _net(lines: Iterable[bytes]) -> Iterator[Edit]:
    """What remains of sorted lines ``statement NUL sign`` when pluses and minuses of a statement cancel out."""
    for statement, group in groupby((line[:-1].split(b"\0") for line in lines), key=lambda pair: pair[0]):
        total = sum(1 if sign == b"+" else -1 for _, sign in group)
        if total:
            yield Edit(total > 0, Statement(statement.decode()))
