"""Where a statement comes from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import wiring
from api.access.rights import allows
from api.answers import knowledge, page
from api.library import Library
from api.lineage import (
    DerivedRecord,
    Lineage,
    LineageJob,
    LineageQuad,
    LineageRecord,
    QuadRecord,
    RawRecord,
    SourceFile,
    SourceRecord,
    Traced,
    traced,
)
from api.rawrecords import RawRecords
from api.routes.parameters import LONGEST_ID, AsOf, Cursor
from api.schemas import many
from kg.errors import QueryError
from kg.query.quads import Pattern, read_iri, read_term

router = APIRouter(prefix="/api/v1", tags=["documents"])
RECORDS = (
    LineageQuad, QuadRecord, SourceRecord, SourceFile, LineageRecord, LineageJob, RawRecord, DerivedRecord,
)  # fmt: skip
MOST_RAW = 3
"""Quads of a page with raw records: each may mean reading a long file."""
_LONGEST = 2_000
"""Characters of an object: a longer one is found by its predicate and graph."""
_Name = Query(max_length=500, description="CURIE or IRI.")


@router.get("/lineage", summary="Where a statement comes from", responses=many(LineageQuad))
async def lineage(
    request: Request,
    subject: Annotated[str, Query(min_length=1, max_length=LONGEST_ID, description="CURIE or IRI.")],
    predicate: Annotated[str | None, _Name] = None,
    object: Annotated[
        str | None, Query(max_length=_LONGEST, description='CURIE, IRI, or a literal in N-Triples form: `"gout"@en`.')
    ] = None,
    graph: Annotated[str | None, Query(max_length=500, description="IRI of a named graph.")] = None,
    raw: Annotated[
        bool, Query(description="The first record of each quad as it stands in its file; at most 3 quads a page.")
    ] = False,
    limit: Annotated[int, Query(ge=1, le=100, description="Quads of one page.")] = 20,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """Every quad that fits, with the source of its graph, the records that state it, and the batch and job that
    brought them; for what publishing derived, the method and what it rests on. A copy of a raw record is given where
    licences let it be passed on, and to who may send files."""
    found, inner = await knowledge(request, as_of, cursor)
    library: Library = request.app.state.library
    ids = found.naming.ids
    pattern = Pattern(
        read_iri(subject, ids),
        read_iri(predicate, ids) if predicate else None,
        read_term(object, ids) if object else None,
        read_iri(graph, ids) if graph else None,
    )
    if inner is not None and not (inner.isascii() and inner.isdecimal() and len(inner) < 10):
        raise QueryError(why="cursor")
    start, size = int(inner or 0), min(limit, MOST_RAW) if raw else limit

    def work() -> tuple[Lineage, list[Traced], bool]:
        jobs = wiring.jobs(library.settings)
        asked = Lineage(found.reader, found.manifest, library.settings.folder, jobs.making)
        return asked, *traced(asked, found.reader, pattern, size, start)

    asked, rows, more = await library.work(work)
    following = str(start + size) if more else None
    if not raw:
        return page(found, [row.shown for row in rows], following)
    records: RawRecords = request.app.state.raw_records
    everything = allows(request, "ingest")
    return page(found, [await records.fill(asked, row, everything=everything) for row in rows], following)
