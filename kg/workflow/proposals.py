"""Proposals: changes that somebody wants to see in the published graphs."""

from __future__ import annotations

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from kg.workflow.jobs import now
from kg.workflow.tables import ProposalRow


class Proposal(msgspec.Struct, frozen=True):
    """One proposal. ``added`` and ``removed`` count statements against the proposal of the same ``name`` before it.

    ``digest``: SHA-256 of the file at ``path`` below the data folder, N-Quads in sorted lines.
    ``kind``: ``workspace``; ``state``: ``proposed``; ``created``: ISO 8601 UTC.
    """

    name: str
    author: str
    digest: str
    added: int
    removed: int
    path: str
    kind: str = "workspace"
    state: str = "proposed"
    created: str = ""
    id: int = 0


class Proposals:
    """The proposals of one data folder."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, proposal: Proposal) -> Proposal:
        """Record one; what is returned has its number and time."""
        with Session(self._engine) as session:
            row = ProposalRow(
                kind=proposal.kind, name=proposal.name, author=proposal.author, created=now(), digest=proposal.digest,
                added=proposal.added, removed=proposal.removed, path=proposal.path, state=proposal.state,
            )  # fmt: skip
            session.add(row)
            session.commit()
            return _proposal(row)

    def newest(self, name: str) -> Proposal | None:
        """The newest of a workspace."""
        with Session(self._engine) as session:
            row = session.scalar(
                select(ProposalRow).where(ProposalRow.name == name).order_by(ProposalRow.id.desc()).limit(1)
            )
            return _proposal(row) if row else None

    def list(self, limit: int = 100) -> list[Proposal]:
        """Newest first."""
        with Session(self._engine) as session:
            rows = session.scalars(select(ProposalRow).order_by(ProposalRow.id.desc()).limit(limit))
            return [_proposal(row) for row in rows]


def _proposal(row: ProposalRow) -> Proposal:
    return Proposal(
        id=row.id, kind=row.kind, name=row.name, author=row.author, created=row.created, digest=row.digest,
        added=row.added, removed=row.removed, path=row.path, state=row.state,
    )  # fmt: skip
