"""Raw files: their digest, and their bytes whether compressed or not."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from kg.errors import EncodingError, InputError, TruncatedInput
from kg.model.source import RawFile

_GZIP = b"\x1f\x8b"
_GZIP_FORMAT = 31
"""``wbits`` of zlib for a gzip header and a checked trailer."""
_COMPRESSED = 1 << 14


def describe(path: Path) -> RawFile:
    """The digest and size of a file; raises InputError where it cannot be read or is empty."""
    try:
        with path.open("rb") as stream:
            mark = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.tell()
    except OSError as error:
        raise InputError(path=path, position="byte 0", reason=error.strerror or str(error)) from error
    if size == 0:
        raise InputError(path=path, position="byte 0", why="empty-file")
    return RawFile(path=path, digest=mark, size=size)


class Gunzip:
    """Reads a gzip stream (RFC 1952, several members too) and turns damage into TruncatedInput.

    Everything that can be decompressed is handed out before the error, which names the byte:
    ``offset`` is the number of decompressed bytes handed out so far.
    """

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self._path = path
        self._stream = stream
        self._inflate = zlib.decompressobj(_GZIP_FORMAT)
        self._pending = b""
        self.offset = 0

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, fewer only before the end or the damage; empty at the end."""
        found: list[bytes] = []
        left = size
        while left:
            try:
                block = self._some(left)
            except (EOFError, zlib.error) as error:
                if found:
                    break
                raise TruncatedInput(
                    path=self._path, position=f"decompressed byte {self.offset}", reason=str(error)
                ) from error
            if not block:
                break
            found.append(block)
            self.offset += len(block)
            left = -1 if size < 0 else left - len(block)
        return b"".join(found)

    def _some(self, size: int) -> bytes:
        """A few bytes, empty at the end; raises EOFError where the file stops too early, zlib.error."""
        while True:
            if self._inflate.eof and not self._next_member():
                return b""
            data = self._pending or self._stream.read(_COMPRESSED)
            block = self._inflate.decompress(data, max(size, 0))
            self._pending = self._inflate.unconsumed_tail
            if block:
                return block
            if not data:
                raise EOFError("the compressed file ends before its end marker")

    def _next_member(self) -> bool:
        """Whether another member follows; zero bytes behind the last one are padding."""
        rest = self._inflate.unused_data.lstrip(b"\0")
        while not rest and (block := self._stream.read(_COMPRESSED)):
            rest = block.lstrip(b"\0")
        if rest:
            self._inflate, self._pending = zlib.decompressobj(_GZIP_FORMAT), rest
        return bool(rest)


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """A binary stream over ``path``, gunzipped when its first two bytes say so.

    Raises InputError when the file cannot be opened, TruncatedInput while reading a cut gzip.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise InputError(path=path, position="byte 0", reason=error.strerror or str(error)) from error
    with stream:
        compressed = stream.read(2) == _GZIP
        stream.seek(0)
        yield cast(BinaryIO, Gunzip(path, stream)) if compressed else stream


def is_compressed(path: Path) -> bool:
    """Whether ``open_bytes`` decompresses a file."""
    with path.open("rb") as stream:
        return stream.read(2) == _GZIP


def head(path: Path, size: int = 8192) -> bytes:
    """The first ``size`` decompressed bytes, for sniffing; shorter where the file is damaged."""
    with open_bytes(path) as stream:
        try:
            return stream.read(size)
        except TruncatedInput:
            return b""


def lines(path: Path, encoding: str = "utf-8") -> Iterator[tuple[int, str]]:
    """(line number from 1, line without its end); a byte order mark is dropped.

    Raises EncodingError naming the line, TruncatedInput for a cut gzip.
    """
    with open_bytes(path) as stream:
        rest, number = b"", 0
        while True:
            block = stream.read(1 << 18)
            rows = (rest + block).split(b"\n")
            rest = rows.pop() if block else b""
            if not number and rows:
                rows[0] = rows[0].removeprefix(b"\xef\xbb\xbf")
            for text in _decoded(path, rows, number, encoding):
                number += 1
                if block or text:
                    yield number, text
            if not block:
                return


def _decoded(path: Path, rows: list[bytes], before: int, encoding: str) -> Iterable[str]:
    """``rows`` as text, at once where that is possible: one by one takes three times as long."""
    if encoding == "utf-8":
        try:
            whole = b"\n".join(rows).decode()
        except UnicodeDecodeError:
            pass
        else:
            texts = whole.split("\n") if rows else []
            return [text.rstrip("\r") for text in texts] if "\r" in whole else texts
    return _one_by_one(path, rows, before, encoding)


def _one_by_one(path: Path, rows: list[bytes], before: int, encoding: str) -> Iterator[str]:
    for number, row in enumerate(rows, before + 1):
        try:
            yield row.rstrip(b"\r").decode(encoding)
        except UnicodeDecodeError as error:
            raise EncodingError(path=path, position=f"line {number}", reason=error.reason) from error


def text_encoding(path: Path) -> str:
    """``utf-8`` or ``gb18030``, whichever most lines that are not ASCII can be read in; UTF-8 where they are even.

    Nearly all of UTF-8 can be read as GB18030, too, so a line counts for GB18030 only where it is no UTF-8: a few
    damaged bytes do not turn a file into another encoding. A cut gzip is judged by what is before the cut.
    """
    counts = [0, 0]
    with open_bytes(path) as stream:
        rest = b""
        while True:
            try:
                block = stream.read(1 << 18)
            except TruncatedInput:
                block = b""
            rows = (rest + block).split(b"\n")
            rest = rows.pop() if block else b""
            for row in rows:
                if not row.isascii():
                    counts[_reads(row, "utf-8")] += 1
            if not block:
                break
    others, utf8 = counts
    return "gb18030" if others > utf8 else "utf-8"


def _reads(row: bytes, encoding: str) -> bool:
    try:
        row.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
