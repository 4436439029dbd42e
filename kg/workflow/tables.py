"""Tables of the workflow database (SQLite by default, PostgreSQL by setting)."""

from __future__ import annotations

from sqlalchemy import JSON, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of all tables; names of constraints are fixed so that migrations can refer to them."""

    metadata = MetaData(naming_convention=_NAMING)


class JobRow(Base):
    """One run of a long task. ``state``: waiting, running, done, rejects, failed, interrupted."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20), index=True)
    started: Mapped[str] = mapped_column(String(32))
    ended: Mapped[str] = mapped_column(String(32), default="")
    process: Mapped[int] = mapped_column(Integer)
    arguments: Mapped[dict[str, object]] = mapped_column(JSON)
    result: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    message: Mapped[str] = mapped_column(Text, default="")


class KeyRow(Base):
    """An API key: only its SHA-256 is kept."""

    __tablename__ = "keys"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    created: Mapped[str] = mapped_column(String(32))
    revoked: Mapped[str] = mapped_column(String(32), default="")


class ProposalRow(Base):
    """A change that somebody proposes; ``path``, below the data folder, holds its statements, frozen."""

    __tablename__ = "proposals"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80), index=True)
    author: Mapped[str] = mapped_column(String(80))
    created: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    added: Mapped[int] = mapped_column(Integer)
    removed: Mapped[int] = mapped_column(Integer)
    path: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))


class AuditRow(Base):
    """One entry of the audit log; see ``kg.workflow.audit``."""

    __tablename__ = "audit"

    sequence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    time: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    request: Mapped[str] = mapped_column(String(64), index=True)
    details: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """One row: number and signature of the newest entry. Writers lock it."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(Integer)
    signature: Mapped[str] = mapped_column(String(64))


class TokenRow(Base):
    """A token that may be used once and was; forgotten when it has expired."""

    __tablename__ = "tokens"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires: Mapped[int] = mapped_column(Integer, index=True)
