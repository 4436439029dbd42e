"""Kill switches: nothing of a rule, of a pack, or nothing at all fires, from the next call on and across restarts.

Anybody who may pull one does so alone, with a reason; taking it back is for approvers.
"""

from __future__ import annotations

from sqlalchemy import Engine, select

from kg.errors import ApprovalRefused, NotInState, UnknownName
from kg.model.standing import Kill, KillKind
from kg.workflow.audit import Audit, Event, Noted
from kg.workflow.decided import kill_of, tick
from kg.workflow.jobs import now
from kg.workflow.proposals import Person
from kg.workflow.tables import RuleKillRow

SERVICE = "all"
"""The name of the switch for everything."""


class Kills:
    """The switches of one data folder; raises StoreError, StorageFull."""

    def __init__(self, engine: Engine, audit: Audit) -> None:
        self._engine, self._audit = engine, audit

    def kill(self, kind: KillKind, name: str, person: Person, reason: str) -> Kill:
        """Stop it; where it is stopped already, that switch. Raises ApprovalRefused without a reason or a person."""
        name = SERVICE if kind == "service" else name
        if not reason.strip() or not person.name.strip() or not name:
            raise ApprovalRefused(name=name, why="reason")
        with self._audit.together() as noted:
            held = noted.session.scalar(
                select(RuleKillRow).where(
                    RuleKillRow.until == "", RuleKillRow.kind == kind, RuleKillRow.name == name
                )
            )  # fmt: skip
            if held is not None:
                return kill_of(held)
            row = RuleKillRow(
                kind=kind, name=name, person=person.name, reason=reason, since=now(), until="", revived="", words=""
            )
            noted.session.add(row)
            noted.session.flush()
            return _told(noted, row, person, "kill")

    def revive(self, number: int, person: Person, words: str) -> Kill:
        """Let it fire again; raises UnknownName, NotInState, ApprovalRefused without a reason."""
        if not words.strip() or not person.name.strip():
            raise ApprovalRefused(name=str(number), why="reason")
        with self._audit.together() as noted:
            row = noted.session.get(RuleKillRow, number)
            if row is None:
                raise UnknownName(kind="kill switch", name=str(number), known="GET /api/v1/rules/standings/kills")
            if row.until:
                raise NotInState(name=str(number), state="revived", known="pulled")
            row.until, row.revived, row.words = now(), person.name, words
            return _told(noted, row, person, "revive")


def _told(noted: Noted, row: RuleKillRow, person: Person, action: str) -> Kill:
    told = f"rules {action} {row.kind} {row.name}"
    noted.events.append(Event(action=told[:200], actor=person.name, role=person.role[:20], outcome="done"))
    tick(noted.session)
    return kill_of(row)
