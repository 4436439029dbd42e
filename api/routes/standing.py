"""What rests on retracted, doubted or replaced work."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import knowledge, page, slice_of
from api.library import Library
from api.routes.parameters import AsOf, Cursor, Limit
from api.schemas import many
from kg.query.flags import FlaggedRecord, Flags

router = APIRouter(prefix="/api/v1", tags=["documents"])
Flag = Annotated[
    Literal["retracted", "concern", "superseded", "preprint"] | None, Query(description="Only what is flagged so.")
]
OfKind = Annotated[
    Literal["document", "claim", "recommendation"] | None,
    Query(description="Only things of this kind; pages may then hold fewer than `limit`, also none, before the end."),
]


@router.get("/standing", summary="What rests on retracted, doubted or replaced work", responses=many(FlaggedRecord))
async def standing(
    request: Request,
    flag: Flag = None,
    kind: OfKind = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """Documents that are retracted, doubted, superseded or preprints, and the claims and recommendations drawn
    from them, with the notices that say so. Flags are set when a generation is published."""
    found, inner = await knowledge(request, as_of, cursor)
    library: Library = request.app.state.library

    def work() -> tuple[list[FlaggedRecord], str | None]:
        flags = Flags(found.reader, found.naming)
        nodes, following = slice_of(flags.nodes(flag), inner, limit)
        return flags.records(nodes, kind), following

    return page(found, *await library.work(work))
