"""Rules served by several processes at one address (ADR 45): they answer alike, are replaced, and stop together."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.api.serving import MEDKG, Served, environment, free_port, served
from tests.api.test_cli import medkg
from tests.api.test_rule_operation import build, told
from tests.api.test_rules import CASE
from tests.api.test_supervisor import running

pytestmark = pytest.mark.slow
TOGETHER: dict[str, object] = {"doors": "rules", "serve_processes": 2, "decision_seconds": 20}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("processes")
    build(made, "1")
    return made


def processes(running: Served) -> list[int]:
    """Those that serve, of all that were started."""
    parent = running.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(one) for one in children if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]


@contextmanager
def together(data: Path) -> Iterator[Served]:
    """Two processes, when both of them take what connects."""
    with served(data, **TOGETHER) as server:
        until(lambda: len(listening(server.port)) == 2)
        assert len(processes(server)) == 2
        yield server


def listening(port: int) -> set[str]:
    """Sockets that listen at a port, by their inodes (proc(5); state 0A)."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"}


@contextmanager
def one_fewer(port: int) -> Iterator[None]:
    """Ends when the kernel deals nothing out any more to one of those that listened.

    That is later than the end of a process as its state tells it: its threads still hold the socket for a moment, and
    what connects in it is reset.
    """
    before = listening(port)
    yield
    until(lambda: bool(before - listening(port)))


def ask(server: Served, case: dict[str, object] = CASE) -> httpx.Response:
    """On a connection of its own, which any of them may take."""
    return httpx.post(f"{server.address}/api/v1/rules/evaluate", json={"case": case}, timeout=30)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


def test_all_of_them_answer_and_alike(folder: Path) -> None:
    case = CASE | {"at": "2026-11-01T00:00:00Z"}
    with together(folder / "data") as server:
        before = {one: cpu(one) for one in processes(server)}
        answers = [told(ask(server, case)) for _ in range(120)]
        assert all(answer == answers[0] for answer in answers)
        assert answers[0]["items"]
        assert all(cpu(one) > spent for one, spent in before.items()), "one of them took nothing"


def cpu(number: int) -> int:
    fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_one_that_is_killed_is_replaced_while_the_other_answers(folder: Path) -> None:
    with together(folder / "data") as server:
        first, other = processes(server)
        with one_fewer(server.port):
            os.kill(first, signal.SIGKILL)
        for _ in range(20):
            assert told(ask(server))["items"]
        until(lambda: len(processes(server)) == 2 and first not in processes(server))
        assert other in processes(server)


def test_files_cut_short_take_one_of_them_and_the_others_answer(tmp_path: Path) -> None:
    """Reading behind the end of a mapped file is a signal; the next start finds the damage, and is tried again."""
    build(tmp_path, "1")
    with together(tmp_path / "data") as server:
        for _ in range(40):
            # Both know what this case names, and look nothing up any more.
            assert told(ask(server))["items"]
        for path in (tmp_path / "data" / "generations").rglob("*"):
            if path.is_file():
                os.truncate(path, 0)
        before = processes(server)
        with one_fewer(server.port), pytest.raises(httpx.TransportError):
            httpx.get(f"{server.address}/api/v1/rules/lookup?concept=medkg:drug-metformin", timeout=30)
        until(lambda: sum(running(one) for one in before) == 1)
        for _ in range(40):
            assert told(ask(server))["items"]
        assert server.alive()


def test_a_switch_holds_in_all_of_them_from_the_next_call(folder: Path) -> None:
    data = str(folder / "data")
    with together(folder / "data") as server:
        assert told(ask(server))["items"]
        stopped = medkg("rules", "kill", "service", "--reason", "test", "--by", "nurse", "--data", data)
        assert stopped.returncode == 0, stopped.stderr
        for _ in range(40):
            assert told(ask(server))["items"] == []


def test_cards_of_one_are_answered_at_the_other(folder: Path, tmp_path: Path) -> None:
    build(tmp_path, "1")
    with together(tmp_path / "data") as server:
        # Connections of their own: half of the answers come to a process that did not show the card.
        for _ in range(8):
            card = ask(server).json()["items"][0]["uuid"]
            answer = httpx.post(
                f"{server.address}/api/v1/rules/feedback", timeout=30,
                json={"answers": [{"card": card, "outcome": "accepted"}]},
            )  # fmt: skip
            assert answer.json() == {"taken": 1, "dropped_comments": 0}, answer.text
        never = {"answers": [{"card": str(uuid4()), "outcome": "accepted"}]}
        assert httpx.post(f"{server.address}/api/v1/rules/feedback", json=never, timeout=30).status_code == 404


def test_ctrl_c_ends_all_of_them(folder: Path) -> None:
    with together(folder / "data") as server:
        found = processes(server)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(30) == 0
        assert not any(running(one) for one in found)


def test_nothing_but_clinical_doors_is_served(folder: Path) -> None:
    with together(folder / "data") as server:
        for path in ("/api/v1/search?q=x", "/sparql", "/desk/queue", "/simulator", "/api/v1/rules/standings"):
            assert httpx.get(f"{server.address}{path}").status_code == 404, path
        for path in ("/health", "/cds-services", "/api/v1/rules/schema", "/fhir/metadata"):
            assert httpx.get(f"{server.address}{path}").status_code == 200, path


@pytest.mark.parametrize(("given", "status", "told"), [
    ({"serve_processes": 2}, 2, "rules"),
    ({"doors": "rules", "serve_processes": 2, "host": "192.0.2.1"}, 1, "192.0.2.1"),
])  # fmt: skip
def test_what_cannot_be_served_is_said_once(folder: Path, given: dict[str, object], status: int, told: str) -> None:
    done = subprocess.run(
        [*MEDKG, "serve", "--data", str(folder / "data"), "--port", str(free_port())],
        env=environment(encoder="none", **given), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == status
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1
    assert told in lines[0]


def test_an_address_in_use_is_said(folder: Path) -> None:
    with together(folder / "data") as server:
        done = subprocess.run(
            [*MEDKG, "serve", "--data", str(folder / "data"), "--port", str(server.port)],
            env=environment(encoder="none", **TOGETHER), capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert str(server.port) in done.stderr.decode()
        assert "--port" in done.stderr.decode()
        assert told(ask(server))
