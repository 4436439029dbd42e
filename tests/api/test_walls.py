"""Where query workers can have no wall against the network, the service stays on loopback and says so."""

from __future__ import annotations

import ctypes
import platform
import signal
import struct
import subprocess
import time

import httpx
import pytest

from api.settings import Settings
from kg.query import confinement
from tests.api.serving import MEDKG, environment, free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the filter of this test is for x86-64"),
]
_UNSHARE, _PRCTL = 272, 157


def no_walls() -> None:
    """Deny unshare and, from then on, filters: as in a container that forbids both."""
    architecture = confinement._ARCHITECTURES["x86_64"][0]
    program = confinement._program(architecture, (_UNSHARE, _PRCTL))
    library = ctypes.CDLL(None)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    library.prctl(38, 1, 0, 0, 0)
    library.prctl(22, 2, ctypes.c_char_p(header), 0, 0)


def serve(settings: Settings, host: str, port: int, language: str) -> subprocess.Popen[bytes]:
    command = [*MEDKG, "serve", "--data", settings.data, "--host", host, "--port", str(port)]
    given = environment(encoder="none", language=language)
    return subprocess.Popen(command, env=given, stderr=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=no_walls)


@pytest.mark.parametrize(("language", "words"), [("en", "is no loopback address"), ("zh", "不是回环地址")])
def test_another_host_is_refused(settings: Settings, language: str, words: str) -> None:
    process = serve(settings, "0.0.0.0", free_port(), language)
    _, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert words in errors.decode()


def test_on_loopback_it_warns_and_says_so(settings: Settings) -> None:
    port = free_port()
    process = serve(settings, "127.0.0.1", port, "en")
    try:
        for _ in range(300):
            try:
                found = httpx.get(f"http://127.0.0.1:{port}/ready")
                break
            except httpx.TransportError:
                assert process.poll() is None
                time.sleep(0.1)
        assert found.json()["walls"] == {"network_namespace": False, "system_call_filter": False}
        call = "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }"
        assert httpx.get(f"http://127.0.0.1:{port}/sparql", params={"query": call}).status_code == 400
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert "stays on loopback" in errors.decode()


def test_with_walls_another_host_is_served(settings: Settings) -> None:
    """The control: the refusal above comes from the missing walls."""
    port = free_port()
    command = [*MEDKG, "serve", "--data", settings.data, "--host", "0.0.0.0", "--port", str(port)]
    given = environment(encoder="none", language="en", hosts="127.0.0.1")
    process = subprocess.Popen(command, env=given, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        for _ in range(300):
            try:
                if httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200:
                    break
            except httpx.TransportError:
                assert process.poll() is None
            time.sleep(0.1)
        assert any(httpx.get(f"http://127.0.0.1:{port}/ready").json()["walls"].values())
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
