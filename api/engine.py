"""The remote engines that the settings name, told to what talks to them: of the store, and of vectors."""

from __future__ import annotations

import shlex

import msgspec

from api.settings import Settings
from kg.errors import ConfigError


def use_engine(settings: Settings) -> None:
    """Set the engines and their passwords for this process; nothing happens when none is named.

    Raises ConfigError for settings that do not fit.
    """
    if settings.milvus_uri:
        from kg.index.engine import Engines, VectorEngine

        Engines.configure(
            VectorEngine(
                uri=settings.milvus_uri,
                prefix=settings.milvus_prefix,
                seconds=settings.milvus_seconds,
                build_seconds=settings.milvus_build_seconds,
            ),
            settings.milvus_token,
        )
    if not settings.remote_query:
        return
    from kg.store.endpoint import Engine
    from kg.store.remote import Remote

    values = {
        "query": settings.remote_query,
        "update": settings.remote_update,
        "graphs": settings.remote_graphs,
        "loader": tuple(shlex.split(settings.remote_loader)),
        "seconds": settings.remote_seconds,
        "user": settings.remote_user,
        "login": settings.remote_login,
    }
    try:
        engine = msgspec.convert(values, Engine)
    except msgspec.ValidationError as error:
        raise ConfigError(where="remote_*", reason=str(error)) from error
    Remote.configure(engine, settings.remote_password)
