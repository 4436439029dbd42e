"""SHACL over what edits change: the small graph of these concepts and mappings, held against ``kg/shapes``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from kg.errors import IdentifierError
from kg.generation.shacl import Shapes
from kg.mapping.base import Context
from kg.mapping.concept import concept_statements
from kg.mapping.crosswalk import mapping_statements
from kg.model.concept import Concept, ConceptMapping
from kg.model.finding import Finding
from kg.model.ids import Ids

_USED = ("concept.ttl", "mapping.ttl")


@cache
def _shapes() -> Shapes:
    return Shapes([(files("kg") / "shapes" / name).read_text("utf-8") for name in _USED])


def shape_findings(concepts: Iterable[Concept], mappings: Iterable[ConceptMapping], ids: Ids) -> Iterator[Finding]:
    """Violations, and what cannot be written as statements at all; every one is an error."""
    context = Context(ids=ids)
    lines: list[str] = []
    for concept in concepts:
        try:
            lines += (f"{row} ." for row in concept_statements(concept, context))
        except (IdentifierError, ValueError, KeyError) as error:
            yield Finding("not-statable", concept.id, str(error), "error")
    for mapping in mappings:
        try:
            lines += (f"{row} ." for row in mapping_statements(mapping, context))
        except (IdentifierError, ValueError) as error:
            yield Finding("not-statable", mapping.subject, str(error), "error")
    if lines:
        for result in _shapes().results(lines):
            focus = ids.curie(result.focus)
            about = " ".join(filter(None, (result.path, result.wording.get("en", ""))))
            yield Finding("shape", focus, about, "error", wording=tuple(sorted(result.wording.items())))
