"""Rules on a device that is full to the last byte: a file system in memory that only the server sees."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path

import httpx
import pytest

from kg.device import full as is_full
from tests.api.serving import MEDKG, Served, environment, free_port, served
from tests.api.test_device_faults import no_room
from tests.api.test_rule_faults import ask, comes_back, others_answer, told
from tests.api.test_rule_operation import build

pytestmark = pytest.mark.slow
_SCRIPT = 'mount -t tmpfs -o size=300m tmpfs "$0"; cp -a "$1/." "$0"; mount -o "remount,$2" "$0"; shift 2; exec "$@"'


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("device")
    build(made, "1")
    return made / "data"


def on_device(data: Path, device: Path, way: str = "rw") -> list[str]:
    """What starts a server over a copy of ``data`` on a device of its own, which is there for it alone."""
    device.mkdir()
    owner = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--mount", *owner, "sh", "-ec", _SCRIPT, str(device), str(data), way]


def fill(stream: RawIOBase, size: int) -> None:
    """Writes until that is refused."""
    while True:
        stream.write(b"\0" * size)


@contextmanager
def filled(server: Served, device: Path) -> Iterator[None]:
    """Not a byte of room, as the process sees the device."""
    ballast = Path(f"/proc/{server.process.pid}/root{device}/ballast")
    with ballast.open("wb", buffering=0) as stream:
        for size in (1 << 20, 4_096, 1):
            with pytest.raises(OSError, match="No space left") as refused:
                fill(stream, size)
            assert is_full(refused.value)
    try:
        yield
    finally:
        ballast.unlink()


def test_rules_are_answered_and_who_writes_is_told(data: Path, tmp_path: Path) -> None:
    device = tmp_path / "device"
    with served(device, before=on_device(data, device), decision_seconds=3) as running:
        card = ask(running, "/cds-services/order-sign").json()["cards"][0]["uuid"]
        said = {"card": card, "outcome": "accepted", "outcomeTimestamp": "2026-11-23T03:00:00Z"}
        writes: dict[str, dict[str, object]] = {
            "/api/v1/feedback": {"record": "medkg:drug-warfarin", "text": "illustrative " * 300},
            "/cds-services/order-sign/feedback": {"feedback": [said]},
        }
        with filled(running, device):
            for _ in range(20):
                assert told(running) == "answered"
            others_answer(running)
            no_room(running, writes)
        comes_back(running)
        for path, body in writes.items():
            assert httpx.post(f"{running.address}{path}", json=body, timeout=60).status_code < 300, path


def test_a_device_that_cannot_be_written_is_said_at_the_start(data: Path, tmp_path: Path) -> None:
    device = tmp_path / "device"
    done = subprocess.run(
        [*on_device(data, device, "ro"), *MEDKG, "serve", "--data", str(device), "--port", str(free_port())],
        env=environment(encoder="none"), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Read-only file system" in done.stderr
    assert "manifest" not in done.stderr, "nothing is damaged"
    assert len(done.stderr.splitlines()) == 1
