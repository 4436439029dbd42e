"""Answers that come from the writer of a workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from api.negotiation import ranges
from api.problems import Refusal
from api.sparql.preconditions import unchanged
from kg.query.frames import GRAPH_FORMATS, RESULT_FORMATS
from kg.workspace.workspace import Reply, Written

WRITABLE: dict[str, str] = {
    "turtle": GRAPH_FORMATS["turtle"],
    "ntriples": GRAPH_FORMATS["ntriples"],
    "rdfxml": "application/rdf+xml",
    "jsonld": GRAPH_FORMATS["jsonld"],
}
"""Formats of a graph of a workspace, the default first, with their media types."""
MEDIA = RESULT_FORMATS | GRAPH_FORMATS | WRITABLE


def graph_format(request: Request, known: Sequence[str] = tuple(WRITABLE)) -> str:
    """The best format for a graph; raises Refusal (406)."""
    accept = request.headers.get("accept", "").strip()
    if not accept:
        return known[0]
    for wanted, _ in ranges(accept):
        for name in known:
            media = WRITABLE[name].partition(";")[0]
            if wanted in ("*/*", media) or (wanted.endswith("/*") and media.startswith(wanted[:-1])):
                return name
    raise Refusal(406, known=", ".join(WRITABLE[name].partition(";")[0] for name in known))


def reply(request: Request, found: Reply) -> Response:
    """A whole answer, or 304 for who has it."""
    headers = {"Vary": "Accept, Authorization", "ETag": found.etag, "Cache-Control": "private, no-cache"}
    if unchanged(request, found.etag):
        found.close()
        return Response(None, 304, headers)
    headers["Content-Length"] = str(found.size)
    return StreamingResponse(_blocks(found), 200, headers, MEDIA[found.format])


async def _blocks(found: Reply) -> AsyncIterator[bytes]:
    for block in found.blocks():
        yield block


def written(done: Written, location: str = "") -> Response:
    """A change that is on disk: 201 for a new graph, else 204."""
    headers = {"ETag": done.etag}
    if done.created and location:
        headers["Location"] = location
    return Response(None, 201 if done.created else 204, headers)
