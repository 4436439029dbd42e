"""Which generations a data folder keeps, and which of them is current."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from kg.errors import IntegrityError, NotYetPublished, UnknownGeneration
from kg.generation.dates import moment
from kg.generation.manifest import FILE, GenerationManifest, read_manifest
from kg.generation.tags import Tags
from kg.store.disk import storage, write_atomic

_POINTER = "CURRENT"
_LOCK = ".lock"


class Kept(msgspec.Struct, frozen=True):
    """A generation on the shelf.

    ``statements`` are those of its default graph, ``counts`` those of every graph (``""`` is the default
    graph); ``published`` is ISO 8601, UTC.
    """

    id: str
    sequence: int
    published: str
    statements: int
    batches: int
    documents: int
    concepts: int
    current: bool
    tags: tuple[str, ...]
    counts: dict[str, int]


class _Stamp(msgspec.Struct, frozen=True):
    """What a manifest says of time: reading no more of it is fast."""

    sequence: int
    published: str


class Shelf:
    """The generations of one data folder.

    A generation is a folder below ``generations/`` that has a manifest; ``generations/CURRENT``
    names the one that is served. Folders that begin with a dot are under construction.
    """

    def __init__(self, data: Path) -> None:
        self.folder = data / "generations"
        self.tags = Tags(self.folder)

    def ids(self) -> list[str]:
        """Kept generations, oldest first."""
        if not self.folder.is_dir():
            return []
        found = [p.name for p in self.folder.iterdir() if not p.name.startswith(".") and (p / FILE).is_file()]
        return sorted(found)

    def kept(self) -> list[Kept]:
        """Kept generations with what people ask about them, oldest first."""
        current, tags = self.current(), self.tags.all()
        return [
            Kept(
                id=manifest.id,
                sequence=manifest.sequence,
                published=manifest.published,
                statements=manifest.counts.get("", 0),
                batches=len(manifest.batches),
                documents=int(manifest.indexes.get("documents", 0)),
                concepts=int(manifest.indexes.get("concepts", 0)),
                current=manifest.id == current,
                tags=tuple(tag for tag, tagged in tags.items() if tagged == manifest.id),
                counts=manifest.counts,
            )
            for manifest in self.manifests()
        ]

    def manifests(self) -> Iterator[GenerationManifest]:
        """Those of the kept generations; one that is pruned meanwhile is left out."""
        for name in self.ids():
            try:
                manifest = self.manifest(name)
            except IntegrityError:
                if name in self.ids():
                    raise
                continue
            yield manifest

    def current(self) -> str | None:
        """The id of the current generation, None before the first is published."""
        try:
            name = (self.folder / _POINTER).read_text("ascii").strip()
        except FileNotFoundError:
            return None
        return name if name in self.ids() else None

    def find(self, as_of: str | None = None) -> str:
        """The current id, or the one that ``as_of`` names: an id, a tag, or a date (ISO 8601).

        A date names the newest generation that was published by then. Raises UnknownGeneration, and
        NotYetPublished for a date before the oldest that is kept.
        """
        ids = self.ids()
        name = self.current() if as_of is None else as_of
        if name in ids:
            return name
        if as_of is not None and ids:
            tagged = self.tags.find(as_of)
            if tagged in ids:
                return tagged
            date = moment(as_of)
            if date is not None:
                return self._published_by(date, as_of)
        raise UnknownGeneration(name="current" if name is None else name, known=self._known() or "none")

    def _known(self) -> str:
        """The kept ids with their tags, for messages."""
        tags = self.tags.all().items()
        names = {name: [tag for tag, tagged in tags if tagged == name] for name in self.ids()}
        return ", ".join(f"{name} ({', '.join(known)})" if known else name for name, known in names.items())

    def _published_by(self, date: datetime, asked: str) -> str:
        stamps = sorted(
            (datetime.fromisoformat(row.published), row.sequence, name)
            for name in self.ids()
            for row in self._stamp(name)
        )
        found = [name for published, _, name in stamps if published <= date]
        if not found:
            published, _, oldest = stamps[0]
            raise NotYetPublished(name=asked, oldest=oldest, published=published.isoformat(), known=self._known())
        return found[-1]

    def _stamp(self, name: str) -> Iterator[_Stamp]:
        """What a manifest says of time; nothing where the generation is pruned meanwhile."""
        try:
            yield msgspec.json.decode((self.path(name) / FILE).read_bytes(), type=_Stamp)
        except FileNotFoundError:
            return

    def path(self, name: str) -> Path:
        return self.folder / name

    def manifest(self, name: str) -> GenerationManifest:
        return read_manifest(self.path(name))

    def point(self, name: str) -> None:
        """Make ``name`` current, in one durable step."""
        write_atomic(self.folder / _POINTER, f"{name}\n".encode("ascii"))

    def tag(self, name: str, as_of: str | None = None, *, move: bool = False) -> str:
        """Tag a generation, so that it is kept for good; returns its id.

        Raises UnknownGeneration, ConfigError for an unusable name, TagTaken unless ``move``.
        """
        with self._alone():
            generation = self.find(as_of)
            self.tags.set(name, generation, move=move)
        return generation

    def untag(self, name: str) -> str:
        """Take a tag away and return the id that it named; raises UnknownName."""
        with self._alone():
            return self.tags.remove(name)

    def prune(self, keep: int) -> list[str]:
        """Remove all but the newest ``keep``, the tagged ones and the current one; returns what was removed."""
        with self._alone():
            ids = self.ids()
            spared = {self.current(), *self.tags.all().values()}
            old = [name for name in ids[: max(0, len(ids) - keep)] if name not in spared]
            for name in old:
                self.remove(name)
        return old

    def remove(self, name: str) -> None:
        """Take a generation away: out of sight first, so that a kill leaves no half of one on the shelf."""
        hidden = self.path(f".{name}")
        self.path(name).rename(hidden)
        shutil.rmtree(hidden)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No tag is set while generations are pruned."""
        path = self.folder / _LOCK
        with storage(path):
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
