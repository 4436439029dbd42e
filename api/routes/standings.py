"""How rules stand: asked for, approved, ended, stopped. Nothing else lets a rule speak (ADR 39)."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.answers import Page, json, knowledge, page, slice_of
from api.library import Library
from api.problems import Refusal, spoken
from api.requests import read_json
from api.routes.parameters import LONGEST_ID, Cursor, Limit
from api.routes.proposals import person
from api.schemas import body, many, one
from api.standings import RuleDesk, StandingRecord, StandingRequest, StandingWanted
from kg.errors import QueryError
from kg.model.standing import CommitteeRecord, Flag, Kill, KillKind, RuleRequest, Standing, StandingMode
from kg.rules.local import LocalConflict
from kg.workflow.proposals import Proposal
from kg.workflow.standings import Rolled, Signature

router = APIRouter(prefix="/api/v1/rules/standings", tags=["rules"])
_LONGEST = 1_000_000
_PLAIN = r"^[^\x00-\x1f]*$"
"""PostgreSQL takes no text with a null character."""
Number = Annotated[int, Path(ge=1, lt=2**31)]
_Words = Annotated[str, msgspec.Meta(max_length=4_000, pattern=r"^[^\x00]*$")]
_Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000, pattern=r"^[^\x00]*$")]
_Name = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
_Role = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]*$")]


class ApproveRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``role``: in which the approver acts, as cards show it. ``committee``: needed for all but a shadow."""

    role: _Role
    committee: CommitteeRecord | None = None
    note: _Words = ""


class ReasonRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: _Reason


class EndRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``rules`` by id, or all standing ones of ``pack``."""

    reason: _Reason
    rules: Annotated[tuple[_Name, ...], msgspec.Meta(max_length=5_000)] = ()
    pack: _Name = ""


class KillRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``name``: id of the rule or of the pack; nothing for the service."""

    kind: KillKind
    reason: _Reason
    name: _Name = ""


class RollbackRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``to``: a moment (ISO 8601; UTC where no zone is given)."""

    to: Annotated[str, msgspec.Meta(min_length=4, max_length=40)]
    reason: _Reason


RECORDS = (
    StandingRecord, StandingRequest, StandingWanted, ApproveRequest, ReasonRequest, EndRequest, KillRequest,
    RollbackRequest, Standing, Kill, Rolled, RuleRequest, LocalConflict, Flag,
)  # fmt: skip


def _desk(request: Request) -> RuleDesk:
    found: RuleDesk = request.app.state.rule_desk
    return found


@router.get("", summary="How rules stand now", responses=many(StandingRecord))
async def listed(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Each rule for which something was decided; all others are drafts, and silent."""
    return await _records(request, limit, cursor, overdue=False)


@router.get("/overdue", summary="Rules whose review is overdue", responses=many(StandingRecord))
async def late(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """They go on speaking, and their cards say so."""
    return await _records(request, limit, cursor, overdue=True)


@router.get("/conflicts", summary="Local changes that do nothing, and why", responses=many(LocalConflict))
async def conflicts(request: Request) -> Response:
    """What they change is gone, or is another than it was when they were approved; or they contradict each other."""
    found, _ = await knowledge(request, None)
    desk = _desk(request)
    library: Library = request.app.state.library
    return page(found, await library.work(lambda: desk.conflicts(found)), None)


@router.get("/history", summary="How rules stood, newest first", responses=many(Standing))
async def history(
    request: Request,
    rule: Annotated[str, Query(max_length=LONGEST_ID, pattern=_PLAIN, description="Only of this rule.")] = "",
    limit: Limit = 50,
) -> Response:
    found = await asyncio.to_thread(lambda: _desk(request).keeping.state.history(rule, limit))
    return json(Page(found, None, ""))


@router.get("/requests", summary="What was asked for, newest first", responses=many(Proposal))
async def requests(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    below = _below(cursor)
    found = await asyncio.to_thread(lambda: _desk(request).requests(limit + 1, below))
    following = str(found[limit - 1].id) if len(found) > limit else None
    return json(Page(found[:limit], following, ""))


@router.post("/requests", summary="Ask that rules come into force", responses=one(StandingRequest, 201),
             openapi_extra=body(StandingWanted))  # fmt: skip
async def asked(request: Request) -> Response:
    """Nothing fires by that: somebody else has to approve it, with the record of a committee."""
    wanted = await read_json(request, StandingWanted, _LONGEST)
    found, _ = await knowledge(request, None)
    desk, who = _desk(request), person(request)
    library: Library = request.app.state.library
    made = await library.work(lambda: desk.propose(found, who, wanted))
    return await _dossier(request, made.id, 201)


@router.get("/requests/{number}", summary="One request, and what it lacks", responses=one(StandingRequest))
async def shown(request: Request, number: Number) -> Response:
    return await _dossier(request, number)


@router.post("/requests/{number}/approve", summary="Let somebody else's rules speak", responses=many(Standing),
             openapi_extra=body(ApproveRequest))  # fmt: skip
async def approved(request: Request, number: Number) -> Response:
    """Refused for the author, without a committee (but for a shadow), and where a rule does not pass the gate: checked
    evidence or local consensus, its cases, both languages, a review that is not past."""
    sent = await read_json(request, ApproveRequest, _LONGEST)
    found, _ = await knowledge(request, None)
    desk, signature = _desk(request), Signature(person(request), sent.role, sent.committee)
    library: Library = request.app.state.library
    return json(Page(await library.work(lambda: desk.approve(found, number, signature, sent.note)), None, found.id))


@router.post("/requests/{number}/reject", summary="Reject what somebody else asked for", responses=one(Proposal),
             openapi_extra=body(ReasonRequest))  # fmt: skip
async def rejected(request: Request, number: Number) -> Response:
    sent = await read_json(request, ReasonRequest, _LONGEST)
    standings, who = _desk(request).keeping.standings, person(request)
    return json(await asyncio.to_thread(lambda: standings.reject(number, who, sent.reason)))


@router.post("/requests/{number}/withdraw", summary="Take your own request back", responses=one(Proposal),
             openapi_extra=body(ReasonRequest))  # fmt: skip
async def taken_back(request: Request, number: Number) -> Response:
    sent = await read_json(request, ReasonRequest, _LONGEST)
    standings, who = _desk(request).keeping.standings, person(request)
    return json(await asyncio.to_thread(lambda: standings.withdraw_request(number, who, sent.reason)))


@router.post("/retire", summary="End rules whose time is over", responses=many(Standing),
             openapi_extra=body(EndRequest))  # fmt: skip
async def retired(request: Request) -> Response:
    return await _end(request, "retired")


@router.post("/withdraw", summary="End rules that are wrong", responses=many(Standing), openapi_extra=body(EndRequest))
async def withdrawn(request: Request) -> Response:
    """No rollback brings them back; a new approval does."""
    return await _end(request, "withdrawn")


@router.get("/flags", summary="Rules that are to be looked at again, and why", responses=many(Flag))
async def flags(request: Request) -> Response:
    """A source was retracted, doubted or replaced, or independent sources now say the contrary. Set when a generation
    is published."""
    return json(Page(await asyncio.to_thread(lambda: _desk(request).keeping.decided().flags), None, ""))


@router.post("/flags/{id}/clear", summary="Say that a flagged rule stands", responses=many(Flag),
             openapi_extra=body(ReasonRequest))  # fmt: skip
async def cleared(request: Request, id: Annotated[str, Path(max_length=LONGEST_ID, pattern=_PLAIN)]) -> Response:
    """The same reason does not flag it again."""
    sent = await read_json(request, ReasonRequest, _LONGEST)
    held, who = _desk(request).keeping.flags, person(request)
    return json(Page(await asyncio.to_thread(lambda: held.clear(id, who, sent.reason)), None, ""))


@router.get("/kills", summary="Kill switches, newest first", responses=many(Kill))
async def kills(request: Request, limit: Limit = 50) -> Response:
    """Those that were taken back among them."""
    return json(Page(await asyncio.to_thread(lambda: _desk(request).keeping.state.kills(limit)), None, ""))


@router.post("/kills", summary="Stop a rule, a pack or all of them", responses=one(Kill),
             openapi_extra=body(KillRequest))  # fmt: skip
async def killed(request: Request) -> Response:
    """From the next call on, across restarts, in every mode."""
    sent = await read_json(request, KillRequest, _LONGEST)
    if (sent.kind == "service") is bool(sent.name):
        raise Refusal(422, where="$.name")
    desk, who = _desk(request), person(request)
    if sent.kind == "service":
        # Whatever else is broken, this is not.
        return json(await asyncio.to_thread(lambda: desk.keeping.kills.kill("service", "", who, sent.reason)))
    found, _ = await knowledge(request, None)
    return json(await asyncio.to_thread(lambda: desk.stop(found, sent.kind, sent.name, who, sent.reason)))


@router.post("/kills/{number}/revive", summary="Take a kill switch back", responses=one(Kill),
             openapi_extra=body(ReasonRequest))  # fmt: skip
async def revived(request: Request, number: Number) -> Response:
    sent = await read_json(request, ReasonRequest, _LONGEST)
    switches, who = _desk(request).keeping.kills, person(request)
    return json(await asyncio.to_thread(lambda: switches.revive(number, who, sent.reason)))


@router.post("/rollback", summary="Let rules stand as they did at a moment", responses=one(Rolled),
             openapi_extra=body(RollbackRequest))  # fmt: skip
async def rolled(request: Request) -> Response:
    """Each by the approval that it had then. What was withdrawn since stays withdrawn, and kill switches hold."""
    sent = await read_json(request, RollbackRequest, _LONGEST)
    standings, who = _desk(request).keeping.standings, person(request)
    return json(await asyncio.to_thread(lambda: standings.rollback(sent.to, who, sent.reason)))


async def _records(request: Request, limit: int, cursor: str | None, *, overdue: bool) -> Response:
    found, inner = await knowledge(request, None, cursor)
    desk = _desk(request)
    library: Library = request.app.state.library
    rows = await library.work(lambda: desk.records(found))
    here, following = slice_of([row for row in rows if row.overdue or not overdue], inner, limit)
    return page(found, here, following)


async def _end(request: Request, mode: StandingMode) -> Response:
    sent = await read_json(request, EndRequest, _LONGEST)
    if bool(sent.rules) is bool(sent.pack):
        raise Refusal(422, where="$.rules, $.pack")
    desk, who = _desk(request), person(request)

    def end() -> list[Standing]:
        return desk.keeping.standings.end(desk.known(sent.rules, sent.pack), mode, who, sent.reason)

    return json(Page(await asyncio.to_thread(end), None, ""))


async def _dossier(request: Request, number: int, status: int = 200) -> Response:
    found, _ = await knowledge(request, None)
    desk, language = _desk(request), spoken(request)
    library: Library = request.app.state.library
    made = await library.work(lambda: desk.dossier(found, number, language))
    headers = {"Cache-Control": "no-store"}
    if status == 201:
        headers["Location"] = f"/api/v1/rules/standings/requests/{number}"
    return Response(msgspec.json.encode(made), status, headers, "application/json")


def _below(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 9:
        raise QueryError(why="cursor")
    return int(cursor)
