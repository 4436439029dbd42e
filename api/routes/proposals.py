"""Proposals: written by form, as edits, as a table or as an RDF patch; judged; undone; and what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.actor import actor
from api.answers import Page, json, knowledge
from api.bodies import media_type, read_body
from api.curating import Curating, Dossier, Written, look_at
from api.problems import Refusal
from api.requests import read_json
from api.routes.parameters import LONGEST_ID, Cursor, Limit
from api.schemas import body, many, media, one
from api.sparql.preconditions import preconditions, unchanged
from kg.errors import PreconditionFailed, QueryError
from kg.model.edit import Edit
from kg.workflow.proposals import MOST_EDITS, Comment, Kind, Person, Proposal
from kg.workflow.queue import Happening, Past, Wanted
from kg.workflow.states import Action, State
from ontology.curation.forms import FORMS, Form, schema
from ontology.curation.patch import MEDIA_TYPE as PATCH
from ontology.curation.patch import patch_text, read_patch
from ontology.curation.spreadsheet import read_spreadsheet

router = APIRouter(prefix="/api/v1", tags=["curation"])
_Number = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
Number = Annotated[int, Path(ge=1, lt=2**31, description="The number of a proposal.")]
T = TypeVar("T")
CSV, TSV = "text/csv", "text/tab-separated-values"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TABLES = {CSV: ".csv", TSV: ".tsv", XLSX: ".xlsx"}
_Words = Annotated[str, msgspec.Meta(max_length=4_000)]
_Title = Annotated[str, msgspec.Meta(max_length=200)]
_TEXT = {"schema": {"type": "string"}}


class ProposalRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Either ``fields`` of one of the forms, or ``edits`` themselves."""

    title: _Title = ""
    reason: _Words = ""
    fields: Form | None = None
    edits: Annotated[tuple[Edit, ...], msgspec.Meta(max_length=MOST_EDITS)] = ()


class ActionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``note`` says why; ``confirm``: the conflicts that are shown were looked at, and the edits are meant all the
    same."""

    note: _Words = ""
    confirm: bool = False


class CommentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``answer``: to the sender of a feedback."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]
    answer: bool = False


class UndoRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers of released ``proposals``, or a ``release`` to go back to."""

    proposals: Annotated[tuple[_Number, ...], msgspec.Meta(max_length=1_000)] = ()
    release: Annotated[str, msgspec.Meta(pattern="^([A-Za-z0-9][A-Za-z0-9._-]{0,63})?$")] = ""
    reason: _Words = ""


class FormRecord(msgspec.Struct, frozen=True):
    """A form: its name, and the JSON Schema of its fields."""

    name: str
    schema: dict[str, Any]


RECORDS = (
    Proposal, Dossier, ProposalRequest, ActionRequest, Comment, CommentRequest, UndoRequest, FormRecord, Happening
)  # fmt: skip
_PROPOSED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/ProposalRequest"}},
            **dict.fromkeys((*_TABLES, PATCH), _TEXT),
        },
    }
}


def desk(request: Request) -> Curating:
    found: Curating = request.app.state.curating
    return found


def person(request: Request) -> Person:
    """Who asks."""
    found = actor(request.scope)
    return Person(found.name or found.client, found.role)


def etag(proposal: Proposal) -> dict[str, str]:
    return {"ETag": f'"{proposal.version}"', "Cache-Control": "no-store"}


@router.get("/proposals", summary="The queue, newest first", responses=many(Proposal))
async def listed(
    request: Request,
    kind: Annotated[Kind | None, Query(description="Only of this kind.")] = None,
    state: Annotated[State | None, Query(description="Only in this state.")] = None,
    author: Annotated[str | None, Query(max_length=200, description="Only by this person.")] = None,
    concept: Annotated[str | None, Query(max_length=LONGEST_ID, description="Only about this concept.")] = None,
    subject: Annotated[str | None, Query(max_length=LONGEST_ID, description="Only feedback on this record.")] = None,
    release: Annotated[str | None, Query(max_length=64, description="Only of this release.")] = None,
    unseen: Annotated[bool, Query(description="Only what changed since you saw it.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    wanted = Wanted(
        kind=kind, state=state, author=author, concept=concept, subject=subject, release=release,
        unseen_by=person(request).name if unseen else None,
    )  # fmt: skip
    below = _number(cursor)
    found = await asyncio.to_thread(lambda: desk(request).queue.list(wanted, limit + 1, below))
    return _page(found, limit)


@router.get("/curation/history", summary="Who did what to which proposal, newest first", responses=many(Happening))
async def history(
    request: Request,
    person: Annotated[str | None, Query(max_length=200, description="Only by this person.")] = None,
    concept: Annotated[str | None, Query(max_length=LONGEST_ID, description="Only about this concept.")] = None,
    proposal: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    action: Annotated[str | None, Query(max_length=20, description="create, edit, submit, accept, release …")] = None,
    since: Annotated[str | None, Query(max_length=32, description="From this day or moment (ISO 8601, UTC).")] = None,
    until: Annotated[str | None, Query(max_length=32, description="Before this day or moment.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    past = Past(person=person, concept=concept, proposal=proposal, action=action, since=since, until=until)
    below = _number(cursor)
    found = await asyncio.to_thread(lambda: desk(request).queue.history(past, limit + 1, below))
    return _page(found, limit)


@router.get("/proposals/forms", summary="The forms, with a JSON Schema each", responses=many(FormRecord))
async def forms(request: Request) -> Response:
    return json(Page([FormRecord(name, schema(name)) for name in FORMS], None, ""))


@router.post("/proposals", summary="A new proposal", responses=one(Dossier, 201), openapi_extra=_PROPOSED)
async def created(
    request: Request,
    title: Annotated[str, Query(max_length=200, description="Of a table or a patch.")] = "",
    reason: Annotated[str, Query(max_length=4_000, description="Of a table or a patch.")] = "",
) -> Response:
    """A draft of yours. A table (CSV, tabs, XLSX; see the guide) and an RDF patch become one proposal each."""
    found, _ = await knowledge(request, None)
    written = await _written(request, title, reason)
    made = await _work(request, lambda: desk(request).write(found, person(request), written))
    return await _dossier(request, made.id, 201)


@router.post("/proposals/undo", summary="A draft that takes back what was released", responses=one(Dossier, 201),
             openapi_extra=body(UndoRequest))  # fmt: skip
async def undone(request: Request) -> Response:
    """It goes the way of every proposal: nothing is taken back before somebody else accepts it."""
    asked = await read_json(request, UndoRequest, _limit(request))
    if bool(asked.proposals) is bool(asked.release):
        raise Refusal(422, where="$.proposals, $.release")
    found, _ = await knowledge(request, None)
    who = person(request)
    curating = desk(request)

    def write() -> Proposal:
        back = asked.release
        made = curating.back_to(back, asked.reason) if back else curating.taken_back(asked.proposals, asked.reason)
        return curating.write(found, who, made)

    made = await _work(request, write)
    return await _dossier(request, made.id, 201)


@router.get("/proposals/{number}", summary="One proposal", responses=one(Dossier))
async def shown(request: Request, number: Number) -> Response:
    """With its edits, conflicts, findings, comments and history. Its ETag is what `If-Match` takes."""
    proposal = await asyncio.to_thread(lambda: desk(request).proposals.get(number))
    if unchanged(request, etag(proposal)["ETag"]):
        return Response(None, 304, etag(proposal))
    return await _dossier(request, number)


@router.put("/proposals/{number}", summary="Write a draft anew", responses=one(Dossier), openapi_extra=_PROPOSED)
async def rewritten(
    request: Request,
    number: Number,
    title: Annotated[str, Query(max_length=200)] = "",
    reason: Annotated[str, Query(max_length=4_000)] = "",
) -> Response:
    """Needs `If-Match`: of two who change one draft the second is told (412)."""
    found, _ = await knowledge(request, None)
    version = await _version(request, number)
    if version is None:
        raise Refusal(428)
    written = await _written(request, title, reason)
    who = person(request)
    await _work(request, lambda: desk(request).rewrite(found, number, who, version, written))
    return await _dossier(request, number)


@router.get("/proposals/{number}/patch", summary="A proposal as an RDF patch", responses=media({"patch": PATCH}))
async def patched(request: Request, number: Number) -> Response:
    """What its edits would state and take away; what no statement says (corrections of texts) is left out."""
    found, _ = await knowledge(request, None)
    content = await asyncio.to_thread(lambda: desk(request).proposals.content(number))
    text = await _work(request, lambda: patch_text(content.edits, content.states, found.manifest.base, number))
    return Response(text, media_type=PATCH)


@router.get("/proposals/{number}/comments", summary="Comments, oldest first", responses=many(Comment))
async def comments(request: Request, number: Number) -> Response:
    await asyncio.to_thread(lambda: desk(request).proposals.get(number))
    return json(Page(await asyncio.to_thread(lambda: desk(request).proposals.comments(number)), None, ""))


@router.post("/proposals/{number}/comments", summary="Write on a proposal", responses=one(Comment, 201),
             openapi_extra=body(CommentRequest))  # fmt: skip
async def commented(request: Request, number: Number) -> Response:
    asked = await read_json(request, CommentRequest, _limit(request))
    who = person(request)
    made = await asyncio.to_thread(
        lambda: desk(request).proposals.comment(number, who, asked.text, answer=asked.answer)
    )
    return Response(msgspec.json.encode(made), 201, media_type="application/json")


@router.put(
    "/proposals/{number}/seen", summary="You have seen it as it is now", responses={204: {"description": "Noted"}}
)
async def seen(request: Request, number: Number) -> Response:
    who = person(request)
    await asyncio.to_thread(lambda: desk(request).proposals.see(number, who))
    return Response(status_code=204)


def _acting(action: Action) -> Callable[..., Any]:
    async def acted(request: Request, number: Number) -> Response:
        asked = await read_json(request, ActionRequest, _limit(request)) if await _sent(request) else ActionRequest()
        found, _ = await knowledge(request, None)
        version = await _version(request, number)
        who = person(request)
        await _work(
            request,
            lambda: desk(request).act(found, action, number, who, asked.note, version, confirmed=asked.confirm),
        )
        return await _dossier(request, number)

    acted.__name__ = action
    return acted


_SUMMARIES: dict[Action, str] = {
    "submit": "Hand in a draft of yours",
    "revise": "Make a draft of your proposal again",
    "withdraw": "Take your proposal back",
    "take": "Take a proposal into review",
    "accept": "Accept somebody else's proposal",
    "reject": "Reject somebody else's proposal",
    "reopen": "Review an accepted proposal again",
}
for _action, _summary in _SUMMARIES.items():
    router.add_api_route(
        f"/proposals/{{number}}/{_action}", _acting(_action), methods=["POST"], summary=_summary,
        responses=one(Dossier), openapi_extra=body(ActionRequest) | {"operationId": f"proposal_{_action}"},
    )  # fmt: skip


async def _written(request: Request, title: str, reason: str) -> Written:
    kind, limit = media_type(request), _limit(request)
    if kind in _TABLES:
        found, _ = await knowledge(request, None)
        data = await read_body(request, limit)
        edits = await _work(request, lambda: read_spreadsheet(data, f"table{_TABLES[kind]}", look_at(found)))
        return Written(edits=edits, title=title, reason=reason, form="table")
    if kind == PATCH:
        found, _ = await knowledge(request, None)
        data = await read_body(request, limit)
        edits = await _work(request, lambda: read_patch(data, look_at(found), found.manifest.base))
        return Written(edits=edits, title=title, reason=reason, form="patch")
    asked = await read_json(request, ProposalRequest, limit)
    if asked.fields is not None and asked.edits:
        raise Refusal(422, where="$.fields, $.edits")
    edits = asked.edits if asked.fields is None else asked.fields.edits()
    form = "" if asked.fields is None else _form(asked.fields)
    return Written(edits=edits, title=asked.title, reason=asked.reason, form=form)


def _form(fields: Form) -> str:
    return next(name for name, kind in FORMS.items() if isinstance(fields, kind))


async def _sent(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


async def _version(request: Request, number: int) -> int | None:
    """The version that ``If-Match`` asks for; None without one. Raises PreconditionFailed, UnknownName."""
    wanted = preconditions(request)
    if wanted.fits is None and not wanted.known:
        return None
    proposal = await asyncio.to_thread(lambda: desk(request).proposals.get(number))
    if wanted.fits is not None and not wanted.fits(etag(proposal)["ETag"]):
        raise PreconditionFailed
    return proposal.version


async def _dossier(request: Request, number: int, status: int = 200) -> Response:
    found, _ = await knowledge(request, None)
    dossier = await _work(request, lambda: desk(request).dossier(found, number))
    headers = etag(dossier.proposal) | ({"Location": f"/api/v1/proposals/{number}"} if status == 201 else {})
    return Response(msgspec.json.encode(dossier), status, headers, "application/json")


async def _work(request: Request, call: Callable[[], T]) -> T:
    found: T = await request.app.state.library.work(call)
    return found


def _limit(request: Request) -> int:
    limit: int = request.app.state.library.settings.body_bytes
    return limit


def _number(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise QueryError(why="cursor")
    return int(cursor)


def _page(found: list[Proposal] | list[Happening], limit: int) -> Response:
    items = found[:limit]
    return json(Page(items, str(items[-1].id) if len(found) > limit else None, ""))
