"""Pages for people: start, results, a concept, a document, the API's description. Rendered here, no script,
nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import knowledge
from api.hits import documents_of
from api.knowledge import Knowledge
from api.pages import guarded, render
from api.resolving import elsewhere, kept
from api.routes.corrections import corrections
from api.routes.parameters import AsOf, Curie, Cursor
from api.segments import marked, mentioned
from kg.errors import MedkgError, NotFound
from kg.index.base import Filters
from kg.search.base import LONGEST_QUERY
from kg.search.base import Query as SearchQuery
from kg.search.correcting import MOST
from kg.search.filtering import DESIGNS

router = APIRouter(include_in_schema=False)
_HITS = 10
_RELATED = 50


@router.get("/")
async def start(request: Request, as_of: AsOf = None) -> Response:
    try:
        found, _ = await knowledge(request, as_of)
    except MedkgError as error:
        return guarded(request, error)
    counts = found.indexes.text
    return render(request, "start", documents=counts.count("document"), concepts=counts.count("concept"))


@router.get("/search")
async def results(
    request: Request,
    without_concept: Annotated[list[str] | None, Query(max_length=MOST)] = None,
    concept: Annotated[list[str] | None, Query(max_length=MOST)] = None,
    hints: Annotated[str | None, Query(max_length=200)] = None,
    profile: Annotated[str, Query(max_length=40)] = "",
    design: Annotated[str, Query(max_length=40)] = "",
    q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    if not q.strip():
        return Response(None, 303, {"Location": kept(request, "/")})
    try:
        found, inner = await knowledge(request, as_of, cursor)
        corrected = corrections(without_concept, concept, hints)
        filters = found.filtering.of((f"design:{design}",) if design else (), Filters())
        query = SearchQuery(q, "document", filters, _HITS, inner, corrections=corrected, profile=profile)
        answer = await request.app.state.library.work(lambda: found.searcher.search(query))
    except MedkgError as error:
        return guarded(request, error)
    following = f"{found.id}~{answer.next}" if answer.next else None
    asked = {"without": list(corrected.without), "hints": corrected.hints, "profile": profile, "design": design}
    return render(request, "results", q=q, answer=answer, following=following, marked=marked, asked=asked,
                  profiles=found.profiles.values(), designs=DESIGNS)  # fmt: skip


@router.get("/concept/{curie:path}")
async def concept(request: Request, curie: Curie, as_of: AsOf = None) -> Response:
    try:
        found, _ = await knowledge(request, as_of)
        try:
            values = await request.app.state.library.work(lambda: _concept(found, curie))
        except NotFound:
            other = await elsewhere(request, found, curie)
            return Response(None, 303, {"Location": kept(request, f"/concept/{quote(other.id, safe=':')}")})
    except MedkgError as error:
        return guarded(request, error)
    return render(request, "concept", **values)


def _concept(found: Knowledge, curie: str) -> dict[str, Any]:
    return {
        "record": found.concepts.record(curie),
        "documents": documents_of(found, curie, subtree=True, limit=_HITS, inner=None)[0],
        "neighbours": found.concepts.neighbours(curie)[:_RELATED],
        "children": found.concepts.children(curie)[:_RELATED],
    }


@router.get("/document/{curie:path}")
async def document(request: Request, curie: Curie, as_of: AsOf = None) -> Response:
    try:
        found, _ = await knowledge(request, as_of)
        record = await request.app.state.library.work(lambda: found.documents.record(curie))
    except MedkgError as error:
        return guarded(request, error)
    return render(request, "document", record=record, mentioned=mentioned)


@router.get("/docs")
async def docs(request: Request) -> Response:
    openapi: Callable[[], dict[str, Any]] = request.app.openapi
    return render(request, "docs", api=openapi())


@router.get("/style.css")
async def style() -> Response:
    return _file("style.css", "text/css; charset=utf-8")


@router.get("/icon.svg")
async def icon() -> Response:
    """Browsers ask for one at ``/favicon.ico``, in vain, where a page names none."""
    return _file("icon.svg", "image/svg+xml")


def _file(name: str, media: str) -> Response:
    return Response(_bytes(name), headers={"Cache-Control": "max-age=3600"}, media_type=media)


@lru_cache(maxsize=2)
def _bytes(name: str) -> bytes:
    return (files("api") / "web" / name).read_bytes()
