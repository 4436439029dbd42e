"""Text files of unknown encoding, as Chinese databases and reference managers export them, line by line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import EncodingError, TruncatedInput
from ontology.reading.raw import open_bytes

_BLOCK = 1 << 16
_SCANNED = 1 << 24
"""Bytes looked at for the first that is not ASCII; a file that has none before is taken as UTF-8."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_OTHER = {"utf-8": "gb18030", "gb18030": "utf-8"}
_END = re.compile(rb"\r\n|\r|\n")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(slots=True)
class Decoded:
    """The lines of a file (number from 1, text without its end), read once, while they are asked for.

    ``encoding``: ``utf-8``, ``gb18030``, ``utf-16-le`` or ``utf-16-be``. ``mixed`` grows with the numbers of
    lines that are in the other one of UTF-8 and GB18030.
    Reading raises EncodingError naming a line that is in neither, TruncatedInput for a cut gzip.
    """

    path: Path
    encoding: str
    mixed: list[int] = field(default_factory=list)

    @property
    def lines(self) -> Iterator[tuple[int, str]]:
        number = 0
        try:
            for number, row in enumerate(_rows(_blocks(self.path, self.encoding)), 1):
                yield number, self._text(number, row)
        except UnicodeDecodeError as error:
            raise self._fault(number + 1, error) from error

    def _text(self, number: int, row: bytes) -> str:
        if row.isascii() or self.encoding not in _OTHER:
            return row.decode("utf-8")
        other = _OTHER[self.encoding]
        try:
            # Nearly all bytes of UTF-8 can be read as GB18030, too, but hardly any of GB18030 as Han in UTF-8.
            if self.encoding == "utf-8" or not _is_han(row):
                return row.decode(self.encoding)
        except UnicodeDecodeError as error:
            try:
                text = row.decode(other)
            except UnicodeDecodeError:
                raise self._fault(number, error) from error
        else:
            text = row.decode(other)
        self.mixed.append(number)
        return text

    def _fault(self, number: int, error: UnicodeDecodeError) -> EncodingError:
        return EncodingError(path=self.path, position=f"line {number}", reason=error.reason)


def decoded(path: Path) -> Decoded:
    """The lines of a file, gzipped or not; lone CR, CRLF and LF all end a line, a byte order mark is dropped.

    Raises InputError where it cannot be opened.
    """
    start = b""
    with open_bytes(path) as stream:
        try:
            for _ in range(_SCANNED // _BLOCK):
                block = stream.read(_BLOCK)
                start = start or block
                if not block or not block.isascii() or b"\0" in block:
                    break
        except TruncatedInput:
            block = b""
    return Decoded(path, guess(block if start.isascii() and b"\0" not in start else start))


def guess(head: bytes) -> str:
    """The encoding of a text that starts like this: by its mark, its NUL bytes, or its lines.

    >>> guess("题名".encode()), guess("题名".encode("gb18030")), guess("%T 题名".encode("utf-16-le"))
    ('utf-8', 'gb18030', 'utf-16-le')
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    low, high = head[1::2].count(0), head[0::2].count(0)
    # ASCII in UTF-16 has a NUL in each pair, always on one side; a stray NUL in other text is rarer than that.
    if max(low, high) * 40 > len(head) and max(low, high) > 4 * min(low, high):
        return "utf-16-le" if low > high else "utf-16-be"
    if head.isascii() or _is_utf8(head):
        return "utf-8"
    # Some line is in neither or the encodings are mixed: that of more bytes is the file's. Only Han counts,
    # since a character or two of GB18030 may well be Cyrillic in UTF-8.
    rows = [row for row in _END.split(head) if not row.isascii()]
    utf8 = sum(len(row) for row in rows if _is_han(row))
    return "utf-8" if 2 * utf8 > sum(map(len, rows)) else "gb18030"


def _is_utf8(data: bytes) -> bool:
    """Whether it is UTF-8, the last character perhaps cut off."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _is_han(row: bytes) -> bool:
    """Whether it reads as UTF-8 with at least two Han characters."""
    try:
        return len(_HAN.findall(row.decode("utf-8"))) >= 2
    except UnicodeDecodeError:
        return False


def _blocks(path: Path, encoding: str) -> Iterator[bytes]:
    """The bytes without mark; those of UTF-16 as UTF-8, up to the first that are none (UnicodeDecodeError)."""
    mark = next(mark for mark, name in (*_MARKS, (b"", encoding)) if name == encoding)
    wide = codecs.getincrementaldecoder(encoding)() if encoding.startswith("utf-16") else None
    with open_bytes(path) as stream:
        block = stream.read(_BLOCK).removeprefix(mark)
        while block:
            if wide is None:
                yield block
            else:
                try:
                    yield wide.decode(block).encode()
                except UnicodeDecodeError as error:
                    yield error.object[: error.start].decode(encoding).encode()
                    raise
            block = stream.read(_BLOCK)
    if wide is not None:
        wide.decode(b"", final=True)


def _rows(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        data = rest + block
        # A CR at the end may be half of a CRLF.
        whole = data[:-1] if data.endswith(b"\r") else data
        rows = _END.split(whole)
        rest = rows.pop() + data[len(whole) :]
        yield from rows
    if rest:
        yield rest.removesuffix(b"\r")
