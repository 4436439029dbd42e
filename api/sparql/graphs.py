"""The Graph Store Protocol on a workspace (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from fastapi import Request
from starlette.responses import Response

from api.access.rights import require
from api.bodies import read_body
from api.problems import Refusal
from api.sparql.names import address, settled
from api.sparql.preconditions import preconditions
from api.sparql.replies import graph_format, reply, written
from kg.errors import GraphRefused, PreconditionFailed
from kg.workspace.shelf import Workspaces
from kg.workspace.tasks import GRAPH_MEDIA, MULTIPART, Load
from kg.workspace.uploads import format_of

METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE"]
_BLOCK = 1 << 20


async def answer(request: Request, name: str, graph: str | None) -> Response:
    """Do what the method says with a graph of a workspace; ``graph`` is "" for the default graph, None for the store.

    Raises Refusal (400, 401, 403, 406, 413, 415), GraphRefused, UnknownGraph, UnknownName, PreconditionFailed,
    WorkspaceBusy, QueryTimeout, StorageFull.
    """
    if request.method in ("GET", "HEAD"):
        return await _read(request, name, graph)
    require(request, "workspace-write")
    if request.method == "DELETE":
        return await _drop(request, name, graph)
    return await _load(request, name, graph)


def _iri(request: Request, name: str, graph: str | None) -> str:
    if graph is None:
        raise GraphRefused(why="graph-name")
    workspaces: Workspaces = request.app.state.workspaces
    return settled(request, name, workspaces.graphs(name), graph)


async def _read(request: Request, name: str, graph: str | None) -> Response:
    require(request, "workspace-read")
    workspaces: Workspaces = request.app.state.workspaces
    found = await workspaces.find(name).graph(_iri(request, name, graph), graph_format(request))
    return reply(request, found)


async def _drop(request: Request, name: str, graph: str | None) -> Response:
    workspaces: Workspaces = request.app.state.workspaces
    wanted = preconditions(request)
    if wanted.fresh:
        raise PreconditionFailed
    return written(await workspaces.find(name).drop(_iri(request, name, graph), wanted.fits))


async def _load(request: Request, name: str, graph: str | None) -> Response:
    media = request.headers.get("content-type", "")
    multipart = media.strip().lower().startswith(MULTIPART)
    if not multipart and not format_of(media):
        raise Refusal(415, known=", ".join([*GRAPH_MEDIA, MULTIPART]))
    workspaces: Workspaces = request.app.state.workspaces
    store = address(request, name)
    location = ""
    if graph is None:
        if request.method == "PUT":
            raise GraphRefused(why="graph-name")
        # Section 5.5: a graph of its own; the name is the workspace's, not data.
        local = uuid4().hex
        iri, location = workspaces.graphs(name) + local, store + local
    else:
        iri = _iri(request, name, graph)
        if iri.startswith(workspaces.graphs(name)):
            location = store + iri[len(workspaces.graphs(name)) :]
    wanted = preconditions(request)
    data = await read_body(request, request.app.state.library.settings.graph_bytes)
    task = Load(
        graph=iri,
        media=media,
        base=iri or store,
        replace=request.method == "PUT",
        fresh=wanted.fresh,
        known=wanted.known,
    )
    return written(await workspaces.make(name).load(task, _blocks(data), wanted.fits), location)


def _blocks(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), _BLOCK):
        yield data[at : at + _BLOCK]
