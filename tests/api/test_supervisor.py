"""Processes that a supervisor keeps: replaced when they end or stand still, never outliving it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.api.serving import environment
from tests.conftest import ROOT

SECONDS = 30


@contextmanager
def kept(folder: Path, count: int = 2, still: float = 60.0) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.api.kept", str(folder), str(count), str(still)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for number in ids(folder):
            if running(number):
                os.kill(number, signal.SIGKILL)


def ids(folder: Path) -> set[int]:
    """Of every process that has served."""
    return {int(path.name) for path in folder.iterdir() if path.name.isdecimal()}


def running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(true: Callable[[], bool]) -> None:
    """Waits for it, in vain only where it fails."""
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def test_one_that_ends_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    with kept(tmp_path) as process:
        until((tmp_path / "ready").exists)
        first, other = ids(tmp_path)
        os.kill(first, signal.SIGKILL)
        until(lambda: len(ids(tmp_path)) == 3)
        assert running(other)
        assert not running(first)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert f"process {first} ended (status -9); another starts in 0 s" in process.communicate()[1].decode()


def test_one_that_stands_still_is_replaced(tmp_path: Path) -> None:
    with kept(tmp_path, still=3.0) as process:
        until((tmp_path / "ready").exists)
        first, other = ids(tmp_path)
        os.kill(first, signal.SIGSTOP)
        until(lambda: len(ids(tmp_path)) == 3)
        assert running(other)
        assert not running(first)
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
        assert f"process {first} stands still and is killed" in process.communicate()[1].decode()


def test_all_end_what_they_do_when_it_is_told_to_stop(tmp_path: Path) -> None:
    with kept(tmp_path, count=3) as process:
        until((tmp_path / "ready").exists)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert len(ids(tmp_path)) == 3
        assert all((tmp_path / f"{number}.ended").exists() for number in ids(tmp_path))


def test_none_outlives_it(tmp_path: Path) -> None:
    with kept(tmp_path) as process:
        until((tmp_path / "ready").exists)
        process.kill()
        until(lambda: not any(running(number) for number in ids(tmp_path)))
        assert all((tmp_path / f"{number}.ended").exists() for number in ids(tmp_path))


def test_what_keeps_the_first_from_starting_ends_all_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "refuse").touch()
    with kept(tmp_path) as process:
        assert process.wait(SECONDS) == 0
        assert process.communicate()[0].decode() == "7 it is refused 拒绝\n"
        assert not ids(tmp_path)
        assert not (tmp_path / "ready").exists()


def test_a_later_one_that_cannot_start_does_not_end_the_others(tmp_path: Path) -> None:
    with kept(tmp_path) as process:
        until((tmp_path / "ready").exists)
        first, other = ids(tmp_path)
        (tmp_path / "refuse").touch()
        os.kill(first, signal.SIGKILL)
        assert process.stderr is not None
        told = [process.stderr.readline().decode() for _ in range(2)]
        assert "status 7, it is refused 拒绝); another starts in 1 s" in told[1]
        assert running(other)
        (tmp_path / "refuse").unlink()
        until(lambda: len(ids(tmp_path)) == 3)
