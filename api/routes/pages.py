"""Pages for people: start, results, a concept, a document, the API's description. Rendered here, no script,
nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response

from api.answers import knowledge
from api.hits import documents_of
from api.knowledge import Knowledge
from api.problems import spoken, status_of
from api.routes.parameters import AsOf, Curie, Cursor
from api.segments import marked, mentioned
from api.texts import text
from kg.errors import MedkgError
from kg.search.base import LONGEST_QUERY
from kg.search.base import Query as SearchQuery

router = APIRouter(include_in_schema=False)
_HITS = 10
_RELATED = 50


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("api", "web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["path"] = lambda value: quote(value, safe=":")
    return environment


def _render(request: Request, name: str, status: int = 200, **values: Any) -> Response:
    language = spoken(request)
    generation = request.scope.get("medkg.generation") or request.app.state.library.current.id

    def say(key: str, /, **params: object) -> str:
        return text(f"page.{key}", language, **params)

    def here(**changes: str) -> str:
        """This page with other parameters."""
        kept = {name: value for name, value in request.query_params.items() if name != "cursor"}
        return f"{quote(request.url.path)}?{urlencode(kept | changes)}"

    def link(path: str) -> str:
        """Another page, in the same language and generation."""
        kept = {name: request.query_params[name] for name in ("lang", "as_of") if name in request.query_params}
        return path + (("&" if "?" in path else "?") + urlencode(kept) if kept else "")

    def label(pair: Any, other: str = "") -> str:
        """A label in the page's language before the other one."""
        order = (pair.zh, pair.en) if language == "zh" else (pair.en, pair.zh)
        return order[0] or order[1] or other

    shown = {"say": say, "here": here, "link": link, "label": label, "language": language, "generation": generation}
    page = _templates().get_template(f"{name}.html").render(shown | {"q": "", "query": request.query_params} | values)
    return Response(page, status, {"Content-Language": language, "Vary": "Accept-Language"}, "text/html; charset=utf-8")


def _guarded(request: Request, error: MedkgError) -> Response:
    return _render(request, "error", status_of(error), message=error.text(spoken(request)))


@router.get("/")
async def start(request: Request, as_of: AsOf = None) -> Response:
    try:
        found, _ = await knowledge(request, as_of)
    except MedkgError as error:
        return _guarded(request, error)
    counts = found.indexes.text
    return _render(request, "start", documents=counts.count("document"), concepts=counts.count("concept"))


@router.get("/search")
async def results(
    request: Request,
    q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    try:
        found, inner = await knowledge(request, as_of, cursor)
        query = SearchQuery(q, limit=_HITS, cursor=inner)
        answer = await request.app.state.library.work(lambda: found.searcher.search(query))
    except MedkgError as error:
        return _guarded(request, error)
    following = f"{found.id}~{answer.next}" if answer.next else None
    return _render(request, "results", q=q, answer=answer, following=following, marked=marked)


@router.get("/concept/{curie:path}")
async def concept(request: Request, curie: Curie, as_of: AsOf = None) -> Response:
    try:
        found, _ = await knowledge(request, as_of)
        values = await request.app.state.library.work(lambda: _concept(found, curie))
    except MedkgError as error:
        return _guarded(request, error)
    return _render(request, "concept", **values)


def _concept(found: Knowledge, curie: str) -> dict[str, Any]:
    return {
        "record": found.concepts.record(curie),
        "documents": documents_of(found, curie, subtree=True, limit=_HITS, inner=None)[0],
        "neighbours": found.concepts.neighbours(curie)[:_RELATED],
        "children": found.concepts.children(curie)[:_RELATED],
    }


@router.get("/document/{curie:path}")
async def document(request: Request, curie: Curie, as_of: AsOf = None) -> Response:
    try:
        found, _ = await knowledge(request, as_of)
        record = await request.app.state.library.work(lambda: found.documents.record(curie))
    except MedkgError as error:
        return _guarded(request, error)
    return _render(request, "document", record=record, mentioned=mentioned)


@router.get("/docs")
async def docs(request: Request) -> Response:
    openapi: Callable[[], dict[str, Any]] = request.app.openapi
    return _render(request, "docs", api=openapi())


@router.get("/style.css")
async def style() -> Response:
    return Response(_style(), headers={"Cache-Control": "max-age=3600"}, media_type="text/css; charset=utf-8")


@lru_cache(maxsize=1)
def _style() -> bytes:
    return (files("api") / "web" / "style.css").read_bytes()
