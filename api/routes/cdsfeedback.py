"""CDS Hooks 2.0, Feedback: what became of cards. It may come twice for one card; nothing that people wrote is kept.

``userComment`` has no field here, so it is dropped before anything sees it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import json
from api.cards import REASONS
from api.problems import Refusal
from api.requests import read_json
from api.routes.cdshooks import service
from api.schemas import body, one
from api.settings import Settings
from api.stewardship import Stewardship
from kg.workflow.alerts import AlertAnswer

MOST_BYTES = 1_000_000

router = APIRouter(tags=["rules"])


class AcceptedSuggestion(msgspec.Struct, frozen=True):
    """The uuid of a suggestion that was taken."""

    id: UUID


class ReasonCoding(msgspec.Struct, frozen=True):
    """A reason that the card offered; one of any other list counts as `other`."""

    code: Annotated[str, msgspec.Meta(max_length=300)]
    system: Annotated[str, msgspec.Meta(max_length=300)] = ""


class OverrideReason(msgspec.Struct, frozen=True):
    """Why a card was not followed. A `userComment` beside it is not read."""

    reason: ReasonCoding | None = None


class CardFeedback(msgspec.Struct, frozen=True):
    """What somebody did with one card, and when (RFC 3339)."""

    card: UUID
    outcome: Literal["accepted", "overridden"]
    outcomeTimestamp: Annotated[datetime, msgspec.Meta(tz=True)]  # noqa: N815 - names of the specification
    acceptedSuggestions: Annotated[tuple[AcceptedSuggestion, ...], msgspec.Meta(max_length=100)] = ()  # noqa: N815
    overrideReason: OverrideReason | None = None  # noqa: N815


class CardFeedbacks(msgspec.Struct, frozen=True):
    """Answers to cards of any calls of a service."""

    feedback: Annotated[tuple[CardFeedback, ...], msgspec.Meta(min_length=1, max_length=1_000)]


class CardFeedbackTaken(msgspec.Struct, frozen=True):
    """How many of the answers changed something: the same one twice changes nothing."""

    changed: int


RECORDS = (CardFeedbacks, CardFeedbackTaken)


@router.post(
    "/cds-services/{id}/feedback", summary="CDS Hooks: feedback", responses=one(CardFeedbackTaken),
    openapi_extra=body(CardFeedbacks),
)  # fmt: skip
async def feedback(request: Request, id: str) -> Response:
    """Take answers to cards down. Cards that were never shown here are a 404 that names them; the others are taken."""
    service(request, id)
    given = await read_json(request, CardFeedbacks, MOST_BYTES)
    try:
        rows = [_answer(row) for row in given.feedback]
    except ValueError:
        raise Refusal(422, where="$.feedback[...].outcomeTimestamp") from None
    settings: Settings = request.app.state.library.settings
    desk: Stewardship = request.app.state.stewardship
    if desk.alerts is None or not settings.count_alerts:
        # No card is taken down, so there is none that an answer could be put to.
        return json(CardFeedbackTaken(0))
    return json(CardFeedbackTaken(await desk.answered(rows)))


def _answer(row: CardFeedback) -> AlertAnswer:
    return AlertAnswer(
        row.card, row.outcome, row.outcomeTimestamp.isoformat(), _reason(row.overrideReason),
        tuple(one.id for one in row.acceptedSuggestions),
    )  # fmt: skip


def _reason(said: OverrideReason | None) -> str:
    if said is None:
        return ""
    own = said.reason is not None and (not said.reason.system or said.reason.system.endswith(f"/{REASONS}"))
    return said.reason.code if said.reason is not None and own else "other"
