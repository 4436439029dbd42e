"""``/sparql``: queries and updates by the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/).

A bare ASGI application: parameters by annotation would cost more than a small query.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.actor import actor
from api.answers import Stream, knowledge
from api.library import Library
from api.negotiation import query_formats
from api.problems import Refusal
from api.schemas import media, one
from api.sparql.calls import header, resolve
from api.sparql.description import published
from api.sparql.explanation import Explained, explain
from api.sparql.request import FORM, QUERY, UPDATE, SparqlRequest, read_request
from api.sparql.updates import apply
from kg.query.frames import GRAPH_FORMATS, RESULT_FORMATS, Question

PATH = "/sparql"
EXPLAIN = "/sparql/explain"
ENGINE = "Medkg-Engine"
"""Header of answers that more than one engine could have given."""
METHODS = ("GET", "HEAD", "POST")
MEDIA = RESULT_FORMATS | GRAPH_FORMATS
_KNOWN = ", ".join(value.partition(";")[0] for value in MEDIA.values())


class Explain:
    """The same forms of a query, explained."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        library: Library = scope["app"].state.library
        asked = await read_request(request, library.settings.body_bytes)
        if asked is None or asked.kind == "update":
            raise Refusal(422, where="query")
        question = question_of(request, asked, "tsv", "ntriples", library.settings.query_rows)
        response = await explain(request, asked, question, client_of(request))
        await response(scope, receive, send)


class Sparql:
    """The endpoint. Errors go up to the application, which makes problem documents of them."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        library: Library = scope["app"].state.library
        asked = await read_request(request, library.settings.body_bytes)
        if asked is None:
            response = await published(request)
        else:
            response = await (apply(request, asked) if asked.kind == "update" else answer(request, asked))
        await response(scope, receive, send)


def routes() -> list[Route]:
    """The routes of this module: they are no functions, so that no frame reads their annotations."""
    return [Route(PATH, Sparql(), methods=METHODS), Route(EXPLAIN, Explain(), methods=METHODS)]


async def answer(request: Request, asked: SparqlRequest) -> Response:
    """Run a query on a generation; raises Refusal (406), UnknownGeneration, and what ``WorkerPool.ask`` does."""
    table, graph = query_formats(request.headers.get("accept", ""))
    if not table and not graph:
        raise Refusal(406, known=_KNOWN)
    found, _ = await knowledge(request, asked.as_of)
    question = question_of(request, asked, table, graph, found.pool.limits.rows)
    client = client_of(request)
    question, called = await resolve(request, found, question, client)
    whole, engine = await found.ask(question, client)
    headers = {"Vary": "Accept", **header(called)}
    if found.lane is not None:
        headers[ENGINE] = engine
    if whole.rest is not None:
        return Stream(whole, MEDIA[whole.format], headers)
    return Response(whole.first, 200, headers, MEDIA[whole.format])


def question_of(request: Request, asked: SparqlRequest, table: str, graph: str, rows: int) -> Question:
    """The question for a worker. Relative IRIs are those of the graph, whatever host is asked: ``<concept/x>``."""
    return Question(
        text=asked.text,
        results=table,
        graph=graph,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        rows=rows,
        base=request.app.state.library.settings.base,
    )


def client_of(request: Request) -> str:
    """Whose budget a query is taken from: of a key, a token or an address; nobody's for admins."""
    asking = actor(request.scope)
    if asking.role == "admin":
        return ""
    return asking.client or (request.client.host if request.client else "local")


def _parameters(description: str, *, needed: bool = True) -> list[dict[str, Any]]:
    text = {"type": "string"}
    texts = {"type": "array", "items": text}
    return [
        {"name": "query", "in": "query", "required": needed, "schema": text, "description": description},
        {"name": "default-graph-uri", "in": "query", "required": False, "schema": texts},
        {"name": "named-graph-uri", "in": "query", "required": False, "schema": texts},
        {
            "name": "as_of", "in": "query", "required": False, "schema": text | {"maxLength": 64},
            "description": "Answer from this generation, not the current one.",
        },
    ]  # fmt: skip


def _operation(name: str, summary: str, description: str, responses: Any, **more: Any) -> dict[str, Any]:
    found = {str(status): value for status, value in responses.items()}
    return {
        "tags": ["sparql"], "summary": summary, "description": description, "operationId": name, "responses": found,
    } | more  # fmt: skip


def _body(*kinds: str) -> dict[str, Any]:
    text: dict[str, Any] = {"schema": {"type": "string"}}
    fields = {"query": {"type": "string"}} | ({"update": {"type": "string"}} if UPDATE in kinds else {})
    form = {"schema": {"type": "object", "properties": fields}}
    return {"required": True, "content": {kind: form if kind == FORM else text for kind in kinds}}


_EXPLAINED = (
    "Its algebra, how many statements fit each triple pattern alone, what the gate counted, the limits, and rows "
    "and seconds of one run. The engine chooses the order of joins itself."
)
PATHS: dict[str, Any] = {
    PATH: {
        "get": _operation(
            "query_by_get", "A query by GET", "SELECT, ASK, CONSTRUCT or DESCRIBE; the format by Accept.",
            media(MEDIA), parameters=_parameters("Without one the service is described.", needed=False),
        ),
        "post": _operation(
            "query_or_update_by_post", "A query or an update by POST",
            "The same for longer texts, as the body itself or as a field of a form. "
            "Updates go to graphs of one workspace: 204 once they are on disk.",
            media(MEDIA) | {204: {"description": "The update is on disk"}}, parameters=_parameters("")[1:],
            requestBody=_body(QUERY, FORM, UPDATE),
        ),
    },
    EXPLAIN: {
        "get": _operation(
            "explain_by_get", "Why a query takes its time, by GET", _EXPLAINED,
            one(Explained), parameters=_parameters("The text of the query."),
        ),
        "post": _operation(
            "explain_by_post", "Why a query takes its time, by POST", _EXPLAINED,
            one(Explained), parameters=_parameters("")[1:], requestBody=_body(QUERY, FORM),
        ),
    },
}  # fmt: skip
"""For the OpenAPI document."""
RECORDS = (Explained,)
"""Records that PATHS refers to."""
