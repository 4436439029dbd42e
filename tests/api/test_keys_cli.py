"""``medkg keys``: made, listed and revoked at the command line, with effect on a running service."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api import wiring
from api.settings import Settings
from tests.api.serving import Served, served
from tests.api.test_cli import medkg


@pytest.fixture(scope="module")
def running(settings: Settings) -> Iterator[Served]:
    with served(settings.folder) as found:
        yield found


@pytest.mark.parametrize(("language", "word"), [("en", "shown this once"), ("zh", "仅此一次")])
def test_a_key_from_the_command_line(settings: Settings, running: Served, language: str, word: str) -> None:
    made = medkg("keys", "create", "from the line", "--role", "curator", "--data", settings.data, language=language)
    assert made.returncode == 0, made.stderr
    assert word in made.stderr
    key = made.stdout.strip()
    headers = {"Authorization": f"Bearer {key}"}
    assert httpx.get(f"{running.address}/workspaces", headers=headers).status_code == 200
    listed = medkg("keys", "list", "--json", "--data", settings.data)
    newest = json.loads(listed.stdout.splitlines()[-1])
    assert (newest["name"], newest["role"], newest["revoked"]) == ("from the line", "curator", "")
    assert key not in listed.stdout
    gone = medkg("keys", "revoke", str(newest["id"]), "--data", settings.data, language=language)
    assert gone.returncode == 0
    until = time.monotonic() + 5
    while httpx.get(f"{running.address}/workspaces", headers=headers).status_code != 401:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert key.encode() not in (settings.folder / "workflow.sqlite").read_bytes()
    actions = [entry.action for entry in wiring.audit(settings).entries(wiring.audit(settings).head()[0] - 20)]
    assert "medkg keys create" in actions
    assert "medkg keys revoke" in actions


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("create", "x", "--role", "owner"), 2, "owner"),
        (("create", ""), 2, "printable"),
        (("create", "a\u202eb"), 2, "printable"),
        (("revoke", "999999"), 2, "999999"),
    ],
)
def test_what_does_not_fit(settings: Settings, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = medkg("keys", *arguments, "--data", settings.data)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_verify_checks_the_audit_log(settings: Settings, tmp_path: Path) -> None:
    medkg("keys", "create", "checked", "--data", settings.data)
    done = medkg("verify", "--data", settings.data)
    assert done.returncode == 0, done.stdout
    assert wiring.audit(settings).head()[1] in done.stdout
    head = settings.folder / "audit.head"
    kept = head.read_bytes()
    try:
        head.write_bytes(b"9" * 20 + kept[20:])
        done = medkg("verify", "--data", settings.data, language="zh")
        assert done.returncode == 1
        assert "审计日志" in done.stdout
    finally:
        head.write_bytes(kept)
