"""The audit log shows every change of it (A11)."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import IntegrityError
from kg.workflow.audit import Audit, Event
from kg.workflow.database import open_database
from tests.conftest import ROOT

ENTRIES = 40
COLUMNS = ("time", "action", "actor", "role", "outcome", "request", "details", "previous", "signature")


def event(number: int = 0) -> Event:
    return Event(action="POST /workspaces/{name}/sparql", actor="a", role="curator", outcome="204", request=str(number))


def opened(folder: Path) -> Audit:
    return Audit(open_database(f"sqlite:///{folder / 'workflow.sqlite'}"), folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    log = opened(tmp_path)
    for number in range(ENTRIES // 4):
        assert log.append([(event(number), b"what was sent")] * 4) == number * 4 + 4
    assert list(log.check()) == []
    return tmp_path


def change(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "workflow.sqlite") as connection:
        for statement in statements:
            connection.execute(statement)


def test_entries_are_numbered_and_hold_no_details(folder: Path) -> None:
    log = opened(folder)
    entries = log.entries(limit=1_000)
    assert [entry.sequence for entry in entries] == list(range(1, ENTRIES + 1))
    assert {entry.details for entry in entries} == {log.seal(b"what was sent")}
    assert log.head() == (ENTRIES, entries[-1].signature)
    for path in (folder / "workflow.sqlite", folder / "audit.head"):
        assert b"what was sent" not in path.read_bytes()
    assert (folder / "audit.key").stat().st_mode & 0o777 == 0o600
    assert (folder / "audit.head").read_text().split() == [f"{ENTRIES:020d}", entries[-1].signature]


@pytest.mark.parametrize("seed", range(100))
def test_every_change_is_found(folder: Path, seed: int) -> None:
    choose = random.Random(seed)
    number = choose.randint(1, ENTRIES)
    column = choose.choice(COLUMNS)
    kinds: list[Callable[[], list[str]]] = [
        lambda: [f"UPDATE audit SET {column} = 'x' WHERE sequence = {number}"],
        lambda: [f"DELETE FROM audit WHERE sequence = {number}"],
        lambda: [f"DELETE FROM audit WHERE sequence >= {number}"],
        lambda: [
            f"DELETE FROM audit WHERE sequence >= {number}",
            f"""UPDATE audit_head SET sequence = {number - 1}, signature = coalesce(
                (SELECT signature FROM audit WHERE sequence = {number - 1}), '{"0" * 64}')""",
        ],
        lambda: [
            f"DELETE FROM audit WHERE sequence = {number}",
            f"UPDATE audit SET sequence = sequence - 1 WHERE sequence > {number}",
            "UPDATE audit_head SET sequence = sequence - 1",
        ],
        lambda: [f"INSERT INTO audit SELECT {ENTRIES + 1}, {', '.join(COLUMNS)} FROM audit WHERE sequence = {number}"],
        lambda: ["DELETE FROM audit", f"UPDATE audit_head SET sequence = 0, signature = '{'0' * 64}'"],
        lambda: ["DELETE FROM audit_head"],
    ]
    change(folder, *kinds[seed % len(kinds)]())
    assert list(opened(folder).check())


def test_the_database_alone_finds_nothing(folder: Path) -> None:
    """The control: to SQLite a changed entry and a log cut short are sound."""
    change(folder, "UPDATE audit SET actor = 'x' WHERE sequence = 3", "DELETE FROM audit WHERE sequence > 10")
    with sqlite3.connect(folder / "workflow.sqlite") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert list(opened(folder).check())


def test_lost_files_are_found(folder: Path) -> None:
    kept = (folder / "audit.head").read_text()
    (folder / "audit.head").unlink()
    assert [flaw.kind for flaw in opened(folder).check()] == ["head"]
    (folder / "audit.head").write_text("nonsense")
    assert [flaw.kind for flaw in opened(folder).check()] == ["head"]
    (folder / "audit.head").write_text(kept)
    (folder / "audit.key").unlink()
    assert [flaw.kind for flaw in opened(folder).check()] == ["key"]
    with pytest.raises(IntegrityError):
        opened(folder).append([(event(), b"")])


def test_a_crash_between_database_and_file_is_no_flaw(folder: Path) -> None:
    before = (folder / "audit.head").read_bytes()
    opened(folder).append([(event(), b"")])
    (folder / "audit.head").write_bytes(before)
    assert list(opened(folder).check()) == []
    opened(folder).append([(event(), b"")])
    assert (folder / "audit.head").read_text().startswith(f"{ENTRIES + 2:020d}")


def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    opened(tmp_path)  # the tables, once
    code = f"""
import sys
from pathlib import Path
from tests.kg.test_audit import event, opened
log = opened(Path({str(tmp_path)!r}))
for number in range(25):
    log.append([(event(number), b"x")])
"""
    running = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    log = opened(tmp_path)
    assert log.head()[0] == 75
    assert list(log.check()) == []
