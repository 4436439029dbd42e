"""What is read ahead: smaller files first, no more than there is room for, nothing that is gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.generation.readahead import read_ahead, room


def test_smaller_files_come_first_and_the_sum_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in (("a/large", 5_000), ("a/small", 10), ("b", 1_000)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size)
    asked: list[tuple[int, int]] = []

    def advised(file: int, start: int, size: int, advice: int) -> None:
        assert advice == os.POSIX_FADV_WILLNEED
        assert os.fstat(file).st_size == size
        asked.append((start, size))

    monkeypatch.setattr(os, "posix_fadvise", advised)
    assert read_ahead(tmp_path, 6_009) == 1_010
    assert asked == [(0, 10), (0, 1_000)]
    assert read_ahead(tmp_path, 6_010) == 6_010
    assert read_ahead(tmp_path, 0) == 0


def test_the_real_call_takes_every_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "some").write_bytes(b"x" * 70_000)
    assert read_ahead(tmp_path, 1_000_000) == 70_000


def test_a_system_without_the_call_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "some").write_bytes(b"x")
    monkeypatch.delattr(os, "posix_fadvise")
    assert read_ahead(tmp_path, 1_000_000) == 0


def test_half_of_what_is_free_or_allowed(tmp_path: Path) -> None:
    info, limit = tmp_path / "meminfo", tmp_path / "memory.max"
    info.write_text("MemTotal: 100 kB\nMemAvailable: 40 kB\n")
    assert room(info, limit) == 20 * 1024
    limit.write_text("max\n")
    assert room(info, limit) == 20 * 1024
    limit.write_text("2048\n")
    assert room(info, limit) == 1024
    assert room(tmp_path / "none", limit) == 0
