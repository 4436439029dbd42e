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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from kg import vocab
from kg.mapping.base import term
from kg.model.ids import Ids
from kg.model.terms import Term, iri, language, lexical
from kg.query.named import named
from kg.query.naming import Naming
from kg.query.records import LabelPair, Named
from kg.store.base import Reader, Row
from kg.store.state import DERIVED_GRAPH

MappedState = Literal["stated", "confirmed", "rejected"]
STATES: tuple[MappedState, ...] = ("stated", "confirmed", "rejected")
RELATIONS = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
UNSPECIFIED = "semapv:UnspecifiedMatching"
_RELATIONS = {term(vocab.SKOS, name): f"skos:{name}" for name in RELATIONS}
_LICENCE = term(vocab.DCTERMS, "license")
_TITLE = term(vocab.DCTERMS, "title")
_VERSION = term(vocab.PAV, "version")
_FIELDS = {
    term(vocab.SSSOM, "predicate_id"): "predicate",
    term(vocab.SSSOM, "mapping_justification"): "justification",
    term(vocab.SSSOM, "confidence"): "confidence",
    term(vocab.SSSOM, "predicate_modifier"): "modifier",
    term(vocab.SSSOM, "subject_label"): "subject_label",
    term(vocab.SSSOM, "object_label"): "object_label",
    term(vocab.SSSOM, "author_label"): "author",
    term(vocab.SSSOM, "reviewer_label"): "reviewer",
    term(vocab.SSSOM, "mapping_date"): "date",
    term(vocab.SSSOM, "mapping_tool"): "tool",
}


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


class MappingRow(msgspec.Struct, frozen=True, order=True, gc=False):
    """The same as it is kept for the whole table; subject, predicate and object are CURIEs, graphs IRIs."""

    subject: str
    predicate: str
    object: str
    node: str = ""
    negative: bool = False
    justification: str = UNSPECIFIED
    confidence: float | None = None
    author: str = ""
    reviewer: str = ""
    date: str = ""
    tool: str = ""
    subject_label: str = ""
    object_label: str = ""
    graphs: tuple[str, ...] = ()


class Wanted(msgspec.Struct, frozen=True):
    """Which mappings; what is empty lets all through. Prefixes are beginnings of CURIEs (``DOID:``), ``licences`` of
    any graph that states the mapping, in any case."""

    subject_prefix: str = ""
    object_prefix: str = ""
    predicate: str = ""
    state: str = ""
    licences: tuple[str, ...] = ()


class Mappings:
    """The mappings of one generation; safe to use from several threads. The table is read when first asked for.

    ``graphs``: IRIs of the named graphs, as the manifest counts them; ``""``, the default graph, may be among them.
    """

    def __init__(self, reader: Reader, naming: Naming, graphs: Iterable[str]) -> None:
        self._reader = reader
        self._graphs = frozenset(graphs) - {""}
        self._naming = naming
        self._lock = threading.Lock()
        self._rows: list[MappingRow] | None = None
        self._known: dict[str, MappingSource] = {}
        self._hidden: frozenset[str] | None = None

    def of(self, node: Term) -> list[MappingRecord]:
        """Everything that maps an IRI to something or something to it, whether a concept has it or not."""
        found = {row for end in ("subject", "object") for row in self._read({end: node})}
        return [self.record(row) for row in sorted(found, key=_order)]

    def rows(self) -> list[MappingRow]:
        """Every mapping, by subject, predicate, object."""
        with self._lock:
            if self._rows is None:
                self._rows = self._every()
            return self._rows

    def _every(self) -> list[MappingRow]:
        """Graph by graph, since the answers of an engine take more memory than the rows."""
        rows: list[MappingRow] = []
        for graph in sorted(self._graphs - self._apart()):
            stating = (graph,)
            found = self._read({"graph": iri(graph)})
            rows += [msgspec.structs.replace(row, graphs=stating) for row in found]
        rows.sort(key=_order)
        merged: list[MappingRow] = []
        for row in rows:
            # The id of a node stands for all that it says, so rows of the same order are the same mapping.
            if merged and _order(merged[-1]) == _order(row):
                merged[-1] = msgspec.structs.replace(merged[-1], graphs=(*merged[-1].graphs, *row.graphs))
            else:
                merged.append(row)
        return merged

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

    def _apart(self) -> frozenset[str]:
        """Graphs whose statements are no answer: those apart from the default graph, and what publishing derived."""
        if self._hidden is None:
            rows = self._reader.select(named("mapping/apart"))
            self._hidden = frozenset({DERIVED_GRAPH, *(lexical(row["graph"]) for row in rows)})
        return self._hidden

    def _told(self, bound: Mapping[str, Term]) -> Iterator[Row]:
        """What is said of nodes. From an object there are two steps: an engine would begin with all subjects."""
        found: list[Mapping[str, Term]] = [bound]
        if "object" in bound:
            found = [{"mapping": row["mapping"]} for row in self._reader.select(named("mapping/nodes-to"), bound)]
        for bindings in found:
            yield from self._reader.select(named("mapping/nodes"), bindings)

    def _links(self, bound: Mapping[str, Term]) -> Iterator[Row]:
        """Of a node in one query; those of a graph by relation, for which an engine needs no plan."""
        if "graph" not in bound:
            yield from self._reader.select(named("mapping/links-of"), bound)
            return
        for relation in _RELATIONS:
            yield from self._reader.select(named("mapping/links"), {**bound, "relation": relation})

    def _read(self, bound: Mapping[str, Term]) -> Iterator[MappingRow]:
        """Nodes, then the links that none of them states in the same graph."""
        hidden, curie = self._apart(), _Contracting(self._naming.ids)
        nodes = list(_nodes([row for row in self._told(bound) if lexical(row["graph"]) not in hidden], curie))
        yield from nodes
        holding = [row for row in nodes if not row.negative]
        told = {(row.subject, row.predicate, row.object, graph) for row in holding for graph in row.graphs}
        links: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for row in self._links(bound):
            graph = lexical(row["graph"])
            key = curie(row["subject"]), _RELATIONS[row["relation"]], curie(row["object"])
            if graph not in hidden and (*key, graph) not in told:
                links[key].append(graph)
        for key, graphs in links.items():
            yield MappingRow(*key, graphs=tuple(sorted(set(graphs))))


class _Contracting:
    """CURIEs of many nodes: each beginning of IRIs is compared with the prefixes once."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._known: dict[str, str] = {}

    def __call__(self, node: Term) -> str:
        whole = lexical(node)
        cut = max(map(whole.rfind, "/#_")) + 1
        start, local = whole[:cut], whole[cut:]
        prefix = self._known.get(start)
        if prefix is not None and local:
            return prefix + local
        curie = self._ids.curie(whole)
        longer = any(other.startswith(start) and other != start for other in self._ids.prefixes.values())
        if local and not longer and self._ids.expand(curie) == start + local and curie.endswith(f":{local}"):
            self._known[start] = curie[: -len(local)]
        return curie


def _nodes(found: Sequence[Row], curie: _Contracting) -> Iterator[MappingRow]:
    """Rows of ``mapping/nodes`` joined: one for each node."""
    said: dict[Term, dict[str, Term]] = defaultdict(dict)
    ends: dict[Term, tuple[Term, Term]] = {}
    graphs: dict[Term, set[str]] = defaultdict(set)
    for row in found:
        node = row["mapping"]
        ends[node] = row["subject"], row["object"]
        graphs[node].add(lexical(row["graph"]))
        if (field := _FIELDS.get(row["property"])) is not None:
            said[node][field] = row["value"]
    for node, (subject, obj) in ends.items():
        told = {field: lexical(value) for field, value in said[node].items()}
        confidence = told.get("confidence")
        yield MappingRow(
            subject=curie(subject),
            predicate=_predicate(told.get("predicate", ""), curie),
            object=curie(obj),
            node=lexical(node),
            negative=told.get("modifier") == "Not",
            justification=told.get("justification", UNSPECIFIED),
            confidence=None if confidence is None else float(confidence),
            author=told.get("author", ""),
            reviewer=told.get("reviewer", ""),
            date=told.get("date", ""),
            tool=told.get("tool", ""),
            subject_label=told.get("subject_label", ""),
            object_label=told.get("object_label", ""),
            graphs=tuple(sorted(graphs[node])),
        )


def _predicate(name: str, curie: _Contracting) -> str:
    """The CURIE of a mapping predicate: of ``skos:``, ``owl:`` and their like before the prefixes of data."""
    for prefix, start in vocab.NAMESPACES.items():
        if name.startswith(start) and len(name) > len(start):
            return f"{prefix}:{name[len(start) :]}"
    return curie(iri(name))


def _order(row: MappingRow) -> tuple[str, str, str, bool, str]:
    return row.subject, row.predicate, row.object, row.negative, row.node
