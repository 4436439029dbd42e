"""Looking through proposals: the queue with its filters, and who did what, when, to which concept."""

from __future__ import annotations

import msgspec
from sqlalchemy import Engine, Select, select

from kg.workflow.database import session
from kg.workflow.proposals import Kind, Proposal, proposal_of
from kg.workflow.states import State
from kg.workflow.tables import ProposalConceptRow, ProposalEventRow, ProposalRow, SeenRow


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which proposals: those that fit everything that is given. ``unseen_by``: changed since this person saw them."""

    kind: Kind | None = None
    state: State | None = None
    author: str | None = None
    concept: str | None = None
    subject: str | None = None
    release: str | None = None
    unseen_by: str | None = None


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """Which events. ``since`` and ``until`` are ISO 8601, UTC, the day or the moment, the end exclusive."""

    person: str | None = None
    concept: str | None = None
    proposal: int | None = None
    action: str | None = None
    since: str | None = None
    until: str | None = None


class Happening(msgspec.Struct, frozen=True):
    """One event of a proposal: ``before`` and ``after`` are its states, ``note`` the words that came with it."""

    id: int
    proposal: int
    time: str
    person: str
    action: str
    before: str
    after: str
    version: int
    note: str


class Queue:
    """Reads what ``Proposals`` writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def history(self, past: Past, limit: int = 100, below: int | None = None) -> list[Happening]:
        """Newest first."""
        rows = select(ProposalEventRow)
        if past.person is not None:
            rows = rows.where(ProposalEventRow.person == past.person)
        if past.proposal is not None:
            rows = rows.where(ProposalEventRow.proposal == past.proposal)
        if past.action is not None:
            rows = rows.where(ProposalEventRow.action == past.action)
        if past.since is not None:
            rows = rows.where(ProposalEventRow.time >= past.since)
        if past.until is not None:
            rows = rows.where(ProposalEventRow.time < past.until)
        if past.concept is not None:
            about = select(ProposalConceptRow.proposal).where(ProposalConceptRow.concept == past.concept)
            rows = rows.where(ProposalEventRow.proposal.in_(about))
        if below is not None:
            rows = rows.where(ProposalEventRow.id < below)
        with session(self._engine) as opened:
            found = opened.scalars(rows.order_by(ProposalEventRow.id.desc()).limit(limit))
            return [_happening(row) for row in found]

    def list(self, wanted: Wanted, limit: int = 100, below: int | None = None) -> list[Proposal]:
        """Newest first; ``below``: with a smaller number than this."""
        rows = _fitting(wanted)
        if below is not None:
            rows = rows.where(ProposalRow.id < below)
        with session(self._engine) as opened:
            found = opened.scalars(rows.order_by(ProposalRow.id.desc()).limit(limit))
            return [proposal_of(row) for row in found]


def _fitting(wanted: Wanted) -> Select[ProposalRow]:
    rows = select(ProposalRow)
    for name in ("kind", "state", "author", "subject", "release"):
        value = getattr(wanted, name)
        if value is not None:
            rows = rows.where(getattr(ProposalRow, name) == value)
    if wanted.concept is not None:
        about = select(ProposalConceptRow.proposal).where(ProposalConceptRow.concept == wanted.concept)
        rows = rows.where(ProposalRow.id.in_(about))
    if wanted.unseen_by is not None:
        seen = (
            select(SeenRow.proposal)
            .where(SeenRow.person == wanted.unseen_by, SeenRow.proposal == ProposalRow.id)
            .where(SeenRow.version >= ProposalRow.version)
        )
        rows = rows.where(~seen.exists())
    return rows


def _happening(row: ProposalEventRow) -> Happening:
    return Happening(**{name: getattr(row, name) for name in Happening.__struct_fields__})
