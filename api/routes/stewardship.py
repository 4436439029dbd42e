"""How rules do: what was shown and what people said to it, what should be looked at again, and who asked."""

from __future__ import annotations

from asyncio import to_thread
from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.alertsheet import csv_sheet
from api.answers import json, knowledge
from api.decisions import Decisions
from api.library import Library
from api.overridden import enter
from api.problems import Refusal, spoken
from api.requests import read_json
from api.routes.parameters import AsOf
from api.routes.proposals import person
from api.schemas import body, described, one
from api.stewardship import Stewardship
from kg.workflow.alertreport import AlertReport, Effect, Tally, over_threshold, summed
from kg.workflow.alerts import AlertAnswer
from kg.workflow.asked import RuleQuery
from kg.workflow.unread import UnreadCode

router = APIRouter(prefix="/api/v1/rules", tags=["rules"])
MOST_ANSWERS = 1_000
MOST_BYTES = 5_000_000
Month = Annotated[str, Query(pattern=r"^(19|20|21)\d{2}-(0[1-9]|1[0-2])$", description="A month, as 2026-10.")]
Day = Annotated[str, Query(pattern=r"^(19|20|21)\d{2}-\d{2}-\d{2}$", description="A day, as 2026-10-15.")]
Rate = Annotated[
    float, Query(ge=0, le=1, allow_inf_nan=False, description="Least share of answers that are overrides.")
]
Least = Annotated[int, Query(ge=1, le=1_000_000, description="Least number of answers.")]


class CardAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody did with a card: ``card`` is its uuid. ``at``: now where it is empty. ``comment`` is read by nobody
    and dropped: it could name a patient."""

    card: UUID
    outcome: Literal["accepted", "overridden"]
    reason: Annotated[str, msgspec.Meta(max_length=300)] = ""
    at: Annotated[str, msgspec.Meta(max_length=40)] = ""
    suggestions: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=100)] = ()
    comment: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


class RuleFeedback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers to cards; the same answer may be sent again."""

    answers: Annotated[tuple[CardAnswer, ...], msgspec.Meta(min_length=1, max_length=MOST_ANSWERS)]


class FeedbackTaken(msgspec.Struct, frozen=True):
    """``taken``: answers that changed something; ``dropped_comments``: texts that nobody kept."""

    taken: int
    dropped_comments: int


class StewardshipReport(msgspec.Struct, frozen=True):
    """``report`` by rule and department, ``rules`` by rule over all departments; ``lost``: cards of this process that
    could not be counted."""

    report: AlertReport
    rules: tuple[Tally, ...]
    lost: int


class OverriddenRules(msgspec.Struct, frozen=True):
    """Rules that are overridden too often; ``entered``: tasks that are new in the queue."""

    items: tuple[Tally, ...]
    entered: int


class UnreadCodeList(msgspec.Struct, frozen=True):
    """Codes that nobody could read; ``counted``: whether they are counted here at all."""

    items: tuple[UnreadCode, ...]
    counted: bool


class RuleQueryList(msgspec.Struct, frozen=True):
    """Calls, newest first; ``next`` goes back as ``below``."""

    items: tuple[RuleQuery, ...]
    next: int | None


RECORDS = (RuleFeedback, FeedbackTaken, StewardshipReport, AlertReport, Tally, Effect, OverriddenRules, UnreadCodeList,
           RuleQueryList)  # fmt: skip


@router.post("/feedback", summary="What was done with cards", responses=one(FeedbackTaken),
             openapi_extra=body(RuleFeedback))  # fmt: skip
async def feedback(request: Request) -> Response:
    """The same store as the feedback of CDS Hooks. A card that was never shown here is a 404 that names it; what was
    said to others is taken all the same."""
    asked = await read_json(request, RuleFeedback, MOST_BYTES)
    now = datetime.now(UTC).isoformat()
    answers = [_answer(number, given, now) for number, given in enumerate(asked.answers)]
    taken = await _desk(request).answered(answers)
    return json(FeedbackTaken(taken, sum(bool(given.comment) for given in asked.answers)))


@router.get("/stewardship", summary="Cards of a month, by rule and department",
            responses=described(one(StewardshipReport), {"csv": "text/csv"}))  # fmt: skip
async def report(
    request: Request,
    month: Month,
    department: Annotated[str | None, Query(max_length=100)] = None,
    format_: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
) -> Response:
    """Shown, accepted, overridden and ignored (shown and never answered), with reasons."""
    desk = _desk(request)
    found = await to_thread(desk.report, month, department)
    if format_ == "csv":
        return Response(csv_sheet(found.rows, spoken(request)), media_type="text/csv; charset=utf-8")
    return json(StewardshipReport(found, tuple(summed(found.rows, "rule", "pack")), desk.lost))


@router.get("/stewardship/effect", summary="A rule before and after a day", responses=one(Effect))
async def change(
    request: Request,
    rule: Annotated[str, Query(min_length=1, max_length=200)],
    day: Day,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
) -> Response:
    """As many days on either side, by version and tier: what a change has done."""
    try:
        first = date.fromisoformat(day)
    except ValueError:
        raise Refusal(422, where="day") from None
    return json(await to_thread(lambda: _desk(request).effect(rule, first, days)))


@router.get("/stewardship/queue", summary="Rules that are overridden too often", responses=one(OverriddenRules))
async def queue(request: Request, month: Month, rate: Rate = 0.9, least: Least = 20) -> Response:
    """Of whose answers in a month so many were overrides."""
    found = await to_thread(_desk(request).report, month)
    return json(OverriddenRules(tuple(over_threshold(found.rows, rate, least)), 0))


@router.post("/stewardship/queue", summary="Open tasks for rules that are overridden too often",
             responses=one(OverriddenRules))  # fmt: skip
async def open_tasks(
    request: Request, month: Month, rate: Rate = 0.9, least: Least = 20, as_of: AsOf = None
) -> Response:
    """One task a rule and version in the curators' queue, once, with the name of its author."""
    found, _ = await knowledge(request, as_of)
    library: Library = request.app.state.library
    decisions: Decisions = request.app.state.decisions
    shelf = await library.judge(lambda: decisions.shelf(found))
    seen = await to_thread(_desk(request).report, month)
    rows = tuple(over_threshold(seen.rows, rate, least))
    owners = {installed.rule.id: installed.rule.author for installed in shelf.every}
    settings = library.settings
    entered = await to_thread(enter, settings, rows, month, owners, person(request))
    return json(OverriddenRules(rows, entered))


@router.get("/stewardship/unread", summary="Codes that nobody could read", responses=one(UnreadCodeList))
async def unread(request: Request, month: Month, limit: Annotated[int, Query(ge=1, le=1_000)] = 100) -> Response:
    """What hospitals send and the graph does not hold, the most frequent first: what to map next."""
    desk = _desk(request)
    return json(UnreadCodeList(tuple(await to_thread(desk.unread, month, limit)), desk.counts_unread))


@router.get("/questions", summary="Who asked the rules", responses=one(RuleQueryList))
async def questions(
    request: Request,
    since: Annotated[str, Query(max_length=16, pattern=r"^[0-9T:-]*$")] = "",
    until: Annotated[str, Query(max_length=16, pattern=r"^[0-9T:-]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    below: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Response:
    """One line a call: when (to the minute), who, through which door, which rules, how many cards. No payload."""
    found = tuple(await to_thread(_desk(request).questions, since, until, limit, below))
    return json(RuleQueryList(found, found[-1].id if len(found) == limit else None))


def _desk(request: Request) -> Stewardship:
    found: Stewardship = request.app.state.stewardship
    return found


def _answer(number: int, given: CardAnswer, now: str) -> AlertAnswer:
    try:
        return AlertAnswer(given.card, given.outcome, given.at or now, given.reason, given.suggestions)
    except ValueError:
        raise Refusal(422, where=f"$.answers[{number}].at") from None
