"""The files of releases in a data folder::

    curation/releases/<version>.jsonl   its head, then its edits; written once, never changed
    curation/current.jsonl              the lines of all of them in order, made again by each build
    curation/corrections.jsonl          what they say of mentions and claims, as a table of corrections (ADR 15)

The releases are the truth: the other two follow from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from kg.errors import ConfigError, IntegrityError
from kg.model.edit import ReleasedEdit, ReleaseHead
from kg.store.disk import storage, sync_folder, write_atomic
from ontology.curation.released import Curated, read_edits, read_lines

FOLDER = "curation"
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}").fullmatch


def check_version(version: str) -> str:
    """``version`` where it can name a file and a graph; raises ConfigError."""
    if not _VERSION(version):
        raise ConfigError(where="release", reason=f"{version[:80]!r} is not 1 to 64 of A-Z a-z 0-9 . _ -")
    return version


class ReleaseFiles:
    """The releases that are written."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.folder = data / FOLDER / "releases"
        self.current = data / FOLDER / "current.jsonl"
        self.corrections = data / FOLDER / "corrections.jsonl"

    def path(self, version: str) -> Path:
        return self.folder / f"{check_version(version)}.jsonl"

    def write(self, head: ReleaseHead, edits: Iterable[ReleasedEdit]) -> Path:
        """The file of a release, whole or not at all; raises StorageFull, StoreError."""
        path = self.path(head.release)
        with storage(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            sync_folder(self._data)
            sync_folder(self._data / FOLDER)
        write_atomic(path, b"".join(msgspec.json.encode(line) + b"\n" for line in (head, *edits)))
        return path

    def heads(self) -> list[ReleaseHead]:
        """Of every release, in order; raises IntegrityError for a file that does not begin with one."""
        found = []
        for path in sorted(self.folder.glob("*.jsonl")) if self.folder.is_dir() else ():
            first = next(read_lines(path), None)
            if not isinstance(first, ReleaseHead):
                raise IntegrityError(path=path, reason="it does not begin with the head of a release")
            found.append(first)
        return sorted(found, key=lambda head: head.sequence)

    def edits(self, version: str) -> list[ReleasedEdit]:
        """Those of one release."""
        return read_edits(self.path(version))

    def assemble(self) -> ReleaseHead | None:
        """Write what a build reads, where it is not as it should be; the newest head, None before the first release.

        Raises InputError, IntegrityError for damaged files, StorageFull, StoreError.
        """
        heads = self.heads()
        if not heads:
            return None
        content = b"".join(self.path(head.release).read_bytes() for head in heads)
        if not self.current.is_file() or self.current.read_bytes() != content:
            write_atomic(self.current, content)
        corrected = Curated(read_edits(self.current)).corrections
        if corrected or self.corrections.is_file():
            rows = b"".join(msgspec.json.encode(_row(one)) + b"\n" for _, one in sorted(corrected.items()))
            # A table without rows takes back what was in it; a file without bytes could not be read.
            write_atomic(self.corrections, rows or b"\n")
        return heads[-1]


def _row(correction: msgspec.Struct) -> dict[str, str | int]:
    """As ``corrections.v1`` reads it."""
    values = msgspec.structs.asdict(correction)
    notes = {f"note_{language}": text for language, text in values.pop("notes")}
    del values["position"]
    return {name: value for name, value in (values | notes).items() if value != ""}
