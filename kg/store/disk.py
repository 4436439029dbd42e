"""Writing files so that a kill or a full disk leaves either the old or the new one."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.device import full
from kg.errors import IntegrityError, StorageFull, StoreError

_CLEAR_SECONDS = 2.0
_PAUSE = 0.02


@contextmanager
def storage(path: Path) -> Iterator[None]:
    """Turns errors of the device into StorageFull or StoreError that name ``path``."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        # RocksDB hands its errors over as text, some of them as RuntimeError.
        text = getattr(error, "strerror", None) or str(error)
        if full(error):
            raise StorageFull(path=path, reason=text) from error
        raise StoreError(path=path, reason=text) from error


@contextmanager
def undamaged(path: Path) -> Iterator[None]:
    """Turns what an engine says of files that it cannot read into IntegrityError that names ``path``."""
    try:
        yield
    except OSError as error:
        raise IntegrityError(path=path, reason=error.strerror or str(error)) from error
    except RuntimeError as error:
        # RocksDB's word for checksums that do not fit and blocks that end too early.
        if "Corruption" in str(error):
            raise IntegrityError(path=path, reason=str(error)) from error
        raise


def sync_folder(path: Path) -> None:
    """Make renames inside ``path`` durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle() -> None:
    """Make everything that was written durable, whoever wrote it.

    For what many hands write in many files, such as a generation: one call takes some milliseconds, one for each
    file four. Linux waits until the device has it all.
    """
    os.sync()


def clear(folder: Path) -> None:
    """Remove a folder that nobody needs any more, if it is there.

    RocksDB and tantivy write in threads of their own, which may be ending a file when publishing has failed already: a
    file that comes between the removal of the others and that of the folder keeps it, so this is tried again. Raises
    nothing: what stays after two seconds is for whoever clears next.
    """
    end = time.monotonic() + _CLEAR_SECONDS
    shutil.rmtree(folder, ignore_errors=True)
    while folder.exists() and time.monotonic() < end:
        time.sleep(_PAUSE)
        shutil.rmtree(folder, ignore_errors=True)


def write_atomic(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data`` in one step, durably; raises StorageFull, StoreError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage(path):
        try:
            with temporary.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
