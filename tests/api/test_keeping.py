"""What was decided of rules, where its database does not answer, or is another one than it was."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from api.keeping import Keeping
from api.settings import Settings
from kg.errors import StandingsUnknown


def kill(file: Path) -> None:
    """As a command of another process does."""
    database = sqlite3.connect(file)
    with database:
        database.execute("INSERT INTO rule_kills (kind, name, person, reason, since, until, revived, words)"
                         " VALUES ('service', 'all', 'a', 'b', '2026-11-01T00:00:00Z', '', '', '')")  # fmt: skip
        database.execute("UPDATE rule_clock SET version = version + 1")
    database.close()


def test_nothing_is_known_while_another_writes_and_all_is_again_afterwards(tmp_path: Path) -> None:
    keeping = Keeping(Settings(data=str(tmp_path)))
    before = keeping.decided()
    held = sqlite3.connect(tmp_path / "workflow.sqlite", isolation_level=None)
    held.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StandingsUnknown):
        keeping.decided()
    held.rollback()
    held.close()
    assert keeping.decided() == before


def test_a_switch_in_another_file_of_the_same_name_holds(tmp_path: Path) -> None:
    keeping, file = Keeping(Settings(data=str(tmp_path))), tmp_path / "workflow.sqlite"
    assert keeping.decided().kills == ()
    copy = tmp_path / "copy.sqlite"
    shutil.copyfile(file, copy)
    kill(file)
    first, epoch = keeping.decided(), keeping.epoch
    assert len(first.kills) == 1
    # Restored from a copy, in which two switches are pulled and the counter goes on from an older number.
    kill(copy)
    copy.replace(file)
    assert keeping.decided().version == first.version
    assert keeping.epoch == epoch + 1
    file.unlink()
    with pytest.raises(StandingsUnknown):
        keeping.decided()
