"""Anything in the graph by its IRI: what is said about it, what points to it, and which graphs say so."""

from __future__ import annotations

import msgspec

from kg.errors import IdentifierError, NotFound
from kg.mapping.base import TYPE, term
from kg.mapping.document import CLASSES
from kg.model.terms import Statement, Term, iri
from kg.query.named import named
from kg.store.base import Reader
from kg.vocab import MEDKG, SKOS, VOID

MOST_INCOMING = 50
_CONCEPT = term(SKOS, "Concept")
_DATASET = term(VOID, "inDataset")


class Resource(msgspec.Struct, frozen=True):
    """``outgoing`` are (predicate, object) sorted; ``incoming`` (subject, predicate), at most
    ``MOST_INCOMING``, with ``more`` where there are others; ``graphs`` the named graphs that describe it."""

    node: Term
    outgoing: tuple[tuple[Term, Term], ...]
    incoming: tuple[tuple[Term, Term], ...]
    more: bool
    graphs: tuple[Term, ...]

    @property
    def kind(self) -> str:
        """``concept``, ``document`` or ``other``."""
        types = {value for predicate, value in self.outgoing if predicate == TYPE}
        return "concept" if _CONCEPT in types else "document" if types & CLASSES.keys() else "other"

    def statements(self) -> list[Statement]:
        """What the graph says about it, and the named graphs that say it."""
        rows = [f"{self.node} {predicate} {value}" for predicate, value in self.outgoing]
        return [Statement(row) for row in [*rows, *(f"{self.node} {_DATASET} {graph}" for graph in self.graphs)]]


class Resources:
    """The things of one generation."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def find(self, name: str) -> Resource:
        """The thing with this IRI; raises NotFound where nothing is said about it, IdentifierError for no IRI."""
        try:
            node = iri(name)
            outgoing = tuple(sorted(self._reader.about(node)))
        except ValueError as error:
            raise IdentifierError(value=name, reason="not an absolute IRI") from error
        if not outgoing:
            raise NotFound(name=name)
        incoming = self._reader.select(named("resource/incoming"), {"node": node})
        graphs = self._reader.select(named("resource/graphs"), {"node": node})
        return Resource(
            node,
            outgoing,
            tuple(sorted((row["subject"], row["predicate"]) for row in incoming[:MOST_INCOMING])),
            len(incoming) > MOST_INCOMING,
            tuple(sorted(row["graph"] for row in graphs if not row["graph"].startswith(f"<{MEDKG}"))),
        )
