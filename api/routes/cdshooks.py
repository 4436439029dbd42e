"""CDS Hooks 2.0: one service a moment, all of them doors to the same engine. Nothing that is sent is kept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, get_args

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import json, knowledge
from api.budget import in_time
from api.cards import response
from api.decisions import Decisions
from api.library import Library
from api.problems import Refusal, spoken
from api.reach import local
from api.requests import read_json
from api.routes.parameters import AsOf
from api.schemas import body, one
from api.texts import text
from ingest.cases.chart import Unread
from ingest.cases.hooks import HookCall, HookCase, Lacking, case_of, hook_name
from kg.model.case import Event
from kg.rules.needs import sections
from kg.rules.ruleset import Asked

MOST_BYTES = 5_000_000
EVENTS: tuple[Event, ...] = get_args(Event)
PREFETCH = {
    "patient": "Patient/{{context.patientId}}",
    "conditions": "Condition?patient={{context.patientId}}",
    "allergies": "AllergyIntolerance?patient={{context.patientId}}",
    "medications": "MedicationRequest?patient={{context.patientId}}&status=active",
    "procedures": "Procedure?patient={{context.patientId}}",
    "results": "Observation?patient={{context.patientId}}",
}
"""Key of a section of a case -> the query that fills it; only root-level primitive fields of a context stand in it."""
DISPATCHED = {"order": "{{context.order}}"}
"""What is sent out is named in the context and has to be fetched."""

router = APIRouter(tags=["rules"])


class CdsService(msgspec.Struct, frozen=True, omit_defaults=True):
    """One service as discovery shows it; only what the rules of its moment need is asked for."""

    hook: str
    id: str
    title: str
    description: str
    prefetch: dict[str, str] = {}
    usageRequirements: str = ""  # noqa: N815 - the name of the specification


class CdsServices(msgspec.Struct, frozen=True):
    services: tuple[CdsService, ...]


class CdsCards(msgspec.Struct, frozen=True):
    """`cards` as of CDS Hooks; `extension` says what is no card."""

    cards: list[dict[str, Any]]
    extension: dict[str, Any]


RECORDS = (CdsService, CdsServices, HookCall, CdsCards)


@router.get("/cds-services", summary="CDS Hooks: discovery", responses=one(CdsServices))
async def discover(request: Request, as_of: AsOf = None) -> Response:
    """One service for each moment, with the least that has to be prefetched for the rules that may fire."""
    found, _ = await knowledge(request, as_of)
    library: Library = request.app.state.library
    decisions: Decisions = request.app.state.decisions
    shelf = await library.judge(lambda: decisions.shelf(found))
    language = spoken(request)
    rules = [shelf.engine.ruleset.rules[name].rule for name in sorted(shelf.active)]

    def described(event: Event) -> CdsService:
        needed = sections(rules, event)
        return CdsService(
            hook=hook_name(event), id=event, title=text(f"rules.event.{event}", language),
            description=text("rules.service", language, event=event),
            prefetch=templates(event, needed),
            usageRequirements=text("rules.notice", language),
        )  # fmt: skip

    return json(CdsServices(tuple(described(event) for event in EVENTS)))


@router.post(
    "/cds-services/{id}", summary="CDS Hooks: call a service", responses=one(CdsCards), openapi_extra=body(HookCall)
)
async def call(request: Request, id: str, as_of: AsOf = None) -> Response:
    """Cards for a moment. What the rules need and was not prefetched is a 412: nothing is fetched from the caller."""
    event, library = service(request, id), request.app.state.library
    asked = await read_json(request, HookCall, MOST_BYTES)
    if asked.hook != hook_name(event):
        raise Refusal(400)
    found, _ = await knowledge(request, as_of)
    decisions: Decisions = request.app.state.decisions
    language, base = spoken(request), address(request)

    shelf = await in_time(request, found, lambda: decisions.shelf(found))

    def read() -> HookCase:
        rules = [shelf.engine.ruleset.rules[name].rule for name in sorted(shelf.active)]
        return case_of(event, asked, sections(rules, event))

    try:
        # Megabytes of prefetch take their time to read; the clock runs from when they were.
        given = await library.work(read)
        judged = await in_time(
            request, found, lambda: decisions.evaluate(found, given.case, Asked(recent=given.recent))
        )
        return json(response(judged, language, base, given.others))
    except Lacking as lacking:
        raise Refusal(412, known=", ".join(lacking.names)) from None
    except Unread as misfit:
        raise Refusal(422, where=misfit.place) from None


def service(request: Request, id: str) -> Event:
    """The moment that a service is for; raises Refusal: 404 for none, 403 where nobody may be asked who they are.

    Without listed clients only this machine is answered; an identity provider for people lists none
    (docs/cds-hooks.md).
    """
    event = next((name for name in EVENTS if name == id), None)
    if event is None:
        raise Refusal(404)
    library: Library = request.app.state.library
    settings = library.settings
    if not settings.cds_clients and (not local(settings) or settings.proxies or settings.oidc_issuer):
        raise Refusal(403)
    return event


def address(request: Request) -> str:
    """Where this service is reached, with a slash at its end: as it is set, else as it was called."""
    library: Library = request.app.state.library
    return f"{library.settings.cds_address.rstrip('/')}/" if library.settings.cds_address else str(request.base_url)


def templates(event: Event, needed: Collection[str]) -> dict[str, str]:
    """Prefetch templates of what is needed, and no others."""
    found = {name: query for name, query in PREFETCH.items() if name in needed}
    return found | (DISPATCHED if event == "order-dispatch" and "orders" in needed else {})
