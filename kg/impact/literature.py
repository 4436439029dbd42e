"""What hangs on concepts in the literature: documents, claims, assertions, recommendations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from kg import vocab
from kg.impact.base import Sample, Touched, World
from kg.impact.changed import RETIRED, Changed, Way
from kg.impact.lookup import items_of, labelled, stated, words
from kg.mapping.base import term
from kg.model.terms import Term
from kg.query.naming import pair
from kg.query.records import LabelPair

_SHOWN: frozenset[Way] = RETIRED | {"renamed"}
_EXACT = term(vocab.OA, "exact")
_CLAIM = tuple(term(vocab.RDF, name) for name in ("subject", "predicate", "object"))
_ASSERTION = tuple(term(vocab.MEDKG, f"asserted{name}") for name in ("Subject", "Predicate", "Object"))


class Documents:
    """Documents that mention a concept which is called otherwise, found below others, or ceases to be used."""

    kind: ClassVar[str] = "documents"
    _ways: ClassVar[frozenset[Way]] = _SHOWN | {"moved"}

    def touched(self, changed: Changed, world: World) -> Touched:
        return Touched(items_of("documents", changed.by(self._ways), world))

    def shown(self, ids: Sequence[str], world: World) -> Iterable[Sample]:
        for node in ids:
            curie = world.naming.curie(Term(node))
            yield Sample(curie, pair(world.naming.card("document", curie)))


class Claims:
    """Claims about a concept."""

    kind: ClassVar[str] = "claims"

    def touched(self, changed: Changed, world: World) -> Touched:
        return Touched(items_of("claims", changed.by(_SHOWN), world))

    def shown(self, ids: Sequence[str], world: World) -> Iterable[Sample]:
        return _triples(ids, _CLAIM, world)


class Assertions:
    """What all claims of one thing come to: these join, or cease, where a concept does."""

    kind: ClassVar[str] = "assertions"

    def touched(self, changed: Changed, world: World) -> Touched:
        return Touched(items_of("assertions", changed.by(_SHOWN), world))

    def shown(self, ids: Sequence[str], world: World) -> Iterable[Sample]:
        return _triples(ids, _ASSERTION, world)


class Recommendations:
    """Recommendations whose sentence mentions a concept."""

    kind: ClassVar[str] = "recommendations"

    def touched(self, changed: Changed, world: World) -> Touched:
        return Touched(items_of("recommendations", changed.by(_SHOWN), world))

    def shown(self, ids: Sequence[str], world: World) -> Iterable[Sample]:
        for node in ids:
            yield Sample(world.naming.curie(Term(node)), text=words(stated(node, world), _EXACT))


def _triples(ids: Sequence[str], names: tuple[Term, ...], world: World) -> Iterable[Sample]:
    """Each in words: *aspirin treats fever*."""
    for node in ids:
        found = stated(node, world)
        ends = [labelled(min(found[name]), world) if name in found else "" for name in names]
        yield Sample(world.naming.curie(Term(node)), LabelPair(), text=" ".join(ends))
