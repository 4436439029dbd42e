"""Which graph a request of the Graph Store Protocol names (https://www.w3.org/TR/sparql11-http-rdf-update/#graph-identification).

Below a workspace, ``/workspaces/w/graphs/person/1`` is the graph ``<base>workspace/w/person/1``, whatever
host it is asked at; ``?graph=`` takes that IRI, any other, or the address itself.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote

from fastapi import Request

from api.problems import Refusal
from kg.errors import GraphRefused

LONGEST = 2_000
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f<>\"{}|\\^`]+").fullmatch
_SAFE = "/:@!$&'()*+,;=~-._"


def indirect(request: Request) -> str | None:
    """The graph of ``?graph=`` or ``?default`` (empty); None without either. Raises Refusal, GraphRefused."""
    try:
        text = request.scope["query_string"].decode("ascii")
        fields = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise Refusal(400) from None
    graphs = [value for name, value in fields if name == "graph"]
    default = any(name == "default" for name, _ in fields)
    if len(graphs) + default > 1:
        raise Refusal(400)
    if default or graphs == ["default"]:
        return ""
    if not graphs:
        return None
    if len(graphs[0]) > LONGEST or not _IRI(graphs[0]):
        raise GraphRefused(why="graph-name")
    return str(graphs[0])


def direct(prefix: str, path: str) -> str:
    """The IRI of the graph at a decoded path; raises GraphRefused for ``..`` and the like.

    >>> direct("https://e.org/workspace/w/", "person/1.ttl")
    'https://e.org/workspace/w/person/1.ttl'
    """
    parts = path.split("/")
    if len(path) > LONGEST or any(part in ("", ".", "..") for part in parts) or any(c < " " or c == "\\" for c in path):
        raise GraphRefused(why="graph-name")
    return prefix + quote(path, safe=_SAFE)


def address(request: Request, workspace: str) -> str:
    """What the addresses of the graphs of a workspace begin with."""
    return f"{str(request.base_url).rstrip('/')}/workspaces/{workspace}/graphs/"


def settled(request: Request, workspace: str, prefix: str, graph: str) -> str:
    """``graph``, or the IRI that stands for it where it is an address of this service."""
    start = address(request, workspace)
    return direct(prefix, graph[len(start) :]) if graph.startswith(start) else graph
