"""Releases of several files: members of a folder or a zip archive, found by name, read in rows.

The vendors of code systems publish a folder, zipped. What stands in one file of it means nothing without the others,
so a release is read whole or refused: damage to any member raises InputError.
"""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

import msgspec

from kg.errors import EncodingError, InputError, SourceError, TruncatedInput
from kg.model.source import RawFile, Reject
from ontology.reading.raw import open_bytes

ZIP = b"PK\x03\x04"
_BLOCK = 1 << 20
_BAD_ZIP = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)
"""What ``zipfile`` raises for damage, a compression it does not know, and a password."""


class Member(msgspec.Struct, frozen=True):
    """One file of a release: by itself, or ``inner`` of the archive at ``path``."""

    path: Path
    inner: str = ""

    @property
    def name(self) -> str:
        """The last part of the name, without ``.gz``: what patterns are compared with."""
        return PurePosixPath(self.inner or self.path.name).name.removesuffix(".gz")

    @property
    def shown(self) -> str:
        """The file name for rejects, the same wherever the release lies."""
        return PurePosixPath(self.inner).name if self.inner else self.path.name

    @contextmanager
    def open(self) -> Iterator[BinaryIO | IO[bytes]]:
        """The bytes, decompressed; raises InputError, TruncatedInput or SourceError, while reading, too."""
        if not self.inner:
            with open_bytes(self.path) as stream:
                yield stream
            return
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.inner) as member:
                yield member
        except _BAD_ZIP as error:
            raise SourceError(path=self.shown, position="", reason=str(error)) from error

    def rows(self, delimiter: str = "\t") -> Iterator[tuple[int, list[str]]]:
        """(line number from 1, cells) of each line that is not empty; cells are never quoted.

        Raises EncodingError naming the line.
        """
        number = 0
        for text in self._texts():
            for line in text.split("\n"):
                number += 1
                if line:
                    yield number, line.split(delimiter)
            number -= 1  # the last piece is what follows the last line feed: nothing, or the end of the file

    def records(self, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
        """(line number where it ends, cells) of each row of a table whose cells may be quoted (RFC 4180).

        Raises SourceError for a row that cannot be split, EncodingError.
        """
        reader = csv.reader((f"{line}\n" for text in self._texts() for line in _lines(text)), delimiter=delimiter)
        try:
            for cells in reader:
                if cells:
                    yield reader.line_num, cells
        except csv.Error as error:
            raise SourceError(path=self.shown, position=f"line {reader.line_num}", reason=str(error)) from error

    def _texts(self) -> Iterator[str]:
        """The text in pieces of whole lines, line feeds alone."""
        done, rest, first = 0, b"", True
        with self.open() as stream:
            while block := stream.read(_BLOCK):
                if first:
                    block, first = block.removeprefix(b"\xef\xbb\xbf"), False
                cut = block.rfind(b"\n") + 1
                if not cut:
                    rest += block
                    continue
                piece, rest = rest + block[:cut], block[cut:]
                yield self._decoded(piece, done)
                done += piece.count(b"\n")
            if rest:
                yield self._decoded(rest, done)

    def _decoded(self, piece: bytes, before: int) -> str:
        try:
            text = piece.decode()
        except UnicodeDecodeError as error:
            line = before + piece.count(b"\n", 0, error.start) + 1
            raise EncodingError(path=self.shown, position=f"line {line}", reason=error.reason) from error
        return text.replace("\r\n", "\n") if "\r" in text else text


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


class Release:
    """The members of the release that one file of it stands for.

    ``folders``: names of folders that lie inside a release; its root is the first above that is called otherwise.
    Raises TruncatedInput for an archive without its end, where the list of members stands.
    """

    def __init__(self, raw: RawFile, folders: Collection[str]) -> None:
        self.members = tuple(_zipped(raw.path) if is_zip(raw.path) else _beside(raw.path, folders))

    def find(self, pattern: str) -> tuple[Member, ...]:
        """The members whose whole name fits, in the order of their names."""
        fits = re.compile(pattern).fullmatch
        return tuple(sorted((member for member in self.members if fits(member.name)), key=lambda member: member.name))


def damaged(raw: RawFile, error: InputError) -> Reject:
    """The one reject of a release of which nothing was read; it names the file that is damaged."""
    detail = str(error.params.get("reason") or error)
    name = PurePosixPath(str(error.params.get("path", raw.path))).name
    return Reject(name, str(error.params.get("position", "")), "", "release-damaged", detail, fatal=True)


def columns(member: Member, delimiter: str, required: Iterable[str]) -> dict[str, int]:
    """Column -> place, from the first row of a table with quoted cells.

    Raises SourceError that names what is not there of ``required``.
    """
    first = next(member.records(delimiter), (1, []))[1]
    places = {name.strip(): place for place, name in enumerate(first)}
    missing = ", ".join(name for name in required if name not in places)
    if missing:
        raise SourceError(path=member.shown, position="line 1", reason=f"no column {missing}")
    return places


def is_zip(path: Path) -> bool:
    """Whether a file is a zip archive, whole or not; raises InputError where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(ZIP)) == ZIP
    except OSError as error:
        raise InputError(path=path, position="byte 0", reason=error.strerror or str(error)) from error


def _zipped(path: Path) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if not info.is_dir() and not info.filename.startswith("__MACOSX/"):
                    yield Member(path, info.filename)
    except zipfile.BadZipFile as error:
        raise TruncatedInput(path=path, position=f"byte {path.stat().st_size}", reason=str(error)) from error


def _beside(path: Path, folders: Collection[str]) -> Iterator[Member]:
    root = path.parent
    inside = root.name in folders
    while root.name in folders:
        root = root.parent
    seen = {path.with_name(path.name.removesuffix(".gz"))}
    yield Member(path)
    for file in sorted(root.rglob("*") if inside else root.iterdir()):
        plain = file.with_name(file.name.removesuffix(".gz"))
        # One member of a name in a folder: what stands for the release, else the one that is not compressed.
        if file.is_file() and not file.name.startswith(".") and plain not in seen:
            seen.add(plain)
            yield Member(file)
