"""The field search language of libraries. What users write here is never kept, logged or repeated in an error."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import knowledge, page
from api.hits import work
from api.routes.parameters import AsOf, Cursor, Limit
from api.schemas import many
from kg.index.boolean import Order
from kg.query.records import WorkHit
from kg.search.strategy.grammar import MOST_CHARACTERS
from kg.search.strategy.history import MOST_EARLIER
from kg.search.strategy.searching import Strategy, StrategyReading

router = APIRouter(prefix="/api/v1")


@router.get(
    "/strategy",
    tags=["search"],
    summary="Works by a search strategy",
    responses=many(WorkHit, StrategyReading),
)
async def strategy(
    request: Request,
    q: Annotated[str, Query(max_length=MOST_CHARACTERS, description="In the field search language.")],
    history: Annotated[
        list[str] | None,
        Query(max_length=MOST_EARLIER, description="Earlier strategies in their order: `#1`, `#2` and so on."),
    ] = None,
    sort: Annotated[
        Order,
        Query(description="Chinese titles and first authors go by pinyin or strokes."),
    ] = "relevance",
    facets: Annotated[
        bool, Query(description="Count the works by year, journal, type, language, author, list.")
    ] = False,
    limit: Limit = 10,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """A work is found once, by what its records say together; `records` names those beside the one that is shown.
    `interpretation` says how the strategy was read, in words and in one canonical form, counts every hit, and
    gives it in the syntax of PubMed, SinoMed and CNKI with what each of them cannot say."""
    found, inner = await knowledge(request, as_of, cursor)
    asked = Strategy(q, tuple(history or ()), sort, limit, facets, inner)
    answer = request.app.state.library.work
    results = await answer(lambda: found.strategies.search(asked))
    items = await answer(lambda: [work(*row, found) for row in zip(results.items, results.records, strict=True)])
    return page(found, items, results.next, results.interpretation)
