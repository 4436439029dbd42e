"""The bytes of a record in the file that it came from, proven by reading them again.

No reader says where a record stood. So stretches of the file that may be it are read with the same reader and
options, and the one whose statements have the digest that the record had is the record: what is shown is what was
read. Work for a child process (``python -m ingest.lineage.rereading``, question and answer as JSON): a file came
from outside, and its readers take the time and memory that they take.
"""

from __future__ import annotations

import mmap
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from urllib.parse import unquote

import msgspec

from ingest.config import named_files
from ingest.lineage.index import InputFile, Origin
from ingest.lineage.slicing import Slices, slicings
from ingest.lineage.trail import Stating
from ingest.parts import block_of, place_of, tail_of
from ingest.reading.encoding import decoded
from ingest.unit import reader_for
from kg.errors import InputError, MedkgError
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.ids import Ids
from kg.model.record import Item
from kg.model.source import RawFile, Reject
from ontology.reading.raw import describe, is_compressed, open_bytes

MOST_TRIES = 40
"""Stretches with the record's name in them that are read again one by one."""
SEARCHED = 1 << 26
"""Bytes of a file in which a record is looked for whose name does not stand in it."""
UNPACKED = 1 << 31
"""Bytes of the longest compressed file that is looked through: they are written to the disk first."""
SHOWN = 1 << 20
"""Bytes of the longest record whose text is given."""

_DOCUMENT = re.compile(rb"/document/([^/<>]+)/passage/").search

State = Literal["found", "file", "file-gone", "file-changed", "reads-otherwise"]


class Question(msgspec.Struct, frozen=True):
    """Which record is looked for: its ``graph``, key and digest, as the index of its batch has them.

    ``needle``: text that is likely to stand in it, empty for none. ``file`` counts in ``origin.files``.
    """

    origin: Origin
    file: int
    graph: str
    key: str
    digest: str
    needle: str = ""
    text: bool = True


def question(stating: Stating, *, text: bool) -> Question:
    """What to ask for a record of a batch; a record without a name is looked for by its document's."""
    entry = stating.entry
    name = entry.key.rpartition(":")[2] if ":" in entry.key else ""
    if not name and (found := _DOCUMENT(stating.quads)):
        name = unquote(found[1].decode()).rpartition(":")[2]
    return Question(stating.origin, entry.file, entry.graph, entry.key, entry.digest, name, text)


class Place(msgspec.Struct, frozen=True):
    """Where a record stands. ``found``: the bytes from ``offset``; ``file``: somewhere in the file, which is all
    that can be told; ``file-gone``, ``file-changed``: the file is not there, or other than it was;
    ``reads-otherwise``: read today, it gives no such statements.

    Offset and length are in bytes, of the decompressed file where it is ``compressed``. ``encoding`` is that of
    the text, ``text`` None where it was not asked for, is longer than ``SHOWN``, or where the bytes are no text.
    """

    state: State
    offset: int = 0
    length: int = 0
    compressed: bool = False
    encoding: str = ""
    text: str | None = None


def locate(question: Question) -> Place:
    """The place of a record; raises InputError where the file cannot be read."""
    file = question.origin.files[question.file]
    state = state_of(file)
    if state != "found":
        return Place(state)
    path = Path(file.path)
    compressed = is_compressed(path)
    with _opened(path) as data, TemporaryDirectory() as folder:
        if data is None:
            return Place("file", compressed=compressed)
        again = _Again(question, data, path, Path(folder))
        for start, end in again.stretches():
            # What stands before all stretches may be no prolog but the record itself.
            if not again.gives(start, end) or again.gives(start, start):
                continue
            encoding, text = _text(path, data[start:end]) if question.text else ("", None)
            return Place("found", start, end - start, compressed, encoding, text)
        if len(data) > SEARCHED or again.whole():
            return Place("file", 0, len(data), compressed)
    return Place("reads-otherwise")


def state_of(file: InputFile) -> Literal["found", "file-gone", "file-changed"]:
    """Whether a file is still the one that was read."""
    path = Path(file.path)
    try:
        if path.stat().st_size != file.size:
            return "file-changed"
        return "found" if describe(path).digest == file.digest else "file-changed"
    except (OSError, InputError):
        return "file-gone"


@contextmanager
def _opened(path: Path) -> Iterator[mmap.mmap | None]:
    """The bytes of a file, decompressed, without holding them in memory; None where they are more than ``UNPACKED``."""
    with TemporaryDirectory() as folder:
        target = path
        if is_compressed(path):
            target = Path(folder) / "whole"
            with open_bytes(path) as stream, target.open("wb") as out:
                while block := stream.read(1 << 20):
                    if out.tell() + len(block) > UNPACKED:
                        yield None
                        return
                    out.write(block)
        with target.open("rb") as whole, mmap.mmap(whole.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


class _Again:
    """Reads stretches of one file again, in a folder where it finds what lay beside it."""

    def __init__(self, question: Question, data: mmap.mmap, path: Path, folder: Path) -> None:
        spec = question.origin.spec
        self._question = question
        self._data = data
        self._slices = Slices((), ())
        self._target = folder / path.name.removesuffix(".gz")
        self._reader = reader_for(spec.format)
        self._context = Context(ids=Ids(question.origin.base), method=spec.name)
        self._tail = tail_of(question.graph)
        self._link(path.parent, folder, describe(path))

    def _link(self, beside: Path, folder: Path, raw: RawFile) -> None:
        """Have the look-up tables that lie below the file's own folder found at the same place below ``folder``."""
        options = self._question.origin.spec.options
        ask = getattr(self._reader, "companions", lambda raw, options: ())
        files = {*(beside / name for name in named_files(options)), *ask(raw, options)}
        for file in files:
            if ".." not in file.parts and file.is_relative_to(beside):
                link = folder / file.relative_to(beside)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(file)

    def stretches(self) -> Iterator[tuple[int, int]]:
        """Where the record may be, the likeliest first."""
        for slices in slicings(self._question.origin.spec.format, self._data):
            self._slices = slices
            for number in self._named(slices):
                yield slices.starts[number], slices.ends[number]
            halved = self._halving(slices) if len(self._data) <= SEARCHED else None
            if halved is not None:
                yield slices.starts[halved], slices.ends[halved]

    def _named(self, slices: Slices) -> list[int]:
        """Stretches in which the name stands by itself, in order."""
        needle = self._question.needle.encode()
        found: dict[int, None] = {}
        at = self._data.find(needle) if needle else -1
        while at >= 0 and len(found) < MOST_TRIES:
            end = at + len(needle)
            number = slices.at(at)
            longer = self._data[max(at - 1, 0) : at].isalnum() or self._data[end : end + 1].isalnum()
            if number is not None and not longer:
                found[number] = None
            at = self._data.find(needle, end)
        return list(found)

    def _halving(self, slices: Slices) -> int | None:
        """The stretch that gives the record, found by reading halves; None where even all of them do not."""
        low, high = 0, len(slices)
        if not self.gives(slices.starts[0], slices.ends[-1]):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            if self.gives(slices.starts[low], slices.ends[middle - 1]):
                high = middle
            else:
                low = middle
        return low

    def gives(self, start: int, end: int) -> bool:
        """Whether the file would give the record if it held no other stretches than these."""
        head = self._data[: self._slices.starts[0]]
        tail = self._data[self._slices.ends[-1] :]
        return self._read(head, self._data[start:end], tail)

    def whole(self) -> bool:
        """Whether the file gives the record."""
        return self._read(self._data)

    def _read(self, *parts: bytes | mmap.mmap) -> bool:
        with self._target.open("wb") as out:
            for part in parts:
                out.write(part)
        try:
            raw = describe(self._target)
            return any(self._is_wanted(item) for item in self._reader.parse(raw, self._question.origin.spec.options))
        except MedkgError:
            # Readers refuse a file without its column names, say: this stretch is none.
            return False

    def _is_wanted(self, item: Item) -> bool:
        if isinstance(item, Reject):
            return False
        question, name = self._question, place_of(item)[1]
        if name is not None and name != question.key:
            return False
        try:
            mark = block_of(statements(item, self._context), self._tail)[1]
        except (ValueError, InputError):
            return False
        return mark == question.digest and (name or mark) == question.key


def _text(path: Path, data: bytes) -> tuple[str, str | None]:
    """(encoding, text) of a record."""
    if len(data) > SHOWN:
        return "", None
    guessed = decoded(path).encoding
    for encoding in dict.fromkeys((guessed, "utf-8", "gb18030")):
        try:
            return encoding, data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return "", None


def main() -> None:
    """One question on standard input."""
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    sys.stdout.buffer.write(msgspec.json.encode(locate(question)))


if __name__ == "__main__":
    main()
