"""API keys: random, shown once, kept as digests."""

from __future__ import annotations

import hashlib
import secrets
from typing import Literal, get_args

import msgspec
from sqlalchemy import Engine, select

from kg.errors import ConfigError, UnknownName
from kg.workflow.database import session
from kg.workflow.jobs import now
from kg.workflow.tables import KeyRow

Role = Literal["reader", "clinician-system", "curator", "reviewer", "rule-author", "rule-approver", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
PREFIX = "mk_"
LONGEST_NAME = 80


class Key(msgspec.Struct, frozen=True):
    """What is known of a key; never the key itself. ``person``: who holds it, and under whose name it acts: all keys
    of one person are one person to whoever has to be another."""

    id: int
    name: str
    role: str
    created: str
    revoked: str
    person: str = ""


class Created(msgspec.Struct, frozen=True):
    """A new key; ``text`` is shown once and kept nowhere."""

    key: Key
    text: str


class Keys:
    """The keys of one data folder."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, name: str, role: str, person: str = "") -> Created:
        """A new key, held by ``person``, who has the key's name where none is given; raises ConfigError for another
        role or a name that cannot be shown."""
        if role not in ROLES:
            raise ConfigError(where=f"key {name}", reason=f"{role} is not one of {', '.join(ROLES)}")
        held = person or name
        if any(not 0 < len(one.strip()) <= LONGEST_NAME or not one.isprintable() for one in (name, held)):
            raise ConfigError(where="key", reason=f"a name has 1 to {LONGEST_NAME} printable characters")
        text = f"{PREFIX}{secrets.token_urlsafe(32)}"
        with session(self._engine) as opened:
            row = KeyRow(digest=digest(text), name=name, person=held, role=role, created=now(), revoked="")
            opened.add(row)
            opened.commit()
            return Created(_key(row), text)

    def find(self, text: str) -> Key | None:
        """The key that ``text`` is, unless it is unknown or revoked."""
        with session(self._engine) as opened:
            row = opened.scalar(select(KeyRow).where(KeyRow.digest == digest(text), KeyRow.revoked == ""))
            return _key(row) if row else None

    def digests(self) -> dict[str, Key]:
        """The keys that are not revoked, by digest."""
        with session(self._engine) as opened:
            rows = opened.scalars(select(KeyRow).where(KeyRow.revoked == ""))
            return {row.digest: _key(row) for row in rows}

    def revoke(self, number: int) -> Key:
        """Make a key useless for good; revoked again it stays as it was. Raises UnknownName."""
        with session(self._engine) as opened:
            row = opened.get(KeyRow, number)
            if row is None:
                raise UnknownName(kind="key", name=str(number), known="see: medkg keys list")
            row.revoked = row.revoked or now()
            opened.commit()
            return _key(row)

    def list(self) -> list[Key]:
        with session(self._engine) as opened:
            return [_key(row) for row in opened.scalars(select(KeyRow).order_by(KeyRow.id))]


def _key(row: KeyRow) -> Key:
    return Key(
        id=row.id, name=row.name, role=row.role, created=row.created, revoked=row.revoked, person=row.person or row.name
    )  # fmt: skip


def digest(text: str) -> str:
    """What is kept of a key."""
    # The keys are 256 random bits, so a plain digest cannot be guessed back.
    return hashlib.sha256(text.encode()).hexdigest()
