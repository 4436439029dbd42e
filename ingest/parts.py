"""Parts: the lines of a unit's records in one graph, record by record, and an index of where each stands."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from kg.model.concept import ConceptMapping
from kg.model.evidence import Claim, Mention
from kg.model.guideline import Recommendation
from kg.model.record import Record, key

Slot = Literal["main", "annotation", "gold", "tool"]
SLOTS: tuple[Slot, ...] = ("main", "annotation", "gold", "tool")
APART: frozenset[Slot] = frozenset({"gold", "tool"})
"""Slots whose graphs stay out of the default graph: what people labelled, and what tools of others found."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """Where the quads of one record stand in a part: ``offset`` and ``length`` in bytes."""

    key: str
    digest: str
    offset: int
    length: int


def tail_of(graph: str) -> str:
    """What makes a statement a line of a part."""
    return f" <{graph}> .\n"


def block_of(rows: Collection[str], tail: str) -> tuple[bytes, str]:
    """The lines of one record as they stand in a part, and their digest."""
    # Sorted without their tail, which is the same order: no term goes on after its end with what comes before a space.
    block = (tail.join(sorted(set(rows))) + tail).encode() if rows else b""
    return block, _mark(block)


def _mark(block: bytes) -> str:
    return hashlib.blake2b(block, digest_size=16).hexdigest()


_NAMELESS = frozenset({Claim, Mention, Recommendation, ConceptMapping})
_APART_KINDS = frozenset({Claim, Mention})


def place_of(record: Record) -> tuple[Slot, str | None]:
    """The slot of a record, and its key; None where a record is known by its content."""
    # By type, not isinstance: it is asked for every record of a terminology.
    kind = type(record)
    slot = _slot_of(record) if kind in _APART_KINDS else "main"
    return slot, None if kind in _NAMELESS else key(record)


def _slot_of(record: Record) -> Slot:
    if isinstance(record, Claim | Mention) and record.tool:
        return "tool"
    gold = isinstance(record, Mention) or (isinstance(record, Claim) and record.evidence == "gold")
    return "gold" if gold else "main"


_ENCODED = msgspec.json.Encoder().encode


class PartWriter:
    """One growing part file and its index."""

    def __init__(self, folder: Path, slot: Slot, graph: str) -> None:
        self._data: BinaryIO = (folder / f"{slot}.nq").open("wb")
        self._index: BinaryIO = (folder / f"{slot}.index").open("wb")
        self._tail = tail_of(graph)
        self._offset = 0
        self.lines = 0

    def write(self, name: str | None, rows: Sequence[str]) -> bytes:
        """The lines of one record; without a ``name`` the record is known by its content."""
        block, mark = block_of(rows, self._tail)
        self._put(name or mark, block, mark, len(rows))
        return block

    def copy(self, name: str, block: bytes) -> None:
        """The lines of one record as they are."""
        self._put(name, block, _mark(block), block.count(b"\n"))

    def _put(self, key: str, block: bytes, mark: str, lines: int) -> None:
        entry = Entry(key=key, digest=mark, offset=self._offset, length=len(block))
        self._index.write(_ENCODED(entry) + b"\n")
        self._data.write(block)
        self._offset += len(block)
        self.lines += lines

    def close(self) -> None:
        """Both files are on disk when this returns."""
        for stream in (self._data, self._index):
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()


def entries(folder: Path, slot: Slot) -> Iterator[Entry]:
    """The index of one part, in file order; empty where the unit wrote nothing there."""
    path = folder / f"{slot}.index"
    if path.is_file():
        decoder = msgspec.json.Decoder(Entry)
        with path.open("rb") as stream:
            for line in stream:
                yield decoder.decode(line)
