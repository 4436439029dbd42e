"""Whole dumps over HTTP: a right of its own, audited, with limits."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.access.recording import begun, record
from api.actor import actor
from api.answers import Stream, knowledge
from api.exports import Exports
from api.library import Library
from api.routes.parameters import AsOf
from api.schemas import media
from api.sparql.preconditions import unchanged
from kg.bulk.dump import MEDIA, Form
from kg.bulk.export import Wanted
from kg.bulk.selection import Selection, select
from kg.errors import ExportTooLarge, QueryRefused
from kg.model.ids import digest
from kg.query.pool import Answer

router = APIRouter(prefix="/api/v1", tags=["bulk"])
Licences = Annotated[
    str, Query(max_length=2_000, description="Only graphs under these: SPDX identifiers or IRIs, with commas.")
]
Graphs = Annotated[list[str] | None, Query(max_length=200, description="Only these named graphs.")]


@router.head("/export", include_in_schema=False)
@router.get(
    "/export",
    summary="A dump of the named graphs, as a stream",
    responses=media(dict(MEDIA) | {"gzip": "application/gzip"}),
)
async def export(
    request: Request,
    format: Annotated[Literal["nquads", "trig"], Query(description="How it is written.")] = "nquads",
    licence: Licences = "",
    graph: Graphs = None,
    compressed: Annotated[bool, Query(description="As a gzip file.")] = False,
    web_annotations: Annotated[bool, Query(description="Mentions in the full Web Annotation form.")] = False,
    as_of: AsOf = None,
) -> Response:
    """`Medkg-Left-Out` counts the graphs that the filter leaves out. Counts that a graph wants kept back are."""
    library: Library = request.app.state.library
    found, _ = await knowledge(request, as_of)
    licences = tuple(part.strip() for part in licence.split(",") if part.strip())
    wanted = Wanted(licences, tuple(graph or ()), Form(format, web_annotations, compressed))
    if found.manifest.store == "remote":
        raise QueryRefused(why="export-store", kind=found.manifest.store)
    chosen = await library.work(
        lambda: select(found.reader, found.manifest, licences=wanted.licences, graphs=wanted.graphs)
    )
    headers = _headers(found.id, wanted, chosen)
    if unchanged(request, headers["ETag"]):
        return Response(None, 304, headers)
    limit = library.settings.export_statements
    if limit and chosen.statements > limit:
        raise ExportTooLarge(statements=chosen.statements, limit=limit)
    kind = "application/gzip" if compressed else MEDIA[format]
    if request.method == "HEAD":
        return Response(None, 200, headers, kind)
    exports: Exports = request.app.state.exports
    asking = actor(request.scope)
    exports.count(asking.client or asking.name)
    await begun(request.scope)
    blocks = _whole(request, exports.blocks(library.shelf.path(found.id), wanted))
    # The first block before the status: what fails at once is an error, not a broken transfer.
    first = await anext(blocks, b"")
    return Stream(Answer(format, first, blocks), kind, headers)


def _headers(generation: str, wanted: Wanted, chosen: Selection) -> dict[str, str]:
    mark = digest(generation, msgspec.json.encode(wanted, order="sorted").decode())
    return {
        "ETag": f'"{mark}"',
        "Content-Disposition": f'attachment; filename="medkg-{generation}-{wanted.form.name}"',
        "Medkg-Left-Out": str(len(chosen.left_out)),
    }


async def _whole(request: Request, blocks: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """The blocks; the log is told how it ended. An asker who has gone is served no further."""
    outcome = "failed"
    try:
        async for block in blocks:
            yield block
            if await request.is_disconnected():
                raise ClientDisconnect
        outcome = "done"
    finally:
        await blocks.aclose()
        await record(request.scope, outcome)
