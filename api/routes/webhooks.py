"""Webhooks, for admins: who is told of changes."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api import wiring
from api.actor import actor
from api.answers import Page, json
from api.deliveries import check_url
from api.problems import Refusal
from api.requests import read_json
from api.schemas import body, many, one
from api.settings import Settings
from kg.errors import ConfigError
from kg.generation.feed import Feed
from kg.workflow.webhooks import NewWebhook, Webhook

router = APIRouter(prefix="/api/v1", tags=["changes"])
_LONGEST = 10_000
Number = Annotated[int, Path(ge=1, lt=2**31, description="The number of a webhook.")]


class WebhookRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``since``: ``now``, or ``start`` for everything that the feed still has."""

    url: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
    since: Literal["now", "start"] = "now"


RECORDS = (Webhook, NewWebhook, WebhookRequest)


def _settings(request: Request) -> Settings:
    found: Settings = request.app.state.library.settings
    return found


@router.get("/webhooks", summary="The webhooks, without their secrets", responses=many(Webhook))
async def listed(request: Request) -> Response:
    return json(Page(await asyncio.to_thread(lambda: wiring.webhooks(_settings(request)).all()), None, ""))


@router.post("/webhooks", summary="A new webhook", responses=one(NewWebhook, 201), openapi_extra=body(WebhookRequest))
async def created(request: Request) -> Response:
    """Its origin must be in the setting `webhook_origins`. Keep the answer's `secret`: it is not shown again, and every
    delivery is signed with it (`Medkg-Signature: t=SECONDS,v1=HMAC-SHA-256 of t.body`)."""
    asked = await read_json(request, WebhookRequest, _LONGEST)
    settings = _settings(request)
    try:
        url = check_url(asked.url, settings)
    except ConfigError:
        raise Refusal(422, where="url") from None

    def make() -> NewWebhook:
        cursor = Feed(settings.folder).end() if asked.since == "now" else ""
        return wiring.webhooks(settings).add(url, actor(request.scope).name, cursor)

    made = await asyncio.to_thread(make)
    return Response(msgspec.json.encode(made), 201, {"Cache-Control": "no-store"}, "application/json")


@router.post("/webhooks/{number}/resume", summary="Try a webhook again now", responses=one(Webhook))
async def resumed(request: Request, number: Number) -> Response:
    """Also one that was switched off after too many failures; it is told from where it stopped."""
    return json(await asyncio.to_thread(lambda: wiring.webhooks(_settings(request)).resume(number)))


@router.delete("/webhooks/{number}", summary="Remove a webhook", responses={204: {"description": "It is told no more"}})
async def removed(request: Request, number: Number) -> Response:
    await asyncio.to_thread(lambda: wiring.webhooks(_settings(request)).remove(number))
    return Response(status_code=204)
