"""Clearing folders in which others still write."""

from __future__ import annotations

import threading
from pathlib import Path

from kg.store.disk import clear


def test_a_folder_into_which_a_thread_still_writes_is_gone_in_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "draft"
    folder.mkdir()
    begun = threading.Event()

    def write() -> None:
        """As RocksDB's threads do: files come until there is no folder left, or the last is done."""
        for number in range(20_000):
            try:
                (folder / f"{number}.sst").touch()
            except FileNotFoundError:
                return
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)
    clear(folder)
    writer.join()
    assert not folder.exists()


def test_what_is_not_there_is_cleared(tmp_path: Path) -> None:
    clear(tmp_path / "never")
