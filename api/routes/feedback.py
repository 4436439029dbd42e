"""What readers say of a record, and the answer that they get: by API, and by the form on every page."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.actor import actor
from api.allowance import Allowance
from api.answers import json, knowledge
from api.bodies import read_fields
from api.pages import guarded, render
from api.problems import Refusal
from api.requests import read_json
from api.routes.parameters import LONGEST_ID
from api.routes.proposals import desk
from api.schemas import body, one
from kg.errors import MedkgError, NotFound
from kg.workflow.proposals import Person, Proposal
from kg.workflow.states import State

router = APIRouter()
LONGEST = 4_000
"""Characters of a message."""
_BODY = 100_000
Receipt = Annotated[
    str, Path(max_length=64, pattern="^[A-Za-z0-9_-]{20,64}$", description="What the sender was given.")
]


class FeedbackRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``record``: CURIE of the concept or document that it is about. No name and no address is asked for."""

    record: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ID)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]


class FeedbackReceipt(msgspec.Struct, frozen=True):
    """Keep ``receipt``: with it, and with nothing else, the answer can be read."""

    number: int
    receipt: str
    state: State


class FeedbackAnswer(msgspec.Struct, frozen=True):
    """One answer; ``created`` is ISO 8601 UTC."""

    created: str
    text: str


class FeedbackRecord(msgspec.Struct, frozen=True):
    """What became of a feedback: ``state`` is that of the queue (accepted: it was followed)."""

    number: int
    record: str
    text: str
    state: State
    created: str
    answers: tuple[FeedbackAnswer, ...]


RECORDS = (FeedbackRequest, FeedbackReceipt, FeedbackAnswer, FeedbackRecord)


@router.post("/api/v1/feedback", tags=["curation"], summary="Say something about a record",
             responses=one(FeedbackReceipt, 201), openapi_extra=body(FeedbackRequest))  # fmt: skip
async def sent(request: Request) -> Response:
    """It comes into the curators' queue. The answer's `receipt` is shown once."""
    asked = await read_json(request, FeedbackRequest, _BODY)
    made = await _enter(request, asked)
    return Response(msgspec.json.encode(made), 201, {"Cache-Control": "no-store"}, "application/json")


@router.get("/api/v1/feedback/{receipt}", tags=["curation"], summary="What became of a feedback",
            responses=one(FeedbackRecord))  # fmt: skip
async def asked_after(request: Request, receipt: Receipt) -> Response:
    response = json(await _found(request, receipt))
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/feedback", include_in_schema=False)
async def by_form(request: Request) -> Response:
    """The form of a page, answered with a page."""
    try:
        fields = await read_fields(request, _BODY, 10)
        record, text = (fields.get(name, "").strip() for name in ("record", "text"))
        if not record or not 0 < len(text) <= LONGEST or len(record) > LONGEST_ID:
            raise Refusal(422, where="record, text")
        made = await _enter(request, FeedbackRequest(record, text))
        found = await _found(request, made.receipt)
    except MedkgError as error:
        return guarded(request, error)
    return render(request, "feedback", 201, feedback=found, receipt=made.receipt)


@router.get("/feedback/{receipt}", include_in_schema=False)
async def page(request: Request, receipt: Receipt) -> Response:
    try:
        found = await _found(request, receipt)
    except MedkgError as error:
        return guarded(request, error)
    return render(request, "feedback", feedback=found, receipt=receipt)


async def _enter(request: Request, asked: FeedbackRequest) -> FeedbackReceipt:
    """Raises NotFound where there is no such record, FeedbackSpent."""
    allowed: Allowance = request.app.state.feedback
    who = actor(request.scope)
    allowed.count(who.client or who.name)
    found, _ = await knowledge(request, None)
    if not any(found.naming.card(kind, asked.record) for kind in ("concept", "document")):
        raise NotFound(name=asked.record)
    receipt = secrets.token_urlsafe(24)
    row = Proposal(
        name="", author=who.name, kind="feedback", state="submitted", reason=asked.text, subject=asked.record
    )
    person = Person(who.name, who.role)
    made = await asyncio.to_thread(lambda: desk(request).proposals.add(row, person, receipt=_digest(receipt)))
    return FeedbackReceipt(made.id, receipt, made.state)


async def _found(request: Request, receipt: str) -> FeedbackRecord:
    proposals = desk(request).proposals
    row = await asyncio.to_thread(proposals.by_receipt, _digest(receipt))
    if row is None:
        raise NotFound(name="feedback")
    written = await asyncio.to_thread(proposals.comments, row.id)
    answers = tuple(FeedbackAnswer(one.created, one.text) for one in written if one.answer)
    return FeedbackRecord(row.id, row.subject, row.reason, row.state, row.created, answers)


def _digest(receipt: str) -> str:
    # A random receipt of 192 bits cannot be guessed back from its digest.
    return hashlib.sha256(receipt.encode()).hexdigest()
