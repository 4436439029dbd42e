"""Concepts: records, relations, documents, hierarchy, autocomplete."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import json, knowledge, page, slice_of
from api.hits import documents_of
from api.library import Library
from api.resolving import Alias, elsewhere, kept
from api.routes.parameters import AsOf, Curie, Cursor, Limit
from api.schemas import many, one
from kg.errors import NotFound
from kg.generation.timeline import Moment
from kg.query.records import ConceptRecord, DocumentHit, LabelPair, Neighbour, SuggestionRecord, TreeNode

router = APIRouter(prefix="/api/v1", tags=["concepts"])


@router.get(
    "/autocomplete", summary="Concepts by the beginning of a name, code or pinyin", responses=many(SuggestionRecord)
)
async def autocomplete(
    request: Request,
    q: Annotated[str, Query(max_length=200)],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    category: Annotated[str | None, Query(max_length=40)] = None,
    as_of: AsOf = None,
) -> Response:
    """Names of any kind in both languages (traditional characters too), pinyin, initials, codes; where nothing else
    fits, slips: a letter, a character, or another character of the same sound."""
    found, _ = await knowledge(request, as_of)
    rows = found.indexes.suggest.suggest(q, limit, category)
    items = [
        SuggestionRecord(
            row.id, LabelPair(row.zh or None, row.en or None), row.text, row.match, row.category,
            row.illustrative, row.deprecated, row.kind, row.language, row.code,
        )
        for row in rows
    ]  # fmt: skip
    return page(found, items, None)


@router.get(
    "/concepts/{curie:path}/neighbours", summary="Concepts that claims relate to this one", responses=many(Neighbour)
)
async def neighbours(
    request: Request, curie: Curie, limit: Limit = 50, cursor: Cursor = None, as_of: AsOf = None
) -> Response:
    found, inner = await knowledge(request, as_of, cursor)
    rows = await request.app.state.library.work(lambda: found.concepts.neighbours(curie))
    return page(found, *slice_of(rows, inner, limit))


@router.get(
    "/concepts/{curie:path}/documents",
    summary="Documents that mention the concept, most relevant first",
    responses=many(DocumentHit),
)
async def documents(
    request: Request,
    curie: Curie,
    subtree: Annotated[bool, Query(description="Also those that mention something below it.")] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    found, inner = await knowledge(request, as_of, cursor)
    return page(found, *documents_of(found, curie, subtree=subtree, limit=limit, inner=inner))


@router.get("/concepts/{curie:path}/tree", summary="What stands above and directly below", responses=many(TreeNode))
async def tree(
    request: Request, curie: Curie, limit: Limit = 100, cursor: Cursor = None, as_of: AsOf = None
) -> Response:
    """Ancestors, topmost first, then the concept, on the first page; then its children."""
    found, inner = await knowledge(request, as_of, cursor)
    library = request.app.state.library
    children, following = slice_of(await library.work(lambda: found.concepts.children(curie)), inner, limit)
    above = await library.work(lambda: found.concepts.ancestors(curie)) if inner is None else []
    return page(found, [*above, *children], following)


@router.get(
    "/concepts/{curie:path}/timeline",
    summary="What changed about the concept in each kept generation",
    responses=many(Moment),
)
async def timeline(
    request: Request, curie: Curie, limit: Limit = 50, cursor: Cursor = None, as_of: AsOf = None
) -> Response:
    """Oldest first, up to the current generation or that of `as_of`."""
    found, inner = await knowledge(request, as_of, cursor)
    library: Library = request.app.state.library
    rows = await library.work(lambda: library.past.timeline(found.concepts.node(curie), found.id))
    if not rows:
        raise NotFound(name=curie)
    return page(found, *slice_of(rows, inner, limit))


@router.get("/concepts/{curie:path}", summary="One concept", responses=one(ConceptRecord))
async def concept(request: Request, curie: Curie, as_of: AsOf = None) -> Response:
    """An id that is no concept of its own but a verified match of one leads to that one (303)."""
    found, _ = await knowledge(request, as_of)
    try:
        return json(found.concepts.record(curie))
    except NotFound:
        other = await elsewhere(request, found, curie)
    record = Alias(id=curie, concept=other, relation="exactMatch")
    where = {"Location": kept(request, f"/api/v1/concepts/{quote(other.id, safe=':')}")}
    return Response(msgspec.json.encode(record), 303, where, "application/json")
