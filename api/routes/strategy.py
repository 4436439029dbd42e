"""The field search language of libraries. What users write here is never kept, logged or repeated in an error."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import knowledge, page
from api.hits import hit
from api.routes.parameters import AsOf, Cursor, Limit
from api.schemas import many
from kg.index.boolean import Order
from kg.query.records import DocumentHit
from kg.search.strategy.grammar import MOST_CHARACTERS
from kg.search.strategy.history import MOST_EARLIER
from kg.search.strategy.searching import Strategy, StrategyReading

router = APIRouter(prefix="/api/v1")


@router.get(
    "/strategy",
    tags=["search"],
    summary="Documents by a search strategy",
    responses=many(DocumentHit, StrategyReading),
)
async def strategy(
    request: Request,
    q: Annotated[str, Query(max_length=MOST_CHARACTERS, description="In the field search language.")],
    history: Annotated[
        list[str] | None,
        Query(max_length=MOST_EARLIER, description="Earlier strategies in their order: `#1`, `#2` and so on."),
    ] = None,
    sort: Annotated[Order, Query(description="`newest` and `oldest` go by year.")] = "relevance",
    facets: Annotated[bool, Query(description="Count the hits by year, journal, type, language and author.")] = False,
    limit: Limit = 10,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """`interpretation` says how the strategy was read, in words and in one canonical form, counts every hit, and
    gives it in the syntax of PubMed, SinoMed and CNKI with what each of them cannot say."""
    found, inner = await knowledge(request, as_of, cursor)
    asked = Strategy(q, tuple(history or ()), sort, limit, facets, inner)
    results = await request.app.state.library.work(lambda: found.strategies.search(asked))
    return page(found, [hit(card) for card in results.items], results.next, results.interpretation)
