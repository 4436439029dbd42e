"""People: what a name can stand for, and what is known of one. Names that are asked for are never logged."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.answers import json, knowledge, page, slice_of
from api.library import Library
from api.people import People, PersonRecord
from api.routes.parameters import LONGEST_ID, AsOf, Cursor, Limit
from api.schemas import many, one

RECORDS = (PersonRecord,)
router = APIRouter(prefix="/api/v1", tags=["documents"])
Name = Annotated[
    str, Query(max_length=200, description="In Chinese or Latin letters, in either order, in full or with initials.")
]
PersonId = Annotated[
    str, Path(max_length=LONGEST_ID, description="An authorship of the person: `PMID:1/author/2`, percent-encoded.")
]


@router.get("/people", summary="People who can have a name", responses=many(PersonRecord))
async def people(
    request: Request, name: Name, limit: Limit = 20, cursor: Cursor = None, as_of: AsOf = None
) -> Response:
    """Pages may hold fewer people than `limit`, also none, before the end. `meets` says how the names meet;
    romanised names and initials are candidates, not proof."""
    found, inner = await knowledge(request, as_of, cursor)
    library: Library = request.app.state.library

    def work() -> tuple[list[PersonRecord], str | None]:
        those = People(found.reader, found.naming.ids)
        asked, nodes = those.named(name)
        here, following = slice_of(nodes, inner, limit)
        return (those.meeting(asked, here) if asked else []), following

    return page(found, *await library.work(work))


@router.get("/people/{id:path}", summary="One person with records and evidence", responses=one(PersonRecord))
async def person(request: Request, id: PersonId, as_of: AsOf = None) -> Response:
    """Authorships that an identifier or a full name with evidence joins, what that evidence is, and, apart, who may be
    the same person. Nobody is joined by a name alone."""
    found, _ = await knowledge(request, as_of)
    library: Library = request.app.state.library
    return json(await library.work(lambda: People(found.reader, found.naming.ids).record(id)))
