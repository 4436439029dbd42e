"""Which record of a batch speaks of a subject: a small file in the batch's folder, written with it.

The manifest does not name it, so it does not change what a batch is: paths of this machine stand in it. One row a
record, one a record and subject; the parts of a document count as one subject, so a document with a hundred
passages and references takes a few rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import msgspec

from ingest.config import InputSpec
from kg.device import device_error
from kg.store.disk import storage

FILE = "records.sqlite"
FORMAT = 1
"""Raised when tables or the numbers of subjects change: an index of another format counts as none."""
_AT_ONCE = 50
"""Records whose rows go into the tables together; their quads are in memory meanwhile."""
_TABLES = f"""
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA user_version={FORMAT};
CREATE TABLE origin (value TEXT NOT NULL);
CREATE TABLE records (
    number INTEGER PRIMARY KEY, graph TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL,
    part TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, file INTEGER NOT NULL
);
CREATE TABLE subjects (subject INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (subject, record)) WITHOUT ROWID;
"""


class InputFile(msgspec.Struct, frozen=True):
    """A file that was read: where it lay, hex SHA-256 and size of its bytes as they lay there."""

    path: str
    digest: str
    size: int


class Origin(msgspec.Struct, frozen=True):
    """How the records of a batch were read: ``rules`` is the version of reading and mapping (``ingest.unit.SCHEMA``),
    ``linking`` that of the lexicon, ``files`` what was read."""

    spec: InputSpec
    base: str
    rules: str
    linking: str
    files: tuple[InputFile, ...]


class Entry(msgspec.Struct, frozen=True, gc=False):
    """The quads of one record: ``length`` bytes at ``offset`` of ``part``, a file of the batch.

    ``file`` counts in ``Origin.files``. A record that the batch takes out of the graph has length 0.
    """

    graph: str
    key: str
    digest: str
    part: str
    offset: int
    length: int
    file: int


def marks(block: bytes, base: str) -> set[int]:
    """The subjects in the N-Quads lines of a record, each as a number.

    >>> a, b = b'<https://w3id.org/medkg/document/PMID%3A1', b' <p> "x" <g> .' + bytes([10])
    >>> marks(a + b'>' + b + a + b'/author/1>' + b, "https://w3id.org/medkg/") == {mark(a + b'/passage/2>',
    ...     "https://w3id.org/medkg/")}
    True
    """
    start, found, last = _start(base), set[bytes](), b"\n"
    first = block[: block.find(b" ") + 1]
    if first and block.startswith(first, block.rfind(b"\n", 0, -1) + 1):
        # Lines are sorted: where the last begins as the first does, all do. This is every concept.
        return {_number(_whole(first[:-1], start))}
    for row in block.split(b"\n"):
        # Lines are sorted, so most begin as the one before: this runs for every line of every batch.
        if row and not row.startswith(last):
            subject = row[: row.find(b" ")]
            whole = _whole(subject, start)
            found.add(whole)
            last = subject if len(whole) == len(subject) else whole + b"/"
    return set(map(_number, found))


def mark(subject: bytes, base: str) -> int:
    """The number of one subject, an IRI in angle brackets."""
    return _number(_whole(subject, _start(base)))


@lru_cache(maxsize=8)
def _start(base: str) -> bytes:
    return f"<{base}document/".encode()


def _whole(subject: bytes, start: bytes) -> bytes:
    """What a subject is a part of: its document, or itself."""
    if subject.startswith(start):
        end = subject.find(b"/", len(start))
        return subject[:end] if end > 0 else subject[:-1]
    return subject


def _number(subject: bytes) -> int:
    return int.from_bytes(blake2b(subject, digest_size=8).digest(), "big", signed=True)


def write_index(folder: Path, origin: Origin, entries: Iterable[Entry]) -> None:
    """Index the parts in the folder of a batch that is being made; raises StorageFull, StoreError."""
    target, loose = folder / FILE, folder / f"{FILE}.loose"
    with storage(target):
        try:
            with closing(sqlite3.connect(target, isolation_level=None)) as db:
                db.executescript(_TABLES)
                db.execute("ATTACH ? AS loose", (str(loose),))
                db.executescript("PRAGMA loose.journal_mode=OFF; PRAGMA loose.synchronous=OFF;")
                db.execute("BEGIN")
                db.execute("CREATE TABLE loose.pairs (subject INTEGER, record INTEGER)")
                db.execute("INSERT INTO origin VALUES (?)", (msgspec.json.encode(origin, order="sorted").decode(),))
                blocks = enumerate(_blocks(folder, entries))
                while at := list(islice(blocks, _AT_ONCE)):
                    rows = ((number, *msgspec.structs.astuple(entry)) for number, (entry, _) in at)
                    db.executemany("INSERT INTO records VALUES (?,?,?,?,?,?,?,?)", rows)
                    pairs = ((subject, number) for number, (_, block) in at for subject in marks(block, origin.base))
                    db.executemany("INSERT INTO loose.pairs VALUES (?, ?)", pairs)
                # In the order of the tree: anything else is many times slower once the tree is larger than the cache.
                db.execute("INSERT INTO subjects SELECT subject, record FROM loose.pairs ORDER BY subject, record")
                db.execute("CREATE INDEX keys ON records (graph, key)")
                db.execute("COMMIT")
        except sqlite3.Error as error:
            raise device_error(error, folder) from error
        loose.unlink()


def _blocks(folder: Path, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
    """Each record with its quads, every part opened once where records come part by part."""
    name, stream, at = "", None, 0
    try:
        for entry in entries:
            if not entry.length:
                yield entry, b""
                continue
            if stream is None or entry.part != name:
                if stream is not None:
                    stream.close()
                name, stream, at = entry.part, (folder / entry.part).open("rb"), 0
            if entry.offset != at:
                stream.seek(entry.offset)
            at = entry.offset + entry.length
            yield entry, stream.read(entry.length)
    finally:
        if stream is not None:
            stream.close()


class RecordIndex:
    """The index of one batch, to be read; raises FileNotFoundError where the batch has none of this format."""

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        if not path.is_file():
            raise FileNotFoundError(path)
        self._folder = folder
        self._db = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        if self._db.execute("PRAGMA user_version").fetchone() != (FORMAT,):
            self._db.close()
            raise FileNotFoundError(path)

    def close(self) -> None:
        self._db.close()

    @cached_property
    def origin(self) -> Origin:
        (value,) = self._db.execute("SELECT value FROM origin").fetchone()
        return msgspec.json.decode(value, type=Origin)

    def about(self, graph: str, subject: int) -> Iterator[Entry]:
        """Records of a graph that may speak of a subject: two subjects may share a number."""
        rows = self._db.execute(
            "SELECT r.graph, r.key, r.digest, r.part, r.offset, r.length, r.file FROM subjects s "
            "JOIN records r ON r.number = s.record WHERE s.subject = ? AND r.graph = ? ORDER BY r.number",
            (subject, graph),
        )
        return (Entry(*row) for row in rows)

    def keyed(self, graph: str, key: str) -> Entry | None:
        """The record of a graph with this key."""
        row = self._db.execute(
            "SELECT graph, key, digest, part, offset, length, file FROM records WHERE graph = ? AND key = ?",
            (graph, key),
        ).fetchone()
        return Entry(*row) if row else None

    def quads(self, entry: Entry) -> bytes:
        """The N-Quads lines of a record."""
        with (self._folder / entry.part).open("rb") as stream:
            stream.seek(entry.offset)
            return stream.read(entry.length)
