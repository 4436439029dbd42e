"""More like this, how alike two concepts are, what sources state about a question, and answers by cited passages.

What users ask here is never kept, logged or repeated.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from msgspec.structs import replace
from starlette.responses import Response

from api.answers import json, knowledge, page
from api.library import Library
from api.routes.narrowed import Narrowed
from api.routes.parameters import LONGEST_ID, AsOf, Cursor, Limit
from api.schemas import many, one
from kg.query.recommendations import RecommendationRecord
from kg.search.answering import MOST_ANSWERS, Answer
from kg.search.base import LONGEST_QUERY, Hit, Interpretation
from kg.search.likeness import MOST_SEEDS, LikeReading
from kg.search.profiles import Profile
from kg.search.relatedness import Related
from kg.search.statements import KINDS, StatementHit, parsed

router = APIRouter(prefix="/api/v1", tags=["discovery"])
RECORDS = (LikeReading, Related, StatementHit, RecommendationRecord, Answer, Profile)
_Text = Annotated[str, Query(max_length=LONGEST_QUERY, description="In Chinese, English or both.")]
_Concept = Annotated[str, Query(min_length=1, max_length=LONGEST_ID, description="CURIE of a concept.")]


@router.get("/similar", summary="More like these documents and concepts", responses=many(Hit, LikeReading))
async def similar(
    request: Request,
    narrowed: Narrowed,
    id: Annotated[
        list[str],
        Query(min_length=1, max_length=MOST_SEEDS, description="CURIE of a document or concept; several: id=…&id=…."),
    ],
    kind: Literal["document", "concept"] = "document",
    limit: Limit = 10,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """What is like all of them together, themselves left out: by telling words, concepts and vectors. `matched` of a
    hit says which concepts it shares, `interpretation` what the given ones were taken for."""
    found, inner = await knowledge(request, as_of, cursor)
    library: Library = request.app.state.library
    told = await library.work(lambda: found.likeness.like(id, kind, narrowed.of(found.filtering), limit, inner))
    return page(found, told.items, told.next, told.reading)


@router.get("/similarity", summary="How alike two concepts are", responses=one(Related))
async def similarity(request: Request, a: _Concept, b: _Concept, as_of: AsOf = None) -> Response:
    """By their vectors (`cosine`), and by what stands above both: Resnik, Lin, Jiang and Conrath, with information by
    the documents of this generation and by the hierarchy alone."""
    found, _ = await knowledge(request, as_of)
    library: Library = request.app.state.library
    return json(await library.work(lambda: found.relatedness.of(a, b)))


@router.get(
    "/statements", summary="Claims and recommendations about a question", responses=many(StatementHit, Interpretation)
)
async def statements(
    request: Request,
    narrowed: Narrowed,
    q: _Text,
    kind: Annotated[str | None, Query(max_length=100, description=f"With commas: {', '.join(KINDS)}; all.")] = None,
    limit: Limit = 10,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """Each with its sentence, offsets, source and standing, and how much of the question it covers. Filters hold for
    the documents; with one, nothing comes that names no document."""
    found, inner = await knowledge(request, as_of, cursor)
    library: Library = request.app.state.library
    kinds = parsed(kind)
    told = await library.work(lambda: found.statements.search(q, kinds, narrowed.of(found.filtering), limit, inner))
    return page(found, told.items, told.next, told.interpretation)


@router.get("/answer", summary="Sentences that answer a question, or that nothing was found", responses=one(Answer))
async def answer(
    request: Request,
    narrowed: Narrowed,
    q: _Text,
    limit: Annotated[int, Query(ge=1, le=MOST_ANSWERS, description="Sentences.")] = 3,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """Verbatim, with document, offsets and standing; no text is made. Where no sentence fits well enough `found` is
    false and `message` says so in both languages. What only retracted documents say stands under `withheld`."""
    found, inner = await knowledge(request, as_of, cursor)
    library: Library = request.app.state.library
    told = await library.work(lambda: found.answering.answer(q, narrowed.of(found.filtering), limit, inner))
    return json(replace(told, next=told.next and f"{found.id}~{told.next}"))


@router.get("/profiles", summary="For whom a search can rank", responses=many(Profile))
async def profiles(request: Request, as_of: AsOf = None) -> Response:
    """What `profile` of `/api/v1/search` may be: names and texts in both languages, and what each changes."""
    found, _ = await knowledge(request, as_of)
    return page(found, list(found.profiles.values()), None)
