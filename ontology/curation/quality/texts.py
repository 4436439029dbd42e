"""Definitions: absent, empty, saying nothing, or those of another concept.

qSKOS: Undocumented Concepts; definitions that only repeat the name are a check of our own.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.model.concept import Concept
from kg.model.finding import Finding
from ontology.curation.current import Current, spelling, system
from ontology.curation.quality.labels import valid_tag

_SHOWN = 60
"""Characters of a definition that a finding repeats."""


def text_findings(concept: Concept, current: Current) -> Iterator[Finding]:
    """What is to be said about the definitions of a concept."""
    if not concept.definitions and not concept.deprecated:
        yield Finding("definition-missing", concept.id)
    names = {spelling(label.value) for label in concept.labels}
    for definition in concept.definitions:
        shown = definition.value[:_SHOWN]
        if not definition.value.strip():
            yield Finding("definition-empty", concept.id, definition.language, "error")
            continue
        if not definition.language or not valid_tag(definition.language):
            yield Finding("definition-language", concept.id, shown, "error")
        if spelling(definition.value.rstrip(".。 ")) in names:
            yield Finding("definition-repeats-name", concept.id, f"{shown}@{definition.language}")
        if concept.deprecated:
            continue
        others = [
            one
            for one in current.defined(definition.value, definition.language)
            if one != concept.id and system(one) == system(concept.id)
        ]
        if others:
            yield Finding("definition-shared", concept.id, f"{shown}@{definition.language}", path=tuple(others[:20]))
