"""The sample clients of the docs against a running server, as a vendor would start them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings import Settings
from kg.model.case import Case, Order
from tests.api.serving import Served, served
from tests.conftest import ROOT
from tests.doors import messages
from tests.requirement import absent

CLIENTS = ROOT / "docs" / "clients"
FIRED = "[warn] test:pair 示例，不可用于诊疗"


@pytest.fixture(scope="module")
def server(settings: Settings) -> Iterator[Served]:
    with served(settings.data) as running:
        yield running


@pytest.fixture(scope="module")
def java() -> str:
    """Skips where there is no JDK, except in CI."""
    found = shutil.which("java") if shutil.which("javac") else None
    if found is None:
        absent("there is no JDK")
    return found


def run(*words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        words, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False, env=environment
    )


def python(*words: str) -> subprocess.CompletedProcess[str]:
    # Isolated: nothing but the standard library can be imported.
    return run(sys.executable, "-I", "-S", str(CLIENTS / "evaluate.py"), *words)


def test_the_python_client(server: Served, tmp_path: Path) -> None:
    done = python(server.address, "示例素", "展示素")
    assert (done.returncode, done.stderr) == (0, "")
    assert FIRED in done.stdout
    alone = python(server.address, "示例素", "没有这种药")
    assert FIRED not in alone.stdout
    assert "未使用 not used: /medications/0: not-understood" in alone.stdout
    case = Case(event="order-sign", orders=(Order(name="示例素"),), medications=(Order(name="展示素"),))
    message = tmp_path / "message.hl7"
    message.write_bytes(messages.v2(case, charset="GB 18030-2000").encode("gb18030"))
    assert FIRED in python(server.address, "--hl7", str(message)).stdout
    message.write_bytes(b"PID|1")
    refused = python(server.address, "--hl7", str(message))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "422 invalid-parameters" in refused.stderr
    assert python("http://127.0.0.1:9", "a", "b").returncode == 3


HEAD = (b"POST /api/v1/rules/evaluate HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n")  # fmt: skip


@pytest.mark.parametrize("body", [b'{"case": {}}', b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"])
@pytest.mark.parametrize("whole", [True, False])
def test_a_wish_for_http_2_takes_no_body_away(server: Served, body: bytes, whole: bool) -> None:
    """As Java's HttpClient asks with its first request; the body is never taken for a request of its own."""
    head = HEAD % len(body) + b"Upgrade: h2c\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        for part in (head + body,) if whole else (head, body):
            connection.sendall(part)
            time.sleep(0.1)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith(b"HTTP/1.1 200" if body.startswith(b"{") else b"HTTP/1.1 400")


def test_a_wish_that_comes_in_pieces_is_refused(server: Served) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        for part in (HEAD % 4 + b"Upgr", b"ade: h2c\r\n\r\nabcd"):
            connection.sendall(part)
            time.sleep(0.1)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.slow
def test_the_java_client(server: Served, java: str) -> None:
    source = str(CLIENTS / "Evaluate.java")
    done = run(java, "-Dfile.encoding=UTF-8", "-Dsun.jnu.encoding=UTF-8", source, server.address, "示例素", "展示素")
    assert (done.returncode, done.stderr) == (0, "")
    assert FIRED in done.stdout
    alone = run(java, source, server.address, "示例素", "nothing of this name")
    assert FIRED not in alone.stdout
    assert "未使用 not used: /medications/0: not-understood" in alone.stdout
    assert run(java, source, f"{server.address}/nowhere", "a", "b").returncode == 2
    assert run(java, source, "http://127.0.0.1:9", "a", "b").returncode == 3
