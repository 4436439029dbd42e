"""What is mapped to what: of one concept, and all of it as a list or a mapping set (SSSOM)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import knowledge, page, slice_of
from api.library import Library
from api.mapping_sets import mapping_set
from api.negotiation import choose
from api.problems import Refusal, spoken
from api.routes.parameters import AsOf, Curie, Cursor, Limit
from api.schemas import described, many
from kg.errors import QueryError
from kg.exchange.sssom import MEDIA_TYPE
from kg.query.mappings import MappedState, MappingRecord, Wanted

router = APIRouter(prefix="/api/v1", tags=["mappings"])
RECORDS = (MappingRecord,)
_FORMS = {"json": "application/json", "tsv": MEDIA_TYPE}
_OFFERS = tuple((media.partition(";")[0], name) for name, media in _FORMS.items())
_KNOWN = ", ".join(_FORMS)
Prefix = Annotated[str, Query(max_length=200, description="Beginning of a CURIE: `DOID:`, `MESH:D00`.")]


@router.get(
    "/concepts/{curie:path}/mappings", summary="What the concept is mapped to, and from", responses=many(MappingRecord)
)
async def of_concept(
    request: Request, curie: Curie, limit: Limit = 50, cursor: Cursor = None, as_of: AsOf = None
) -> Response:
    """In either direction, with relation, justification, confidence, people and the graphs that say so; negative
    mappings are shown as such. An id that is no concept here may be mapped all the same."""
    found, inner = await knowledge(request, as_of, cursor)
    rows = await request.app.state.library.work(lambda: found.mappings.of(found.concepts.node(curie)))
    return page(found, *slice_of(rows, inner, limit))


@router.get(
    "/mappings",
    summary="Mappings, as a list or as a mapping set",
    responses=described(many(MappingRecord), {"tsv": MEDIA_TYPE}),
)
async def mappings(
    request: Request,
    subject_prefix: Prefix = "",
    object_prefix: Prefix = "",
    predicate: Annotated[str, Query(max_length=200, description="`skos:exactMatch`, or without its prefix.")] = "",
    state: Annotated[MappedState | None, Query(description="`rejected` ones are negative.")] = None,
    licence: Annotated[
        list[Annotated[str, Query(max_length=200)]] | None,
        Query(max_length=20, description="Only what graphs with one of these licences state."),
    ] = None,
    format: Annotated[Literal["json", "tsv"] | None, Query(description="Instead of Accept.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """By subject, predicate and object. As `text/tab-separated-values` all of them in one file, in the Simple Standard
    for Sharing Ontology Mappings, negative ones with `predicate_modifier` `Not`."""
    form = format or choose(request.headers.get("accept", ""), _OFFERS)
    if form not in _FORMS:
        raise Refusal(406, known=_KNOWN)
    found, inner = await knowledge(request, as_of, cursor)
    wanted = Wanted(subject_prefix, object_prefix, predicate, state or "", tuple(licence or ()))
    library: Library = request.app.state.library
    if form == "tsv":
        text = await library.work(lambda: "".join(mapping_set(found.manifest, found.mappings, wanted, spoken(request))))
        response = Response(text, media_type=MEDIA_TYPE)
        response.headers["Content-Disposition"] = f'attachment; filename="mappings-{found.id}.sssom.tsv"'
    else:
        start = _offset(inner)
        rows, following = await library.work(lambda: found.mappings.some(wanted, start, limit))
        records = [found.mappings.record(row) for row in rows]
        response = page(found, records, None if following is None else str(following))
    response.headers["Vary"] = "Accept"
    return response


def _offset(inner: str | None) -> int:
    """The place in the table that an inner cursor names; raises QueryError for what is none."""
    if inner is not None and not (inner.isascii() and inner.isdecimal() and len(inner) < 10):
        raise QueryError(why="cursor")
    return int(inner or 0)
