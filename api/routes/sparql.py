"""SPARQL 1.1 Protocol, queries only (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import Stream, knowledge
from api.bodies import media_type, read_body
from api.negotiation import query_formats
from api.problems import Refusal
from api.routes.parameters import AsOf
from api.schemas import media
from kg.errors import QueryRefused
from kg.query.frames import GRAPH_FORMATS, RESULT_FORMATS, Question

router = APIRouter(tags=["sparql"])
_MEDIA = RESULT_FORMATS | GRAPH_FORMATS
_KNOWN = ", ".join(value.partition(";")[0] for value in _MEDIA.values())
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_MOST_FIELDS = 100

_GET: dict[str, Any] = {
    "parameters": [
        {"name": "query", "in": "query", "required": True, "schema": {"type": "string"}},
        *(
            {"name": name, "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}
            for name in ("default-graph-uri", "named-graph-uri")
        ),
    ]
}
_POST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            _QUERY: {"schema": {"type": "string"}},
            _FORM: {"schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}},
        },
    }
}


@router.get("/sparql", summary="A query by GET", responses=media(_MEDIA), openapi_extra=_GET)
async def by_get(request: Request, as_of: AsOf = None) -> Response:
    """SELECT, ASK, CONSTRUCT or DESCRIBE; the format by Accept."""
    return await _answer(request, _fields(request.scope["query_string"]), as_of)


@router.post("/sparql", summary="A query by POST", responses=media(_MEDIA), openapi_extra=_POST)
async def by_post(request: Request, as_of: AsOf = None) -> Response:
    """The same, for longer texts: as the body itself or as the field `query` of a form."""
    kind = media_type(request)
    if kind not in (_QUERY, _FORM, _UPDATE):
        raise Refusal(415, known=f"{_QUERY}, {_FORM}")
    if kind == _UPDATE:
        raise QueryRefused(why="update")
    data = await read_body(request, request.app.state.library.settings.body_bytes)
    fields = _fields(request.scope["query_string"])
    if kind == _FORM:
        fields += _fields(data)
    else:
        fields.append(("query", _decoded(data)))
    return await _answer(request, fields, as_of)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Refusal(400) from None


def _fields(data: bytes) -> list[tuple[str, str]]:
    """Fields of a query string or form; raises Refusal for what is not UTF-8."""
    try:
        return parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Refusal(400) from None


async def _answer(request: Request, fields: list[tuple[str, str]], as_of: str | None) -> Response:
    if any(name == "update" for name, _ in fields):
        raise QueryRefused(why="update")
    queries = [value for name, value in fields if name == "query"]
    if len(queries) != 1:
        raise Refusal(422, where="query")
    asked = as_of or next((value for name, value in fields if name == "as_of"), None)
    table, graph = query_formats(request.headers.get("accept", ""))
    if not table and not graph:
        raise Refusal(406, known=_KNOWN)
    found, _ = await knowledge(request, asked)
    question = Question(
        text=queries[0],
        results=table,
        graph=graph,
        default_graphs=tuple(value for name, value in fields if name == "default-graph-uri"),
        named_graphs=tuple(value for name, value in fields if name == "named-graph-uri"),
        rows=found.pool.limits.rows,
    )
    answer = await found.pool.ask(question)
    headers = {"Vary": "Accept"}
    if answer.rest is not None:
        return Stream(answer, _MEDIA[answer.format], headers)
    return Response(answer.first, 200, headers, _MEDIA[answer.format])
