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
    """One run of a long task. ``state``: running, done, rejects, failed, interrupted."""

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
