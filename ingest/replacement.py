"""What the release that takes the place of another changes: told before the old one is forgotten.

Written into ``replacements/<input>/<version before>..<version after>/`` of the data folder: ``changes.jsonl`` (one
``kg.generation.diff.Change`` a line, by id), ``summary.json``, ``report.zh.md`` and ``report.en.md``. Both releases are
read record by record, as the journal and the units have them; a record that says the same is passed over unread.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

import msgspec

from kg.generation.diff import Change, compared, read_changes
from kg.generation.replacement import Replacement, counted, replacement_markdown
from kg.mapping.base import TYPE, term
from kg.messages import LANGUAGES
from kg.model.ids import Ids, slug
from kg.model.terms import Term, iri
from kg.store.disk import storage
from kg.vocab import SKOS

FOLDER = "replacements"
CHANGES, SUMMARY = "changes.jsonl", "summary.json"
_CONCEPT = f"{TYPE} {term(SKOS, 'Concept')} ".encode()


class Place(Protocol):
    """Where the quads of a record stand."""

    @property
    def path(self) -> Path: ...
    @property
    def offset(self) -> int: ...
    @property
    def length(self) -> int: ...


class Edition(msgspec.Struct, frozen=True):
    """One release of an input: its version, its graph, and where each record stands, by key."""

    version: str
    graph: str
    records: Iterable[tuple[str, Place]]

    @property
    def tail(self) -> bytes:
        return f" <{self.graph}> .\n".encode()


def told(name: str, before: Edition, after: Edition, base: str, data: Path) -> Replacement:
    """Write what changed from one release to the next; raises StorageFull. Records of both come sorted by key."""
    target = data / FOLDER / slug(name) / f"{slug(before.version)}..{slug(after.version)}"
    work = target.with_name(f".{target.name}.{os.getpid()}")
    with storage(target):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        try:
            sizes = [0, 0]
            with _Files() as files, (work / CHANGES).open("wb") as out:
                for change in _changes(before, after, files, Ids(base), sizes):
                    out.write(msgspec.json.encode(change) + b"\n")
            summary = Replacement(
                name, before.version, after.version, sizes[0], sizes[1], counted(read_changes(work / CHANGES))
            )
            (work / SUMMARY).write_bytes(msgspec.json.format(msgspec.json.encode(summary), indent=1))
            for language in LANGUAGES:
                with (work / f"report.{language}.md").open("w", encoding="utf-8", newline="\n") as report:
                    report.writelines(replacement_markdown(summary, lambda: read_changes(work / CHANGES), language))
            shutil.rmtree(target, ignore_errors=True)
            work.rename(target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return summary


def _changes(before: Edition, after: Edition, files: _Files, ids: Ids, sizes: list[int]) -> Iterator[Change]:
    """Concepts that differ, by key; ``sizes`` grows with the concepts of both."""
    for key, old, new in _side_by_side(before.records, after.records):
        blocks = [files.read(place) if place else b"" for place in (old, new)]
        for side, block in enumerate(blocks):
            sizes[side] += _CONCEPT in block
        if not any(_CONCEPT in block for block in blocks) or blocks[0].replace(before.tail, after.tail) == blocks[1]:
            continue
        node = iri(ids.expand(key))
        properties = [
            _properties(block, edition.tail, node) for block, edition in zip(blocks, (before, after), strict=True)
        ]
        yield from compared(node, properties[0], properties[1], ids)


def _side_by_side(
    before: Iterable[tuple[str, Place]], after: Iterable[tuple[str, Place]]
) -> Iterator[tuple[str, Place | None, Place | None]]:
    olds, news = iter(before), iter(after)
    old, new = next(olds, None), next(news, None)
    while old or new:
        key = min(row[0] for row in (old, new) if row)
        has_old, has_new = old is not None and old[0] == key, new is not None and new[0] == key
        yield key, old[1] if old and has_old else None, new[1] if new and has_new else None
        if has_old:
            old = next(olds, None)
        if has_new:
            new = next(news, None)


def _properties(block: bytes, tail: bytes, node: Term) -> dict[Term, frozenset[Term]]:
    """What the lines of a record say about its own concept."""
    found: dict[Term, set[Term]] = {}
    start = f"{node} "
    for line in block.split(tail):
        row = line.decode()
        if row.startswith(start):
            name, value = row[len(start) :].split(" ", 1)
            found.setdefault(Term(name), set()).add(Term(value))
    return {name: frozenset(values) for name, values in found.items()}


class _Files:
    """Parts of batches and units, each opened once."""

    def __init__(self) -> None:
        self._open: dict[Path, BinaryIO] = {}

    def read(self, place: Place) -> bytes:
        stream = self._open.get(place.path)
        if stream is None:
            stream = self._open[place.path] = place.path.open("rb")
        stream.seek(place.offset)
        return stream.read(place.length)

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for stream in self._open.values():
            stream.close()
