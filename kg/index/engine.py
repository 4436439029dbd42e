"""Where vectors lie when they do not lie in the data folder; set once, by what reads the settings."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from kg.errors import ConfigError


class VectorEngine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Milvus server. ``prefix``: what the names of all our collections there begin with, letters, digits and ``_``;
    one data folder each. ``seconds`` for one call of a search, ``build_seconds`` for one of a build."""

    uri: str
    prefix: str = "medkg_"
    seconds: float = 2.0
    build_seconds: float = 600.0


class Engines:
    """What the settings say, for who opens and makes indexes in this process."""

    _engine: ClassVar[VectorEngine | None] = None
    _token: ClassVar[str] = ""

    @classmethod
    def configure(cls, engine: VectorEngine | None, token: str = "") -> None:
        """``token``: ``user:password`` or an API key; it is written nowhere."""
        if engine is not None and not (engine.prefix.isidentifier() and engine.prefix.isascii()):
            raise ConfigError(where="milvus_prefix", reason="it is made of letters, digits and _, a letter first")
        cls._engine, cls._token = engine, token

    @classmethod
    def found(cls) -> tuple[VectorEngine, str]:
        """The engine and its token; raises ConfigError when none is set."""
        if cls._engine is None:
            raise ConfigError(where="milvus_uri", reason="no server is set for vectors")
        return cls._engine, cls._token
