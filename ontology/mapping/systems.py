"""Local code systems that a data folder knows: a short name, and the IRI that codes stand under.

A hospital's dictionary has no community prefix, so its codes become IRIs of its own (`<iri><code>`), which the graph,
FHIR and SSSOM take as they are. The registry is one JSON file in the data folder, replaced whole.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import msgspec

from kg.errors import ConfigError, InputError, UnknownName
from kg.model.ids import Ids

FILE = "systems.json"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}").fullmatch
_KEPT = "._~-"
"""Beside letters and digits: what stands in an IRI as it is."""


class LocalSystem(msgspec.Struct, frozen=True, order=True):
    """``name`` is what files and calls say (``HIS-DX``); ``iri`` ends in ``/`` or ``#``; ``title`` by language."""

    name: str
    iri: str
    title: dict[str, str] = {}
    version: str = ""

    def id(self, code: str) -> str:
        """The IRI of a code; codes are strings, kept as they are (case, zeros).

        >>> system = LocalSystem("HIS-DX", "https://hospital.example/dx/")
        >>> system.id("J18.9x 01"), system.code(system.id("J18.9x 01"))
        ('https://hospital.example/dx/J18.9x%2001', 'J18.9x 01')
        """
        return self.iri + quote(code, safe=_KEPT)

    def code(self, identifier: str) -> str:
        return unquote(identifier.removeprefix(self.iri))


class Systems:
    """The registry of one data folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def all(self) -> list[LocalSystem]:
        """Sorted by name; raises InputError for a damaged file."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=list[LocalSystem])
        except FileNotFoundError:
            return []
        except (OSError, msgspec.MsgspecError) as error:
            raise InputError(path=self._path, position="byte 0", reason=str(error)) from error

    def get(self, name: str) -> LocalSystem:
        """Raises UnknownName."""
        for one in self.all():
            if one.name == name:
                return one
        raise UnknownName(kind="local code system", name=name, known=", ".join(one.name for one in self.all()))

    def register(self, system: LocalSystem) -> LocalSystem:
        """Add one, or give a known one another title or version; its IRI stays what it was.

        Raises ConfigError for a name or IRI that cannot be used or is taken.
        """
        where = f"local code system {system.name}"
        if not _NAME(system.name) or system.name.lower() in {prefix.lower() for prefix in Ids().prefixes}:
            raise ConfigError(where=where, why="system-name")
        parts = urlsplit(system.iri)
        if parts.scheme not in ("http", "https") or not parts.netloc or system.iri[-1] not in "/#" or parts.query:
            raise ConfigError(where=where, why="system-iri")
        if Ids().contract(system.iri + "x") is not None:
            raise ConfigError(where=where, why="system-taken")
        known = {one.name: one for one in self.all()}
        for one in known.values():
            same_name, same_iri = (
                one.name == system.name,
                one.iri.startswith(system.iri) or system.iri.startswith(one.iri),
            )
            if same_name != same_iri or (same_name and one.iri != system.iri):
                raise ConfigError(where=where, why="system-taken")
        known[system.name] = system
        staging = self._path.with_name(f"{self._path.name}.part")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        staging.write_bytes(msgspec.json.format(msgspec.json.encode(sorted(known.values()))))
        os.replace(staging, self._path)
        return system
