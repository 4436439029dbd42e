"""Claims with their evidence, and what all claims of one thing come to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import knowledge, page, slice_of
from api.library import Library
from api.routes.parameters import LONGEST_ID, AsOf, Cursor, Limit
from api.schemas import many
from kg.query.evidence import AssertionRecord, ClaimRecord, CohortRecord, EvidenceSource, QuoteRecord, StudyRecord
from kg.query.ledger import AssertionStanding, Direction, Evidence, Ledger, Wanted

router = APIRouter(prefix="/api/v1", tags=["claims"])
RECORDS = (ClaimRecord, EvidenceSource, QuoteRecord, StudyRecord, AssertionRecord, CohortRecord)
_Thing = Annotated[str | None, Query(min_length=1, max_length=LONGEST_ID, description="CURIE or IRI.")]


@router.get("/claims", summary="Claims with their sentence and source", responses=many(ClaimRecord))
async def claims(
    request: Request,
    subject: _Thing = None,
    object: _Thing = None,
    predicate: _Thing = None,
    document: _Thing = None,
    assertion: _Thing = None,
    direction: Direction | None = None,
    evidence: Evidence | None = None,
    min_score: Annotated[
        float | None, Query(ge=0, le=1, description="Claims without a score, as those of tables, are left out then.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """By subject, object, document or assertion, at least one of them; those of people first, then by score. Each with
    the sentence and its place, study and standing of the source, and the claims that contradict it."""
    found, inner = await knowledge(request, as_of, cursor)
    library: Library = request.app.state.library
    wanted = Wanted(subject, object, predicate, document, assertion, direction, evidence, min_score)

    def work() -> tuple[list[ClaimRecord], str | None]:
        ledger = Ledger(found.reader, found.naming)
        here, following = slice_of(ledger.claims(wanted), inner, limit)
        return ledger.records(here), following

    return page(found, *await library.work(work))


@router.get("/assertions", summary="What all claims of one thing come to", responses=many(AssertionRecord))
async def assertions(
    request: Request,
    subject: _Thing = None,
    object: _Thing = None,
    predicate: _Thing = None,
    standing: AssertionStanding | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """Claims with the same subject, predicate and object, counted by direction, kind of evidence and standing of their
    sources, with the number of independent groups of sources, the best study design and the years. By subject or
    object, or by a `standing` other than `supported`. `/claims?assertion=` has the claims."""
    found, inner = await knowledge(request, as_of, cursor)
    library: Library = request.app.state.library

    def work() -> tuple[list[AssertionRecord], str | None]:
        ledger = Ledger(found.reader, found.naming)
        here, following = slice_of(ledger.assertions(subject, object, predicate, standing), inner, limit)
        return ledger.assertion_records(here), following

    return page(found, *await library.work(work))
