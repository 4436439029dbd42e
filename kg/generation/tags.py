"""Tags: names for generations that are kept for good, such as ``2026.11``."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from kg.errors import ConfigError, IntegrityError, TagTaken, UnknownName
from kg.generation.dates import moment
from kg.store.disk import storage, write_atomic

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch
_GENERATION = re.compile(r"g\d+-[0-9a-f]+").fullmatch
_DATE = re.compile(r"\d{4}-\d{2}(-.*)?|\d{8}(T.*)?").fullmatch
"""What looks like a date, also where it is none (``2026-13``)."""


class Tags:
    """The tags of one data folder: one file beside ``CURRENT`` (JSON), replaced in one step.

    Who changes it holds the lock of ``kg.generation.pointer.Shelf``. Every method raises IntegrityError
    where the file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "TAGS"

    def all(self) -> dict[str, str]:
        """tag -> id of its generation, sorted by tag."""
        try:
            found = msgspec.json.decode(self._file.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.MsgspecError) as error:
            raise IntegrityError(path=self._file, reason=str(error)) from error
        return dict(sorted(found.items()))

    def find(self, name: str) -> str | None:
        """The id that a tag stands for."""
        return self.all().get(name)

    def set(self, name: str, generation: str, *, move: bool = False) -> None:
        """Give ``generation`` the tag ``name``, on disk when this returns.

        Raises ConfigError for a name that cannot be told from an id or a date, TagTaken for one that another
        generation has unless ``move``, StorageFull, StoreError.
        """
        if not _NAME(name) or _GENERATION(name) or _DATE(name) or moment(name) is not None:
            raise ConfigError(where=name, why="tag-name")
        found = self.all()
        if found.get(name, generation) != generation and not move:
            raise TagTaken(name=name, generation=found[name])
        self._write(found | {name: generation})

    def remove(self, name: str) -> str:
        """Take a tag away and return what it stood for; its generation may then be pruned. Raises UnknownName."""
        found = self.all()
        if name not in found:
            raise UnknownName(kind="tag", name=name, known=", ".join(found) or "-")
        generation = found.pop(name)
        self._write(found)
        return generation

    def _write(self, tags: dict[str, str]) -> None:
        with storage(self._file):
            write_atomic(self._file, msgspec.json.format(msgspec.json.encode(tags, order="sorted"), indent=1) + b"\n")
