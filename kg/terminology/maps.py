"""Mappings between codes, both ways, each with the graph that states it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from kg.index.rows import Rows, RowWriter
from kg.index.sealed import map_array, save_array
from kg.index.suggest import Blob
from kg.terminology.entry import Edition, MappingEntry
from kg.terminology.systems import place, resource_id
from kg.terminology.words import write_blob

Equivalence = Literal["equivalent", "wider", "narrower", "inexact", "relatedto", "disjoint"]
"""How the target of a mapping is related to its source (https://hl7.org/fhir/R4/valueset-concept-map-equivalence.html).

``disjoint`` is R4's code for *there is explicitly no mapping*."""
EQUIVALENCE: dict[str, Equivalence] = {
    "skos:exactMatch": "equivalent",
    "owl:equivalentClass": "equivalent",
    "owl:sameAs": "equivalent",
    "skos:closeMatch": "inexact",
    "skos:broadMatch": "wider",
    "skos:narrowMatch": "narrower",
    "skos:relatedMatch": "relatedto",
}
"""Predicate -> equivalence; others say no more than that the two are related."""
REVERSED: dict[Equivalence, Equivalence] = {"wider": "narrower", "narrower": "wider"}


class CodeMap(msgspec.Struct, frozen=True):
    """A named graph with mappings. ``pairs``: (code system of the subjects, of the objects, how many)."""

    graph: str
    id: str
    count: int
    pairs: tuple[tuple[str, str, int], ...]
    version: str = ""
    licence: str = ""
    title: dict[str, str] = {}


class Translation(msgspec.Struct, frozen=True):
    """One hit: the CURIE on the other side, how it is related to what was asked, and the mapping that says so."""

    target: str
    equivalence: Equivalence
    mapping: MappingEntry


class MapWriter:
    """Collects mappings. What a graph states twice (as a link, and as a node with its reasons) counts once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._graphs: dict[str, int] = {}
        self._found: dict[tuple[int, str, str, str], MappingEntry] = {}

    def map(self, graph: str) -> int:
        return self._graphs.setdefault(graph, len(self._graphs))

    def add(self, mapping: MappingEntry) -> None:
        key = mapping.map, mapping.subject, mapping.predicate, mapping.object
        known = self._found.get(key)
        if known is None or (bool(mapping.justification), mapping) > (bool(known.justification), known):
            self._found[key] = mapping

    def ends(self) -> Iterator[str]:
        """Subjects and objects."""
        for mapping in self._found.values():
            yield mapping.subject
            yield mapping.object

    def finish(self, editions: Mapping[str, Edition]) -> None:
        """Write maps and mappings, in the order of graphs, subjects, predicates, objects."""
        graphs = sorted(self._graphs)
        numbers = {self._graphs[graph]: number for number, graph in enumerate(graphs)}
        renumbered = (msgspec.structs.replace(one, map=numbers[one.map]) for one in self._found.values())
        found = sorted(renumbered, key=lambda one: (one.map, one.subject, one.predicate, one.object))
        writer = RowWriter(self._folder, "mappings")
        for mapping in found:
            writer.add(mapping)
        writer.finish()
        self._ends("subjects", [mapping.subject for mapping in found])
        self._ends("objects", [mapping.object for mapping in found])
        starts = np.searchsorted([mapping.map for mapping in found], np.arange(len(graphs) + 1))
        save_array(self._folder / "maps.starts.npy", starts.astype(np.int64))
        pairs: list[Counter[tuple[str, str]]] = [Counter() for _ in graphs]
        for one in found:
            pairs[one.map][place(one.subject)[0], place(one.object)[0]] += 1
        maps = [_code_map(graph, editions.get(graph, Edition(graph)), pairs[at]) for at, graph in enumerate(graphs)]
        (self._folder / "maps.json").write_bytes(msgspec.json.encode(maps))

    def _ends(self, name: str, curies: list[str]) -> None:
        keys = [curie.encode("utf-8", "replace") for curie in curies]
        order = sorted(range(len(keys)), key=lambda at: (keys[at], at))
        ends = sorted(set(keys))
        save_array(self._folder / f"{name}.mappings.npy", np.array(order, dtype=np.uint32))
        counts = Counter(keys)
        starts = np.zeros(len(ends) + 1, dtype=np.int64)
        np.cumsum([counts[end] for end in ends], out=starts[1:])
        save_array(self._folder / f"{name}.starts.npy", starts)
        write_blob(self._folder, name, ends)


def _code_map(graph: str, edition: Edition, pairs: Counter[tuple[str, str]]) -> CodeMap:
    _, _, name = graph.partition("/graph/")
    told = tuple(sorted((source, target, number) for (source, target), number in pairs.items()))
    return CodeMap(
        graph=graph, id=resource_id(name or graph), count=pairs.total(), pairs=told,
        version=edition.version, licence=edition.licence, title=edition.title,
    )  # fmt: skip


class MapTable:
    """What ``MapWriter`` wrote."""

    def __init__(self, folder: Path) -> None:
        self.maps = msgspec.json.decode((folder / "maps.json").read_bytes(), type=tuple[CodeMap, ...])
        self._rows = Rows(folder, "mappings", MappingEntry)
        self._starts = map_array(folder / "maps.starts.npy").data
        self._sides = tuple(
            (Blob(folder, name), map_array(folder / f"{name}.starts.npy").data,
             map_array(folder / f"{name}.mappings.npy").data)
            for name in ("subjects", "objects")
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self._rows)

    def of(self, number: int) -> Iterator[MappingEntry]:
        """The mappings of one map, in order."""
        return (self._rows[row] for row in range(self._starts[number], self._starts[number + 1]))

    def translate(self, curie: str, *, reverse: bool = False, only: Iterable[int] | None = None) -> list[Translation]:
        """Every mapping of a code, whichever map states it; with ``reverse`` those that lead to it.

        Relations are told from the code asked about to the hit, either way. A relation that any map denies of a pair is
        no hit, whoever states it; a pair of which nothing else is stated is told as ``disjoint`` by the maps that deny
        it. ``only``: the maps whose hits are wanted; denials count from wherever they are.
        """
        wanted = None if only is None else frozenset(only)
        found = [*self._end(0, curie), *self._end(1, curie)]
        denied = {_seen(mapping, curie) for mapping in found if mapping.negative}
        stated = {_seen(mapping, curie) for mapping in found if not mapping.negative} - denied
        linked = {target for target, _ in stated}
        hits = []
        for mapping in found:
            here = (mapping.object if reverse else mapping.subject) == curie
            if not here or (wanted is not None and mapping.map not in wanted):
                continue
            target, relation = _seen(mapping, curie)
            if mapping.negative and target not in linked:
                hits.append(Translation(target, "disjoint", mapping))
            elif not mapping.negative and (target, relation) in stated:
                hits.append(Translation(target, relation, mapping))
        return sorted(hits, key=lambda hit: (_ORDER.index(hit.equivalence), hit.target, hit.mapping.map))

    def _end(self, side: int, curie: str) -> Iterator[MappingEntry]:
        ends, starts, mappings = self._sides[side]
        key = curie.encode("utf-8", "replace")
        at = bisect_left(ends, key)
        if at < len(ends) and ends[at] == key:
            for place_ in range(starts[at], starts[at + 1]):
                yield self._rows[mappings[place_]]


_ORDER: tuple[Equivalence, ...] = ("equivalent", "inexact", "wider", "narrower", "relatedto", "disjoint")


def _seen(mapping: MappingEntry, curie: str) -> tuple[str, Equivalence]:
    """The other side of a mapping, and its relation as seen from ``curie``."""
    relation = EQUIVALENCE.get(mapping.predicate, "relatedto")
    if mapping.subject == curie:
        return mapping.object, relation
    return mapping.subject, REVERSED.get(relation, relation)
