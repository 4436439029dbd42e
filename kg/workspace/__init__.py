"""Writable datasets of curators, each apart from the published graphs: one confined writer process a workspace."""

from __future__ import annotations

from kg.workspace.shelf import WorkspaceRecord, Workspaces
from kg.workspace.workspace import Reply, Workspace, WorkspaceLimits, Written

__all__ = ["Reply", "Workspace", "WorkspaceLimits", "WorkspaceRecord", "Workspaces", "Written"]
