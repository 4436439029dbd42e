"""The Graph Store Protocol on the published graphs, and through it into workspaces."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.access.rights import require
from api.routes.parameters import AsOf
from api.schemas import media
from api.sparql import graphs
from api.sparql.names import indirect
from api.sparql.published import Dumps
from kg.errors import GraphRefused, NotWorkspaceGraph
from kg.query.frames import GRAPH_FORMATS
from kg.workspace.shelf import Workspaces
from kg.workspace.targets import workspace_of
from kg.workspace.tasks import GRAPH_MEDIA

router = APIRouter(tags=["sparql"])
_TEXT = {"schema": {"type": "string"}}
_UPLOAD: dict[str, Any] = {"requestBody": {"required": True, "content": dict.fromkeys(GRAPH_MEDIA, _TEXT)}}
_WRITTEN: dict[int | str, dict[str, Any]] = {
    201: {"description": "A new graph is on disk"},
    204: {"description": "The change is on disk"},
}


@router.head("/graphs", summary="Is there such a graph?", responses=media(GRAPH_FORMATS))
@router.get("/graphs", summary="A whole graph of a generation", responses=media(GRAPH_FORMATS))
async def read(request: Request, as_of: AsOf = None) -> Response:
    """The graph is named by `?graph=` (its IRI) or `?default`."""
    graph = indirect(request)
    if graph is None:
        raise GraphRefused(why="graph-name")
    name = _workspace(request, graph)
    if name and as_of is None:
        return await graphs.answer(request, name, graph)
    dumps: Dumps = request.app.state.dumps
    return await dumps.answer(request, graph, as_of)


@router.delete("/graphs", summary="Remove a graph of a workspace", responses=_WRITTEN)
@router.post("/graphs", summary="Merge into a graph of a workspace", responses=_WRITTEN, openapi_extra=_UPLOAD)
@router.put("/graphs", summary="Put a graph of a workspace in place", responses=_WRITTEN, openapi_extra=_UPLOAD)
async def write(request: Request) -> Response:
    """Only graphs below `<base>workspace/<name>/`; published graphs change by builds and released proposals."""
    require(request, "workspace-write")
    graph = indirect(request)
    name = _workspace(request, graph or "")
    if not name:
        raise NotWorkspaceGraph(base=request.app.state.workspaces.base)
    return await graphs.answer(request, name, graph)


def _workspace(request: Request, graph: str) -> str:
    found: Workspaces = request.app.state.workspaces
    try:
        return workspace_of(graph, found.base)
    except NotWorkspaceGraph:
        return ""
