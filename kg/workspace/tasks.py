"""What a workspace and its writer process say to each other, beside the frames of ``kg.query.frames``.

The parent sends one task, for an upload its bytes as data frames and an end after them; the writer
answers as a query worker does: head, data and ``Done``, or a failure.
"""

from __future__ import annotations

from typing import Final

import msgspec

from kg.query.frames import Question
from kg.query.gate import GateLimits

GRAPH_MEDIA: dict[str, str] = {
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
}
"""Media types that a graph may be sent in -> name of the format. No text/plain: any page may send a form as that."""
MULTIPART: Final = "multipart/form-data"
UPDATE_LIMITS: Final = GateLimits(size=4_000_000)
"""The gate does not count what INSERT DATA holds, so an update may be long; the body limit comes first."""
DATASET: Final = "nquads"
"""The format of a whole workspace."""


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """A query on the workspace."""

    question: Question


class Change(msgspec.Struct, frozen=True, tag="change"):
    """An update. ``default_graphs`` and ``named_graphs`` are the protocol's; ``gated``: it went through the gate."""

    text: str
    base: str = ""
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    gated: bool = False


class Load(msgspec.Struct, frozen=True, tag="load"):
    """A graph to put in place (``replace``) or to merge; an empty ``graph`` is the default graph.

    ``media`` is the whole Content-Type. ``fresh``: only if there is no such graph; ``known``: only if there is.
    """

    graph: str
    media: str
    base: str
    replace: bool
    fresh: bool = False
    known: bool = False


class Drop(msgspec.Struct, frozen=True, tag="drop"):
    """A graph to remove."""

    graph: str


class Read(msgspec.Struct, frozen=True, tag="read"):
    """A graph to write out in ``format``; with DATASET all of them."""

    graph: str
    format: str


Task = Ask | Change | Load | Drop | Read


class Done(msgspec.Struct, frozen=True):
    """The task is done, and on disk if it wrote. ``writes``: of this process; ``created``: a graph that is new."""

    writes: int
    rows: int = 0
    created: bool = False
