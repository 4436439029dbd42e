"""The plain door to the rules: cases in, cards and everything that is not a card out. Nothing of a case is kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import json, knowledge, page, slice_of
from api.budget import in_time
from api.decisions import CaseReading, Decisions, Evaluation
from api.library import Library
from api.negotiation import choose
from api.problems import Refusal
from api.questions import BatchAnswer, BatchItem, BatchRequest, EvaluateRequest
from api.requests import located
from api.routes.parameters import LONGEST_ID, AsOf, Cursor, Limit
from api.schemas import body, described, many, one
from api.spelling import asked, told
from kg.errors import MedkgError, NotFound
from kg.exchange.plandefinition import plan_definition
from kg.model.case import Case
from kg.model.rule import Rule
from kg.query.records import LabelPair
from kg.rules.decision import Card
from kg.rules.firing import Mode
from kg.rules.ruleset import Asked, Installed

MOST_BYTES = 5_000_000

log = logging.getLogger("medkg.rules")
router = APIRouter(prefix="/api/v1/rules", tags=["rules"])


class RuleRecord(msgspec.Struct, frozen=True):
    """A rule as its pack brought it. ``active``: the mode in which it stands here, empty for a draft."""

    id: str
    label: LabelPair
    version: str
    pack: str
    tier: str
    family: str
    events: tuple[str, ...]
    concepts: tuple[str, ...]
    active: Literal["", "shadow", "pilot", "active", "demo"]
    example: bool


RECORDS = (EvaluateRequest, BatchRequest, BatchItem, RuleRecord, Rule, Evaluation, CaseReading, Card)


@router.post("/evaluate", summary="What the rules say of a case", responses=one(Evaluation),
             openapi_extra=body(EvaluateRequest))  # fmt: skip
async def evaluate(request: Request, as_of: AsOf = None) -> Response:
    """Cards, and which rules could not be judged for want of which data. Lists that are not sent are unknown, not
    empty. Nothing is stored; `patient.token` comes back on each card. JSON, or XML of the same names
    (`/api/v1/rules/schema?format=xsd`)."""
    question = await asked(request, EvaluateRequest, MOST_BYTES, Case)
    found, _ = await knowledge(request, as_of)
    _, decisions = _parts(request)
    options = Asked(question.explain, question.why, question.limit, frozenset(question.recent), question.shown)
    return told(request, await in_time(request, found, lambda: decisions.evaluate(found, question.case, options)))


@router.post("/evaluate/batch", summary="What the rules say of many cases", responses=many(BatchItem),
             openapi_extra=body(BatchRequest))  # fmt: skip
async def batch(request: Request, as_of: AsOf = None) -> Response:
    """Each on its own, in the order in which they were sent."""
    question = await asked(request, BatchRequest, MOST_BYTES, Case)
    found, _ = await knowledge(request, as_of)
    library, decisions = _parts(request)

    def work() -> tuple[BatchItem, ...]:
        return tuple(_item(number, raw) for number, raw in enumerate(question.cases))

    def _item(number: int, raw: msgspec.Raw) -> BatchItem:
        try:
            case = msgspec.json.decode(raw, type=Case)
        except msgspec.ValidationError as error:
            return BatchItem(number, None, located(error, Case))
        try:
            judged = decisions.evaluate(found, case, Asked(limit=question.limit, shown=question.shown))
        except MedkgError as error:
            return BatchItem(number, None, error.slug)
        except Exception as error:
            # One case stops no other; which it was is told, what it was is not.
            log.error("a case of a batch could not be judged: %s", type(error).__name__)
            return BatchItem(number, None, "internal")
        return BatchItem(number, judged)

    return told(request, BatchAnswer(await library.judge(work), None, found.id, None))


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
    shelf = await library.judge(lambda: decisions.shelf(found))
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
    shelf = await library.judge(lambda: decisions.shelf(found))
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
    shelf = await library.judge(lambda: decisions.shelf(found))
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


def _record(installed: Installed, active: Mapping[str, Mode]) -> RuleRecord:
    rule = installed.rule
    return RuleRecord(
        id=rule.id, label=LabelPair(rule.title.zh, rule.title.en), version=rule.version, pack=installed.pack,
        tier=rule.tier, family=rule.family, events=rule.events, concepts=rule.concepts,
        active=active.get(rule.id, ""), example=installed.example,
    )  # fmt: skip
