"""What changed in concepts and mappings, generation by generation, for whoever follows (R65).

Each publish writes one file below ``changes/`` of the data folder, a JSON object a line, and no file ever changes. They
outlive the generations. A cursor names a file and a place in it, so a consumer that keeps its cursor misses nothing and
sees nothing twice, however often it or the service starts again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple

import msgspec

from kg.errors import ChangesForgotten, QueryError
from kg.generation.changelog import KINDS
from kg.generation.diff import read_changes
from kg.generation.differ import CHANGES, make
from kg.generation.kinds import FieldChange
from kg.generation.manifest import read_manifest
from kg.model.ids import digest
from kg.query.records import LabelPair
from kg.store.disk import storage, write_atomic

FOLDER = "changes"
KEPT = 1_000
"""Files that are kept."""
_CURSOR = re.compile(r"(g\d{5,}-[0-9a-f]{8})\.(\d{1,12})").fullmatch


class ChangeEvent(msgspec.Struct, frozen=True):
    """One change. ``id`` is the same whenever and wherever it is told.

    ``kind``: concept or mapping; rule, for one that is to be looked at again, or no more; or reset, once for a
    generation before which there is none to compare with: whoever follows takes a dump of it.
    ``thing`` is the CURIE of what changed, empty for a reset.
    """

    id: str
    generation: str
    published: str
    kind: str
    action: Literal["added", "removed", "changed"]
    thing: str
    label: LabelPair
    fields: tuple[FieldChange, ...]


class FeedItem(msgspec.Struct, frozen=True):
    """An event and the cursor that leads behind it."""

    cursor: str
    event: ChangeEvent


def _nothing(generation: str, published: str) -> Iterable[ChangeEvent]:
    """What is told beside concepts and mappings where nobody says otherwise."""
    return ()


class _Place(NamedTuple):
    generation: str
    offset: int


class Feed:
    """The feed of one data folder. One writer, whoever publishes; any number of readers."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._folder = data / FOLDER

    def record(self, kept: Sequence[str], more: Callable[[str, str], Iterable[ChangeEvent]] = _nothing) -> None:
        """Write what changed with each of the ``kept`` generations (oldest first) that has no file yet.

        ``more``: what else there is to tell of a generation (its id, and when it was published).

        After a kill between publishing and this, the next call makes up for it. The oldest of all has nothing before
        it: its file holds a reset. Raises StorageFull, StoreError, IntegrityError.
        """
        known = set(self._names())
        for place, name in enumerate(kept):
            if name not in known:
                self._write(kept[place - 1] if place else None, name, more)
        for name in self._names()[:-KEPT]:
            (self._folder / f"{name}.jsonl").unlink(missing_ok=True)

    def _write(self, before: str | None, after: str, more: Callable[[str, str], Iterable[ChangeEvent]]) -> None:
        with storage(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        published = read_manifest(self._data / "generations" / after).published
        with TemporaryDirectory(dir=self._folder, prefix=".") as work:
            rows = [*self._events(before, after, published, Path(work)), *more(after, published)]
        write_atomic(self._folder / f"{after}.jsonl", b"".join(msgspec.json.encode(row) + b"\n" for row in rows))

    def _events(self, before: str | None, after: str, published: str, work: Path) -> Iterator[ChangeEvent]:
        if before is None:
            yield ChangeEvent(digest(after, "reset"), after, published, "reset", "added", "", LabelPair(), ())
            return
        for row in read_changes(make(self._data, before, after, CHANGES, work)):
            if row.kind in KINDS:
                mark = digest(after, row.kind, row.id)
                yield ChangeEvent(mark, after, published, row.kind, row.action, row.id, row.label, row.fields)

    def read(self, after: str | None = None, limit: int = 100) -> list[FeedItem]:
        """At most ``limit`` events behind a cursor, oldest first; without one from the oldest that is kept.

        Raises QueryError for what is no cursor of this feed, ChangesForgotten where events behind it are gone.
        """
        names = self._names()
        place = self._place(after, names) if after else _Place(names[0] if names else "", 0)
        found: list[FeedItem] = []
        for name in names:
            if name >= place.generation:
                offset = place.offset if name == place.generation else 0
                found += self._items(name, offset, limit - len(found))
                if len(found) >= limit:
                    break
        return found

    def newest(self, limit: int) -> list[FeedItem]:
        """The last events, newest first."""
        found: list[FeedItem] = []
        for name in reversed(self._names()):
            found += reversed(list(self._items(name, 0, None)))
            if len(found) >= limit:
                break
        return found[:limit]

    def end(self) -> str:
        """The cursor behind everything; empty where nothing was told yet."""
        names = self._names()
        return f"{names[-1]}.{(self._folder / f'{names[-1]}.jsonl').stat().st_size}" if names else ""

    def _names(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob("g*.jsonl")) if self._folder.is_dir() else []

    def _place(self, cursor: str, names: list[str]) -> _Place:
        match = _CURSOR(cursor)
        if match is None:
            raise QueryError(why="cursor")
        place = _Place(match[1], int(match[2]))
        if place.generation in names:
            return place
        if not names or place.generation < names[0]:
            raise ChangesForgotten(oldest=names[0] if names else "")
        raise QueryError(why="cursor")

    def _items(self, name: str, offset: int, limit: int | None) -> Iterator[FeedItem]:
        decode = msgspec.json.Decoder(ChangeEvent).decode
        with (self._folder / f"{name}.jsonl").open("rb") as lines:
            if offset:
                lines.seek(offset - 1)
                if lines.read(1) != b"\n":
                    raise QueryError(why="cursor")
            for line in islice(iter(lines.readline, b""), limit):
                yield FeedItem(f"{name}.{lines.tell()}", decode(line))
