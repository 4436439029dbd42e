"""What a generation says of itself, and the check of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import msgspec

from kg.errors import IntegrityError

FILE = "manifest.json"
SIGNATURE = "signature.json"
"""Beside the manifest, not in it: it signs the manifest (``kg.generation.signature``)."""
FORMAT = "generation.v1"


class FileSum(msgspec.Struct, frozen=True):
    """``name`` is relative to the generation's folder; ``digest`` is hex SHA-256."""

    name: str
    size: int
    digest: str


class GenerationManifest(msgspec.Struct, frozen=True):
    """``manifest.json`` of a generation.

    ``batches`` are what it was made from, in order; ``counts`` are statements by graph (``""`` is the
    default graph); ``published`` is when the publisher ran (ISO 8601, UTC), told by the caller.
    """

    id: str
    sequence: int
    format: str
    base: str
    store: str
    batches: tuple[str, ...]
    counts: dict[str, int]
    states: dict[str, str]
    indexes: dict[str, str]
    published: str
    files: tuple[FileSum, ...] = ()


def read_manifest(folder: Path) -> GenerationManifest:
    """The manifest in ``folder``; raises IntegrityError where it is missing or unreadable."""
    path = folder / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=GenerationManifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise IntegrityError(path=path, reason=str(error)) from error


def published_year(manifest: GenerationManifest) -> int | None:
    """The year of ``published``; None where it is told in no form that is known."""
    year = manifest.published[:4]
    return int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else None


def sum_files(folder: Path, without: Collection[str] = ()) -> tuple[FileSum, ...]:
    """Sums of every file below ``folder`` but the manifest and its signature, sorted by name.

    ``without``: names of folders in it that are left out.
    """
    paths = sorted(path for part in folder.iterdir() if part.name not in without for path in (part, *part.rglob("*")))
    files = [path for path in paths if path.is_file() and path.relative_to(folder).as_posix() not in (FILE, SIGNATURE)]
    # Hashing lets go of the interpreter.
    with ThreadPoolExecutor(2) as pool:
        return tuple(pool.map(partial(file_sum, folder), files))


def file_sum(folder: Path, path: Path) -> FileSum:
    """The sum of one file below ``folder``."""
    return FileSum(name=str(path.relative_to(folder)), size=path.stat().st_size, digest=_digest(path))


def damaged(folder: Path, manifest: GenerationManifest) -> Iterator[str]:
    """One sentence for each file that is missing, extra or different."""
    known = {file.name: file for file in manifest.files}
    for found in sum_files(folder):
        expected = known.pop(found.name, None)
        if expected is None:
            if not found.name.endswith(("LOCK", "LOG")) and "LOG.old" not in found.name:
                yield f"{found.name}: not in the manifest"
        elif (found.size, found.digest) != (expected.size, expected.digest):
            yield f"{found.name}: {found.size} bytes, SHA-256 {found.digest[:12]}…, expected {expected.digest[:12]}…"
    for name in known:
        yield f"{name}: missing"


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
