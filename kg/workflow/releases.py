"""Releases of curation: a row that is ``preparing`` until its generation is published, then ``released``.

The row takes the accepted proposals along when it is made; they are ``released`` with it, or free again when it is
taken back (ADR 24, choice 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from kg.errors import NothingToRelease, NotInState, UnknownName
from kg.workflow.audit import Audit, Event
from kg.workflow.database import session
from kg.workflow.jobs import now
from kg.workflow.proposals import Content, Person, Proposal, content_of, note, proposal_of
from kg.workflow.states import moved
from kg.workflow.tables import ProposalRow, ReleaseRow

ReleaseState = Literal["preparing", "released", "taken-back"]


class CurationRelease(msgspec.Struct, frozen=True):
    """One release. ``sequence`` is its place in their order, ``edits`` how many it brought. ``message`` says why one
    was taken back, or which inputs could not be read again; ``generation`` is the one that first showed it."""

    version: str
    state: ReleaseState
    sequence: int
    person: str
    created: str
    ended: str
    generation: str
    edits: int
    note: str
    message: str


Taken = tuple[Proposal, Content]


class Releases:
    """The releases of one data folder."""

    def __init__(self, engine: Engine, audit: Audit) -> None:
        self._engine = engine
        self._audit = audit

    def prepare(
        self, version: str, person: Person, words: str = "", numbers: Sequence[int] = ()
    ) -> tuple[CurationRelease, list[Taken]]:
        """Begin a release of all accepted proposals with edits, or of those with these ``numbers``, in their order.

        Raises NotInState where a release is being prepared or has this version, or where a number is not that of an
        accepted proposal; NothingToRelease.
        """
        with self._audit.together() as noted:
            opened = noted.session
            taken = opened.scalar(select(ReleaseRow).where(ReleaseRow.state == "preparing"))
            same = opened.scalar(
                select(ReleaseRow).where(ReleaseRow.version == version, ReleaseRow.state == "released")
            )
            if row := taken or same:
                raise NotInState(name=f"release {row.version}", state=row.state, known="a new version")
            rows = _accepted(opened, numbers)
            if not rows:
                raise NothingToRelease
            made = ReleaseRow(
                version=version, state="preparing", person=person.name, created=now(), ended="", generation="",
                edits=0, note=words, message="",
            )  # fmt: skip
            opened.add(made)
            opened.flush()
            found = [(proposal_of(one), content_of(one)) for one in rows]
            made.edits = sum(len(content.edits) for _, content in found)
            for one in rows:
                one.release = version
            noted.events.append(_event(made, person))
            return _release(made), found

    def taken(self, version: str) -> list[Taken]:
        """The proposals of a release, in their order."""
        with session(self._engine) as opened:
            rows = opened.scalars(select(ProposalRow).where(ProposalRow.release == version).order_by(ProposalRow.id))
            return [(proposal_of(row), content_of(row)) for row in rows]

    def finish(self, version: str, generation: str, message: str = "") -> CurationRelease:
        """The release is published: its proposals are released with it. Raises UnknownName."""
        with self._audit.together() as noted:
            row = _row(noted.session, version, "preparing")
            person = Person(row.person, "release")
            row.state, row.ended, row.generation, row.message = "released", now(), generation, message
            noted.events.append(_event(row, person))
            proposals = noted.session.scalars(
                select(ProposalRow).where(ProposalRow.release == version).order_by(ProposalRow.id)
            )
            for one in proposals:
                before = proposal_of(one).state
                one.state = moved("release", before, one.author, row.person, str(one.id))
                one.version += 1
                note(noted.session, noted.events, one, person, "release", before, version)
            return _release(row)

    def take_back(self, version: str, message: str) -> CurationRelease:
        """The release is not made: its proposals are accepted and free, as before. Raises UnknownName."""
        with self._audit.together() as noted:
            row = _row(noted.session, version, "preparing")
            row.state, row.ended, row.message = "taken-back", now(), message
            for one in noted.session.scalars(select(ProposalRow).where(ProposalRow.release == version)):
                one.release = ""
            noted.events.append(_event(row, Person(row.person, "release")))
            return _release(row)

    def pending(self) -> CurationRelease | None:
        """The release that is being prepared, or was when its process ended."""
        with session(self._engine) as opened:
            row = opened.scalar(select(ReleaseRow).where(ReleaseRow.state == "preparing"))
            return _release(row) if row else None

    def find(self, version: str) -> CurationRelease:
        """Raises UnknownName."""
        with session(self._engine) as opened:
            return _release(_row(opened, version, "released"))

    def list(self, limit: int = 100) -> list[CurationRelease]:
        """Newest first."""
        with session(self._engine) as opened:
            rows = opened.scalars(select(ReleaseRow).order_by(ReleaseRow.id.desc()).limit(limit))
            return [_release(row) for row in rows]


def _accepted(opened: Session, numbers: Sequence[int]) -> list[ProposalRow]:
    rows = select(ProposalRow).where(ProposalRow.state == "accepted", ProposalRow.edits != "[]")
    if numbers:
        rows = rows.where(ProposalRow.id.in_(numbers))
    found = list(opened.scalars(rows.order_by(ProposalRow.id)))
    if missing := sorted(set(numbers) - {row.id for row in found}):
        name = ", ".join(map(str, missing))
        raise NotInState(name=name, state="not accepted", known="accepted, with edits")
    return found


def _row(opened: Session, version: str, state: ReleaseState) -> ReleaseRow:
    row = opened.scalar(select(ReleaseRow).where(ReleaseRow.version == version, ReleaseRow.state == state))
    if row is None:
        raise UnknownName(kind="release", name=version, known="GET /api/v1/releases")
    return row


def _event(row: ReleaseRow, person: Person) -> Event:
    told = f"release {row.version} {row.state}"
    return Event(action=told, actor=person.name, role=person.role[:20], outcome="done")


def _release(row: ReleaseRow) -> CurationRelease:
    return CurationRelease(
        version=row.version, state=msgspec.convert(row.state, ReleaseState), sequence=row.id, person=row.person,
        created=row.created, ended=row.ended, generation=row.generation, edits=row.edits, note=row.note,
        message=row.message,
    )  # fmt: skip
