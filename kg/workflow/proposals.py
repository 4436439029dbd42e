"""Proposals: the one queue of what people and programs want to see changed, and what became of it.

Every change of a proposal is written with its event and an entry of the audit log in one transaction, and raises its
``version``, so that of two who change the same one the second is told (``If-Match``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec
from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from kg.errors import NotInState, OthersProposal, PreconditionFailed, UnknownName
from kg.model.concept import Concept
from kg.model.edit import Edit, concepts_of
from kg.workflow.audit import Audit, Event
from kg.workflow.database import session
from kg.workflow.jobs import now
from kg.workflow.states import Action, State, moved, same_person
from kg.workflow.tables import CommentRow, ProposalConceptRow, ProposalEventRow, ProposalRow, SeenRow

Kind = Literal["human", "machine", "feedback", "workspace", "task", "rule"]
"""``workspace``: statements of a workspace, frozen; ``task``: something to do that a program found; ``rule``: how rules
are to stand (``kg.workflow.standings``)."""
KINDS: tuple[Kind, ...] = get_args(Kind)
States = dict[str, Concept | None]
"""Concepts as they were when edits were made; None for one that there was none of."""
MOST_EDITS = 20_000
"""Of one proposal."""


class Person(msgspec.Struct, frozen=True):
    """Who acts: a name, and the role that allows it."""

    name: str
    role: str = ""


class Proposal(msgspec.Struct, frozen=True):
    """One row of the queue.

    ``generation``: what the edits were made against. ``version`` goes up with every change. ``concepts`` are those
    that its edits change, ``edits`` counts them. ``release``: version of the release that took it. ``undoes``:
    numbers of proposals, or the version of a release, that it takes back. ``subject``: the record that a feedback is
    about. ``created`` and ``decided`` are ISO 8601 UTC. Of what comes from a workspace ``digest`` is the SHA-256 of
    the file at ``path`` below the data folder (N-Quads in sorted lines), and ``added`` and ``removed`` count
    statements against the one of the same ``name`` before it.
    """

    name: str
    author: str
    digest: str = ""
    added: int = 0
    removed: int = 0
    path: str = ""
    kind: Kind = "human"
    state: State = "draft"
    created: str = ""
    id: int = 0
    title: str = ""
    reason: str = ""
    form: str = ""
    subject: str = ""
    generation: str = ""
    version: int = 1
    concepts: tuple[str, ...] = ()
    edits: int = 0
    reviewer: str = ""
    decided: str = ""
    release: str = ""
    undoes: str = ""


class Content(msgspec.Struct, frozen=True):
    """What a proposal says: its edits, and the concepts as they were when it was made or confirmed."""

    edits: tuple[Edit, ...] = ()
    states: States = {}
    generation: str = ""


class Comment(msgspec.Struct, frozen=True):
    """``answer``: whoever sent a feedback sees it."""

    id: int
    author: str
    created: str
    text: str
    answer: bool = False


class Proposals:
    """The proposals of one data folder; what changes one raises NotInState, OthersProposal, PreconditionFailed."""

    def __init__(self, engine: Engine, audit: Audit) -> None:
        self._engine = engine
        self._audit = audit

    def add(self, proposal: Proposal, person: Person, content: Content | None = None, receipt: str = "") -> Proposal:
        """Record one; what is returned has its number and time. ``receipt``: digest of what the sender of a feedback
        was given to ask after it."""
        content = content or Content()
        with self._audit.together() as noted:
            row = ProposalRow(
                kind=proposal.kind, name=proposal.name, author=proposal.author, created=now(), digest=proposal.digest,
                added=proposal.added, removed=proposal.removed, path=proposal.path, state=proposal.state,
                title=proposal.title, reason=proposal.reason, form=proposal.form, subject=proposal.subject,
                generation=content.generation, version=1, edits=_edits(content), states=_states(content),
                reviewer="", decided="", release="", undoes=proposal.undoes, receipt=receipt,
            )  # fmt: skip
            noted.session.add(row)
            noted.session.flush()
            _index(noted.session, row.id, content.edits)
            note(noted.session, noted.events, row, person, "create", "", "")
            return proposal_of(row, content)

    def change(
        self, number: int, person: Person, version: int, content: Content, title: str | None = None,
        reason: str | None = None,
    ) -> Proposal:  # fmt: skip
        """Other edits in a draft of one's own, if it still is at ``version``."""
        with self._audit.together() as noted:
            row = _row(noted.session, number, version)
            if not same_person(row.author, person.name):
                raise OthersProposal(name=str(number))
            if row.state != "draft":
                raise NotInState(name=str(number), state=row.state, known="draft")
            row.edits, row.states, row.generation = _edits(content), _states(content), content.generation
            row.title = row.title if title is None else title
            row.reason = row.reason if reason is None else reason
            row.version += 1
            _index(noted.session, number, content.edits)
            note(noted.session, noted.events, row, person, "edit", row.state, "")
            return proposal_of(row, content)

    def confirm(self, number: int, person: Person, version: int, content: Content) -> Proposal:
        """Say that the edits are meant against ``content.states``, too: what changed since was looked at."""
        with self._audit.together() as noted:
            row = _row(noted.session, number, version)
            if row.state not in ("draft", "submitted", "in-review", "accepted"):
                raise NotInState(name=str(number), state=row.state, known="draft, submitted, in-review, accepted")
            row.states, row.generation = _states(content), content.generation
            row.version += 1
            note(noted.session, noted.events, row, person, "confirm", row.state, "")
            return proposal_of(row)

    def move(
        self, action: Action, number: int, person: Person, words: str = "", version: int | None = None
    ) -> Proposal:
        """Do ``action`` of ``kg.workflow.states``; ``words`` say why. Raises OwnProposal, too."""
        with self._audit.together() as noted:
            row = _row(noted.session, number, version)
            if action == "release" or (row.release and row.state == "accepted"):
                raise NotInState(name=str(number), state=row.state, known=f"release {row.release}")
            if action == "approve" or (row.kind == "rule" and action in ("accept", "reopen", "revise")):
                # Rules come into force with a record of a committee, and only there (``kg.workflow.standings``).
                raise NotInState(name=str(number), state=row.state, known="/api/v1/rules/standings/requests")
            before = row.state
            row.state = moved(action, _state(row), row.author, person.name, str(number))
            if action in ("accept", "reject"):
                row.reviewer, row.decided = person.name, now()
            row.version += 1
            note(noted.session, noted.events, row, person, action, before, words)
            return proposal_of(row)

    def comment(self, number: int, person: Person, text: str, *, answer: bool = False) -> Comment:
        """Write on a proposal, in any state."""
        with self._audit.together() as noted:
            row = _row(noted.session, number, None)
            written = CommentRow(proposal=number, author=person.name, created=now(), text=text, answer=answer)
            noted.session.add(written)
            noted.session.flush()
            note(noted.session, noted.events, row, person, "answer" if answer else "comment", row.state, "")
            return _comment(written)

    def see(self, number: int, person: Person) -> None:
        """Remember that somebody has seen a proposal as it is now."""
        with session(self._engine) as opened:
            row = _row(opened, number, None)
            opened.merge(SeenRow(proposal=number, person=person.name, version=row.version))
            opened.commit()

    def get(self, number: int) -> Proposal:
        """Raises UnknownName."""
        with session(self._engine) as opened:
            return proposal_of(_row(opened, number, None))

    def content(self, number: int) -> Content:
        with session(self._engine) as opened:
            return content_of(_row(opened, number, None))

    def comments(self, number: int) -> list[Comment]:
        """Oldest first."""
        with session(self._engine) as opened:
            rows = select(CommentRow).where(CommentRow.proposal == number).order_by(CommentRow.id)
            return [_comment(row) for row in opened.scalars(rows)]

    def newest(self, name: str) -> Proposal | None:
        """The newest of a workspace."""
        with session(self._engine) as opened:
            rows = select(ProposalRow).where(ProposalRow.name == name, ProposalRow.kind == "workspace")
            row = opened.scalar(rows.order_by(ProposalRow.id.desc()).limit(1))
            return proposal_of(row) if row else None

    def by_receipt(self, receipt: str) -> Proposal | None:
        """The feedback whose sender was given what ``receipt`` is the digest of."""
        with session(self._engine) as opened:
            row = opened.scalar(select(ProposalRow).where(ProposalRow.receipt == receipt)) if receipt else None
            return proposal_of(row) if row else None


def note(
    opened: Session, events: list[Event], row: ProposalRow, person: Person, action: str, before: str, words: str
) -> None:
    """Put an event beside the change of a row, and the entry of the audit log that tells the same."""
    opened.add(
        ProposalEventRow(
            proposal=row.id, time=now(), person=person.name, action=action, before=before, after=row.state,
            version=row.version, note=words,
        )
    )  # fmt: skip
    told = f"proposal {row.id} {action} {row.state}"
    events.append(Event(action=told, actor=person.name, role=person.role[:20], outcome="done"))


def _row(opened: Session, number: int, version: int | None) -> ProposalRow:
    row = opened.get(ProposalRow, number)
    if row is None:
        raise UnknownName(kind="proposal", name=str(number), known="GET /api/v1/proposals")
    if version is not None and row.version != version:
        raise PreconditionFailed
    return row


def _index(opened: Session, number: int, edits: Sequence[Edit]) -> None:
    opened.execute(delete(ProposalConceptRow).where(ProposalConceptRow.proposal == number))
    concepts = dict.fromkeys(concept for edit in edits for concept in concepts_of(edit))
    if concepts:
        rows = [{"proposal": number, "concept": concept} for concept in concepts]
        opened.execute(insert(ProposalConceptRow), rows)


def content_of(row: ProposalRow) -> Content:
    """What a row says; kept as JSON, so that no database has to know its parts."""
    return Content(
        msgspec.json.decode(row.edits, type=tuple[Edit, ...]), msgspec.json.decode(row.states, type=States),
        row.generation,
    )  # fmt: skip


def _edits(content: Content) -> str:
    return msgspec.json.encode(content.edits).decode()


def _states(content: Content) -> str:
    return msgspec.json.encode(content.states).decode()


def _state(row: ProposalRow) -> State:
    found: State = msgspec.convert(row.state, State)
    return found


def _comment(row: CommentRow) -> Comment:
    return Comment(id=row.id, author=row.author, created=row.created, text=row.text, answer=row.answer)


def proposal_of(row: ProposalRow, content: Content | None = None) -> Proposal:
    """The record of a row; ``content`` where it is known."""
    edits = (content or content_of(row)).edits
    return Proposal(
        id=row.id, kind=msgspec.convert(row.kind, Kind), name=row.name, author=row.author, created=row.created,
        digest=row.digest, added=row.added, removed=row.removed, path=row.path, state=_state(row), title=row.title,
        reason=row.reason, form=row.form, subject=row.subject, generation=row.generation, version=row.version,
        concepts=tuple(dict.fromkeys(concept for edit in edits for concept in concepts_of(edit))), edits=len(edits),
        reviewer=row.reviewer, decided=row.decided, release=row.release, undoes=row.undoes,
    )  # fmt: skip
