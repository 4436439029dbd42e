"""What is mapped to what, and what somebody found not to be: by concept, and all of it in one table.

A mapping is an SSSOM node, which tells who said so and how sure, or a bare link with a SKOS mapping property
(``kg.mapping.crosswalk``). A node that holds states its link as well; both are one row here. A negative one is shown as
such beside a link that another source states: both are said.

SSSOM: https://mapping-commons.github.io/sssom/spec-model/
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from kg import vocab
from kg.index.rows import Rows
from kg.mapping.base import term
from kg.model.terms import Term, iri, language, lexical
from kg.query.mapping_rows import MappingRow, MappingRows
from kg.query.mapping_table import held_rows
from kg.query.naming import Naming
from kg.query.records import LabelPair, Named
from kg.store.base import Reader

MappedState = Literal["stated", "confirmed", "rejected"]
STATES: tuple[MappedState, ...] = ("stated", "confirmed", "rejected")
_LICENCE = term(vocab.DCTERMS, "license")
_TITLE = term(vocab.DCTERMS, "title")
_VERSION = term(vocab.PAV, "version")


class MappingSource(msgspec.Struct, frozen=True):
    """A named graph that states a mapping. ``licence`` is an SPDX identifier or IRI, empty where nobody named one."""

    graph: str
    title: LabelPair
    version: str
    licence: str


class MappingRecord(msgspec.Struct, frozen=True):
    """One mapping. ``id`` is the IRI of its SSSOM node, empty for a bare link.

    ``state``: ``rejected`` where somebody found that it does not hold (``negative``), ``confirmed`` where a person of
    this desk judged it, else ``stated``. ``confidence`` 0 to 1. ``stated_labels``: the names that the mapping itself
    gives subject and object.
    """

    id: str
    subject: Named
    predicate: str
    object: Named
    negative: bool
    state: MappedState
    justification: str
    confidence: float | None
    author: str
    reviewer: str
    date: str
    tool: str
    stated_labels: tuple[str, str]
    sources: tuple[MappingSource, ...]


class Wanted(msgspec.Struct, frozen=True):
    """Which mappings; what is empty lets all through. Prefixes are beginnings of CURIEs (``DOID:``), ``licences`` of
    any graph that states the mapping, in any case."""

    subject_prefix: str = ""
    object_prefix: str = ""
    predicate: str = ""
    state: str = ""
    licences: tuple[str, ...] = ()


class Mappings:
    """The mappings of one generation; safe to use from several threads.

    ``folder``: of the generation, whose table of mappings is used; where there is none, or it is damaged, all of them
    are read from the store when first asked for.
    """

    def __init__(self, reader: Reader, naming: Naming, folder: Path) -> None:
        self._reader = reader
        self._stated = MappingRows(reader, naming.ids)
        self._naming = naming
        self._folder = folder
        self._lock = threading.Lock()
        self._rows: Rows[MappingRow] | list[MappingRow] | None = None
        self._known: dict[str, MappingSource] = {}

    def of(self, node: Term) -> list[MappingRecord]:
        """Everything that maps an IRI to something or something to it, whether a concept has it or not."""
        return [self.record(row) for row in self._stated.of(node)]

    def rows(self) -> Rows[MappingRow] | list[MappingRow]:
        """Every mapping, by subject, predicate, object."""
        with self._lock:
            if self._rows is None:
                held = held_rows(self._folder)
                self._rows = self._stated.every() if held is None else held
            return self._rows

    def some(self, wanted: Wanted, start: int, limit: int) -> tuple[list[MappingRow], int | None]:
        """Up to ``limit`` rows from a place of the table on, and the place to go on from."""
        rows = self.rows()
        at = max(start, bisect_left(rows, wanted.subject_prefix, key=lambda row: row.subject))
        found: list[MappingRow] = []
        for place in range(at, len(rows)):
            row = rows[place]
            if not row.subject.startswith(wanted.subject_prefix):
                break
            if self._fits(row, wanted):
                if len(found) == limit:
                    return found, place
                found.append(row)
        return found, None

    def all(self, wanted: Wanted) -> list[MappingRow]:
        return self.some(wanted, 0, len(self.rows()))[0]

    def _fits(self, row: MappingRow, wanted: Wanted) -> bool:
        return (
            row.object.startswith(wanted.object_prefix)
            and wanted.predicate in ("", row.predicate, row.predicate.partition(":")[2])
            and wanted.state in ("", self.state(row))
            and (not wanted.licences or any(self._licensed(graph, wanted.licences) for graph in row.graphs))
        )

    def _licensed(self, graph: str, licences: Iterable[str]) -> bool:
        return self.source(graph).licence.lower() in {licence.lower() for licence in licences}

    def state(self, row: MappingRow) -> MappedState:
        if row.negative:
            return "rejected"
        own = self._naming.ids.graph("curated", "curation")
        judged = row.reviewer or any(graph.startswith(own) for graph in row.graphs)
        return "confirmed" if judged else "stated"

    def record(self, row: MappingRow) -> MappingRecord:
        ids = self._naming.ids
        return MappingRecord(
            id=row.node,
            subject=self._naming.named(iri(ids.expand(row.subject))),
            predicate=row.predicate,
            object=self._naming.named(iri(ids.expand(row.object))),
            negative=row.negative,
            state=self.state(row),
            justification=row.justification,
            confidence=row.confidence,
            author=row.author,
            reviewer=row.reviewer,
            date=row.date,
            tool=row.tool,
            stated_labels=(row.subject_label, row.object_label),
            sources=tuple(map(self.source, row.graphs)),
        )

    def source(self, graph: str) -> MappingSource:
        """What a graph is, as the provenance graph says."""
        if graph not in self._known:
            said: dict[Term, list[Term]] = defaultdict(list)
            for name, value in sorted(self._reader.about(iri(graph))):
                said[name].append(value)
            titles = {language(value): lexical(value) for value in said[_TITLE]}
            version, licence = (next(map(lexical, said[name]), "") for name in (_VERSION, _LICENCE))
            self._known[graph] = MappingSource(graph, LabelPair(titles.get("zh"), titles.get("en")), version, licence)
        return self._known[graph]
