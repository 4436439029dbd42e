"""Bags: folders that carry the checksums of their content (BagIt 1.0, RFC 8493)."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, unquote

from kg.errors import ConfigError, IntegrityError
from kg.store.disk import storage, sync_folder

PAYLOAD = "data"
MANIFEST = "manifest-sha256.txt"
_TAG_MANIFEST = "tagmanifest-sha256.txt"
_DECLARATION = "bagit.txt"
_INFO = "bag-info.txt"
_LINE = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(\S.*)").fullmatch
_SAFE = " !\"#$&'()*+,/:;<=>?@[\\]^`{|}~"
"""Only percent, CR and LF are encoded in names (section 2.1.3)."""


class BagWriter:
    """Fills a bag beside ``folder``, which appears when the block ends well, and not at all otherwise.

    Raises ConfigError where there is something already, StorageFull, StoreError.
    """

    def __init__(self, folder: Path) -> None:
        if folder.exists():
            raise ConfigError(where=folder, why="exists")
        self._folder = folder
        self.work = folder.with_name(f".{folder.name}.{os.getpid()}.part")
        self._sums: dict[str, str] = {}
        self._bytes = 0
        self.info: dict[str, str] = {}

    def __enter__(self) -> BagWriter:
        with storage(self.work):
            (self.work / PAYLOAD).mkdir(parents=True)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            shutil.rmtree(self.work, ignore_errors=True)

    def add(self, name: str, blocks: Iterable[bytes]) -> int:
        """Write a file of the payload; returns its size in bytes."""
        path = self.work / PAYLOAD / name
        state = hashlib.sha256()
        size = 0
        with storage(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as stream:
                for block in blocks:
                    state.update(block)
                    size += stream.write(block)
                stream.flush()
                os.fsync(stream.fileno())
        self._sums[f"{PAYLOAD}/{name}"] = state.hexdigest()
        self._bytes += size
        return size

    def seal(self) -> Path:
        """Write the manifest of the payload, so that it can be signed; returns its path."""
        return self._write(MANIFEST, _listed(self._sums))

    def _finish(self) -> None:
        self.seal()
        self._write(_DECLARATION, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        info = self.info | {"Payload-Oxum": f"{self._bytes}.{len(self._sums)}"}
        self._write(_INFO, "".join(f"{name}: {' '.join(value.split())}\n" for name, value in info.items()))
        tags = {path.name: _digest(path) for path in sorted(self.work.iterdir()) if path.is_file()}
        self._write(_TAG_MANIFEST, _listed(tags))
        with storage(self._folder):
            sync_folder(self.work)
            self.work.rename(self._folder)
            sync_folder(self._folder.parent)

    def _write(self, name: str, text: str) -> Path:
        path = self.work / name
        with storage(path), path.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        return path


def is_bag(folder: Path) -> bool:
    return (folder / _DECLARATION).is_file()


def read_info(folder: Path) -> dict[str, str]:
    """What ``bag-info.txt`` says."""
    lines = (line.partition(":") for line in _text(folder / _INFO).splitlines())
    return {name.strip(): value.strip() for name, _, value in lines if value}


def flaws(folder: Path) -> Iterator[str]:
    """One sentence for each file that is missing, extra or different; nothing for a valid bag (section 3).

    Raises IntegrityError where the declaration or a manifest cannot be read.
    """
    if not _text(folder / _DECLARATION).startswith("BagIt-Version:"):
        raise IntegrityError(path=folder / _DECLARATION, reason="it declares no bag")
    payload = _sums(folder / MANIFEST)
    tags = _sums(folder / _TAG_MANIFEST)
    for name, expected in {**payload, **tags}.items():
        path = _inside(folder, name)
        if path is None:
            yield f"{name}: outside of the bag"
        elif not path.is_file():
            yield f"{name}: missing"
        elif (found := _digest(path)) != expected:
            yield f"{name}: SHA-256 {found[:12]}…, expected {expected[:12]}…"
    for path in sorted((folder / PAYLOAD).rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name not in payload:
            yield f"{name}: not in the manifest"


def _inside(folder: Path, name: str) -> Path | None:
    """The file of a name in a manifest; None for one that leads out of the bag."""
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) else None


def _sums(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _text(path).splitlines():
        match = _LINE(line)
        if match is None:
            raise IntegrityError(path=path, reason=f"not a line of a manifest: {line[:80]!r}")
        found[unquote(match[2])] = match[1].lower()
    return found


def _listed(sums: Mapping[str, str]) -> str:
    return "".join(f"{mark}  {quote(name, safe=_SAFE)}\n" for name, mark in sorted(sums.items()))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise IntegrityError(path=path, reason=str(error)) from error


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
