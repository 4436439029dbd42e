"""Statements as a byte stream, for loaders that read files."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import IntegrityError


class ByteStream(io.RawIOBase):
    """A readable binary stream over an iterator of chunks.

    >>> ByteStream([b"ab", b"c"]).read()
    b'abc'
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        filled = 0
        while filled < len(view):
            if not self._rest:
                chunk = next(self._chunks, None)
                if chunk is None:
                    break
                self._rest = memoryview(chunk)
            size = min(len(self._rest), len(view) - filled)
            view[filled : filled + size] = self._rest[:size]
            self._rest = self._rest[size:]
            filled += size
        return filled


def line_blocks(path: Path, size: int = 1 << 20) -> Iterator[bytes]:
    """A file in blocks of whole lines, of about ``size`` bytes where no line is longer; raises IntegrityError where the
    last line is not ended."""
    rest = b""
    with path.open("rb") as stream:
        while block := stream.read(size):
            end = block.rfind(b"\n") + 1
            if end:
                yield rest + block[:end]
                rest = b""
            rest += block[end:]
    if rest:
        raise IntegrityError(path=path, reason="the last line is not ended")


def portions(blocks: Iterable[bytes], size: int) -> Iterator[Iterator[bytes]]:
    """The blocks in runs of at least ``size`` bytes, but for the last; each is to be read to its end before the next.

    >>> [list(run) for run in portions([b"ab", b"c", b"d"], 3)]
    [[b'ab', b'c'], [b'd']]
    """
    rest = iter(blocks)
    for first in rest:
        yield _portion(first, rest, size)


def _portion(first: bytes, rest: Iterator[bytes], size: int) -> Iterator[bytes]:
    yield first
    given = len(first)
    while given < size and (block := next(rest, None)) is not None:
        given += len(block)
        yield block


def default_line(line: bytes) -> bytes:
    """The same statement without its graph: a canonical N-Quads line ends in `` <graph> .``.

    >>> default_line(b'<a> <b> "c d" <g> .\\n')
    b'<a> <b> "c d" .\\n'
    """
    return line[: _graph_at(line)] + b" .\n"


def default_block(block: bytes, graph: str) -> bytes:
    """The same for whole lines of one graph. A literal holds no raw line feed, so only ends of lines match.

    >>> default_block(b'<a> <b> "c" <g> .\\n<a> <b> "d" <g> .\\n', "g")
    b'<a> <b> "c" .\\n<a> <b> "d" .\\n'
    """
    return block.replace(f" <{graph}> .\n".encode(), b" .\n")


def graph_of(line: bytes) -> str:
    """The graph IRI of a canonical N-Quads line."""
    return line[_graph_at(line) + 2 : -4].decode()


def _graph_at(line: bytes) -> int:
    at = line.rfind(b" <", 0, -4)
    if at < 0 or not line.endswith(b"> .\n"):
        raise IntegrityError(path="N-Quads", reason=f"not a quad: {line[:80]!r}")
    return at
