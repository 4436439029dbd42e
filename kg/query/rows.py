"""Counts the rows of a table on the bytes that the engine writes, so that no row passes through Python.

Each counter is exact for what the engine's writers produce (SPARQL 1.1 Query Results JSON, XML, CSV
and TSV). Feed it blocks as they come, cut anywhere, then ``finish``; ``least`` is a lower bound on the
way and the number of rows after that. Why each is right stands at its class; tests hold them against
the engine's own rows for random terms and cuts.
"""

from __future__ import annotations

from typing import Protocol

from kg.errors import QueryError


class Misfit(Exception):
    """The engine's CSV of these terms could not be read back."""


class Counter(Protocol):
    least: int

    def feed(self, block: bytes) -> None: ...

    def finish(self) -> None: ...


class JsonRows:
    """Between two rows stands ``},{`` outside of strings, and nowhere else.

    A quote inside a string has a backslash before it. So ``},{"`` is either the border before a row
    that binds something, or the end of a string, which ``,`` or ``}`` follows and no variable begins
    with. Only ``{}`` needs more: a row that binds nothing looks the same inside a string. Then the
    strings are taken out first, for which the parity of quotes is kept along the way.
    """

    _AHEAD = 8

    def __init__(self) -> None:
        self.least = 0
        self._borders = 0
        self._kept = b""
        self._inside = False

    def feed(self, block: bytes) -> None:
        data = self._kept + block
        end = len(data) - self._AHEAD
        if end <= 0:
            self._kept = data
            return
        backslashes = end - len(data[:end].rstrip(b"\\")) if data[end - 1] == 92 else 0
        end -= backslashes % 2  # an escape stays whole
        bare = data[:end]
        if b"\\" in bare:
            bare = bare.replace(b"\\\\", b"").replace(b'\\"', b"")
        if b"{}" in data:
            self._borders += self._outside(bare, data[end : end + 2])
        else:
            self._borders += (
                data.count(b'},{"', 0, end + 3) - data.count(b'},{"}', 0, end + 4) - data.count(b'},{",', 0, end + 4)
            )
        self._inside ^= bare.count(b'"') % 2 == 1
        self._kept = data[end:]
        self.least = self._borders + (self._borders > 0)

    def _outside(self, bare: bytes, ahead: bytes) -> int:
        """Borders that begin in ``bare``; ``ahead`` is what follows it."""
        pieces = bare.split(b'"')
        if (len(pieces) % 2 == 1) != self._inside:
            pieces[-1] += ahead
        return b'"'.join(pieces[self._inside :: 2]).count(b"},{")

    def finish(self) -> None:
        some = self._kept.endswith(b"}]}}")
        self.feed(b" " * (self._AHEAD + 1))
        self.least = self._borders + some


class XmlRows:
    """``<`` is always escaped in text and attributes, so ``<result>`` is a row.

    Characters that XML 1.0 cannot carry (section 2.2) the engine writes as they are; then the answer
    is an error.
    """

    _OPENED = b"<result>"
    _FORBIDDEN = bytes([*range(9), 11, 12, *range(14, 32)])
    _NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")

    def __init__(self) -> None:
        self.least = 0
        self._kept = b""

    def feed(self, block: bytes) -> None:
        data = self._kept + block
        if len(block.translate(None, self._FORBIDDEN)) < len(block) or any(one in data for one in self._NO_CHARACTERS):
            raise QueryError(why="xml-text")
        self.least += data.count(self._OPENED)
        # One byte less than what is looked for: nothing is counted twice.
        self._kept = data[-len(self._OPENED) + 1 :]

    def finish(self) -> None:
        """Nothing is pending."""


class TsvRows:
    """Line feeds and tabs in terms are escaped, so every line after the first is a row."""

    def __init__(self) -> None:
        self.least = -1

    def feed(self, block: bytes) -> None:
        self.least += block.count(b"\n")

    def finish(self) -> None:
        """Nothing is pending."""


class CsvRows:
    """A literal that holds a line feed, comma or quote stands in quotes; other terms hold no line feed.

    The engine does not quote an IRI with a comma, nor a triple as a whole: then there are more commas
    than columns ask for, or a quote opens inside a field, and ``finish`` raises Misfit.
    """

    def __init__(self, columns: int) -> None:
        self.least = -1
        self._columns = columns
        self._commas = 0
        self._inside = False
        self._last = b"\n"
        self._odd = False

    def feed(self, block: bytes) -> None:
        if not self._inside and b'"' not in block:
            outside = block
        else:
            pieces = block.split(b'"')
            outside = b'"'.join(pieces[self._inside :: 2])
            self._odd |= b' "' in outside or (not self._inside and block[:1] == b'"' and self._last == b" ")
            self._inside ^= len(pieces) % 2 == 0
        self.least += outside.count(b"\n")
        self._commas += outside.count(b",")
        self._last = block[-1:] or self._last

    def finish(self) -> None:
        if self._odd or self._commas != (self.least + 1) * max(0, self._columns - 1):
            raise Misfit


def counter(format_: str, columns: int) -> Counter:
    """A counter for a format of ``kg.query.frames.RESULT_FORMATS``."""
    if format_ == "csv":
        return CsvRows(columns)
    if format_ == "xml":
        return XmlRows()
    return JsonRows() if format_ == "json" else TsvRows()
