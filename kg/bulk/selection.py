"""Which named graphs a dump holds: chosen by IRI and by licence, as the provenance graph states them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from kg import vocab
from kg.errors import UnknownGraph, UnknownName
from kg.generation.manifest import GenerationManifest
from kg.mapping.base import term
from kg.model.ids import Ids
from kg.model.terms import Statement, Term, iri, language, lexical
from kg.query.named import named
from kg.store.base import Reader
from kg.store.state import DERIVED_GRAPH

_LICENCE = term(vocab.DCTERMS, "license")
_TITLE = term(vocab.DCTERMS, "title")
_VERSION = term(vocab.PAV, "version")
_PAGE = term(vocab.FOAF, "homepage")
_LIMIT = term(vocab.MEDKG, "smallCountLimit")
UNLICENSED = frozenset({"", "unknown"})
"""What a graph's licence says where nobody named one."""


class ChosenGraph(msgspec.Struct, frozen=True):
    """A graph that a dump holds. ``small_count_limit``: counts below it are left out, 0 for none."""

    graph: str
    statements: int
    licence: str = ""
    title: dict[str, str] = {}
    version: str = ""
    home: str = ""
    small_count_limit: int = 0


class LeftOut(msgspec.Struct, frozen=True):
    """A graph that a dump does not hold. ``why``: ``licence``, ``no-licence``, ``not-chosen``, ``derived``."""

    graph: str
    statements: int
    licence: str
    why: str


class Selection(msgspec.Struct, frozen=True):
    """What a dump holds and what it does not, both sorted by IRI. ``whole``: nothing was filtered."""

    graphs: tuple[ChosenGraph, ...]
    left_out: tuple[LeftOut, ...]
    whole: bool

    @property
    def statements(self) -> int:
        return sum(graph.statements for graph in self.graphs)


def provenance_graph(base: str) -> str:
    """The graph that says what every other graph is."""
    return Ids(base).graph("provenance", "sources")


def select(
    reader: Reader, manifest: GenerationManifest, *, licences: Sequence[str] = (), graphs: Sequence[str] = ()
) -> Selection:
    """The graphs of a generation with one of ``licences`` and, where given, among ``graphs``.

    A licence is an SPDX identifier, in any case, or an IRI, as in the provenance graph; a graph without one is
    left out as soon as licences are asked for. The provenance graph always goes along, with what it says of
    the chosen graphs. What publishing derived rests on all graphs, so it goes along with all of them only.
    Raises UnknownGraph, UnknownName for a licence that no graph has.
    """
    counts = {name: number for name, number in manifest.counts.items() if name}
    provenance = provenance_graph(manifest.base)
    about = _described(reader.statements(provenance)) if provenance in counts else {}
    known = {name: _graph(name, number, about.get(iri(name), ())) for name, number in counts.items()}
    for name in graphs:
        if name not in known:
            raise UnknownGraph(name=name)
    wanted = {licence.lower() for licence in licences}
    _check(licences, {graph.licence for graph in known.values()})
    chosen, left = [], []
    for name, graph in sorted(known.items()):
        why = "" if name == provenance else _why(graph, wanted, graphs)
        if why:
            left.append(LeftOut(name, graph.statements, graph.licence, why))
        else:
            chosen.append(graph)
    if left:
        chosen = [_partly(graph, about, chosen) if graph.graph == provenance else graph for graph in chosen]
    number = sum(
        int(lexical(row["number"])) for row in reader.select(named("bulk/size"), {"graph": iri(DERIVED_GRAPH)})
    )
    if left:
        left.append(LeftOut(DERIVED_GRAPH, number, "", "derived"))
    elif number:
        limit = max((graph.small_count_limit for graph in chosen), default=0)
        chosen.append(ChosenGraph(DERIVED_GRAPH, number, small_count_limit=limit))
    return Selection(tuple(chosen), tuple(left), not left)


def _partly(graph: ChosenGraph, about: Mapping[Term, Sequence[object]], chosen: Iterable[ChosenGraph]) -> ChosenGraph:
    """The provenance graph with what it says of the chosen graphs only."""
    number = sum(len(about.get(iri(other.graph), ())) for other in chosen)
    return msgspec.structs.replace(graph, statements=number)


def _why(graph: ChosenGraph, wanted: Collection[str], graphs: Collection[str]) -> str:
    """Why a graph is left out, empty where it is not."""
    if graphs and graph.graph not in graphs:
        return "not-chosen"
    if not wanted:
        return ""
    if graph.licence in UNLICENSED:
        return "no-licence"
    return "" if graph.licence.lower() in wanted else "licence"


def _check(licences: Iterable[str], stated: Collection[str]) -> None:
    known = sorted(licence for licence in stated if licence not in UNLICENSED)
    for licence in licences:
        if licence.lower() not in {name.lower() for name in known}:
            raise UnknownName(kind="licence", name=licence, known=", ".join(known))


def _described(rows: Iterable[Statement]) -> dict[Term, list[tuple[Term, Term]]]:
    found: dict[Term, list[tuple[Term, Term]]] = {}
    for row in rows:
        subject, predicate, value = row.split(" ", 2)
        found.setdefault(Term(subject), []).append((Term(predicate), Term(value)))
    return found


def _graph(name: str, number: int, rows: Iterable[tuple[Term, Term]]) -> ChosenGraph:
    values: dict[Term, list[Term]] = {}
    for predicate, value in sorted(rows):
        values.setdefault(predicate, []).append(value)

    def first(predicate: Term) -> str:
        return lexical(values[predicate][0]) if predicate in values else ""

    return ChosenGraph(
        graph=name,
        statements=number,
        licence=first(_LICENCE),
        title={language(value): lexical(value) for value in values.get(_TITLE, ())},
        version=first(_VERSION),
        home=first(_PAGE),
        small_count_limit=max((int(lexical(value)) for value in values.get(_LIMIT, ())), default=0),
    )
