"""Standings, switches and their counter, on SQLite and, in the slow suite, on PostgreSQL."""

from __future__ import annotations

import time

import msgspec
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kg.errors import ApprovalRefused, NotInState, OthersProposal, OwnProposal, QueryError, UnknownName
from kg.model.case import Scope
from kg.model.standing import CommitteeRecord, RuleMark, RuleRequest
from kg.workflow.decided import RuleState, put
from kg.workflow.jobs import now
from kg.workflow.kills import Kills
from kg.workflow.proposals import Person, Proposal
from kg.workflow.queue import Wanted
from kg.workflow.standings import Signature, Standings
from kg.workflow.tables import RuleStandingRow
from tests.curation.test_workflow import Desk, desk, postgres

__all__ = ["desk", "postgres"]
LI, WANG = Person("Li", "rule-author"), Person("Wang", "rule-approver")
ONE, TWO = (RuleMark("p", f"t:{name}", "1", "0" * 64) for name in ("one", "two"))
RECORD = CommitteeRecord("药事委员会", "7", "2026-11-02", "minutes/7")
SIGNED = Signature(WANG, "药剂科主任", RECORD)


def request(*marks: RuleMark, **more: object) -> RuleRequest:
    return RuleRequest(**{"rules": marks or (ONE,), "mode": "active"} | more)  # type: ignore[arg-type]


def test_standings_and_what_each_step_leaves_behind(desk: Desk) -> None:
    standings, state = Standings(desk.engine, desk.audit), RuleState(desk.engine)
    assert (state.version(), state.decided().standings) == (0, ())
    with pytest.raises(ApprovalRefused):
        standings.propose(request(), Person(" "))
    asked = standings.propose(request(ONE, TWO, scopes=(Scope(department="重症"),)), LI, "两条")
    assert (asked.kind, asked.state, asked.subject, state.version()) == ("rule", "submitted", "p", 0)
    assert [row.id for row in desk.queue.list(Wanted(kind="rule"))] == [asked.id]
    for signature, error in (
        (Signature(LI, "r", RECORD), OwnProposal), (Signature(Person("Ｌi"), "r", RECORD), OwnProposal),
        (Signature(WANG, "r"), ApprovalRefused), (Signature(WANG, " ", RECORD), ApprovalRefused),
        (Signature(Person(""), "r", RECORD), ApprovalRefused),
    ):  # fmt: skip
        with pytest.raises(error):
            standings.approve(asked.id, signature, (ONE, TWO))
    with pytest.raises(ApprovalRefused):
        standings.approve(asked.id, SIGNED, (ONE,))  # the gate let one of them through
    for action in ("accept", "approve", "reopen"):
        with pytest.raises(NotInState):
            desk.proposals.move(action, asked.id, WANG)  # type: ignore[arg-type]
    assert state.version() == 0
    made = standings.approve(asked.id, SIGNED, (ONE, TWO), "好")
    assert [(one.mark, one.mode, one.author, one.approver) for one in made] == [
        (ONE, "active", "Li", "Wang"), (TWO, "active", "Li", "Wang"),
    ]  # fmt: skip
    assert desk.proposals.get(asked.id).state == "in-force"
    held = state.decided()
    assert (held.version, set(held.standings), held.standings[0].scopes) == (1, set(made), (Scope(department="重症"),))
    with pytest.raises(NotInState):
        standings.approve(asked.id, SIGNED, (ONE, TWO))
    other = standings.propose(request(mode="shadow"), LI)
    with pytest.raises(OthersProposal):
        standings.withdraw_request(other.id, WANG)
    with pytest.raises(OwnProposal):
        standings.reject(other.id, LI, "no")
    assert standings.reject(other.id, WANG, "不").state == "rejected"
    with pytest.raises(UnknownName):
        standings.request(desk.draft())
    assert list(desk.audit.check()) == []
    told = [entry.action for entry in desk.audit.entries()]
    assert told[:4] == [
        f"proposal {asked.id} create submitted", f"proposal {asked.id} approve in-force", "rule t:one 1 active",
        "rule t:two 1 active",
    ]  # fmt: skip


def test_going_back_brings_back_what_was_approved_and_nothing_that_was_withdrawn(desk: Desk) -> None:
    standings, state = Standings(desk.engine, desk.audit), RuleState(desk.engine)
    standings.approve(standings.propose(request(ONE), LI).id, SIGNED, (ONE,))
    then = now()
    while now() == then:
        time.sleep(0.05)
    standings.approve(standings.propose(request(TWO), LI).id, SIGNED, (TWO,))
    standings.approve(standings.propose(request(ONE, tier="inform"), LI).id, SIGNED, (ONE,))
    before = state.version()
    rolled = standings.rollback(then, WANG, "为何")
    assert (rolled.restored, rolled.ended, rolled.kept) == (("t:one",), ("t:two",), ())
    (held,) = state.decided().standings
    assert (held.mark, held.tier, held.approver, held.by, state.version()) == (ONE, None, "Wang", "Wang", before + 1)
    standings.end(["t:one"], "withdrawn", WANG, "wrong")
    assert standings.rollback(then, WANG, "again").kept == ("t:one",)
    assert [one.mode for one in state.decided().standings] == ["withdrawn"]
    for mode, reason, error in (
        ("active", "r", ApprovalRefused),
        ("retired", " ", ApprovalRefused),
        ("retired", "r", NotInState),
    ):
        with pytest.raises(error):
            standings.end(["t:one"], mode, WANG, reason)  # type: ignore[arg-type]
    with pytest.raises(QueryError):
        standings.rollback("soon", WANG, "r")
    with pytest.raises(ApprovalRefused):
        standings.rollback("2999-01-01", WANG, "r")
    assert [one.mode for one in state.history("t:one")] == ["withdrawn", "active", "active", "active"]
    assert len(state.history(limit=2)) == 2
    assert list(desk.audit.check()) == []


def test_one_person_goes_back_to_what_two_and_a_committee_approved_and_to_nothing_else(desk: Desk) -> None:
    standings, state = Standings(desk.engine, desk.audit), RuleState(desk.engine)
    standings.approve(standings.propose(request(ONE, scopes=(Scope(department="icu"),), mode="pilot"), LI).id, SIGNED,
                      (ONE,))  # fmt: skip
    approved = state.decided().standings[0]
    alone = {"author": "Wang", "approver": "Ｗang"}
    forged: list[dict[str, object]] = [alone, {"approver": " "}, {"author": ""}, {"committee": None}]
    forged.append({"committee": None, "mode": "shadow", "basis": "local-consensus"})
    for change in forged:
        # As somebody would write it who can write the database: a row of the past without what an approval needs.
        with Session(desk.engine) as opened:
            for row in opened.scalars(select(RuleStandingRow).where(RuleStandingRow.rule == "t:two")):
                opened.delete(row)
            put(opened, [msgspec.structs.replace(approved, mark=TWO, since="2026-01-01T00:00:00+00:00", **change)])
            opened.execute(update(RuleStandingRow).where(RuleStandingRow.rule == "t:two")
                           .values(until="2026-01-02T00:00:00+00:00"))  # fmt: skip
            opened.commit()
        before = state.decided()
        with pytest.raises(ApprovalRefused) as error:
            standings.rollback("2026-01-01T12:00:00Z", WANG, "r")
        assert (error.value.params["why"], state.decided()) == ("rollback-unapproved", before)
    # One person may stop a rule, and one may go back over that to what was approved.
    then = now()
    while now() == then:
        time.sleep(0.05)
    standings.end(["t:one"], "retired", LI, "r")
    standings.rollback(then, WANG, "r")
    (held,) = state.decided().standings
    assert (held.mode, held.scopes, held.author, held.approver, held.by) == (
        "pilot", approved.scopes, "Li", "Wang", "Wang",
    )  # fmt: skip


def test_switches_are_pulled_once_and_taken_back_with_a_reason(desk: Desk) -> None:
    kills, state = Kills(desk.engine, desk.audit), RuleState(desk.engine)
    made = kills.kill("pack", "p", LI, "疑误")
    assert (kills.kill("pack", "p", WANG, "too"), state.version()) == (made, 1)
    assert made.stops("p", "t:one")
    assert not made.stops("q", "p")
    everything = kills.kill("service", "whatever", LI, "r")
    assert (everything.name, everything.stops("q", "x")) == ("all", True)
    for number, words, error in ((made.id, "", ApprovalRefused), (99, "r", UnknownName)):
        with pytest.raises(error):
            kills.revive(number, WANG, words)
    assert kills.revive(made.id, WANG, "查过").revived == "Wang"
    with pytest.raises(NotInState):
        kills.revive(made.id, WANG, "r")
    with pytest.raises(ApprovalRefused):
        kills.kill("rule", "", LI, "r")
    assert [one.id for one in state.decided().kills] == [everything.id]
    assert [one.id for one in state.kills()] == [everything.id, made.id]
    assert list(desk.audit.check()) == []


def test_a_row_of_another_kind_is_no_request(desk: Desk) -> None:
    row = desk.proposals.add(Proposal(name="", author="Li", kind="rule", state="submitted"), LI)
    with pytest.raises(UnknownName):
        Standings(desk.engine, desk.audit).approve(row.id, SIGNED, ())
