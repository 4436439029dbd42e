"""One writer a data folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import StoreLocked
from kg.store.disk import storage


@contextmanager
def writer_lock(data: Path) -> Iterator[None]:
    """Hold the folder for writing; raises StoreLocked naming the process that holds it.

    The kernel drops the lock with the process, so a kill never leaves it behind.
    """
    path = data / "writer.lock"
    with storage(path):
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            raise StoreLocked(path=data, reason=f"process {holder}") from None
        with storage(path):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode("ascii"))
        yield
    finally:
        os.close(descriptor)
