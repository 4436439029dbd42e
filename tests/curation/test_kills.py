"""50 kills -9 while proposals are accepted and released: each is in the old state or the new one, and the log agrees.

F4 of the reliability list.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from api import wiring
from api.releasing import Releasing, looking
from api.settings import Settings
from kg.model.concept import Label
from kg.model.edit import AddLabel
from kg.workflow.proposals import Content, Person, Proposal
from kg.workflow.queue import Past, Wanted
from ontology.curation.shelf import ReleaseFiles
from tests.curation.conftest import settings_of

KILLS = 50
LI, WANG = Person("Li", "curator"), Person("Wang", "reviewer")
FEVER = "DOID:9000002"
_CONTEXT = multiprocessing.get_context("forkserver")


def approve_and_release(settings: Settings, turn: int) -> None:
    """What is killed: one proposal all the way, then one that stays accepted."""
    releasing = Releasing(settings)
    releasing.recover()
    proposals = wiring.proposals(settings)
    for place in range(2):
        edit = AddLabel(FEVER, Label(f"kill {turn} {place} {os.getpid()}", "en", "exact"))
        made = proposals.add(Proposal(name="", author=LI.name), LI, Content((edit,)))
        proposals.move("submit", made.id, LI)
        proposals.move("accept", made.id, WANG)
        if not place:
            releasing.run(f"r{turn}-{os.getpid()}", WANG)


def check(settings: Settings) -> int:
    """Nothing is in between; the number of proposals that are released."""
    proposals, queue, releases = wiring.proposals(settings), wiring.queue(settings), wiring.releases(settings)
    assert releases.pending() is None
    rows = queue.list(Wanted(), 10_000)
    with looking(settings) as (look, _):
        found = look(FEVER)
    assert found is not None
    shown = {label.value for label in found.labels}
    files = ReleaseFiles(settings.folder)
    written = {line.proposal for head in files.heads() for line in files.edits(head.release)}
    for row in rows:
        (edit,) = proposals.content(row.id).edits
        assert isinstance(edit, AddLabel)
        released = row.state == "released"
        assert released is (edit.label.value in shown), row
        assert released is (row.id in written), row
        assert released is bool(row.release), row
    # Every transition has its entry, and every entry its transition.
    told = [one.action for one in wiring.audit(settings).entries(0, 100_000) if one.action.startswith("proposal ")]
    happened = reversed(queue.history(Past(), 100_000))
    assert told == [f"proposal {one.proposal} {one.action} {one.after}" for one in happened]
    assert list(wiring.audit(settings).check()) == []
    newest = {one.proposal: one.after for one in reversed(queue.history(Past(), 100_000))}
    assert newest == {row.id: row.state for row in rows}
    return sum(row.state == "released" for row in rows)


def one_kill(settings: Settings, turn: int, seconds: float) -> bool:
    """Whether the process was still at work when it was killed."""
    child = _CONTEXT.Process(target=approve_and_release, args=(settings, turn))
    child.start()
    child.join(seconds)
    alive = child.is_alive()
    if alive and child.pid:
        os.kill(child.pid, signal.SIGKILL)
    child.join()
    return alive


@pytest.mark.slow
def test_fifty_kills(library: Path, tmp_path: Path) -> None:
    _CONTEXT.set_forkserver_preload(
        ["api.releasing", "tests.curation.test_kills", "ingest.pipeline", "kg.generation.publish"]
    )
    shutil.copytree(library / "data", tmp_path / "data")
    settings = settings_of(tmp_path / "data", keep_generations=2)
    began = time.monotonic()
    assert not one_kill(settings, 0, 300)
    whole = time.monotonic() - began
    assert check(settings) == 1
    began = time.monotonic()
    assert not one_kill(settings, 1, 300)
    whole = min(whole, time.monotonic() - began)
    chance = random.Random(4)
    killed, turn, released = 0, 1, check(settings)
    while killed < KILLS:
        turn += 1
        killed += one_kill(settings, turn, chance.uniform(0.02, 1.0) * whole)
        Releasing(settings).recover()
        now = check(settings)
        assert now >= released, "a release was lost"
        released = now
    print(f"{killed} kills in {turn} turns, {released} released")
    assert released > KILLS // 5
