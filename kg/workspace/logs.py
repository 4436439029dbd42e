"""Making what RocksDB wrote to its logs durable: the store itself does not sync a commit."""

from __future__ import annotations

import os
from pathlib import Path

from kg.store.disk import storage, sync_folder


class Logs:
    """The write-ahead logs (``*.log``) of one open store; only its one writer may use this."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._synced: dict[str, int] = {}

    def sync(self) -> None:
        """Sync every byte that was not synced yet; raises StorageFull, StoreError.

        Read-only descriptors of our own serve as well as the store's (measured by mounting a copy of the
        device). What follows the last commit may be synced, too; that does no harm.
        """
        with storage(self._folder):
            found = self._found()
            for name, size in found.items():
                if self._synced.get(name) != size:
                    self._sync(name)
            if found.keys() - self._synced.keys():
                sync_folder(self._folder)
            self._synced = found

    def _found(self) -> dict[str, int]:
        sizes = {}
        for entry in os.scandir(self._folder):
            if entry.name.endswith(".log"):
                try:
                    sizes[entry.name] = entry.stat().st_size
                except FileNotFoundError:
                    continue  # its content went into a table, which the store syncs itself
        return sizes

    def _sync(self, name: str) -> None:
        try:
            descriptor = os.open(self._folder / name, os.O_RDONLY)
        except FileNotFoundError:
            return
        try:
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
