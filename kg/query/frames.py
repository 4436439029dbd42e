"""What a query worker and its parent say to each other.

A frame is one byte for its kind, four bytes for its length (big-endian) and the body: MessagePack,
or bare bytes for data. The parent sends questions; the worker answers each with a head, data and an
end, with all three in one where it is short, or with a failure at any point.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from kg.query.gate import Gauge

HEADER = 5
READY: Final = b"R"
HEAD: Final = b"H"
DATA: Final = b"D"
END: Final = b"E"
FAILURE: Final = b"F"
WHOLE: Final = b"W"
QUESTION: Final = b"Q"

RESULT_FORMATS: dict[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
"""Formats of SELECT and ASK answers, the default first, with their media types."""
GRAPH_FORMATS: dict[str, str] = {
    "turtle": "text/turtle; charset=utf-8",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
}
"""Formats of CONSTRUCT and DESCRIBE answers."""


class Question(msgspec.Struct, frozen=True):
    """One query. An empty format says that the asker takes none of that kind of answer.

    ``base`` is what relative IRIs are resolved against; without it they are an error. The graphs are those
    of the protocol. ``gated``: the text went through the gate already.
    ``explain``: the answer is an Explanation as JSON.
    """

    text: str
    results: str = "json"
    graph: str = "turtle"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    rows: int = 100_000
    base: str = ""
    explain: bool = False
    gated: bool = False


class Ready(msgspec.Struct, frozen=True):
    """The first frame of a worker: which walls stand around it."""

    no_network: bool
    no_calls: bool


class Head(msgspec.Struct, frozen=True):
    """The answer's format: a key of RESULT_FORMATS or GRAPH_FORMATS."""

    format: str


class End(msgspec.Struct, frozen=True):
    """The answer is whole. ``tired``: the worker has grown and wants to be replaced."""

    rows: int
    tired: bool


class Whole(msgspec.Struct, frozen=True, array_like=True):
    """A short answer in one frame."""

    format: str
    rows: int
    tired: bool
    data: bytes


class PatternCount(msgspec.Struct, frozen=True):
    """``statements`` that fit the pattern alone, at least that many with ``more``; None where uncounted."""

    pattern: str
    graph: str = ""
    statements: int | None = None
    more: bool = False


class Explanation(msgspec.Struct, frozen=True):
    """What ``kg.query.explaining`` finds. ``algebra`` is None where rdflib cannot read the text."""

    gate: Gauge
    algebra: dict[str, Any] | None
    patterns: tuple[PatternCount, ...]
    parse_seconds: float
    count_seconds: float


class Failure(msgspec.Struct, frozen=True):
    """``error`` is the slug of a class of ``kg.errors``."""

    error: str
    params: dict[str, str | int | float]


def frame(kind: bytes, body: bytes) -> bytes:
    """One frame.

    >>> frame(DATA, b"ab")
    b'D\\x00\\x00\\x00\\x02ab'
    """
    return kind + len(body).to_bytes(4, "big") + body


def unframe(header: bytes) -> tuple[bytes, int]:
    """Kind and length of the body that follows.

    >>> unframe(b"D\\x00\\x00\\x00\\x02")
    (b'D', 2)
    """
    return header[:1], int.from_bytes(header[1:HEADER], "big")
