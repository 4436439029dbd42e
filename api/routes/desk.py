"""The curators' desk in a browser: the queue, a proposal with what it would change, a form for each kind. No script.

Whoever comes here shows a key as the password of HTTP Basic (RFC 7617), which is taken below ``/desk/`` only; what is
sent must come from a page of this service, since a browser sends that password whoever wrote the form (ADR 43).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from api.access.rights import PAGES, allows
from api.answers import knowledge
from api.bodies import read_fields
from api.consequences import Consequences, consequences
from api.curating import Dossier, Written
from api.deskforms import FIELDS, read_form
from api.knowledge import Knowledge
from api.library import Library
from api.pages import guarded, render
from api.problems import Refusal, spoken
from api.routes.parameters import LONGEST_ID
from api.routes.proposals import desk, person
from kg.errors import MedkgError, UnknownName
from kg.impact.base import World
from kg.workflow.proposals import Kind, Person, Proposal
from kg.workflow.queue import Wanted
from kg.workflow.states import STATES, TRANSITIONS, Action, same_person

router = APIRouter(prefix="/desk", include_in_schema=False)
_ROWS = 50
_SAMPLES = 3
_MOST_LOOKED_AT = 200
"""Edits whose consequences a page shows; of more, which take long, the API tells."""
_BODY, _FIELDS = 200_000, 40
_ACTIONS: tuple[Action, ...] = ("submit", "revise", "take", "accept", "reject", "reopen", "withdraw")
KINDS: tuple[Kind, ...] = ("human", "feedback", "task", "machine", "workspace")
PLACES = (
    "concept", "into", "parent", "parents", "replaced_by", "subject", "object", "predicate", "justification",
    "confidence", "negative", "id", "category", "value", "language", "kind",
)  # fmt: skip
"""What edits hold that a page has words for."""
Number = Annotated[int, Path(ge=1, lt=2**31)]


@router.get("/queue")
async def queue(
    request: Request,
    state: Annotated[str, Query(max_length=20)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
    concept: Annotated[str, Query(max_length=LONGEST_ID)] = "",
    mine: bool = False,
    unseen: bool = False,
    below: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> Response:
    """Newest first; a state or kind that there is not is none."""
    found, _ = await knowledge(request, None)
    who = person(request)
    wanted = Wanted(
        kind=next((one for one in KINDS if one == kind), None),
        state=next((one for one in STATES if one == state), None),
        author=who.name if mine else None, concept=concept.strip() or None,
        unseen_by=who.name if unseen else None,
    )  # fmt: skip
    rows = await asyncio.to_thread(lambda: desk(request).queue.list(wanted, _ROWS + 1, below))
    return render(
        request, "desk", rows=rows[:_ROWS], more=rows[_ROWS - 1].id if len(rows) > _ROWS else 0, states=STATES,
        kinds=KINDS, named=found.naming.label, wanted=wanted, who=who, forms=tuple(FIELDS),
        may_propose=allows(request, "propose"),
    )  # fmt: skip


@router.get("/proposals/{number}")
async def proposal(request: Request, number: Number) -> Response:
    """With its edits, what the gate says, what it would change, comments and history."""
    return await _shown(request, number)


@router.get("/new/{form}")
async def blank(request: Request, form: str, concept: Annotated[str, Query(max_length=LONGEST_ID)] = "") -> Response:
    """A form of one kind; ``concept`` is filled in."""
    known = concept.strip()
    return _form(request, form, {"concept": known, "subject": known})


@router.post("/new/{form}")
async def made(request: Request, form: str) -> Response:
    """A draft, or with ``submit`` one that is handed in at once."""
    written = await _written(request)
    try:
        fields = read_form(form, written) if form in FIELDS else None
    except Refusal as refusal:
        return _form(request, form, written, 422, str(refusal.params["where"]))
    if fields is None:
        return _form(request, form, {})
    found, _ = await knowledge(request, None)
    who, curating = person(request), desk(request)
    title, reason = written.get("title", "")[:200], written.get("reason", "")[:4_000]
    entered = Written(edits=fields.edits(), title=title, reason=reason, form=form)
    try:
        draft = await _work(request, lambda: curating.write(found, who, entered))
    except MedkgError as error:
        return _form(request, form, written, 409, error.text(spoken(request)))
    if not written.get("submit"):
        return _back(request, draft.id)
    return await _acted(request, draft.id, "submit", draft.version, written)


@router.post("/proposals/{number}/comments")
async def commented(request: Request, number: Number) -> Response:
    written = await _written(request)
    words, who = written.get("text", ""), person(request)
    if not 0 < len(words) <= 4_000:
        raise Refusal(422, where="text")
    answer = bool(written.get("answer"))
    try:
        await asyncio.to_thread(lambda: desk(request).proposals.comment(number, who, words, answer=answer))
    except MedkgError as error:
        return guarded(request, error)
    return _back(request, number)


def _acting(action: Action) -> Callable[..., Any]:
    async def acted(request: Request, number: Number) -> Response:
        written = await _written(request)
        version = written.get("version", "")
        if not (version.isascii() and version.isdecimal() and len(version) < 10):
            raise Refusal(422, where="version")
        return await _acted(request, number, action, int(version), written)

    acted.__name__ = f"desk_{action}"
    return acted


for _action in _ACTIONS:
    router.add_api_route(f"/proposals/{{number}}/{_action}", _acting(_action), methods=["POST"])


async def _acted(request: Request, number: int, action: Action, version: int, written: dict[str, str]) -> Response:
    """Do it to the proposal as it was shown; the page again, with what stood against it."""
    found, _ = await knowledge(request, None)
    who, curating = person(request), desk(request)
    note, confirmed = written.get("note", "")[:4_000], bool(written.get("confirm"))
    try:
        await _work(request, lambda: curating.act(found, action, number, who, note, version, confirmed=confirmed))
    except UnknownName as error:
        return guarded(request, error)
    except MedkgError as error:
        return await _shown(request, number, 409, error.text(spoken(request)))
    return _back(request, number)


async def _shown(request: Request, number: int, status: int = 200, message: str = "") -> Response:
    found, _ = await knowledge(request, None)
    curating, who = desk(request), person(request)
    try:
        dossier = await _work(request, lambda: curating.dossier(found, number))
    except MedkgError as error:
        return guarded(request, error)
    looked = dossier.edits and dossier.proposal.state != "released" and len(dossier.edits) <= _MOST_LOOKED_AT
    library: Library = request.app.state.library
    would = await asyncio.to_thread(_consequences, dossier, found, library) if looked and not dossier.misfit else None
    if allows(request, "comment"):
        await asyncio.to_thread(lambda: curating.proposals.see(number, who))
    return render(
        request, "desk-proposal", status, dossier=dossier, proposal=dossier.proposal, would=would, message=message,
        edits=[_told(edit) for edit in dossier.edits[:_MOST_LOOKED_AT]], actions=_open(request, dossier.proposal, who),
        may_comment=allows(request, "comment"), named=found.naming.label, places=PLACES,
    )  # fmt: skip


def _consequences(dossier: Dossier, found: Knowledge, library: Library) -> Consequences:
    world = World(found.reader, found.naming, found.indexes.text)
    folder = library.settings.folder
    return consequences(dossier.edits, world, found.id, found.annotator.lexicon, folder, _SAMPLES)


def _told(edit: Any) -> tuple[str, list[tuple[str, str]]]:
    """The kind of an edit, and each thing it says with its name."""
    plain = msgspec.to_builtins(edit)
    return plain.pop("edit"), _leaves("", plain)


def _leaves(name: str, value: Any) -> list[tuple[str, str]]:
    """
    >>> _leaves("", {"concept": "DOID:1", "label": {"value": "x", "kind": "exact"}, "parents": ["DOID:2"]})
    [('concept', 'DOID:1'), ('value', 'x'), ('kind', 'exact'), ('parents', 'DOID:2')]
    """
    if isinstance(value, dict):
        return [leaf for inner, one in value.items() for leaf in _leaves(inner, one)]
    if isinstance(value, list | tuple):
        return [leaf for one in value for leaf in _leaves(name, one)]
    return [] if value in (None, "", False) else [(name, str(value))]


def _open(request: Request, shown: Proposal, who: Person) -> list[Action]:
    """What this person may do to a proposal as it stands."""
    own = same_person(shown.author, who.name)
    ways = {name: TRANSITIONS[name] for name in _ACTIONS if shown.state in TRANSITIONS[name].before}
    return [
        name for name, way in ways.items()
        if (way.who == "author") is own and allows(request, "propose" if way.who == "author" else "review")
    ]  # fmt: skip


def _form(request: Request, form: str, values: dict[str, str], status: int = 200, unfit: str = "") -> Response:
    if form not in FIELDS:
        return guarded(request, UnknownName(kind="form", name=form, known=", ".join(FIELDS)))
    return render(request, "desk-form", status, form=form, fields=FIELDS[form], values=values, unfit=unfit)


async def _written(request: Request) -> dict[str, str]:
    """The fields of a form of ours; raises Refusal for one that another site wrote (403), and for no form (415)."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    foreign = origin is not None and urlsplit(origin).netloc != request.url.netloc
    if foreign or site not in (None, "same-origin", "none"):
        raise Refusal(403)
    return await read_fields(request, _BODY, _FIELDS)


async def _work(request: Request, call: Callable[[], Any]) -> Any:
    return await request.app.state.library.work(call)


def _back(request: Request, number: int) -> Response:
    kept = f"?lang={spoken(request)}" if "lang" in request.query_params else ""
    return RedirectResponse(f"{PAGES}proposals/{number}{kept}", 303)
