"""Which generations a data folder keeps, and which of them is current."""

from __future__ import annotations

import shutil
from pathlib import Path

from kg.errors import UnknownGeneration
from kg.generation.manifest import FILE, GenerationManifest, read_manifest
from kg.store.disk import write_atomic

_POINTER = "CURRENT"


class Shelf:
    """The generations of one data folder.

    A generation is a folder below ``generations/`` that has a manifest; ``generations/CURRENT``
    names the one that is served. Folders that begin with a dot are under construction.
    """

    def __init__(self, data: Path) -> None:
        self.folder = data / "generations"

    def ids(self) -> list[str]:
        """Kept generations, oldest first."""
        if not self.folder.is_dir():
            return []
        found = [p.name for p in self.folder.iterdir() if not p.name.startswith(".") and (p / FILE).is_file()]
        return sorted(found)

    def current(self) -> str | None:
        """The id of the current generation, None before the first is published."""
        try:
            name = (self.folder / _POINTER).read_text("ascii").strip()
        except FileNotFoundError:
            return None
        return name if name in self.ids() else None

    def find(self, as_of: str | None = None) -> str:
        """The current id, or the one that ``as_of`` names; raises UnknownGeneration."""
        name = as_of or self.current()
        if name is None or name not in self.ids():
            raise UnknownGeneration(name=name or "current", known=", ".join(self.ids()) or "none")
        return name

    def path(self, name: str) -> Path:
        return self.folder / name

    def manifest(self, name: str) -> GenerationManifest:
        return read_manifest(self.path(name))

    def point(self, name: str) -> None:
        """Make ``name`` current, in one durable step."""
        write_atomic(self.folder / _POINTER, f"{name}\n".encode("ascii"))

    def prune(self, keep: int) -> list[str]:
        """Remove all but the newest ``keep`` and the current one; returns what was removed."""
        ids = self.ids()
        old = [name for name in ids[: max(0, len(ids) - keep)] if name != self.current()]
        for name in old:
            shutil.rmtree(self.path(name))
        return old
