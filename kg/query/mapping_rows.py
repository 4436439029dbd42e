"""Rows of mappings as the graphs of a store state them: SSSOM nodes, and bare links that no node of the graph states.

SSSOM: https://mapping-commons.github.io/sssom/spec-model/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from kg import vocab
from kg.mapping.base import term
from kg.model.ids import Ids
from kg.model.terms import Term, iri, lexical
from kg.query.named import named
from kg.store.base import Reader, Row
from kg.store.state import DERIVED_GRAPH

RELATIONS = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
UNSPECIFIED = "semapv:UnspecifiedMatching"
_RELATIONS = {term(vocab.SKOS, name): f"skos:{name}" for name in RELATIONS}
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


class MappingRow(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """One mapping; subject, predicate and object are CURIEs, ``graphs`` IRIs, ``node`` that of the SSSOM node, empty
    for a bare link; ``confidence`` 0 to 1."""

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


class MappingRows:
    """Reads rows of one store; nothing is kept but which graphs are no answer."""

    def __init__(self, reader: Reader, ids: Ids) -> None:
        self._reader = reader
        self._ids = ids
        self._hidden: frozenset[str] | None = None

    def of(self, node: Term) -> list[MappingRow]:
        """What maps an IRI to something or something to it, in order and each once."""
        return sorted({row for end in ("subject", "object") for row in self._read({end: node})}, key=_order)

    def every(self) -> list[MappingRow]:
        """All of the store, by subject, predicate, object; graph by graph, since the answers of an engine take more
        memory than the rows."""
        rows: list[MappingRow] = []
        graphs = {lexical(row["graph"]) for row in self._reader.select(named("mapping/graphs"))}
        for graph in sorted(graphs - self._apart()):
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
        hidden, curie = self._apart(), _Contracting(self._ids)
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
