"""Sealed folders: files that are written once and opened against their checksums.

A damaged FAISS or segment file often loads without complaint and answers wrongly, so nothing is
read from an index folder before its SHA-256 digests have been compared with ``seal.json``.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kg.errors import IntegrityError

MANIFEST = "seal.json"
FORMAT = 1
"""Rises when files of an older version can no longer be read."""


class SealedFile(msgspec.Struct, frozen=True):
    """One file: name below its folder with ``/``, bytes, hex SHA-256."""

    name: str
    size: int
    digest: str


class Seal(msgspec.Struct, frozen=True):
    """``seal.json`` of an index folder. ``facts`` is what the index itself must know to open."""

    kind: str
    files: tuple[SealedFile, ...]
    facts: dict[str, str | int]
    format: int = FORMAT


def seal(folder: Path, kind: str, facts: dict[str, str | int]) -> None:
    """Write the manifest over every file below ``folder``; lock files are no content."""
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock" and path.name != MANIFEST
    )
    files = tuple(SealedFile(name, (folder / name).stat().st_size, _digest(folder / name)) for name in names)
    data = msgspec.json.format(msgspec.json.encode(Seal(kind=kind, files=files, facts=facts)))
    (folder / MANIFEST).write_bytes(data + b"\n")


def unseal(folder: Path, kind: str, *, verify: bool = True) -> dict[str, str | int]:
    """The facts of a sealed folder.

    ``verify=False`` skips the digests (never the sizes), for further processes that open what
    one process has checked already. Raises IntegrityError naming the first file that differs.
    """
    path = folder / MANIFEST
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Seal)
    except (OSError, msgspec.MsgspecError) as error:
        raise IntegrityError(path=path, reason=str(error)) from error
    if found.kind != kind or found.format != FORMAT:
        reason = f"{found.kind} of format {found.format} stands where {kind} of format {FORMAT} is expected"
        raise IntegrityError(path=path, reason=reason)
    for file in found.files:
        check(folder / file.name, file, verify=verify)
    return found.facts


def intact(folder: Path) -> bool:
    """Whether every sealed folder in ``folder`` holds what its manifest says; one without a readable one does not."""
    try:
        for path in folder.rglob(MANIFEST):
            for file in msgspec.json.decode(path.read_bytes(), type=Seal).files:
                check(path.parent / file.name, file, verify=True)
    except (OSError, msgspec.MsgspecError, IntegrityError):
        return False
    return True


def check(path: Path, file: SealedFile, *, verify: bool) -> None:
    """Raise IntegrityError unless ``path`` is the file that the manifest names."""
    try:
        size = path.stat().st_size
        digest = _digest(path) if verify and size == file.size else file.digest
    except OSError as error:
        raise IntegrityError(path=path, reason=error.strerror or str(error)) from error
    if size != file.size:
        raise IntegrityError(path=path, reason=f"{size} bytes instead of {file.size}")
    if digest != file.digest:
        raise IntegrityError(path=path, reason=f"SHA-256 {digest[:12]}… instead of {file.digest[:12]}…")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def save_array(path: Path, values: npt.NDArray[Any]) -> None:
    """An array as ``.npy``, without pickle.

    ``np.save`` hands the numbers to C, where the last of them get lost in silence on a full disk.
    """
    save_rows(path, values.shape, values.dtype, (values,))


def save_rows(path: Path, shape: tuple[int, ...], kind: npt.DTypeLike, blocks: Iterable[npt.NDArray[Any]]) -> None:
    """The same for an array that comes in ``blocks``, so that it never has to be held whole."""
    header = np.lib.format.header_data_from_array_1_0(np.empty(0, dtype=kind)) | {"shape": shape}  # type: ignore[no-untyped-call]
    with path.open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, header)  # type: ignore[no-untyped-call]
        for block in blocks:
            stream.write(np.ascontiguousarray(block, dtype=kind).data)


def map_array(path: Path) -> npt.NDArray[Any]:
    """An ``.npy`` file mapped read-only, so that processes share its pages."""
    try:
        values: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError:
        # numpy cannot map an array without elements.
        values = np.load(path, allow_pickle=False)
    return values


def map_bytes(path: Path) -> bytes | mmap.mmap:
    """The bytes of a file, mapped; slicing gives ``bytes``."""
    with path.open("rb") as stream:
        if path.stat().st_size == 0:
            return b""
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
