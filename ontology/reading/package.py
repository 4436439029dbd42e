"""Office Open XML files as zip archives from strangers: bounded before anything in them is unpacked.

Only the parts that are asked for are read. Macros, pictures and embedded files are never opened, links to outside are
never followed.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from kg.errors import SourceError, TruncatedInput
from ontology.reading.prolog import check_prolog
from ontology.reading.xml import Element, elements_in

ENTRIES = 2000
TOTAL = 256 << 20
"""Bytes that all entries together may unpack to."""
PART = 32 << 20
"""Bytes that one part that is read may unpack to."""
RATIO = 250
"""How many times its packed size a part that is read may have; XML of Word and Excel has 10 to 40."""
SHEETS = 512 << 20
"""Bytes that one part of a workbook may unpack to: some two million cells of a sheet."""
_FREE = 1 << 20
"""Parts below this size may be packed as tightly as they like."""
_ENCRYPTED = 0x1


class Package:
    """A zip file in memory; raises TruncatedInput or SourceError where it is cut, damaged or too large."""

    def __init__(self, path: Path, data: bytes, part: int = PART) -> None:
        """``part``: bytes that one part may unpack to."""
        self._path, self._part = path, part
        total = TOTAL if part == PART else 2 * part
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            # The list of what is in it stands at the end.
            raise TruncatedInput(path=path, position=f"byte {len(data)}", reason=str(error)) from error
        if len(entries) > ENTRIES:
            raise self._fault("zip", f"{len(entries)} entries, more than {ENTRIES}")
        if sum(entry.file_size for entry in entries) > total:
            raise self._fault("zip", f"unpacks to more than {total >> 20} MiB")
        self.names = frozenset(entry.filename for entry in entries)

    def elements(self, name: str, *tags: str) -> Iterator[Element]:
        """Every element of a part that has one of ``tags``; raises SourceError and what reading XML raises."""
        yield from elements_in(self._path, cast(BinaryIO, BytesIO(self._read(name))), tags)

    def holds(self, name: str, word: bytes) -> bool:
        """Whether ``word`` stands anywhere in a part: a look before it is read as XML."""
        return word in self._read(name)

    def check(self) -> None:
        """Look at every XML part as a library that unpacks them itself would meet them; raises ForbiddenXml,
        EncodingError, SourceError."""
        for name in sorted(self.names):
            if name.endswith((".xml", ".rels", ".vml")):
                entry = self._entry(name)
                try:
                    with self._zip.open(entry) as stream:
                        check_prolog(self._path, cast(BinaryIO, stream))
                except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
                    raise self._fault(name, str(error) or "it is damaged") from error

    def _entry(self, name: str) -> zipfile.ZipInfo:
        """A part that is small enough to be unpacked."""
        try:
            entry = self._zip.getinfo(name)
        except KeyError:
            raise self._fault(name, "it is not there") from None
        packed = max(entry.compress_size, 1)
        if entry.flag_bits & _ENCRYPTED:
            raise self._fault(name, "it is encrypted")
        if entry.file_size > self._part or (entry.file_size > _FREE and entry.file_size > RATIO * packed):
            raise self._fault(name, f"unpacks {packed} bytes to {entry.file_size}")
        return entry

    def _read(self, name: str) -> bytes:
        entry = self._entry(name)
        try:
            # zipfile hands out no more than the size that was looked at, and checks the sum.
            return self._zip.read(entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise self._fault(name, str(error) or "it is damaged") from error

    def _fault(self, name: str, reason: str) -> SourceError:
        return SourceError(path=self._path, position=name, reason=reason)
