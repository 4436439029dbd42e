"""The journal: which batches there are, and what each record's quads were when last seen.

One SQLite file in the data folder and one commit point: a batch exists when its row is here. A
batch folder without a row is the rest of a kill and is made again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from kg.device import device_error
from kg.model.source import Release
from kg.store.disk import storage

_TABLES = """
CREATE TABLE IF NOT EXISTS batches (sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS graphs (
    input TEXT NOT NULL, slot TEXT NOT NULL, graph TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (input, slot)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
    graph TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL,
    file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    PRIMARY KEY (graph, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inputs (
    input TEXT PRIMARY KEY, state TEXT NOT NULL
) WITHOUT ROWID;
"""


class Block(msgspec.Struct, frozen=True, gc=False):
    """The quads of one record: ``length`` bytes at ``offset`` of ``file``, relative to the data folder."""

    key: str
    digest: str
    file: str
    offset: int
    length: int

    def read(self, data: Path) -> bytes:
        """Its lines, from the data folder."""
        with (data / self.file).open("rb") as stream:
            stream.seek(self.offset)
            return stream.read(self.length)


class GraphState(msgspec.Struct, frozen=True):
    graph: str
    state: str


class InputState(msgspec.Struct, frozen=True):
    """The newest build of an input.

    ``labels`` and ``corrections`` are its side tables relative to the data folder, may be empty; ``linked`` are the
    names of the lexicon and of the settled corrections that its texts were linked with; ``files`` are (name, SHA-256)
    of its raw files; ``units`` are the ids of its units: while they are the same nothing needs to be
    read again, and ``counts`` (of an ``ingest.batches.Outcome``) still hold.
    """

    release: Release
    labels: str = ""
    files: tuple[tuple[str, str], ...] = ()
    units: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    corrections: str = ""
    linked: tuple[str, str] = ("", "")


class Journal:
    """Opens or makes the journal; raises StoreError, StorageFull."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._writing():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _TABLES)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with storage(self.path):
            try:
                yield
            except sqlite3.Error as error:
                raise device_error(error, self.path.parent) from error

    def close(self) -> None:
        self._db.close()

    def batches(self) -> list[str]:
        """Ids in the order in which they apply."""
        return [row[0] for row in self._db.execute("SELECT id FROM batches ORDER BY sequence")]

    def unused(self, batch: str) -> str:
        """An id for a batch that is like an earlier one: what was done, undone and done again is three batches."""
        known = set(self.batches())
        again = (batch if not count else f"{batch}-{count}" for count in range(len(known) + 1))
        return next(name for name in again if name not in known)

    def graph(self, name: str, slot: str) -> GraphState | None:
        row = self._db.execute("SELECT graph, state FROM graphs WHERE input = ? AND slot = ?", (name, slot)).fetchone()
        return GraphState(*row) if row else None

    def graphs(self, name: str) -> dict[str, GraphState]:
        """slot -> graph of one input."""
        rows = self._db.execute("SELECT slot, graph, state FROM graphs WHERE input = ? ORDER BY slot", (name,))
        return {slot: GraphState(graph, state) for slot, graph, state in rows}

    def blocks(self, graph: str) -> Iterator[Block]:
        """Every record of a graph, by key."""
        rows = self._db.execute(
            "SELECT key, digest, file, offset, length FROM records WHERE graph = ? ORDER BY key", (graph,)
        )
        for row in rows:
            yield Block(*row)

    def block(self, graph: str, key: str) -> Block | None:
        """One record of a graph."""
        return block(self._db, graph, key)

    def inputs(self) -> dict[str, InputState]:
        """Every input by name."""
        rows = self._db.execute("SELECT input, state FROM inputs ORDER BY input")
        return {name: msgspec.json.decode(state, type=InputState) for name, state in rows}

    def remember(self, name: str, state: InputState) -> None:
        """Set the state of an input whose quads did not change."""
        with self._writing():
            self._input(name, state)

    def commit(
        self,
        batch: str,
        name: str,
        state: InputState,
        graphs: Iterable[tuple[str, GraphState]],
        dropped: Iterable[str],
        blocks: Iterable[tuple[str, Block]],
        gone: Iterable[tuple[str, str]],
    ) -> None:
        """Make ``batch`` exist, all or nothing.

        ``graphs``: (slot, state); ``dropped``: graphs replaced by another release; ``blocks``: (graph, block)
        to set; ``gone``: (graph, key) to forget.
        """
        with self._writing():
            try:
                self._db.execute("BEGIN IMMEDIATE")
                for graph in dropped:
                    self._db.execute("DELETE FROM records WHERE graph = ?", (graph,))
                self._db.executemany("DELETE FROM records WHERE graph = ? AND key = ?", gone)
                self._db.executemany(
                    "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?)",
                    ((graph, b.key, b.digest, b.file, b.offset, b.length) for graph, b in blocks),
                )
                self._db.executemany(
                    "INSERT OR REPLACE INTO graphs VALUES (?, ?, ?, ?)",
                    ((name, slot, graph.graph, graph.state) for slot, graph in graphs),
                )
                self._input(name, state)
                self._db.execute("INSERT OR IGNORE INTO batches (id) VALUES (?)", (batch,))
                self._db.execute("COMMIT")
            except sqlite3.Error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _input(self, name: str, state: InputState) -> None:
        text = msgspec.json.encode(state, order="sorted").decode()
        self._db.execute("INSERT OR REPLACE INTO inputs VALUES (?, ?)", (name, text))


class Blocks:
    """The records of one graph as another process of the same machine reads them; raises StoreError where there is no
    journal. What batches hold never changes, so a record that was looked up stays what it is."""

    def __init__(self, path: Path, graph: str) -> None:
        self._graph = graph
        with storage(path):
            try:
                self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            except sqlite3.Error as error:
                raise device_error(error, path.parent) from error

    def get(self, key: str) -> Block | None:
        return block(self._db, self._graph, key)

    def close(self) -> None:
        self._db.close()


def block(db: sqlite3.Connection, graph: str, key: str) -> Block | None:
    """The block of one record in the tables of a journal."""
    row = db.execute(
        "SELECT key, digest, file, offset, length FROM records WHERE graph = ? AND key = ?", (graph, key)
    ).fetchone()
    return Block(*row) if row else None
