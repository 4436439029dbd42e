"""The state machine and its tables, on SQLite and, in the slow suite, on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from kg.errors import NothingToRelease, NotInState, OthersProposal, OwnProposal, PreconditionFailed, UnknownName
from kg.model.concept import Label
from kg.model.edit import AddLabel
from kg.workflow.audit import Audit
from kg.workflow.database import HEAD, open_database
from kg.workflow.jobs import Jobs
from kg.workflow.keys import Keys
from kg.workflow.proposals import Content, Person, Proposal, Proposals
from kg.workflow.queue import Past, Queue, Wanted
from kg.workflow.releases import Releases
from kg.workflow.states import STATES, TRANSITIONS, moved
from tests.curation.postgres import server, tools

LI, WANG = Person("Li", "curator"), Person("Wang", "reviewer")
EDIT = AddLabel("DOID:1", Label("示例", "zh"))
DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with server(tools()) as url:
        yield url


class Desk:
    """Everything over one empty database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.engine = open_database(url)
        self.audit = Audit(self.engine, folder)
        self.proposals = Proposals(self.engine, self.audit)
        self.queue = Queue(self.engine)
        self.releases = Releases(self.engine, self.audit)

    def draft(self, *edits: AddLabel, person: Person = LI) -> int:
        row = Proposal(name="", author=person.name, title="t")
        return self.proposals.add(row, person, Content(edits or (EDIT,))).id

    def accepted(self, *edits: AddLabel) -> int:
        number = self.draft(*edits)
        self.proposals.move("submit", number, LI)
        self.proposals.move("accept", number, WANG)
        return number


@pytest.fixture(params=DATABASES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    if request.param == "sqlite":
        yield Desk(f"sqlite:///{tmp_path / 'workflow.sqlite'}", tmp_path)
        return
    url = request.getfixturevalue("postgres")
    name = f"t{abs(hash(tmp_path)) % 10**9}"
    admin = open_database(url)
    with admin.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    made = Desk(url.replace("/postgres?", f"/{name}?"), tmp_path)
    yield made
    made.engine.dispose()


def test_the_table_of_transitions() -> None:
    assert {way.after for way in TRANSITIONS.values()} | {"draft"} == set(STATES)
    for action, way in TRANSITIONS.items():
        for state in STATES:
            person = "a" if way.who == "author" else "b"
            if state in way.before:
                assert moved(action, state, "a", person) == way.after
            else:
                with pytest.raises(NotInState):
                    moved(action, state, "a", person)
        if way.who == "reviewer":
            with pytest.raises(OwnProposal):
                moved(action, way.before[0], "Ａ", "a")
        if way.who == "author":
            with pytest.raises(OthersProposal):
                moved(action, way.before[0], "a", "b")
    assert not any("released" in way.before for way in TRANSITIONS.values()), "what is released is undone by another"


def test_the_database_is_at_head(desk: Desk) -> None:
    with desk.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def test_what_a_workspace_proposed_before_there_was_a_queue_is_in_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'workflow.sqlite'}"
    config = Config()
    config.set_main_option("script_location", str(files("kg.workflow") / "migrations"))
    with create_engine(url).begin() as connection:
        config.attributes["connection"] = connection
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        command.upgrade(config, "0003")
        connection.execute(
            text(
                "INSERT INTO proposals (kind, name, author, created, digest, added, removed, path, state) VALUES"
                " ('workspace', 'drafts', 'Li', '2026-11-01', 'd', 3, 0, 'proposals/d.nq', 'proposed')"
            )
        )
    desk = Desk(url, tmp_path)
    found = desk.proposals.newest("drafts")
    assert found is not None
    assert (found.state, found.added, found.version, found.concepts) == ("submitted", 3, 1, ())
    assert desk.proposals.move("reject", found.id, WANG).state == "rejected"


def test_a_proposal_and_everything_about_it(desk: Desk) -> None:
    number = desk.draft()
    changed = desk.proposals.change(number, LI, 1, Content((EDIT, EDIT), {"DOID:1": None}, "g1"), "new")
    assert (changed.version, changed.edits, changed.title, changed.concepts) == (2, 2, "new", ("DOID:1",))
    with pytest.raises(PreconditionFailed):
        desk.proposals.change(number, LI, 1, Content((EDIT,)))
    with pytest.raises(OthersProposal):
        desk.proposals.change(number, WANG, 2, Content((EDIT,)))
    desk.proposals.move("submit", number, LI, "please", 2)
    with pytest.raises(NotInState):
        desk.proposals.change(number, LI, 3, Content((EDIT,)))
    desk.proposals.comment(number, WANG, "一问")
    desk.proposals.see(number, WANG)
    assert desk.queue.list(Wanted(unseen_by="Wang")) == []
    desk.proposals.move("accept", number, WANG)
    assert [one.id for one in desk.queue.list(Wanted(unseen_by="Wang", state="accepted", concept="DOID:1"))] == [number]
    assert [one.text for one in desk.proposals.comments(number)] == ["一问"]
    past = desk.queue.history(Past(proposal=number))
    assert [one.action for one in past] == ["accept", "comment", "submit", "edit", "create"]
    assert (past[2].note, past[2].before, past[2].after) == ("please", "draft", "submitted")
    assert desk.queue.history(Past(concept="DOID:1", person="Wang", since="2000", until="2999-01-01"))
    assert desk.queue.history(Past(concept="DOID:2")) == []
    assert desk.proposals.content(number) == Content((EDIT, EDIT), {"DOID:1": None}, "g1")
    with pytest.raises(UnknownName):
        desk.proposals.get(99)
    told = [entry.action for entry in desk.audit.entries()]
    assert told == [f"proposal {number} {one.action} {one.after}" for one in reversed(past)]
    assert list(desk.audit.check()) == []


def test_a_release_takes_what_is_accepted_and_gives_it_back(desk: Desk) -> None:
    with pytest.raises(NothingToRelease):
        desk.releases.prepare("1", WANG)
    first, second = desk.accepted(), desk.accepted()
    waiting = desk.draft()
    with pytest.raises(NotInState):
        desk.releases.prepare("1", WANG, numbers=[waiting])
    row, taken = desk.releases.prepare("1", WANG, "note", [first])
    assert (row.state, row.edits, [one.id for one, _ in taken]) == ("preparing", 1, [first])
    with pytest.raises(NotInState):
        desk.releases.prepare("2", WANG)
    with pytest.raises(NotInState):
        desk.proposals.move("reopen", first, WANG)
    assert desk.releases.take_back("1", "why").state == "taken-back"
    assert desk.proposals.get(first).release == ""
    desk.releases.prepare("1", WANG)
    pending = desk.releases.pending()
    assert pending is not None
    assert desk.releases.finish("1", "g2").generation == "g2"
    assert [desk.proposals.get(one).state for one in (first, second, waiting)] == ["released", "released", "draft"]
    assert desk.releases.pending() is None
    assert [one.state for one in desk.releases.list()] == ["released", "taken-back"]
    with pytest.raises(NotInState):
        desk.releases.prepare("1", WANG)
    assert list(desk.audit.check()) == []


def test_jobs_and_keys_work_there_too(desk: Desk) -> None:
    with Jobs(desk.engine).run("build", {"a": "甲"}) as job:
        job.result["b"] = "乙"
    assert Jobs(desk.engine).list(1)[0].result == {"b": "乙"}
    key = Keys(desk.engine).create("someone", "curator")
    found = Keys(desk.engine).find(key.text)
    assert found is not None
    assert found.role == "curator"


def hammer(desk: Desk, number: int, clients: int, each: int) -> tuple[int, int]:
    """Every client adds a name to the one draft ``each`` times, as it last read it; (accepted, refused)."""
    done, refused = [0] * clients, [0] * clients

    def work(client: int) -> None:
        for turn in range(each):
            version, edits = desk.proposals.get(number).version, desk.proposals.content(number).edits
            more = AddLabel("DOID:1", Label(f"name {client} {turn}", "en", "exact"))
            try:
                desk.proposals.change(number, LI, version, Content((*edits, more)))
                done[client] += 1
            except PreconditionFailed:
                refused[client] += 1

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done), sum(refused)


def test_no_write_of_several_clients_is_lost(desk: Desk) -> None:
    number = desk.draft()
    done, refused = hammer(desk, number, 4, 5)
    assert done + refused == 20
    assert len(desk.proposals.content(number).edits) == 1 + done
    assert desk.proposals.get(number).version == 1 + done
    assert list(desk.audit.check()) == []
