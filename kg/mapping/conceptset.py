"""Concept sets to statements: one node a version, and one for each line of its definition, in order (ADR 29)."""

from __future__ import annotations

from kg import vocab
from kg.mapping.base import Context, is_a, predicate
from kg.model.conceptset import ConceptSet, SetPart
from kg.model.ids import slug
from kg.model.terms import Statement, Term, boolean, integer, iri, literal

_IS_SET = is_a(vocab.MEDKG, "ConceptSet")
_IS_PART = is_a(vocab.MEDKG, "ConceptSetPart")
_IDENTIFIER = predicate(vocab.DCTERMS, "identifier")
_VERSION = predicate(vocab.PAV, "version")
_TITLE = predicate(vocab.DCTERMS, "title")
_DESCRIPTION = predicate(vocab.DCTERMS, "description")
_SOURCE = predicate(vocab.DCTERMS, "source")
_STATUS = predicate(vocab.MEDKG, "setStatus")
_ILLUSTRATIVE = predicate(vocab.MEDKG, "illustrative")
_INCLUDES = predicate(vocab.MEDKG, "includesPart")
_EXCLUDES = predicate(vocab.MEDKG, "excludesPart")
_PLACE = predicate(vocab.MEDKG, "partPlace")
_CONCEPT = predicate(vocab.MEDKG, "partConcept")
_SET = predicate(vocab.MEDKG, "partSet")
_PINNED = predicate(vocab.MEDKG, "partSetVersion")
_DESCENDANTS = predicate(vocab.MEDKG, "withDescendants")
_MAPPED = predicate(vocab.MEDKG, "withMapped")


def set_node(identifier: str, version: str, context: Context) -> Term:
    """The IRI of one version of a set."""
    return iri(f"{context.ids.base}conceptset/{slug(identifier)}/{slug(version)}")


def conceptset_statements(found: ConceptSet, context: Context) -> list[Statement]:
    """The definition. Raises IdentifierError for a CURIE with an unknown prefix.

    Who the members are is no part of it: that depends on the generation (``kg.sets``).
    """
    node = set_node(found.id, found.version, context)
    rows = [
        f"{node}{_IS_SET}",
        f"{node}{_IDENTIFIER}{literal(found.id)}",
        f"{node}{_VERSION}{literal(found.version)}",
        f"{node}{_STATUS}{literal(found.status)}",
        *(f"{node}{_TITLE}{literal(title.value, title.language)}" for title in found.titles),
        *(f"{node}{_DESCRIPTION}{literal(text.value, text.language)}" for text in found.descriptions),
    ]
    if found.source:
        rows.append(f"{node}{_SOURCE}{literal(found.source)}")
    if found.illustrative:
        rows.append(f"{node}{_ILLUSTRATIVE}{boolean(True)}")
    for side, link, parts in (("include", _INCLUDES, found.include), ("exclude", _EXCLUDES, found.exclude)):
        for place, part in enumerate(parts):
            line = iri(context.ids.mint("conceptset-part", found.id, found.version, side, str(place)))
            rows.append(f"{node}{link}{line}")
            rows += _part(line, place, part, context)
    return [Statement(row) for row in dict.fromkeys(rows)]


def _part(line: Term, place: int, part: SetPart, context: Context) -> list[str]:
    rows = [f"{line}{_IS_PART}", f"{line}{_PLACE}{integer(place)}"]
    if part.concept:
        rows.append(f"{line}{_CONCEPT}{context.node(part.concept)}")
    if part.set:
        rows.append(f"{line}{_SET}{literal(part.set)}")
    if part.version:
        rows.append(f"{line}{_PINNED}{literal(part.version)}")
    if part.descendants:
        rows.append(f"{line}{_DESCENDANTS}{boolean(True)}")
    rows += [f"{line}{_MAPPED}{literal(relation)}" for relation in part.mapped]
    return rows
