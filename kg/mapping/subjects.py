"""Subject headings and grants of a document to statements (ADR 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg import vocab
from kg.mapping.base import Context, is_a, predicate
from kg.model.document import Grant, Heading
from kg.model.terms import Term, boolean, literal

_HEADING = predicate(vocab.MEDKG, "heading")
_IS_HEADING = is_a(vocab.MEDKG, "Heading")
_HEADING_KIND = predicate(vocab.MEDKG, "headingKind")
_MACHINE = predicate(vocab.MEDKG, "machine")
_CONCEPT = predicate(vocab.MEDKG, "concept")
_LABEL = predicate(vocab.RDFS, "label")
_MAJOR = predicate(vocab.MEDKG, "major")
_QUALIFIER = predicate(vocab.MEDKG, "qualifier")
_IS_QUALIFIER = is_a(vocab.MEDKG, "Qualifier")
_SUBJECT = predicate(vocab.DCTERMS, "subject")
_GRANT = predicate(vocab.MEDKG, "grant")
_IS_GRANT = is_a(vocab.MEDKG, "Grant")
_NUMBER = predicate(vocab.MEDKG, "number")
_AGENCY = predicate(vocab.MEDKG, "agency")
_ACRONYM = predicate(vocab.MEDKG, "acronym")
_COUNTRY = predicate(vocab.MEDKG, "country")
_TRUE = boolean(True)
_HAN = re.compile("[\u3400-\u9fff]").search


def headings(found: Iterable[Heading], node: str, own: str, context: Context, rows: list[str]) -> None:
    """Into ``rows``: a node a heading with its qualifiers, and the direct edge from document to descriptor.

    Labels are English (MeSH's own) or Chinese (CMeSH's), as their script says.
    """
    subjects: dict[Term, None] = {}
    for number, heading in enumerate(found, 1):
        sub = f"<{own}/heading/{number}>"
        rows += (
            f"{node}{_HEADING}{sub}",
            f"{sub}{_IS_HEADING}",
            f'{sub}{_HEADING_KIND}"{heading.kind}"',
        )
        if heading.label:
            rows.append(f"{sub}{_LABEL}{literal(heading.label, _language(heading.label))}")
        if heading.curie:
            concept = context.node(heading.curie)
            rows.append(f"{sub}{_CONCEPT}{concept}")
            subjects[concept] = None
        if heading.major:
            rows.append(f"{sub}{_MAJOR}{_TRUE}")
        if heading.machine:
            rows.append(f"{sub}{_MACHINE}{_TRUE}")
        for position, qualifier in enumerate(heading.qualifiers, 1):
            part = f"<{own}/heading/{number}/qualifier/{position}>"
            rows += (
                f"{sub}{_QUALIFIER}{part}",
                f"{part}{_IS_QUALIFIER}",
                f"{part}{_LABEL}{literal(qualifier.label, _language(qualifier.label))}",
            )
            if qualifier.curie:
                rows.append(f"{part}{_CONCEPT}{context.node(qualifier.curie)}")
            if qualifier.major:
                rows.append(f"{part}{_MAJOR}{_TRUE}")
    rows += [f"{node}{_SUBJECT}{concept}" for concept in subjects]


def _language(label: str) -> str:
    return "zh" if _HAN(label) else "en"


def grants(found: Iterable[Grant], node: str, own: str, rows: list[str]) -> None:
    """Into ``rows``: one node a grant."""
    for number, grant in enumerate(found, 1):
        sub = f"<{own}/grant/{number}>"
        rows += (f"{node}{_GRANT}{sub}", f"{sub}{_IS_GRANT}")
        if grant.number:
            rows.append(f"{sub}{_NUMBER}{literal(grant.number)}")
        if grant.agency:
            rows.append(f"{sub}{_AGENCY}{literal(grant.agency)}")
        if grant.acronym:
            rows.append(f"{sub}{_ACRONYM}{literal(grant.acronym)}")
        if grant.country:
            rows.append(f"{sub}{_COUNTRY}{literal(grant.country)}")
