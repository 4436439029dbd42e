"""The records of a JSON file one by one: an array below a name, a bare array, or JSON Lines (RFC 8259).

A file is never held whole. Where objects begin and end is found here; what is inside of one is for the JSON
library to judge, so that one bad record does not take the others with it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from ingest.reading.encoding import decoded
from kg.errors import EncodingError, SourceError, TruncatedInput
from ontology.reading.raw import head, open_bytes

_BLOCK = 1 << 16
_SAMPLE = 1 << 20
RECORD_LIMIT = 64 << 20
"""Characters of one record: what bounds the memory."""

_OUTSIDE = re.compile(r'[{}\[\]"]').search
_INSIDE = re.compile(r'["\\]').search
_DEEP = re.compile(r'(?:[^{}\[\]"]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL).match
"""Text and whole strings up to a bracket, or to a string that goes on in the next block."""
_PAIRS = {"}": "{", "]": "["}
_BETWEEN = " \t\r\n,"


def objects(path: Path, *names: str) -> Iterator[tuple[str, str]]:
    """(position, text) of each record: each object of an array below ``names``, each of a bare array, and each other
    object at the outermost level. What stands between records and is none comes out, too.

    ``names`` lead from the outermost object to the array; an array of the last name in any object on the way counts.

    Positions count decompressed characters from 0. Raises, after everything before it was handed out,
    EncodingError, TruncatedInput, and SourceError where brackets do not match or a record has no end.
    """
    scanner = _Scanner(path, names)
    for block, error in _texts(path):
        yield from scanner.records(block)
        if error:
            raise error
    yield from scanner.end()


def _texts(path: Path) -> Iterator[tuple[str, SourceError | None]]:
    """(text, what ends the file there) of each block; JSON is UTF-8, but files that were saved again may be not."""
    encoding = encoding_of(path)
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
    offset = 0
    with open_bytes(path) as stream:
        while True:
            block = stream.read(_BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                # The first bytes of a character that goes on in this block are part of the error's object.
                place = f"byte {offset + len(block) - len(error.object) + error.start}"
                kind = EncodingError if block else TruncatedInput
                rest = error.object[: error.start].decode(encoding)
                yield rest, kind(path=path, position=place, reason=error.reason)
                return
            yield text if offset else text.removeprefix("\ufeff"), None
            if not block:
                return
            offset += len(block)


def encoding_of(path: Path) -> str:
    """UTF-8, as JSON has to be, also with a damaged byte; another where hardly anything reads as UTF-8."""
    found = decoded(path).encoding
    if found == "gb18030":
        sample = head(path, _SAMPLE).decode("utf-8", "replace")
        bad = sample.count("\ufffd")
        if sum(not sign.isascii() for sign in sample) > 2 * bad:
            return "utf-8"
    return found


class _Scanner:
    """Where brackets and strings stand, whatever the blocks are that the text comes in."""

    def __init__(self, path: Path, names: tuple[str, ...]) -> None:
        self._path = path
        self._names = names
        self._open: list[str] = []
        self._text = ""
        self._start = 0
        """Characters before ``_text``, which begins with the record or with what stands before it."""
        self._at = 0
        self._quote = -1
        self._name = ""
        self._within = 1
        """How many brackets are open in the object that may hold the array, or the next object on the way to it."""
        self._level = 0
        """How many brackets are open between two records."""
        self._wrapped = False
        """Whether records came out of the object that is open: what else it holds is no record."""

    def records(self, block: str) -> Iterator[tuple[str, str]]:
        self._text += block
        while True:
            if self._quote < 0 and len(self._open) > self._within and (passed := _DEEP(self._text, self._at)):
                self._at = passed.end()
            found = (_OUTSIDE if self._quote < 0 else _INSIDE)(self._text, self._at)
            if not found:
                break
            sign, at = found[0], found.start()
            self._at = at + 1
            if self._quote >= 0:
                self._string(sign, at)
            elif sign == '"':
                self._quote = at
            elif sign in "{[":
                yield from self._opened(sign, at)
            else:
                yield from self._closed(sign, at)
        # A backslash at the end takes the first character of the next block with it.
        self._at = max(self._at, len(self._text))
        if len(self._text) > RECORD_LIMIT:
            raise self._fault(SourceError, f"no complete record within {RECORD_LIMIT >> 20} MiB")

    def end(self) -> Iterator[tuple[str, str]]:
        """What is behind the last record; raises TruncatedInput where a bracket or string is still open."""
        if self._open or self._quote >= 0:
            raise self._fault(TruncatedInput, "the document is not complete")
        yield from self._between(len(self._text))

    def _string(self, sign: str, at: int) -> None:
        if sign == "\\":
            self._at = at + 2
        else:
            # Only names on the way matter, and names are short.
            named = len(self._open) == self._within and at - self._quote < 80
            self._name = self._text[self._quote + 1 : at] if named else ""
            self._quote = -1

    def _opened(self, sign: str, at: int) -> Iterator[tuple[str, str]]:
        depth = len(self._open)
        if depth == self._level:
            yield from self._between(at)
            at = 0
        if sign == "[" and not depth:
            self._level = 1
        elif not self._level and depth == self._within and self._open[0] == "{":
            if sign == "[" and self._name == self._names[-1]:
                self._level, self._wrapped = depth + 1, True
            elif sign == "{" and depth < len(self._names) and self._name == self._names[depth - 1]:
                self._within += 1
        self._open.append(sign)
        if sign == "[" and len(self._open) == self._level:
            self._drop(at + 1)

    def _closed(self, sign: str, at: int) -> Iterator[tuple[str, str]]:
        if not self._open or self._open[-1] != _PAIRS[sign]:
            raise self._fault(SourceError, f"{sign!r} closes nothing")
        if len(self._open) == self._level:
            yield from self._between(at)
            at = 0
        self._open.pop()
        depth = len(self._open)
        self._within = max(1, min(self._within, depth))
        if depth < self._level:
            self._level = 0
            self._drop(at + 1)
        elif depth == self._level:
            if not (self._wrapped and not depth):
                yield f"character {self._start}", self._text[: at + 1]
            self._drop(at + 1)
        if not depth:
            self._wrapped = False

    def _between(self, end: int) -> Iterator[tuple[str, str]]:
        """What stands before a record, if it is more than a comma."""
        rest = self._text[:end]
        if rest.strip(_BETWEEN) and not (self._wrapped and not self._level):
            yield f"character {self._start + len(rest) - len(rest.lstrip(_BETWEEN))}", rest.strip(_BETWEEN)
        self._drop(end)

    def _drop(self, count: int) -> None:
        self._text = self._text[count:]
        self._start += count
        self._at = max(0, self._at - count)

    def _fault(self, kind: type[SourceError], reason: str) -> SourceError:
        position = f"character {self._start + min(self._at, len(self._text))}"
        return kind(path=self._path, position=position, reason=reason)
