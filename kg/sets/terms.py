"""What a concept set asks a generation about its terms: are they there, what stands below, what is mapped to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Protocol

import msgspec

from kg import vocab
from kg.errors import IdentifierError
from kg.mapping.base import TYPE, term
from kg.model.ids import Ids
from kg.model.terms import Term, iri, lexical
from kg.query.named import named
from kg.store.base import Reader, Row

_CONCEPT = term(vocab.SKOS, "Concept")
_DEPRECATED = term(vocab.OWL, "deprecated")
_REPLACED = term(vocab.DCTERMS, "isReplacedBy")
_AT_ONCE = 500


class Standing(msgspec.Struct, frozen=True):
    """Whether an id is a concept of the generation, in use or deprecated, and what replaces it."""

    known: bool
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()


class Mapped(msgspec.Struct, frozen=True):
    """``other`` is mapped to ``concept`` by a relation that a mapping set or terminology asserts."""

    concept: str
    other: str
    relation: str


class Below(msgspec.Struct, frozen=True):
    """A concept below another: its parents, as far as they stand below it, too, or are the other itself."""

    parents: tuple[str, ...]
    deprecated: bool = False


class Terms(Protocol):
    """Everything by CURIE; an id whose prefix nobody knows is not known."""

    def standing(self, curie: str) -> Standing: ...

    def below(self, curie: str, limit: int) -> Mapping[str, Below] | None:
        """Every concept below one; None where there are more than ``limit``."""

    def mapped(self, curies: Collection[str], relations: Collection[str]) -> list[Mapped]:
        """What is mapped to any of ``curies``, sorted; pairs that somebody found wrong are left out."""


class GraphTerms:
    """The same, asked of a store."""

    def __init__(self, reader: Reader, ids: Ids) -> None:
        self._reader = reader
        self._ids = ids

    def _node(self, curie: str) -> Term | None:
        try:
            return iri(self._ids.expand(curie))
        except IdentifierError:
            return None

    def standing(self, curie: str) -> Standing:
        node = self._node(curie)
        rows = self._reader.about(node) if node else []
        if (TYPE, _CONCEPT) not in rows:
            return Standing(known=False)
        return Standing(
            known=True,
            deprecated=any(name == _DEPRECATED and lexical(value) == "true" for name, value in rows),
            replaced_by=tuple(sorted(self._ids.curie(lexical(value)) for name, value in rows if name == _REPLACED)),
        )

    def below(self, curie: str, limit: int) -> Mapping[str, Below] | None:
        node = self._node(curie)
        if node is None:
            return {}
        count = self._reader.select(named("sets/below-count"), {"concept": node})
        if count and int(lexical(count[0]["n"])) > limit:
            return None
        parents: dict[str, set[str]] = defaultdict(set)
        gone: set[str] = set()
        for row in self._reader.select(named("sets/below"), {"concept": node}):
            child = self._ids.curie(lexical(row["child"]))
            parents[child].add(self._ids.curie(lexical(row["parent"])))
            if "deprecated" in row:
                gone.add(child)
        top = self._ids.curie(lexical(node))
        parents.pop(top, None)  # a cycle in the source
        inside = {*parents, top}
        return {child: Below(tuple(sorted(inside & found)), child in gone) for child, found in parents.items()}

    def mapped(self, curies: Collection[str], relations: Collection[str]) -> list[Mapped]:
        nodes = [node for node in map(self._node, sorted(curies)) if node]
        found: set[Mapped] = set()
        wrong: set[Mapped] = set()
        for start in range(0, len(nodes), _AT_ONCE):
            page = " ".join(nodes[start : start + _AT_ONCE])
            for row in self._reader.select(named("sets/mapped").replace("#PAGE", page)):
                found.add(self._pair(row))
            for row in self._reader.select(named("sets/refused").replace("#PAGE", page)):
                wrong.add(self._pair(row))
        wanted = frozenset(relations)
        kept = (row for row in found - wrong if row.relation in wanted)
        return sorted(kept, key=lambda row: (row.concept, row.other, row.relation))

    def _pair(self, row: Row) -> Mapped:
        concept, other = (self._ids.curie(lexical(row[key])) for key in ("concept", "other"))
        return Mapped(concept, other, lexical(row["how"]).rpartition("#")[2])
