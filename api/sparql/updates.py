"""Updates: to a workspace by its own address, or through ``/sparql`` into graphs of one workspace."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from api.access.recording import begin
from api.sparql.preconditions import preconditions
from api.sparql.replies import written
from api.sparql.request import SparqlRequest
from kg.errors import PreconditionFailed
from kg.query.gate import check_update
from kg.workspace.shelf import Workspaces
from kg.workspace.targets import workspace_of, written_workspace
from kg.workspace.tasks import Change


async def apply(request: Request, asked: SparqlRequest) -> Response:
    """Run an update that came to ``/sparql``: 204 with the ETag of the workspace that it wrote to.

    Its WHERE parts see that workspace only. Raises Refusal (401, 403), NotWorkspaceGraph for an update that
    writes to anything but graphs of one workspace, and the errors of ``Workspace.update``.
    """
    await begin(request, "workspace-write")
    workspaces: Workspaces = request.app.state.workspaces
    # The whole gate first, with the size of a query: the text is read as tokens in this process.
    check_update(asked.text)
    name = written_workspace(asked.text, workspaces.base)
    for graph in (*asked.default_graphs, *asked.named_graphs):
        workspace_of(graph, workspaces.base)
    return await change(request, name, asked)


async def change(request: Request, name: str, asked: SparqlRequest) -> Response:
    """Run an update on a workspace, which is made if there is none; who asks must have the right already."""
    workspaces: Workspaces = request.app.state.workspaces
    wanted = preconditions(request)
    if wanted.fresh and name in workspaces.names():
        raise PreconditionFailed
    workspace = workspaces.find(name) if wanted.known else workspaces.make(name)
    task = Change(
        text=asked.text,
        base=workspaces.graphs(name),
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
    )
    return written(await workspace.update(task, wanted.fits))
