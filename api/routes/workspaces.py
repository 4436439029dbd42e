"""Workspaces: writable datasets of curators (SPARQL 1.1 Query, Update and Graph Store Protocol)."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api import wiring
from api.access.recording import begin
from api.access.rights import require
from api.answers import Page
from api.answers import json as json_of
from api.negotiation import query_formats
from api.problems import Refusal
from api.schemas import many, media, one
from api.sparql import graphs
from api.sparql.description import of_workspace
from api.sparql.names import direct, indirect
from api.sparql.replies import MEDIA, WRITABLE, reply
from api.sparql.request import FORM, QUERY, UPDATE, SparqlRequest, read_request
from api.sparql.updates import change
from kg.query.frames import Question
from kg.workflow.proposals import Person, Proposal
from kg.workspace.promotion import propose
from kg.workspace.shelf import WorkspaceRecord, Workspaces
from kg.workspace.tasks import GRAPH_MEDIA, MULTIPART

router = APIRouter(tags=["workspaces"])

Name = Annotated[str, Path(max_length=64, pattern="^[a-z0-9-]{1,64}$", description="The name of a workspace.")]
_TEXT = {"schema": {"type": "string"}}
_POST: dict[str, Any] = {"requestBody": {"required": True, "content": dict.fromkeys((QUERY, UPDATE, FORM), _TEXT)}}
_UPLOAD: dict[str, Any] = {
    "requestBody": {"required": True, "content": dict.fromkeys((*GRAPH_MEDIA, MULTIPART), _TEXT)},
}
_WRITTEN: dict[int | str, dict[str, Any]] = {
    201: {"description": "A new graph is on disk"},
    204: {"description": "The change is on disk"},
}


@router.get("/workspaces", summary="The workspaces", responses=many(WorkspaceRecord))
async def listed(request: Request) -> Response:
    require(request, "workspace-read")
    found: Workspaces = request.app.state.workspaces
    return json_of(Page(found.records(), None, ""))


@router.head("/workspaces/{name}/sparql", include_in_schema=False)
@router.get("/workspaces/{name}/sparql", summary="A query on a workspace", responses=media(MEDIA))
async def queried(request: Request, name: Name) -> Response:
    """It sees every change that was acknowledged before. The field `query` holds its text."""
    return await _sparql(request, name)


@router.post(
    "/workspaces/{name}/sparql", summary="A query or an update", responses=media(MEDIA) | _WRITTEN, openapi_extra=_POST
)
async def updated(request: Request, name: Name) -> Response:
    """An update is one transaction, on disk when it is answered. `If-Match` takes the ETag of an earlier answer."""
    return await _sparql(request, name)


async def _sparql(request: Request, name: str) -> Response:
    found: Workspaces = request.app.state.workspaces
    if request.method == "POST":
        # Before the body is read: whoever may not even read has no business in sending megabytes.
        require(request, "workspace-read")
    asked = await read_request(request, request.app.state.library.settings.body_bytes)
    if asked is None:
        require(request, "workspace-read")
        return await of_workspace(request, name)
    if asked.as_of is not None:
        raise Refusal(400)
    if asked.kind == "update":
        await begin(request, "workspace-write")
        return await change(request, name, asked)
    require(request, "workspace-read")
    return reply(request, await found.find(name).ask(_question(request, asked, found.graphs(name))))


def _question(request: Request, asked: SparqlRequest, base: str) -> Question:
    table, graph = query_formats(request.headers.get("accept", ""))
    if not table and not graph:
        raise Refusal(406, known=", ".join(value.partition(";")[0] for value in MEDIA.values()))
    return Question(
        text=asked.text,
        results=table,
        graph=graph,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        rows=request.app.state.library.settings.query_rows,
        base=base,
    )


@router.delete("/workspaces/{name}/graphs", summary="Remove a graph", responses=_WRITTEN)
@router.post(
    "/workspaces/{name}/graphs", summary="Merge into a graph, or make one", responses=_WRITTEN, openapi_extra=_UPLOAD
)
@router.put("/workspaces/{name}/graphs", summary="Put a graph in place", responses=_WRITTEN, openapi_extra=_UPLOAD)
@router.head("/workspaces/{name}/graphs", summary="Is there such a graph?", responses=media(WRITABLE))
@router.get("/workspaces/{name}/graphs", summary="A graph of a workspace", responses=media(WRITABLE))
async def by_name(request: Request, name: Name) -> Response:
    """The graph is named by `?graph=` (its IRI) or `?default`. A POST without either makes a new one."""
    return await graphs.answer(request, name, indirect(request))


@router.delete("/workspaces/{name}/graphs/{path:path}", summary="Remove a graph", responses=_WRITTEN)
@router.post(
    "/workspaces/{name}/graphs/{path:path}", summary="Merge into a graph", responses=_WRITTEN, openapi_extra=_UPLOAD
)
@router.put(
    "/workspaces/{name}/graphs/{path:path}", summary="Put a graph in place", responses=_WRITTEN, openapi_extra=_UPLOAD
)
@router.head("/workspaces/{name}/graphs/{path:path}", summary="Is there such a graph?", responses=media(WRITABLE))
@router.get("/workspaces/{name}/graphs/{path:path}", summary="A graph of a workspace", responses=media(WRITABLE))
async def by_path(request: Request, name: Name, path: str) -> Response:
    """The graph `<base>workspace/<name>/<path>`."""
    found: Workspaces = request.app.state.workspaces
    return await graphs.answer(request, name, direct(found.graphs(name), path))


@router.post("/workspaces/{name}/promote", summary="Propose what a workspace holds", responses=one(Proposal, 201))
async def promoted(request: Request, name: Name) -> Response:
    """Freezes every statement and records a proposal; there is no approval yet."""
    author = require(request, "propose")
    found: Workspaces = request.app.state.workspaces
    library = request.app.state.library
    quads = await found.find(name).quads()
    content = b"".join(quads.blocks())
    settings = library.settings
    recorded = await library.work(
        lambda: propose(wiring.proposals(settings), settings.folder, name, Person(author.name, author.role), content)
    )
    return Response(msgspec.json.encode(recorded), 201, media_type="application/json")
