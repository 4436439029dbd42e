"""Which generations of ours an engine holds, and the small file by which a snapshot names one of them."""

from __future__ import annotations

import re
import uuid

import msgspec

from kg import vocab
from kg.errors import StoreError, UnknownGeneration
from kg.model.terms import Statement, integer, iri, lexical
from kg.store.base import Snapshot
from kg.store.endpoint import Endpoint, Engine
from kg.store.state import INTERNAL, STATE_GRAPH, read_ledger

FILE = "remote.json"
KEPT = 2
"""Generations that stay in the engine: the current one, and the one before for readers that still have it open."""
DEFAULT, SCRATCH = "default", "scratch"
"""Graphs beside the named ones; no absolute IRI, so no graph of the data is called like them."""
_CATALOGUE = "catalogue"
_SEALED = iri(f"{vocab.MEDKG}checkpoint")
_DRAFT = integer(0)


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``remote.json`` holds: an engine, and the prefix of one generation's graphs there."""

    engine: Engine
    prefix: str


class Catalogue:
    """Which generations an engine holds: ``<prefix> mkg:checkpoint N``, 0 for one that is being made."""

    def __init__(self, endpoint: Endpoint, graphs: str) -> None:
        self._endpoint = endpoint
        self._graph = f"{graphs}{_CATALOGUE}"

    def numbers(self) -> dict[str, int]:
        """prefix -> number."""
        rows = self._endpoint.select(f"SELECT ?s ?o {{ ?s {_SEALED} ?o }}", self._graph)
        return {lexical(row["s"]): int(lexical(row["o"])) for row in rows}

    def check(self, place: Place) -> None:
        """Raise UnknownGeneration, naming what there is, when the engine has no such finished generation."""
        numbers, graphs = self.numbers(), place.engine.graphs
        if not numbers.get(place.prefix):
            known = ", ".join(sorted(label_of(prefix, graphs) for prefix, number in numbers.items() if number)) or "-"
            raise UnknownGeneration(name=label_of(place.prefix, graphs), known=known)

    def enter(self, prefix: str) -> None:
        self._endpoint.update(f"INSERT DATA {{ GRAPH <{self._graph}> {{ <{prefix}> {_SEALED} {_DRAFT} }} }}")

    def seal(self, prefix: str) -> None:
        """Number a finished generation and drop those that are older than the newest KEPT."""
        numbers = self.numbers()
        newest = max(numbers.values(), default=0) + 1
        self._forget(prefix)
        self._endpoint.update(f"INSERT DATA {{ GRAPH <{self._graph}> {{ <{prefix}> {_SEALED} {integer(newest)} }} }}")
        for other, number in numbers.items():
            if 0 < number <= newest - KEPT:
                self.drop(other)

    def drop_drafts(self) -> None:
        """Drop what a writer that was killed left behind."""
        for prefix, number in self.numbers().items():
            if number == 0:
                self.drop(prefix)

    def drop(self, prefix: str) -> None:
        """Drop a generation's graphs: first it counts as unfinished, for readers; its entry goes last, so that a
        cut drop is done again."""
        self._forget(prefix)
        self.enter(prefix)
        names = read_ledger(
            Statement(f"{row['s']} {row['p']} {row['o']}")
            for row in self._endpoint.select("SELECT ?s ?p ?o { ?s ?p ?o }", f"{prefix}{STATE_GRAPH}")
        ).states
        for name in [*names, DEFAULT, SCRATCH, *sorted(INTERNAL)]:
            self._endpoint.update(f"DROP SILENT GRAPH <{prefix}{name}>")
        self._forget(prefix)

    def _forget(self, prefix: str) -> None:
        entry = f"{{ GRAPH <{self._graph}> {{ <{prefix}> ?p ?o }} }}"
        self._endpoint.update(f"DELETE {entry} WHERE {entry}")


def new_prefix(engine: Engine, folder: str) -> str:
    """A prefix that nobody has; it begins with the name of the generation's folder, for people."""
    label = re.sub(r"[^0-9A-Za-z-]", "", folder)
    return f"{engine.graphs}{label}.{uuid.uuid4().hex[:8]}:"


def label_of(prefix: str, graphs: str) -> str:
    """The name of the generation's folder."""
    return prefix.removeprefix(graphs).partition(".")[0]


def read_place(snapshot: Snapshot) -> Place:
    """What a snapshot names; raises StoreError."""
    try:
        return msgspec.json.decode((snapshot.path / FILE).read_bytes(), type=Place)
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreError(path=snapshot.path, reason="there is no checkpoint") from error
