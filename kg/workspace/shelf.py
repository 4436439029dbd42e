"""The workspaces of one data folder."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from kg.errors import IdentifierError, UnknownName, WorkspaceBusy
from kg.workspace.workspace import Workspace, WorkspaceLimits, make_folder

_NAME = re.compile(r"[a-z0-9-]{1,64}").fullmatch


class WorkspaceRecord(msgspec.Struct, frozen=True):
    """A workspace. ``graphs``: what the IRIs of its own graphs begin with."""

    name: str
    graphs: str


class Workspaces:
    """``<data>/workspaces/<name>/``; use it in one event loop, ``close`` it at the end."""

    def __init__(self, data: Path, base: str, limits: WorkspaceLimits | None = None) -> None:
        self.folder = data / "workspaces"
        self.base = base
        self.limits = limits or WorkspaceLimits()
        self._open: dict[str, Workspace] = {}

    def names(self) -> list[str]:
        """The workspaces that there are, sorted."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir() and _NAME(path.name))

    def records(self) -> list[WorkspaceRecord]:
        return [WorkspaceRecord(name, self.graphs(name)) for name in self.names()]

    def graphs(self, name: str) -> str:
        """What the IRIs of a workspace's own graphs begin with.

        >>> Workspaces(Path("x"), "https://example.org/").graphs("cardio")
        'https://example.org/workspace/cardio/'
        """
        return f"{self.base}workspace/{name}/"

    def find(self, name: str) -> Workspace:
        """A workspace that there is; raises UnknownName, IdentifierError."""
        if name not in self._open:
            _check(name)
            if not (self.folder / name).is_dir():
                raise UnknownName(kind="workspace", name=name, known=", ".join(self.names()) or "-")
            self._open[name] = Workspace(name, self.folder / name, self.limits, self._room)
        return self._open[name]

    def make(self, name: str) -> Workspace:
        """A workspace, made if there is none; raises IdentifierError, StorageFull."""
        _check(name)
        if not (self.folder / name).is_dir():
            make_folder(self.folder / name)
        return self.find(name)

    async def _room(self) -> None:
        """End the writer that was idle for longest where too many run; raises WorkspaceBusy if none is idle."""
        running = [workspace for workspace in self._open.values() if workspace.running]
        if len(running) < self.limits.writers:
            return
        idle = [workspace for workspace in running if not workspace.busy]
        if not idle:
            raise WorkspaceBusy
        await min(idle, key=lambda workspace: workspace.used).end()

    async def close(self) -> None:
        """Kill every writer."""
        for workspace in self._open.values():
            await workspace.close()


def _check(name: str) -> None:
    if not _NAME(name):
        raise IdentifierError(value=name[:80], reason="a workspace is named by 1 to 64 of a-z, 0-9 and -")
