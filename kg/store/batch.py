"""Opening a batch folder: its manifest and its statements, checked against their digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kg.errors import IntegrityError
from kg.model.batch import BatchManifest, Part
from kg.store.stream import line_blocks

MANIFEST = "manifest.json"


class Batch:
    """An immutable folder of N-Quads files with its manifest.

    Raises IntegrityError when the manifest is missing or unreadable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            data = (path / MANIFEST).read_bytes()
            self.manifest = msgspec.json.decode(data, type=BatchManifest)
        except (OSError, msgspec.MsgspecError) as error:
            raise IntegrityError(path=path / MANIFEST, reason=str(error)) from error

    @property
    def id(self) -> str:
        return self.manifest.id

    def file(self, part: Part) -> Path:
        return self.path / part.name

    def lines(self, parts: tuple[Part, ...]) -> Iterator[bytes]:
        """N-Quads lines of these parts, line feed included."""
        for part in parts:
            with self.file(part).open("rb") as stream:
                yield from stream

    def blocks(self, parts: tuple[Part, ...], size: int = 1 << 20) -> Iterator[bytes]:
        """The same as whole lines in blocks of about ``size`` bytes: far cheaper to pass on than lines."""
        for part in parts:
            yield from line_blocks(self.file(part), size)

    def verify(self) -> None:
        """Read every file and compare; raises IntegrityError naming the first that differs."""
        parts = [*self.manifest.sides]
        for change in self.manifest.graphs:
            parts += [*change.added, *change.removed]
        for part in parts:
            check(self.file(part), part)


def check(path: Path, part: Part) -> None:
    """Raise IntegrityError unless the file at ``path`` is the one that ``part`` describes."""
    try:
        with path.open("rb") as stream:
            mark = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.tell()
    except OSError as error:
        raise IntegrityError(path=path, reason=error.strerror or str(error)) from error
    if size != part.size or mark != part.digest:
        raise IntegrityError(path=path, reason=f"{size} bytes, SHA-256 {mark[:12]}…")
