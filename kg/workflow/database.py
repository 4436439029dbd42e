"""Opening the workflow database and bringing its tables up to date."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError

from kg.errors import StoreError

HEAD = "0001"
"""The newest revision; a test compares it with the migrations folder."""


def open_database(url: str) -> Engine:
    """An engine for ``url`` with all migrations applied; raises StoreError."""
    try:
        engine = create_engine(url)
        with engine.begin() as connection:
            # Alembic costs a quarter of a second to run; a database that is at head needs none of it.
            if MigrationContext.configure(connection).get_current_revision() != HEAD:
                config = Config()
                config.set_main_option("script_location", str(files("kg.workflow") / "migrations"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except SQLAlchemyError as error:
        raise StoreError(path=url, reason=str(error).splitlines()[0]) from error
    return engine
