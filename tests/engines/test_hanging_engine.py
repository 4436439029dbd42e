"""A service over an engine that stops answering while it runs: stopped by a signal, it takes calls and says nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from benchmarks.virtuoso import PASSWORD, USER, Virtuoso
from tests.api.serving import Served, served
from tests.api.test_rule_faults import told
from tests.api.test_rule_operation import build

pytestmark = pytest.mark.slow
RECORD = "/api/v1/concepts/medkg:drug-warfarin/neighbours"
SECONDS = 2


@pytest.fixture(scope="module")
def running(virtuoso: Virtuoso, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Rules and records over a generation whose graph is in the engine."""
    folder = tmp_path_factory.mktemp("hanging")
    engine = {
        "store": "remote", "remote_query": virtuoso.endpoint, "remote_update": virtuoso.update_endpoint,
        "remote_user": USER, "remote_login": "digest", "remote_password": PASSWORD,
        "remote_graphs": "urn:x-test-hanging:",
    }  # fmt: skip
    build(folder, "1", **engine)
    with served(folder / "data", **engine, remote_seconds=SECONDS) as found:
        assert told(found) == "answered"
        assert record(found).status_code == 200
        yield found


def record(server: Served) -> httpx.Response:
    return httpx.get(f"{server.address}{RECORD}", timeout=60)


@contextmanager
def hanging(virtuoso: Virtuoso) -> Iterator[None]:
    """The kernel goes on taking connections for it."""
    os.kill(virtuoso.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(virtuoso.pid, signal.SIGCONT)


def test_rules_fire_and_records_say_so_within_their_limit(running: Served, virtuoso: Virtuoso) -> None:
    with hanging(virtuoso):
        for _ in range(3):
            answer = record(running)
            assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (504, "query-timeout")
            assert told(running) == "answered"
        # After three failures nobody waits for it any more.
        answer = record(running)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (502, "engine")
        assert PASSWORD not in answer.text
        assert told(running) == "answered"
        assert httpx.get(f"{running.address}/health", timeout=60).status_code == 200
    end = time.monotonic() + 60
    while record(running).status_code != 200:
        assert time.monotonic() < end
        time.sleep(0.2)
    assert told(running) == "answered"
