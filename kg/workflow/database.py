"""Opening the workflow database and bringing its tables up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from sqlite3 import Error as SQLiteError
from typing import TypeVar

from sqlalchemy import Connection, Engine, Select, String, create_engine, inspect, make_url, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.sql import column, table

from kg.device import device_error, full
from kg.errors import StorageFull, StoreError

T = TypeVar("T")
HEAD = "0008"
"""The newest revision; a test compares it with the migrations folder."""


def open_database(url: str, wait: float | None = None) -> Engine:
    """An engine for ``url`` with all migrations applied; raises StoreError, StorageFull.

    ``wait``: seconds for which SQLite waits for who writes (5 where it is not said), and pg8000 for its server (for
    ever). Connections that had to wait longer are not to be used again.
    """
    try:
        timed = wait is not None and make_url(url).get_driver_name() in ("pysqlite", "pg8000")
        engine = create_engine(url, connect_args={"timeout": wait} if timed else {})
    except SQLAlchemyError as error:
        raise StoreError(path="database_url", reason=str(error).splitlines()[0]) from error
    with _naming(engine), engine.begin() as connection:
        if _revision(connection) != HEAD:
            _migrate(connection)
    return engine


def database_file(url: str) -> Path | None:
    """The file of a SQLite database."""
    parsed = make_url(url)
    name = parsed.database if parsed.get_backend_name() == "sqlite" else None
    return Path(name) if name and name != ":memory:" and not name.startswith("file:") else None


def _revision(connection: Connection) -> str | None:
    """What alembic wrote down at its last migration, None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = column("version_num", String)
    return connection.execute(select(version).select_from(table("alembic_version"))).scalar()


def _migrate(connection: Connection) -> None:
    # Alembic costs half a second to load and to run; a database that is at head needs none of it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("kg.workflow") / "migrations"))
    config.attributes["connection"] = connection
    if connection.dialect.name == "sqlite":
        # Python begins no transaction before DDL, and half a migration could never be run again.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    command.upgrade(config, "head")


def value_of(engine: Engine, statement: Select[T]) -> T | None:
    """One value, without a session: a third of its time, for what is asked at every call. Raises StoreError."""
    with _naming(engine), engine.connect() as connection:
        return connection.scalar(statement)


@contextmanager
def session(engine: Engine) -> Iterator[Session]:
    """A session of the database; raises StoreError, StorageFull."""
    with _naming(engine), Session(engine) as opened:
        yield opened


@contextmanager
def _naming(engine: Engine) -> Iterator[None]:
    """Errors of the database as those of the tree; the password stays out of them."""
    try:
        yield
    except SQLAlchemyError as error:
        kind = StorageFull if _full(engine, error) else StoreError
        raise kind(path=engine.url.render_as_string(), reason=str(error).splitlines()[0]) from error


def _full(engine: Engine, error: SQLAlchemyError) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, SQLiteError) and engine.url.database:
        return full(device_error(cause, Path(engine.url.database).parent))
    return full(error)
