"""Hybrid search, and the annotation of texts. What users write here is never kept, logged or repeated."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.annotation import annotate_texts
from api.answers import knowledge, page
from api.problems import Refusal
from api.requests import MOST_CHARACTERS, AnnotateRequest, AnnotateText, TextMentions, read_json
from api.routes.parameters import AsOf, Cursor, Limit
from api.schemas import body, many
from ingest.text.claims.ledger import Ledger
from kg.index.base import Filters, Kind
from kg.search.base import LONGEST_QUERY, Hit, Interpretation
from kg.search.base import Query as SearchQuery

router = APIRouter(prefix="/api/v1")
_KINDS: dict[str, Kind | None] = {"document": "document", "concept": "concept", "all": None}


@router.get("/search", tags=["search"], summary="Documents and concepts", responses=many(Hit, Interpretation))
async def search(
    request: Request,
    q: Annotated[str, Query(max_length=LONGEST_QUERY, description="In Chinese, English or both.")],
    kind: Literal["document", "concept", "all"] = "document",
    year_from: Annotated[int | None, Query(ge=0, le=9999)] = None,
    year_to: Annotated[int | None, Query(ge=0, le=9999)] = None,
    lang: Annotated[str | None, Query(pattern="^[a-z]{2,3}$", description="Language of the documents.")] = None,
    illustrative: Annotated[bool, Query(description="false leaves out invented examples.")] = True,
    limit: Limit = 10,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """Each hit has the parts of its score and the best sentence; `interpretation` says how the query was read."""
    found, inner = await knowledge(request, as_of, cursor)
    filters = Filters(year_from, year_to, lang, illustrative)
    query = SearchQuery(q, _KINDS[kind], filters, limit, inner)
    results = await request.app.state.library.work(lambda: found.searcher.search(query))
    return page(found, results.items, results.next, results.interpretation)


@router.post(
    "/annotate",
    tags=["annotation"],
    summary="Concepts that texts mention",
    responses=many(TextMentions),
    openapi_extra=body(AnnotateRequest),
)
async def annotate(request: Request, as_of: AsOf = None) -> Response:
    """Up to 100 texts in one request; offsets are code points of the text as sent."""
    library = request.app.state.library
    asked = await read_json(request, AnnotateRequest, library.settings.body_bytes)
    texts = [AnnotateText(item) if isinstance(item, str) else item for item in asked.texts]
    if sum(len(item.text) for item in texts) > MOST_CHARACTERS:
        raise Refusal(413, limit=MOST_CHARACTERS)
    found, _ = await knowledge(request, as_of)
    ledger = Ledger() if asked.claims else None
    return page(found, await library.work(lambda: annotate_texts(found, texts, ledger=ledger)), None)
