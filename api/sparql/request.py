"""A request of the SPARQL 1.1 Protocol, whatever form it came in (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

from typing import Literal
from urllib.parse import parse_qsl

import msgspec
from fastapi import Request

from api.bodies import media_type, read_body
from api.problems import Refusal

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_MOST_FIELDS = 100
_GRAPHS = {
    "query": ("default-graph-uri", "named-graph-uri"),
    "update": ("using-graph-uri", "using-named-graph-uri"),
}
_PROTOCOL = frozenset({"query", "update", *_GRAPHS["query"], *_GRAPHS["update"]})


class SparqlRequest(msgspec.Struct, frozen=True):
    """``default_graphs`` and ``named_graphs`` are those of the protocol: of ``using-*`` for an update."""

    kind: Literal["query", "update"]
    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    as_of: str | None = None


async def read_request(request: Request, limit: int) -> SparqlRequest | None:
    """What is asked; None for a GET without a field of the protocol, which asks for the service description.

    Raises Refusal: 400 (sections 2.1.4 and 2.2.4: not UTF-8, no text or several, fields of the other operation),
    405 for an update by GET, 413, 415 for another media type or charset.
    """
    fields = _fields(request.scope["query_string"])
    if request.method in ("GET", "HEAD"):
        names = {name for name, _ in fields} & _PROTOCOL
        if "update" in names:
            raise Refusal(405, {"Allow": "POST"})
        return _request("query", fields) if names else None
    kind = media_type(request)
    if kind not in (QUERY, FORM, UPDATE):
        raise Refusal(415, known=f"{QUERY}, {UPDATE}, {FORM}")
    if _charset(request) not in ("", "utf-8", "utf8"):
        raise Refusal(415, known="charset=UTF-8")
    data = await read_body(request, limit)
    if kind == FORM:
        fields = fields + _fields(data)
        return _request("update" if any(name == "update" for name, _ in fields) else "query", fields)
    named: Literal["query", "update"] = "query" if kind == QUERY else "update"
    return _request(named, [*fields, (named, _decoded(data))])


def _request(kind: Literal["query", "update"], fields: list[tuple[str, str]]) -> SparqlRequest:
    texts = _values(fields, kind)
    allowed = {kind, *_GRAPHS[kind]}
    as_of = _values(fields, "as_of")
    if len(texts) != 1 or len(as_of) > 1 or any(name in _PROTOCOL - allowed for name, _ in fields):
        raise Refusal(400)
    default, named = (_values(fields, name) for name in _GRAPHS[kind])
    return SparqlRequest(kind, texts[0], default, named, next(iter(as_of), None))


def _charset(request: Request) -> str:
    """The charset that the body is said to be in, in lower case."""
    for part in request.headers.get("content-type", "").split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""


def _values(fields: list[tuple[str, str]], wanted: str) -> tuple[str, ...]:
    return tuple(value for name, value in fields if name == wanted)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Refusal(400) from None


def _fields(data: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Refusal(400) from None
