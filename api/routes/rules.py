"""The plain door to the rules: cases in, cards and everything that is not a card out. Nothing of a case is kept."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import json, knowledge, page, slice_of
from api.decisions import CaseReading, Decisions, Evaluation
from api.library import Library
from api.negotiation import choose
from api.problems import Refusal
from api.requests import located, read_json
from api.routes.parameters import LONGEST_ID, AsOf, Cursor, Limit
from api.schemas import body, described, many, one
from kg.errors import NotFound
from kg.exchange.plandefinition import plan_definition
from kg.model.case import Case
from kg.model.rule import Rule
from kg.query.records import LabelPair
from kg.rules.decision import Card
from kg.rules.ruleset import Asked, Installed

MOST_CASES = 1_000
MOST_BYTES = 5_000_000

router = APIRouter(prefix="/api/v1/rules", tags=["rules"])


class EvaluateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case. ``explain``: conditions, values and paths of all rules that fired or lack data; ``why``: ids of rules to
    be explained whatever they come to; ``limit``: cards shown, those that block beyond it."""

    case: Case
    explain: bool = False
    why: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10


class BatchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Many cases, each judged on its own: one that cannot be read has an error and stops no other."""

    cases: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=MOST_CASES)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10


class BatchItem(msgspec.Struct, frozen=True):
    """One case of a batch, by its number: its evaluation, or the place of it that does not fit."""

    number: int
    evaluation: Evaluation | None = None
    error: str = ""


class RuleRecord(msgspec.Struct, frozen=True):
    """A rule as its pack brought it. ``active``: where it may fire, ``demo`` or nowhere (empty)."""

    id: str
    label: LabelPair
    version: str
    pack: str
    tier: str
    family: str
    events: tuple[str, ...]
    concepts: tuple[str, ...]
    active: Literal["", "demo"]
    example: bool


RECORDS = (EvaluateRequest, BatchRequest, BatchItem, RuleRecord, Rule, Evaluation, CaseReading, Card)


@router.post("/evaluate", summary="What the rules say of a case", responses=one(Evaluation),
             openapi_extra=body(EvaluateRequest))  # fmt: skip
async def evaluate(request: Request, as_of: AsOf = None) -> Response:
    """Cards, and which rules could not be judged for want of which data. Lists that are not sent are unknown, not
    empty. Nothing is stored; `patient.token` comes back on each card."""
    asked = await read_json(request, EvaluateRequest, MOST_BYTES)
    found, _ = await knowledge(request, as_of)
    library, decisions = _parts(request)
    options = Asked(explain=asked.explain, why=asked.why, limit=asked.limit)
    return json(await library.work(lambda: decisions.evaluate(found, asked.case, options)))


@router.post("/evaluate/batch", summary="What the rules say of many cases", responses=many(BatchItem),
             openapi_extra=body(BatchRequest))  # fmt: skip
async def batch(request: Request, as_of: AsOf = None) -> Response:
    """Each on its own, in the order in which they were sent."""
    asked = await read_json(request, BatchRequest, MOST_BYTES)
    found, _ = await knowledge(request, as_of)
    library, decisions = _parts(request)

    def work() -> list[BatchItem]:
        return [_item(number, raw) for number, raw in enumerate(asked.cases)]

    def _item(number: int, raw: msgspec.Raw) -> BatchItem:
        try:
            case = msgspec.json.decode(raw, type=Case)
        except msgspec.ValidationError as error:
            return BatchItem(number, None, located(error, Case))
        return BatchItem(number, decisions.evaluate(found, case, Asked(limit=asked.limit)))

    return page(found, await library.work(work), None)


@router.get("", summary="Rules of the packs that are installed", responses=many(RuleRecord))
async def rules(
    request: Request,
    pack: Annotated[str | None, Query(max_length=100)] = None,
    family: Annotated[str | None, Query(max_length=100)] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """All of them, active or not."""
    found, inner = await knowledge(request, as_of, cursor)
    library, decisions = _parts(request)
    shelf = await library.work(lambda: decisions.shelf(found))
    chosen = [one for one in shelf.every if pack in (None, one.pack) and family in (None, one.rule.family)]
    here, following = slice_of(chosen, inner, limit)
    return page(found, [_record(one, shelf.active) for one in here], following)


@router.get("/lookup", summary="Rules about a drug, a disease, a gene or a test", responses=many(RuleRecord))
async def lookup(
    request: Request,
    concept: Annotated[str, Query(min_length=1, max_length=LONGEST_ID, description="CURIE of a concept, or a name.")],
    limit: Limit = 20,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """Those whose conditions name it, or something above it that it is one of."""
    found, inner = await knowledge(request, as_of, cursor)
    library, decisions = _parts(request)
    shelf = await library.work(lambda: decisions.shelf(found))
    here, following = slice_of(await library.work(lambda: shelf.about(concept)), inner, limit)
    return page(found, [_record(one, shelf.active) for one in here], following)


_FORMS = {"json": "application/json", "fhir": "application/fhir+json"}


@router.get("/{id}", summary="One rule, whole", responses=described(one(Rule), {"fhir": _FORMS["fhir"]}))
async def rule(
    request: Request,
    id: str,
    format_: Annotated[Literal["json", "fhir"] | None, Query(alias="format", description="Instead of Accept.")] = None,
    as_of: AsOf = None,
) -> Response:
    """With conditions, evidence and test cases; or as a FHIR R4 PlanDefinition."""
    accepted = request.headers.get("accept", "")
    form = format_ or choose(accepted, tuple((media, name) for name, media in _FORMS.items()))
    if not form:
        raise Refusal(406, known=", ".join(_FORMS.values()))
    found, _ = await knowledge(request, as_of)
    library, decisions = _parts(request)
    shelf = await library.work(lambda: decisions.shelf(found))
    named = next((one for one in shelf.every if one.rule.id == id), None)
    if named is None:
        raise NotFound(name=id)
    if form == "json":
        return json(named.rule)
    ids = found.naming.ids
    made = plan_definition(named.rule, ids, pack=named.pack, licence=named.licence, example=named.example)
    return Response(msgspec.json.encode(made), media_type=_FORMS["fhir"])


def _parts(request: Request) -> tuple[Library, Decisions]:
    return request.app.state.library, request.app.state.decisions


def _record(installed: Installed, active: frozenset[str]) -> RuleRecord:
    rule = installed.rule
    return RuleRecord(
        id=rule.id, label=LabelPair(rule.title.zh, rule.title.en), version=rule.version, pack=installed.pack,
        tier=rule.tier, family=rule.family, events=rule.events, concepts=rule.concepts,
        active="demo" if rule.id in active else "", example=installed.example,
    )  # fmt: skip
