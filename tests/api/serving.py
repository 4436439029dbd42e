"""A server process of its own on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from tests.conftest import ROOT

MEDKG = [sys.executable, "-c", "from api.cli.main import run; run()"]


class Served(msgspec.Struct, frozen=True):
    """A running server."""

    address: str
    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """Ids of its query workers."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.process.pid and b"kg.query.worker" in (path / "cmdline").read_bytes():
                    found.append(int(path.name))
            except (OSError, ValueError):
                continue
        return found

    def alive(self) -> bool:
        return self.process.poll() is None


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(**settings: object) -> dict[str, str]:
    """Our environment with settings in it, and without those of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MEDKG_")}
    given = {f"MEDKG_{name.upper()}": str(value) for name, value in settings.items()}
    return kept | given | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}


@contextmanager
def served(
    data: str | Path, command: str = "serve", before: Sequence[str] = (), **settings: object
) -> Iterator[Served]:  # fmt: skip
    """``medkg serve`` (or ``up``) over a data folder; answers when the block begins. ``before``: what starts it.

    Budgets of clients are off unless they are set: all tests together are one client.
    """
    given = {"encoder": "none", "query_budget_seconds": 0, "query_budget_errors": 0} | settings
    port = free_port()
    process = subprocess.Popen(
        [*before, *MEDKG, command, "--data", str(data), "--port", str(port)], env=environment(**given),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    found = Served(f"http://127.0.0.1:{port}", port, process)
    try:
        for _ in range(600):
            try:
                if httpx.get(f"{found.address}/ready").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            if process.poll() is not None:
                raise AssertionError(process.communicate()[1].decode())
            time.sleep(0.1)
        yield found
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
