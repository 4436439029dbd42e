"""A generation as one stream of N-Quads or TriG, in constant memory.

Every named graph is in it, the two that stores keep for themselves too: ``mkg:derivedGraph`` (what publishing
materialised) and ``mkg:stateGraph`` (the state of each graph, and which ones stay out of the default graph). The
default graph is left out: it is all graphs but those that ``mkg:stateGraph`` calls apart, each statement once.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from kg.bulk.annotations import WebAnnotations
from kg.bulk.selection import ChosenGraph, Selection, provenance_graph
from kg.bulk.suppression import Suppression, count_properties
from kg.model.terms import Statement, iri, quad
from kg.store.base import Reader
from kg.store.state import STATE_GRAPH

Format = Literal["nquads", "trig"]
MEDIA: dict[Format, str] = {"nquads": "application/n-quads", "trig": "application/trig"}
ENDINGS: dict[Format, str] = {"nquads": "nq", "trig": "trig"}
BLOCK = 1 << 20
"""Bytes of one block of the stream, about."""


class Form(msgspec.Struct, frozen=True):
    """How a dump is written. ``web_annotations``: mentions in their full form (``kg.bulk.annotations``)."""

    format: Format = "nquads"
    web_annotations: bool = False
    compressed: bool = False

    @property
    def name(self) -> str:
        """A name for the file."""
        return f"dataset.{ENDINGS[self.format]}{'.gz' if self.compressed else ''}"


class Dump:
    """Iterates over the bytes once; afterwards ``suppressed`` says how many counts each graph kept back."""

    def __init__(self, reader: Reader, base: str, selection: Selection, form: Form) -> None:
        self._reader = reader
        self._base = base
        self._selection = selection
        self._form = form
        self.suppressed: dict[str, int] = {}

    def __iter__(self) -> Iterator[bytes]:
        blocks = _blocks(self._lines())
        return compressed(blocks) if self._form.compressed else blocks

    def _lines(self) -> Iterator[str]:
        chosen = self._selection.graphs
        counts = count_properties(self._reader) if any(graph.small_count_limit for graph in chosen) else frozenset()
        for graph in chosen:
            suppression = Suppression(graph.small_count_limit, counts) if graph.small_count_limit else None
            yield from self._graph(graph.graph, self._rows(graph, suppression))
            if suppression is not None and suppression.number:
                self.suppressed[graph.graph] = suppression.number
        yield from self._graph(STATE_GRAPH, self._states())

    def _graph(self, name: str, rows: Iterable[Statement]) -> Iterator[str]:
        node = iri(name)
        if self._form.format == "nquads":
            yield from (quad(row, node) for row in rows)
            return
        yield f"{node} {{\n"
        yield from (f"  {row} .\n" for row in rows)
        yield "}\n"

    def _rows(self, graph: ChosenGraph, suppression: Suppression | None) -> Iterator[Statement]:
        rows = self._reader.statements(graph.graph)
        if graph.graph == provenance_graph(self._base) and not self._selection.whole:
            named = {iri(found.graph) for found in self._selection.graphs}
            rows = (row for row in rows if row.split(" ", 1)[0] in named)
        if suppression is not None:
            rows = map(suppression.apply, rows)
        if self._form.web_annotations:
            full = WebAnnotations(self._base)
            return (made for row in rows for made in full.expand(row))
        return rows

    def _states(self) -> Iterator[Statement]:
        """States of the graphs that are here as they were: of another content a state would not be true."""
        chosen = {iri(graph.graph) for graph in self._selection.graphs}
        altered = {iri(name) for name in self.suppressed}
        if not self._selection.whole:
            altered.add(iri(provenance_graph(self._base)))
        for row in sorted(self._reader.statements(STATE_GRAPH)):
            subject, predicate, _ = row.split(" ", 2)
            if subject in chosen and not (subject in altered and predicate.endswith("#state>")):
                yield row


def _blocks(lines: Iterable[str]) -> Iterator[bytes]:
    block = io.StringIO()
    for line in lines:
        block.write(line)
        if block.tell() >= BLOCK:
            yield block.getvalue().encode()
            block = io.StringIO()
    if block.tell():
        yield block.getvalue().encode()


def compressed(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same as gzip (RFC 1952), without a time, so that equal content gives equal bytes."""
    packer = zlib.compressobj(6, wbits=31)
    for block in blocks:
        if packed := packer.compress(block):
            yield packed
    yield packer.flush()
