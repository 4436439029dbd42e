"""What a workspace acknowledged stays, whatever dies in between: writer, server, disk."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from api import wiring
from api.settings import Settings
from kg.errors import StorageFull, StoreLocked
from kg.query.frames import Question
from kg.workspace.shelf import Workspaces
from kg.workspace.tasks import Change
from kg.workspace.workspace import Reply
from tests.api.serving import Served, served
from tests.requirement import absent

pytestmark = pytest.mark.slow
UPDATE = {"Content-Type": "application/sparql-update"}
READY_SECONDS = 10.0


class Ledger:
    """Writers of one server; ``acknowledged`` holds what the server said is written."""

    def __init__(self, address: str, key: str, name: str, start: int) -> None:
        self.acknowledged: set[int] = set()
        self._next = start
        self._path = f"{address}/workspaces/{name}/sparql"
        self._headers = UPDATE | {"Authorization": f"Bearer {key}"}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write) for _ in range(4)]

    def _write(self) -> None:
        with httpx.Client(timeout=30, headers=self._headers) as client:
            while not self._stop.is_set():
                with self._lock:
                    self._next += 1
                    number = self._next
                # Two graphs, in two operations: a part of it would show.
                text = (
                    f"INSERT DATA {{ <x:s> <x:p> {number} }} ; INSERT DATA {{ GRAPH <x:g> {{ <x:s> <x:p> {number} }} }}"
                )
                try:
                    if client.post(self._path, content=text).status_code == 204:
                        self.acknowledged.add(number)
                except httpx.HTTPError:
                    time.sleep(0.01)

    def __enter__(self) -> Ledger:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def _held(address: str, key: str, name: str, graph: str) -> set[int]:
    pattern = f"GRAPH <{graph}> {{ <x:s> <x:p> ?n }}" if graph else "<x:s> <x:p> ?n"
    answer = httpx.get(
        f"{address}/workspaces/{name}/sparql",
        params={"query": f"SELECT ?n {{ {pattern} }}"},
        headers={"Authorization": f"Bearer {key}", "Accept": "text/csv"},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    return {int(line) for line in answer.text.split()[1:]}


def _check(address: str, key: str, name: str, acknowledged: set[int]) -> None:
    held = _held(address, key, name, "")
    assert acknowledged - held == set(), "acknowledged writes are lost"
    assert held == _held(address, key, name, "x:g"), "a write is there in part"


def _writers(server: Served) -> list[int]:
    found = subprocess.run(
        ["pgrep", "-P", str(server.process.pid), "-f", "kg.workspace.writer"], capture_output=True, text=True
    ).stdout.split()
    return [int(number) for number in found]


@pytest.fixture(scope="module")
def key(settings: Settings) -> str:
    return wiring.keys(settings).create("faults", "admin").text


def _kill_writers(settings: Settings, key: str, kills: int, name: str) -> None:
    chance = random.Random(7)
    limits = {"query_rows": 1_000_000, "query_workers": 1}
    killed = 0
    with served(settings.data, **limits) as server:
        with Ledger(server.address, key, name, 0) as ledger:
            while killed < kills:
                time.sleep(chance.uniform(0.1, 0.6))
                for number in _writers(server):
                    os.kill(number, signal.SIGKILL)
                    killed += 1
                before = len(ledger.acknowledged)
                start = time.monotonic()
                while len(ledger.acknowledged) == before:
                    assert time.monotonic() - start < READY_SECONDS
                    time.sleep(0.02)
        assert len(ledger.acknowledged) >= kills
        _check(server.address, key, name, ledger.acknowledged)


def _kill_servers(settings: Settings, key: str, kills: int, name: str) -> None:
    chance = random.Random(11)
    acknowledged: set[int] = set()
    for number in range(kills):
        with served(settings.data, query_rows=1_000_000, query_workers=1) as server:
            # A server is ready before this block begins; its writer must be within the time, too.
            start = time.monotonic()
            if number:
                _check(server.address, key, name, acknowledged)
                assert time.monotonic() - start < READY_SECONDS
            with Ledger(server.address, key, name, 1_000_000 * number) as ledger:
                while not ledger.acknowledged:
                    assert time.monotonic() - start < 3 * READY_SECONDS
                    time.sleep(0.02)
                time.sleep(chance.uniform(0.1, 1.0))
                server.process.kill()
                server.process.wait()
            acknowledged |= ledger.acknowledged
    with served(settings.data, query_rows=1_000_000, query_workers=1) as server:
        _check(server.address, key, name, acknowledged)
    assert len(acknowledged) >= kills


def test_writers_that_are_killed(settings: Settings, key: str) -> None:
    _kill_writers(settings, key, 4, "kill-writers")


@pytest.mark.slow
@pytest.mark.alone
def test_servers_that_are_killed(settings: Settings, key: str) -> None:
    _kill_servers(settings, key, 1, "kill-servers")


@pytest.mark.slow
@pytest.mark.alone
def test_writers_that_are_killed_often(settings: Settings, key: str) -> None:
    _kill_writers(settings, key, 70, "kill-writers-often")


@pytest.mark.slow
@pytest.mark.alone
def test_servers_that_are_killed_often(settings: Settings, key: str) -> None:
    _kill_servers(settings, key, 30, "kill-servers-often")


def test_two_processes_on_one_store(tmp_path: Path) -> None:
    async def run() -> None:
        first, second = Workspaces(tmp_path, "x:"), Workspaces(tmp_path, "x:")
        try:
            await first.make("one").update(Change("INSERT DATA { <x:a> <x:b> 1 }"))
            with pytest.raises(StoreLocked):
                await second.make("one").update(Change("CLEAR ALL"))
            assert _text(await first.find("one").ask(Question("ASK { <x:a> <x:b> 1 }", results="csv"))) == "true"
            await first.close()
            assert _text(await second.find("one").ask(Question("ASK { <x:a> <x:b> 1 }", results="csv"))) == "true"
        finally:
            await first.close()
            await second.close()

    asyncio.run(run())


def _text(reply: Reply) -> str:
    return b"".join(reply.blocks()).decode().strip()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A device of 24 MB; needs the right to mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        absent("needs the right to mount a tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    """Writes fail as StorageFull, reads stay, nothing acknowledged is lost, writes come back with the room."""
    count = Question("SELECT (COUNT(*) AS ?n) { ?s <x:p> ?o }", results="csv")

    async def run() -> None:
        workspaces = Workspaces(small_disk, "x:")
        acknowledged = 0
        try:
            workspace = workspaces.make("full")
            try:
                for number in range(200):
                    # Drawn digits instead of a repeated text, which tables would compress.
                    text = "".join(random.Random(number).choices("0123456789abcdef", k=500_000))
                    await workspace.update(Change(f'INSERT DATA {{ <x:{number}> <x:p> "{text}" }}'))
                    acknowledged += 1
            except StorageFull:
                pass
            assert 3 < acknowledged < 200
            assert _text(await workspace.ask(count)).split()[-1] == str(acknowledged)
            # A writer that starts on the full device reads, and does not write.
            await workspace.end()
            assert _text(await workspace.ask(count)).split()[-1] == str(acknowledged)
            with pytest.raises(StorageFull):
                await workspace.update(Change(f'INSERT DATA {{ <x:more> <x:p> "{"y" * 2_000_000}" }}'))
            assert _text(await workspace.ask(count)).split()[-1] == str(acknowledged)
            subprocess.run(["mount", "-o", "remount,size=96m", str(small_disk)], check=True)
            await workspace.update(Change("INSERT DATA { <x:after> <x:p> 1 }"))
            assert _text(await workspace.ask(count)).split()[-1] == str(acknowledged + 1)
        finally:
            await workspaces.close()

    asyncio.run(run())


def test_idle_writers_make_room(tmp_path: Path) -> None:
    async def run() -> None:
        limits = msgspec.structs.replace(Workspaces(tmp_path, "x:").limits, writers=2)
        workspaces = Workspaces(tmp_path, "x:", limits)
        try:
            for number in range(4):
                await workspaces.make(f"w{number}").update(Change(f"INSERT DATA {{ <x:a> <x:b> {number} }}"))
            assert sum(workspaces.find(name).running for name in workspaces.names()) == 2
            for number in range(4):
                asked = Question(f"ASK {{ <x:a> <x:b> {number} }}", results="csv")
                assert _text(await workspaces.find(f"w{number}").ask(asked)) == "true"
        finally:
            await workspaces.close()

    asyncio.run(run())
