"""API keys: random, shown once, kept as digests."""

from __future__ import annotations

import hashlib
import secrets
from typing import Literal, get_args

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from kg.errors import ConfigError
from kg.workflow.jobs import now
from kg.workflow.tables import KeyRow

Role = Literal["reader", "clinician-system", "curator", "reviewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


class Key(msgspec.Struct, frozen=True):
    """What is known of a key; never the key itself."""

    id: int
    name: str
    role: str
    created: str
    revoked: str


class Keys:
    """The keys of one data folder."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, name: str, role: str) -> str:
        """A new key; the returned text is not kept anywhere. Raises ConfigError for another role."""
        if role not in ROLES:
            raise ConfigError(where=f"key {name}", reason=f"{role} is not one of {', '.join(ROLES)}")
        text = f"mk_{secrets.token_urlsafe(32)}"
        with Session(self._engine) as session:
            session.add(KeyRow(digest=_digest(text), name=name, role=role, created=now(), revoked=""))
            session.commit()
        return text

    def find(self, text: str) -> Key | None:
        """The key that ``text`` is, unless it is unknown or revoked."""
        with Session(self._engine) as session:
            row = session.scalar(select(KeyRow).where(KeyRow.digest == _digest(text), KeyRow.revoked == ""))
            return _key(row) if row else None

    def list(self) -> list[Key]:
        with Session(self._engine) as session:
            return [_key(row) for row in session.scalars(select(KeyRow).order_by(KeyRow.id))]


def _key(row: KeyRow) -> Key:
    return Key(id=row.id, name=row.name, role=row.role, created=row.created, revoked=row.revoked)


def _digest(text: str) -> str:
    # The keys are 256 random bits, so a plain digest cannot be guessed back.
    return hashlib.sha256(text.encode()).hexdigest()
