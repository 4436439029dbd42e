"""CDS Hooks 2.0: one service a moment, all of them doors to the same engine. Nothing that is sent is kept."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.addresses import loopback
from api.answers import json, knowledge
from api.cards import response
from api.decisions import Decisions
from api.library import Library
from api.problems import Refusal, spoken
from api.requests import read_json
from api.routes.parameters import AsOf
from api.schemas import body, one
from api.texts import text
from ingest.cases.chart import Chart, Unread, resources
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
"""Key of a section of a case -> the query that fills it."""
_ORDERS = ("draftOrders", "medications")
"""Fields of a context that hold what is being ordered."""
_CREATED = ("conditions", "allergyIntolerance")
"""Fields of a context that hold what is being written down."""

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


class CdsRequest(msgspec.Struct, frozen=True):
    """What is read of a call; `fhirServer` and `fhirAuthorization` are not: nothing is fetched from anywhere."""

    hook: str
    hookInstance: str  # noqa: N815
    context: dict[str, msgspec.Raw]
    prefetch: dict[str, msgspec.Raw] | None = None


class _Link(msgspec.Struct, frozen=True):
    relation: str | None = None


class _Head(msgspec.Struct, frozen=True):
    resourceType: str | None = None  # noqa: N815
    link: tuple[_Link, ...] | None = None


class CdsCards(msgspec.Struct, frozen=True):
    """`cards` as of CDS Hooks; `extension` says what is no card."""

    cards: list[dict[str, Any]]
    extension: dict[str, Any]


RECORDS = (CdsService, CdsServices, CdsRequest, CdsCards)


@router.get("/cds-services", summary="CDS Hooks: discovery", responses=one(CdsServices))
async def discover(request: Request, as_of: AsOf = None) -> Response:
    """One service for each moment, with the least that has to be prefetched for the rules that may fire."""
    found, _ = await knowledge(request, as_of)
    library: Library = request.app.state.library
    decisions: Decisions = request.app.state.decisions
    shelf = await library.work(lambda: decisions.shelf(found))
    language = spoken(request)
    rules = [shelf.engine.ruleset.rules[name].rule for name in sorted(shelf.active)]

    def service(event: Event) -> CdsService:
        needed = sections(rules, event)
        return CdsService(
            hook=event, id=event, title=text(f"rules.event.{event}", language),
            description=text("rules.service", language, event=event),
            prefetch={name: query for name, query in PREFETCH.items() if name in needed},
            usageRequirements=text("rules.notice", language),
        )  # fmt: skip

    return json(CdsServices(tuple(service(event) for event in EVENTS)))


@router.post(
    "/cds-services/{id}", summary="CDS Hooks: call a service", responses=one(CdsCards), openapi_extra=body(CdsRequest)
)
async def call(request: Request, id: str, as_of: AsOf = None) -> Response:
    """Cards for a moment. What the rules need and was not prefetched is a 412: nothing is fetched from the caller."""
    event = next((name for name in EVENTS if name == id), None)
    if event is None:
        raise Refusal(404)
    library: Library = request.app.state.library
    if not loopback(library.settings.host) and not library.settings.oidc_issuer:
        raise Refusal(403)
    asked = await read_json(request, CdsRequest, MOST_BYTES)
    if asked.hook != event:
        raise Refusal(400)
    found, _ = await knowledge(request, as_of)
    decisions: Decisions = request.app.state.decisions
    language, base = spoken(request), str(request.base_url)

    def work() -> dict[str, Any]:
        shelf = decisions.shelf(found)
        rules = [shelf.engine.ruleset.rules[name].rule for name in sorted(shelf.active)]
        needed = sections(rules, event) & PREFETCH.keys()
        case = _chart(event, asked, needed).case()
        return response(decisions.evaluate(found, case, Asked()), language, base)

    try:
        return json(await library.work(work))
    except Unread as misfit:
        raise Refusal(422, where=misfit.place) from None


def _chart(event: Event, asked: CdsRequest, needed: frozenset[str] | set[str]) -> Chart:
    """The case of a call; raises Unread, and Refusal (412) where something that is needed was not sent."""
    token = _plain(asked.context.get("patientId"))
    chart = Chart(event, token)
    prefetch = asked.prefetch or {}
    lacking = sorted(name for name in needed if not _sent(prefetch.get(name)))
    if lacking:
        raise Refusal(412, known=", ".join(lacking))
    # Keys that were not asked for may hold anything, in part; their names are the caller's text.
    for name in (name for name in PREFETCH if _sent(prefetch.get(name))):
        chart.open(name)
        for _, resource in resources(prefetch[name], f"$.prefetch.{name}"):
            chart.take(resource)
    for name in _CREATED:
        raw_created = asked.context.get(name)
        if raw_created is not None and _sent(raw_created):
            for _, resource in resources(raw_created, f"$.context.{name}"):
                chart.take(resource)
    for name in _ORDERS:
        raw_orders = asked.context.get(name)
        if raw_orders is not None and _sent(raw_orders):
            chart.open("orders")
            for _, resource in resources(raw_orders, f"$.context.{name}"):
                chart.take(resource, ordered=True)
    return chart


def _sent(raw: msgspec.Raw | None) -> bool:
    """Whether all data came: no null, no OperationOutcome that says why none did, no first page of several."""
    if raw is None or bytes(raw) == b"null":
        return False
    try:
        head = msgspec.json.decode(raw, type=_Head)
    except msgspec.MsgspecError:
        return True  # Whoever reads it tells where it does not fit.
    return head.resourceType != "OperationOutcome" and not any(one.relation == "next" for one in head.link or ())


def _plain(raw: msgspec.Raw | None) -> str:
    try:
        return msgspec.json.decode(raw, type=str)[:300] if raw is not None else ""
    except msgspec.MsgspecError:
        return ""
