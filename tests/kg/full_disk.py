"""A publisher that runs out of room again and again; ``test_full_disk`` runs it in a process of its own.

    python -m tests.kg.full_disk limit FOLDER EVERY     files may not grow beyond a size (RLIMIT_FSIZE, EFBIG)
    python -m tests.kg.full_disk device FOLDER EVERY    FOLDER is a small device, filled but for some bytes (ENOSPC)

Room runs out as a stage of publishing begins, down to so many bytes, for every stage and a row of sizes:
SQLite's way of testing, which lets every write fail once. EVERY leaves all but each EVERYth size out.
Prints one JSON object for each attempt, and a last one without a stage, made with all the room there is.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from unittest.mock import patch

import msgspec

from kg.errors import MedkgError
from kg.generation.indexes import open_indexes
from kg.generation.manifest import damaged
from kg.generation.pointer import Shelf
from kg.generation.publish import Plan, publish
from tests.corpus import record, write_build, write_records
from tests.kg.graph import WordEncoder
from tests.kg.test_generation import build, planned

STAGES = ("load", "derive", "optimize", "encode", "indexes", "checksums", "point")
"""``encode`` is ``indexes`` without the vectors that earlier attempts left in the cache."""
SIZES = (0, 100, 1_000, 4_096, 9_000, 14_000, 20_000, 45_000, 90_000, *(180_000 * 2**step for step in range(8)))
"""Tried in this order until a size is enough."""


class Attempt(msgspec.Struct, frozen=True):
    """What came of one attempt. ``place`` is where in our code it failed: module and function.

    ``made`` is the new generation. ``faults`` are sentences of what must not be, whatever came of it.
    """

    stage: str
    size: int
    made: str = ""
    error: str = ""
    message: str = ""
    place: str = ""
    faults: tuple[str, ...] = ()


class Room(Protocol):
    """Where there is room, or no longer."""

    def shrink(self, size: int) -> None: ...
    def free(self) -> None: ...


class Limit:
    """No file may grow beyond the size; Python ignores the signal, so that the write fails."""

    def shrink(self, size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def free(self) -> None:
        self.shrink(resource.RLIM_INFINITY)


class Device:
    """A file takes all the room but ``size`` bytes."""

    def __init__(self, folder: Path) -> None:
        self._filler = folder / "filler"

    def shrink(self, size: int) -> None:
        with self._filler.open("ab") as stream:
            while (rest := self._left(stream.fileno()) - size) > 0:
                # RocksDB goes on writing in its own threads, so the room may be gone in between.
                with suppress(OSError):
                    os.posix_fallocate(stream.fileno(), os.fstat(stream.fileno()).st_size, rest)

    @staticmethod
    def _left(descriptor: int) -> int:
        found = os.fstatvfs(descriptor)
        return found.f_bavail * found.f_frsize

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)


@contextmanager
def shrinking(room: Room, stage: str, size: int) -> Iterator[list[str]]:
    """Takes the room away as ``stage`` begins; yields the stages that began, which ``publish`` is to tell."""

    class Begun(list[str]):
        def append(self, name: str) -> None:
            super().append(name)
            if name == {"encode": "indexes"}.get(stage, stage):
                room.shrink(size)

    begun = Begun()
    point = Shelf.point

    def pointing(shelf: Shelf, name: str) -> None:
        begun.append("point")
        point(shelf, name)

    try:
        with patch.object(Shelf, "point", pointing):
            yield begun
    finally:
        room.free()


def attempt(plan: Plan, room: Room, stage: str, size: int) -> Attempt:
    """Publish with little room from ``stage`` on."""
    if stage == "encode":
        shutil.rmtree(plan.data / "embeddings", ignore_errors=True)
    made, error, message, place = "", "", "", ""
    try:
        with shrinking(room, stage, size) as begun:

            def step(name: str, done: int = 0, total: int = 1) -> None:
                if name not in begun:
                    begun.append(name)

            manifest = publish(plan, WordEncoder(), step)
        made = manifest.id if manifest else ""
    except Exception as caught:
        error, message = type(caught).__name__, str(caught)
        place = _place(caught)
    return Attempt(stage, size, made, error, message, place)


def _place(error: BaseException) -> str:
    """The innermost function of kg that was running, but for those that only translate errors."""
    while isinstance(error, MedkgError) and error.__cause__ is not None:
        error = error.__cause__
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/kg/" in frame.filename]
    own = [frame for frame in frames if Path(frame.filename).name != "full_disk.py"]
    known = [frame for frame in own if frame.name not in {"storage", "_writing", "_asking"}]
    return f"{Path(known[-1].filename).stem}.{known[-1].name}" if known else ""


def faults(shelf: Shelf, first: str, found: Attempt) -> Iterator[str]:
    """What must hold after every attempt."""
    expected = [first, found.made] if found.made else [first]
    if shelf.ids() != expected:
        yield f"on the shelf: {shelf.ids()}"
    if shelf.current() != expected[-1]:
        yield f"current: {shelf.current()}"
    for path in (path for path in shelf.folder.glob(".*") if path.name != ".lock"):
        held = sorted(str(inner.relative_to(path)) for inner in path.rglob("*"))
        yield f"left behind: {path.name} with {held}"
    for name in expected:
        yield from (f"{name}: {fault}" for fault in damaged(shelf.path(name), shelf.manifest(name)))
        indexes = open_indexes(shelf.path(name), WordEncoder())
        if indexes.passages is None or not len(indexes.passages) or not indexes.text.count("document"):
            yield f"{name}: its indexes are empty"


def attempts(kind: str, folder: Path, every: int) -> Iterator[Attempt]:
    room: Room = Limit() if kind == "limit" else Device(folder)
    config = write_build(folder / "in", files=2, size=60)
    data = folder / "data"
    first = build(data, config, encoder=WordEncoder())
    assert first is not None
    rows = [record(index, text=f"word{index} of sample fever.", year=2022) for index in range(50)]
    write_records(config.parent / "records-00.jsonl", rows)
    plan, shelf = planned(data, config), Shelf(data)

    def tried(stage: str, size: int) -> Attempt:
        found = attempt(plan, room, stage, size)
        return msgspec.structs.replace(found, faults=tuple(faults(shelf, first.id, found)))

    def undo(found: Attempt) -> None:
        shelf.point(first.id)
        shelf.remove(found.made)

    undo(tried("", 0))
    for stage in STAGES:
        for size in SIZES[::every]:
            yield (found := tried(stage, size))
            if found.made:
                undo(found)
                break
    yield tried("", 0)


if __name__ == "__main__":
    for result in attempts(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])):
        print(msgspec.json.encode(result).decode(), flush=True)
