"""The example queries, for machines as JSON or RDF and for people as a page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import Page, json
from api.negotiation import graph_format, ranges
from api.pages import render
from api.schemas import many
from kg.examples import TOPICS, Example, examples, source
from kg.query.frames import GRAPH_FORMATS
from kg.query.serialization import converted

router = APIRouter()


@router.get("/api/v1/examples", tags=["sparql"], summary="Example queries", responses=many(Example))
async def listed(
    request: Request,
    keyword: Annotated[str | None, Query(max_length=100, description="Only those with this keyword.")] = None,
) -> Response:
    """Each with its titles in Chinese and English; as RDF (`sh:select`) where Accept asks for it."""
    accept = request.headers.get("accept", "")
    wanted = next((media for media, _ in ranges(accept)), "")
    chosen = graph_format(accept) if wanted not in ("", "*/*", "application/*", "application/json") else ""
    if chosen:
        parts = [source(topic) for topic in ("prefixes", *TOPICS)]
        return Response(converted(parts, chosen), 200, {"Vary": "Accept"}, GRAPH_FORMATS[chosen])
    found = [example for example in examples() if keyword is None or keyword in example.keywords]
    current = request.app.state.library.current
    response = json(Page(found, None, current.id if current else ""))
    response.headers["Vary"] = "Accept"
    return response


@router.get("/examples", include_in_schema=False)
async def page(request: Request) -> Response:
    return render(request, "examples", examples=examples())
