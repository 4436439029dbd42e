"""Builds that are killed, starved of disk, or spread over a cluster that loses a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.config import read_config
from ingest.executor import run_units
from ingest.journal import Journal
from ingest.pipeline import Pipeline, Settings
from kg.vocab import DEFAULT_BASE
from tests.corpus import write_build
from tests.ingest.test_pipeline import batches, build, quads

ROOT = Path(__file__).resolve().parents[2]
_BUILD = """
import sys
from pathlib import Path
from tests.ingest.test_pipeline import build
if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]), workers=2)
"""


def start(data: Path, config: Path) -> subprocess.Popen[bytes]:
    script = data.parent / "build_in_child.py"
    script.write_text(_BUILD)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, str(script), str(data), str(config)],
        env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.slow
def test_builds_killed_at_any_moment_end_as_an_uninterrupted_one(tmp_path: Path) -> None:
    config = write_build(tmp_path / "in", files=6, size=400)
    whole = tmp_path / "whole"
    began = time.monotonic()
    assert start(whole, config).wait() == 0
    seconds = time.monotonic() - began
    data = tmp_path / "data"
    for number in range(1, 9):
        child = start(data, config)
        time.sleep(seconds * number / 10)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    assert start(data, config).wait() == 0
    assert [batch.manifest for batch in batches(data)] == [batch.manifest for batch in batches(whole)]
    assert quads(data, tmp_path / "s1") == quads(whole, tmp_path / "s2")
    left = [path.name for path in (data / "batches").iterdir() if path.name.startswith(".")]
    assert len(left) <= 8
    assert not (data / "staging").exists()


def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    config = write_build(tmp_path / "in", files=2, size=200)
    data = tmp_path / "data"
    code = f"""
import resource, signal, sys
from pathlib import Path
from tests.ingest.test_pipeline import build
from kg.errors import StorageFull
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
try:
    build(Path({str(data)!r}), Path({str(config)!r}))
except StorageFull as error:
    print(error)
    sys.exit(7)
"""
    child = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert child.returncode == 7, child.stderr
    assert "No room left" in child.stdout
    build(data, config)
    clean = tmp_path / "clean"
    build(clean, config)
    assert [batch.manifest for batch in batches(data)] == [batch.manifest for batch in batches(clean)]


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_makes_the_same_batches(tmp_path: Path) -> None:
    config = write_build(tmp_path / "in", files=12, size=300)
    alone = tmp_path / "alone"
    build(alone, config)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    address_file = tmp_path / "scheduler.json"

    def dask(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    scheduler = dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                     "--scheduler-file", str(address_file))  # fmt: skip
    workers: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(200):
            if address_file.exists() and address_file.stat().st_size:
                break
            time.sleep(0.1)
        import json

        address = json.loads(address_file.read_text())["address"]
        for _ in range(2):
            workers.append(
                dask("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory",
                     str(tmp_path / "dask"))
            )  # fmt: skip
        data = tmp_path / "data"
        journal = Journal(data / "journal.sqlite")
        done = 0

        def lose_one(*_: object) -> None:
            nonlocal done
            done += 1
            if done == 5:
                os.killpg(workers[0].pid, signal.SIGKILL)

        settings = Settings(data=data, base=DEFAULT_BASE, cluster=address)
        pipeline = Pipeline(settings, journal)
        pipeline._listener.unit = lose_one  # type: ignore[method-assign]
        pipeline.build(read_config(config))
        journal.close()
        assert done >= 12
        assert workers[0].wait(10) != 0
        assert [batch.manifest for batch in batches(data)] == [batch.manifest for batch in batches(alone)]
    finally:
        for process in (*workers, scheduler):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def test_no_units_need_no_pool() -> None:
    assert run_units([], workers=2) == []
