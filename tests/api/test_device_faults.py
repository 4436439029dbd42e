"""Rules while the device under a running service fails: files cut short, rights lost, no room, an issuer that hangs."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.api.serving import MEDKG, Served, environment, free_port, served
from tests.api.test_cdstokens import EHR, Ehr
from tests.api.test_rule_faults import ask, comes_back, others_answer, told
from tests.api.test_rule_operation import build

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("device")
    build(made, "1")
    return made / "data"


def mapped(server: Served, folder: Path) -> list[Path]:
    """Files below ``folder`` that the process has in its memory."""
    lines = (Path("/proc") / str(server.process.pid) / "maps").read_text().splitlines()
    names = {Path(line.split(None, 5)[5]) for line in lines if str(folder) in line}
    return sorted(name for name in names if name.is_file())


@contextmanager
def full(server: Served) -> Iterator[None]:
    """No file of the process may grow, and none be written anew, as on a device without room."""
    before = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, before)


def no_room(server: Served, writes: Mapping[str, object]) -> None:
    """Who writes is told so, in both languages. ``writes``: path -> body."""
    for path, body in writes.items():
        for language, words in (("en", "free some space"), ("zh", "空间")):
            refused = httpx.post(
                f"{server.address}{path}", json=body, headers={"accept-language": language}, timeout=60
            )
            assert refused.status_code == 507, (path, refused.text)
            assert words in refused.json()["detail"]


@contextmanager
def silent() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_full_device_keeps_no_answer_back_and_is_told_to_who_writes(data: Path) -> None:
    with served(data, decision_seconds=3) as running:
        card = ask(running, "/cds-services/order-sign").json()["cards"][0]["uuid"]
        said = {"card": card, "outcome": "accepted", "outcomeTimestamp": "2026-11-23T03:00:00Z"}
        writes: dict[str, dict[str, object]] = {
            "/api/v1/feedback": {"record": "medkg:drug-warfarin", "text": "illustrative"},
            "/cds-services/order-sign/feedback": {"feedback": [said]},
        }
        with full(running):
            for _ in range(3):
                assert told(running) == "answered"
            others_answer(running)
            no_room(running, writes)
        comes_back(running)
        for path, body in writes.items():
            assert httpx.post(f"{running.address}{path}", json=body, timeout=60).status_code < 300, path


def test_rights_that_are_lost_let_nothing_fire_that_was_not_approved(data: Path) -> None:
    """To root no file is closed, so the service runs without what makes root special."""
    before = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []
    outcomes = {"generations": "answered", "counts.sqlite": "answered", "workflow.sqlite": "answered",
                "rules": "500 config", ".": "500 config"}  # fmt: skip
    with served(data, before=before, decision_seconds=3) as running:
        for name, outcome in outcomes.items():
            target = data / name
            mode = target.stat().st_mode
            target.chmod(0)
            try:
                assert told(running) == outcome, name
            finally:
                target.chmod(mode)
            comes_back(running)


def test_an_issuer_that_hangs_is_waited_for_no_longer_than_the_rules(data: Path, tmp_path: Path) -> None:
    ehr, address = Ehr(), "https://cds.example.org"
    clients = tmp_path / "clients.toml"
    with silent() as keys:
        clients.write_text(f'[[client]]\nissuer = "{EHR}"\nkeys_url = "{keys}/jwks"\n', "utf-8")
        with served(
            data, decision_seconds=2, cds_clients=clients, cds_address=address, fetch_networks="127.0.0.0/8"
        ) as running:  # fmt: skip
            path = "/cds-services/order-sign"
            shown = ehr.token(aud=f"{address}{path}", headers={"jku": f"{keys}/jwks"})
            answer = ask(running, path, authorization=f"Bearer {shown}")
            assert answer.status_code == 504, answer.text
            assert answer.json()["type"].endswith("/decision-timeout")
            assert "cards" not in answer.json()
            others_answer(running)


def test_files_cut_short_end_the_process_aloud_and_the_next_start_refuses(data: Path, tmp_path: Path) -> None:
    """Reading behind the end of a mapped file is a signal, which no handler of ours outlives."""
    kept = tmp_path / "kept"
    shutil.copytree(data / "generations", kept)
    with served(data, decision_seconds=3) as running:
        before = told(running)
        for file in mapped(running, data / "generations"):
            os.truncate(file, 0)
        assert told(running) == before, "rules are in memory"
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{running.address}/api/v1/search?q=warfarin", timeout=60)
        assert running.process.wait(60) == -signal.SIGBUS
        assert running.process.stderr is not None
        assert b"Fatal Python error: Bus error" in running.process.stderr.read()
    again = [*MEDKG, "serve", "--data", str(data), "--port", str(free_port())]
    refused = subprocess.run(again, env=environment(encoder="none"), capture_output=True, text=True, timeout=120)
    assert refused.returncode == 1
    assert "0 bytes instead of" in refused.stderr
    assert "restore a copy" in refused.stderr
    shutil.rmtree(data / "generations")
    shutil.copytree(kept, data / "generations")
    with served(data, decision_seconds=3) as running:
        assert told(running) == "answered"
