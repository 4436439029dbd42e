"""``owl-inferred.v1``: what follows from an OWL file and does not stand in it, for the hierarchy.

Reads axioms only: names, definitions and the asserted hierarchy come from another input over the same file
(``skos.v1`` and its like). Each result is one ``skos:broader`` between named classes that are nearest to each other,
with the axioms that it rests on, in a graph of its own. A class in which nothing can be is a reject: its axioms
contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.inference import Inference
from kg.model.source import RawFile, Reject
from ontology.base import Options, TerminologyItem
from ontology.prefixes import identifier
from ontology.reading.damage import fatal, rejected
from ontology.reasoning.axioms import THING, Axiom
from ontology.reasoning.classification import Classified, classified, told
from ontology.reasoning.justification import Modules, follows, justification
from ontology.reasoning.reading import Ontology, read
from ontology.reasoning.reasoner import name as reasoner_name

_BROADER = "skos:broader"


class InferredOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``prefixes``: only classes with these CURIE prefixes get a parent (empty: all)."""

    prefixes: tuple[str, ...] = ()


class OwlInferred:
    """Reads the results of classification, by class."""

    name: ClassVar[str] = "owl-inferred.v1"
    extensions: ClassVar[tuple[str, ...]] = (".owl", ".ttl", ".rdf", ".nt")

    def sniff(self, head: bytes) -> float:
        """Never guessed: the same files are read for their names first."""
        return 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        try:
            settings = msgspec.convert(dict(options), InferredOptions)
        except msgspec.ValidationError as error:
            raise ConfigError(where=self.name, reason=str(error)) from error
        try:
            found = read(raw.path)
        except InputError as error:
            yield fatal(raw, error)
            return
        yield from inferences(raw, found, settings.prefixes)


def inferences(raw: RawFile, found: Ontology, prefixes: tuple[str, ...] = ()) -> Iterator[Inference | Reject]:
    """One Inference a result that no axiom says, a Reject a class that must be empty."""
    result, reasoner = classified(found.axioms), reasoner_name()
    modules = Modules(found.axioms, result)
    stated = told(found.axioms)
    for lower in sorted(result.above):
        if identifier(lower) is None or (prefixes and lower.partition(":")[0] not in prefixes):
            continue
        if lower in result.empty:
            why = _why(modules, lower, THING)
            yield rejected(raw, lower, lower, "unsatisfiable", "; ".join(map(str, why))[:2_000])
            continue
        for upper in sorted(_nearest(lower, result) - _upward(lower, stated)):
            if identifier(upper) is not None:
                yield Inference(lower, _BROADER, upper, reasoner, tuple(map(str, _why(modules, lower, upper))))


def _why(modules: Modules, lower: str, upper: str) -> tuple[Axiom, ...]:
    return justification(modules.of(lower), follows(lower, upper)) or ()


def _nearest(lower: str, result: Classified) -> set[str]:
    """Classes above one with none between; of classes that are the same each counts."""
    above = {upper for upper in result.above[lower] if upper not in result.empty}
    return {
        upper for upper in above
        if lower not in result.above.get(upper, ())
        and not any(upper in result.above[other] and other not in result.above[upper] for other in above - {upper})
    }  # fmt: skip


def _upward(start: str, stated: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    stack = [start]
    while stack:
        for upper in stated.get(stack.pop(), ()):
            if upper not in found:
                found.add(upper)
                stack.append(upper)
    return found
