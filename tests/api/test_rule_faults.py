"""Rules while parts of a running service fail: real servers, real faults that last for the whole of a call.

So an answer, whatever it is, shows that nobody waits for what is broken.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.serving import Served, served
from tests.api.test_rule_operation import build
from tests.api.test_rules import CASE
from tests.curation.postgres import server, tools

pytestmark = pytest.mark.slow
HOOK = {
    "hook": "order-sign", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {
        "userId": "Practitioner/1", "patientId": "1",
        "draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {
            "resourceType": "MedicationRequest", "id": "a", "status": "draft", "intent": "order",
            "subject": {"reference": "Patient/1"}, "medicationCodeableConcept": {"text": "warfarin"},
        }}]},
    },
    "prefetch": {"patient": {"resourceType": "Patient", "id": "1"},
                 "medications": {"resourceType": "Bundle", "type": "searchset", "entry": []}},
}  # fmt: skip
_HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("faults")
    build(made, "1")
    return made / "data"


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Served]:
    with served(data, decision_seconds=3, text_tier="warn") as found:
        assert told(found) == "answered"
        yield found


def ask(server: Served, path: str = "/api/v1/rules/evaluate", **headers: str) -> httpx.Response:
    sent: dict[str, Any] = {"case": CASE} if path.endswith("evaluate") else HOOK
    return httpx.post(f"{server.address}{path}", json=sent, headers=headers, timeout=60)


def told(server: Served) -> str:
    """What both doors say: *answered* with the card, else the name of the problem, without one."""
    plain, hook = ask(server), ask(server, "/cds-services/order-sign")
    assert plain.status_code == hook.status_code, (plain.text, hook.text)
    if plain.status_code == 200:
        assert [card["rule"] for card in plain.json()["items"]] == ["operation:one"]
        assert len(hook.json()["cards"]) == 1
        return "answered"
    for answer in (plain, hook):
        assert answer.headers["content-type"] == "application/problem+json"
        assert not {"items", "cards"} & answer.json().keys()
        assert "operation:one" not in answer.text
    names = {answer.json()["type"].rpartition("/")[2] for answer in (plain, hook)}
    assert len(names) == 1
    return f"{plain.status_code} {names.pop()}"


def comes_back(server: Served) -> None:
    """What was broken is whole again, and rules are answered without a restart."""
    end = time.monotonic() + 60
    # One door at a time: it may come back between the questions of two.
    while ask(server).status_code != 200:
        assert time.monotonic() < end
        time.sleep(0.2)
    assert told(server) == "answered"


def others_answer(server: Served) -> None:
    """What has nothing to do with rules goes on."""
    for path in ("/health", "/ready", "/api/v1/search?q=warfarin"):
        assert httpx.get(f"{server.address}{path}", timeout=60).status_code == 200, path


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Another process writes, and does not come to its end."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        process.communicate()


def test_a_workflow_database_that_is_held_lets_nothing_fire_and_says_so(running: Served, data: Path) -> None:
    with held(data / "workflow.sqlite"):
        for _ in range(6):
            assert told(running) == "503 standings-unknown"
        others_answer(running)
        spoken = ask(running, **{"accept-language": "zh"}).json()
        assert "批准" in spoken["title"]
    comes_back(running)


def test_a_workflow_database_that_is_damaged_gone_or_another(running: Served, data: Path) -> None:
    file = data / "workflow.sqlite"
    whole = file.read_bytes()
    file.write_bytes(b"\0" * len(whole))
    assert told(running) == "503 standings-unknown"
    file.write_bytes(whole[:4096])
    assert told(running) == "503 standings-unknown"
    file.write_bytes(whole)
    comes_back(running)

    aside = file.with_suffix(".aside")
    file.rename(aside)
    # An open file would go on answering, and a switch that somebody pulls would be pulled in another.
    assert told(running) == "503 standings-unknown"
    file.write_bytes(whole)
    comes_back(running)
    other = sqlite3.connect(file)
    with other:
        other.execute("INSERT INTO rule_kills (kind, name, person, reason, since, until, revived, words)"
                      " VALUES ('service', 'all', 'a', 'b', '2026-11-01T00:00:00Z', '', '', '')")  # fmt: skip
        other.execute("UPDATE rule_clock SET version = version + 1")
    other.close()
    assert ask(running).json()["items"] == []
    aside.replace(file)
    # The counter may be the same as before; the file is not.
    comes_back(running)


def test_counts_that_cannot_be_written_keep_no_answer_back(running: Served, data: Path) -> None:
    file = data / "counts.sqlite"
    with held(file):
        for _ in range(3):
            assert told(running) == "answered"
            time.sleep(1.2)
        others_answer(running)
    whole = file.read_bytes()
    file.write_bytes(b"\0" * len(whole))
    assert told(running) == "answered"
    time.sleep(1.5)
    assert told(running) == "answered"
    file.write_bytes(whole)
    assert told(running) == "answered"


def test_a_query_worker_that_hangs_is_nothing_to_the_rules(running: Served) -> None:
    workers = running.workers()
    assert workers
    for one in workers:
        os.kill(one, signal.SIGSTOP)
    try:
        assert told(running) == "answered"
    finally:
        for one in workers:
            os.kill(one, signal.SIGCONT)


def test_a_demonstration_file_that_cannot_be_read_shows_nothing(running: Served, data: Path) -> None:
    file = data / "rules" / "demo.json"
    whole = file.read_bytes()
    file.write_bytes(b'{"packs": ["oper')
    assert told(running).startswith("500 ")
    file.unlink()
    assert ask(running).json()["items"] == []
    file.write_bytes(whole)
    comes_back(running)


def test_a_generation_whose_files_vanish_goes_on_from_what_is_open(data: Path) -> None:
    with served(data, decision_seconds=3) as found:
        before = ask(found).json()["items"]
        every = data / "generations"
        aside = data / "aside"
        every.rename(aside)
        try:
            after = ask(found)
            assert after.status_code == 200
            assert [card["id"] for card in after.json()["items"]] == [card["id"] for card in before]
        finally:
            aside.rename(every)


def test_postgresql_that_hangs_lets_nothing_fire_and_says_so(tmp_path: Path) -> None:
    build(tmp_path, "1")
    with server(tools()) as url, served(tmp_path / "data", decision_seconds=3, database=url) as running:
        assert told(running) == "answered"
        every = _processes(url)
        for pid in every:
            os.kill(pid, signal.SIGSTOP)
        try:
            for _ in range(6):
                assert told(running) == "503 standings-unknown"
            others_answer(running)
        finally:
            for pid in every:
                os.kill(pid, signal.SIGCONT)
        comes_back(running)


def _processes(url: str) -> list[int]:
    """The processes of the server behind ``url``, the first one first."""
    home = url.partition("unix_sock=")[2].rpartition("/")[0]
    first = int((Path(home) / "data" / "postmaster.pid").read_text().splitlines()[0])
    rows = [first]
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if int((path / "stat").read_text().rpartition(")")[2].split()[1]) == first:
                rows.append(int(path.name))
        except (OSError, ValueError):
            continue
    return rows
