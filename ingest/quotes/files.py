"""Texts that rules quote, from files as their publishers gave them: named, with their digest and reader, in one list.

::

    [[file]]
    path = "bc5cdr/CDR_TrainingSet.PubTator.txt"
    format = "pubtator.v1"
    sha256 = "…"
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path

import msgspec

from ingest.base import SOURCES
from kg.errors import ConfigError, InputError
from kg.model.document import Document, StandingNotice
from kg.model.source import Reject
from kg.rules.quotes import Held
from ontology.reading.raw import describe


class QuotedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file, by its path from the folder of all. ``options``: of the reader."""

    path: str
    format: str
    sha256: str
    options: Mapping[str, object] = {}


class _Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file: tuple[QuotedFile, ...]


def shipped() -> tuple[QuotedFile, ...]:
    """The files that the packs of medkg quote."""
    return read_list(files("ingest").joinpath("packs", "quoted.toml").read_text("utf-8"))


def read_list(text: str) -> tuple[QuotedFile, ...]:
    """Raises ConfigError where it does not fit."""
    try:
        return msgspec.toml.decode(text, type=_Listing).file
    except msgspec.MsgspecError as error:
        raise ConfigError(where="quoted.toml", reason=str(error)) from error


class FileSources:
    """``kg.rules.quotes.Sources`` over files; they are read once, when they are first asked for."""

    def __init__(self, folder: Path, listed: Iterable[QuotedFile], wanted: Iterable[str]) -> None:
        """``wanted``: CURIEs of the documents that will be asked for; of others only the standing is kept."""
        self._folder, self._listed, self._wanted = folder, tuple(listed), frozenset(wanted)
        self._held: dict[str, Held] | None = None

    @property
    def absent(self) -> tuple[str, ...]:
        """Listed files that are not in the folder: documents of theirs cannot be looked at."""
        return tuple(one.path for one in self._listed if not (self._folder / one.path).is_file())

    def held(self, document: str) -> Held | None:
        """Raises InputError for a file that cannot be read whole or is another than the list names."""
        if self._held is None:
            self._held = self._read()
        return self._held.get(document)

    def _read(self) -> dict[str, Held]:
        texts: dict[str, dict[str, str]] = {}
        standings: dict[str, set[str]] = {}
        for item in self._items():
            if isinstance(item, StandingNotice):
                for one in {item.document, *item.same} & self._wanted:
                    standings.setdefault(one, set()).add(item.standing)
            elif item.id in self._wanted:
                texts.setdefault(item.id, {}).update((passage.key, passage.text) for passage in item.passages)
                standings.setdefault(item.id, set()).add(item.standing)
        return {name: Held(found, frozenset(standings[name])) for name, found in texts.items()}

    def _items(self) -> Iterator[Document | StandingNotice]:
        for one in self._listed:
            path = self._folder / one.path
            if not path.is_file():
                continue
            raw = describe(path)
            if raw.digest != one.sha256:
                raise InputError(path=path, position="", reason=f"SHA-256 {raw.digest}, not {one.sha256}")
            for item in SOURCES.load(one.format)().parse(raw, one.options):
                if isinstance(item, Document | StandingNotice):
                    yield item
                elif isinstance(item, Reject) and item.fatal:
                    raise InputError(path=path, position=item.position, reason=item.detail or item.reason)
