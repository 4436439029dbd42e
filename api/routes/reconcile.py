"""The W3C Reconciliation API 0.2 at ``/reconcile``.

The specification asks for cross-origin reading from anywhere; as on all paths it is allowed to the origins that the
settings list, since a page of anybody must not read what a library holds behind its walls. JSONP, which the
specification leaves to services, is not answered: it would run an answer as a program.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import json, knowledge
from api.knowledge import Knowledge
from api.library import Library
from api.pages import guarded, render
from api.problems import Refusal, spoken
from api.reconciliation.answered import candidate, description, extended, suggestion
from api.reconciliation.asked import batch, cell, extension, form_of
from api.reconciliation.described import manifest, properties, starting, types
from api.routes.parameters import LONGEST_ID, AsOf
from api.schemas import media
from kg.errors import MedkgError
from kg.index.suggest import LIMIT

router = APIRouter(prefix="/reconcile", tags=["reconciliation"])
PAGE = 10
"""Suggestions of one answer."""
_JSON = {
    **media({}),
    200: {"description": "As specified", "content": {"application/json": {"schema": {"type": "object"}}}},
}
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {"queries": {"type": "string"}, "extend": {"type": "string"}},
                }
            }
        },
    }
}
Id = Annotated[str, Query(max_length=LONGEST_ID)]
Language = Literal["zh", "en"]
_Sent = Annotated[str | None, Query(max_length=100_000)]


@router.get("/preview", summary="A concept as a small page", include_in_schema=False)
async def preview(request: Request, id: Id, as_of: AsOf = None) -> Response:
    try:
        found, _ = await knowledge(request, as_of)
        record = await request.app.state.library.work(lambda: _record(found, id))
    except MedkgError as error:
        return guarded(request, error)
    return render(request, "preview", record=record)


@router.get("", summary="The service in the language asked for", responses=_JSON)
@router.get("/{language}", summary="The service manifest; candidates for queries; values for rows", responses=_JSON)
async def ask(
    request: Request, language: Language | None = None, queries: _Sent = None, extend: _Sent = None, as_of: AsOf = None
) -> Response:
    """Reconciliation API 0.2: without `queries` and `extend` the manifest. `/reconcile` goes by Accept-Language."""
    language = language or _spoken(request)
    if queries is None and extend is None:
        found, _ = await knowledge(request, as_of)
        return json(manifest(found, str(request.base_url).rstrip("/"), language))
    return await _answer(request, {"queries": queries, "extend": extend}, as_of, language)


@router.post("", summary="The same in the language asked for", responses=_JSON, openapi_extra=_FORM)
@router.post("/{language}", summary="Candidates for queries; values for rows", responses=_JSON, openapi_extra=_FORM)
async def send(request: Request, language: Language | None = None, as_of: AsOf = None) -> Response:
    """A form with `queries` (a batch, JSON) or `extend` (a data extension query, JSON)."""
    library: Library = request.app.state.library
    form = await form_of(request, library.settings.body_bytes)
    return await _answer(request, form, as_of, language or _spoken(request))


def _spoken(request: Request) -> Language:
    return "zh" if spoken(request) == "zh" else "en"


async def _answer(request: Request, form: Mapping[str, str | None], as_of: str | None, language: Language) -> Response:
    library: Library = request.app.state.library
    if (sent := form.get("queries")) is not None:
        asked = batch(sent)
        found, _ = await knowledge(request, as_of)
        answers: dict[str, object] = {}
        for key, query in asked.items():
            # A turn each, so that other askers come in between.
            rows = await library.work(lambda query=query: found.reconciler.reconcile(cell(query)))  # type: ignore[misc]
            answers[key] = {"result": [candidate(row, language) for row in rows]}
        return json(answers)
    if (sent := form.get("extend")) is not None:
        wanted = extension(sent)
        found, _ = await knowledge(request, as_of)
        return json(await library.work(lambda: extended(found, wanted, properties(language), language)))
    raise Refusal(422, where="queries | extend")


@router.get(
    "/{language}/suggest/{kind}", summary="Concepts, types or properties by the beginning of a name", responses=_JSON
)
async def suggest(
    request: Request,
    language: Language,
    kind: Literal["entity", "type", "property"],
    prefix: Annotated[str, Query(max_length=200)],
    cursor: Annotated[int, Query(ge=0, le=10_000, description="Suggestions to pass over.")] = 0,
    as_of: AsOf = None,
) -> Response:
    found, _ = await knowledge(request, as_of)
    if kind == "entity":
        hits = found.indexes.suggest.suggest(prefix, min(cursor + PAGE, LIMIT))[cursor:]
        return json({"result": [suggestion(hit, language) for hit in hits]})
    tags = starting(types(language) if kind == "type" else properties(language), prefix)
    return json({"result": tags[cursor : cursor + PAGE]})


@router.get("/{language}/properties", summary="Properties that rows can be extended with", responses=_JSON)
async def proposals(
    language: Language,
    type: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int | None, Query(ge=1, le=100)] = None,
) -> Response:
    """The same for every type."""
    answer: dict[str, object] = {"type": type, "properties": properties(language)[:limit]}
    return json(answer if limit is None else answer | {"limit": limit})


@router.get("/{language}/flyout", summary="A concept in a few words of HTML", responses=_JSON)
async def flyout(request: Request, language: Language, id: Id, as_of: AsOf = None) -> Response:
    """What stands in the graph is escaped: clients put the HTML into their own page."""
    found, _ = await knowledge(request, as_of)
    record = await request.app.state.library.work(lambda: found.concepts.record(id))
    names = (record.label.zh, record.label.en) if language == "zh" else (record.label.en, record.label.zh)
    name = next(filter(None, names), record.id)
    about = description(record.id, record.label, name, record.definitions, language)
    return json({"id": id, "html": f"<p><strong>{escape(name)}</strong></p><p>{escape(about)}</p>"})


def _record(found: Knowledge, curie: str) -> object:
    return found.concepts.record(curie)
