"""Recommendations to statements (ADR 2)."""

from __future__ import annotations

from kg import vocab
from kg.mapping.base import TYPE, Context, term
from kg.mapping.evidence import passage_iri
from kg.model.guideline import Recommendation
from kg.model.terms import Statement, integer, iri, literal

_RECOMMENDATION = term(vocab.MEDKG, "Recommendation")
_SOURCE = term(vocab.MEDKG, "source")
_PASSAGE = term(vocab.MEDKG, "inPassage")
_START = term(vocab.MEDKG, "start")
_END = term(vocab.MEDKG, "end")
_EXACT = term(vocab.OA, "exact")
_ADVICE = term(vocab.MEDKG, "advice")
_STRENGTH = term(vocab.MEDKG, "strength")
_CERTAINTY = term(vocab.MEDKG, "certainty")
_SCHEME = term(vocab.MEDKG, "gradingScheme")
_GRADE = term(vocab.MEDKG, "gradeText")
_POPULATION = term(vocab.MEDKG, "population")
_INTERVENTION = term(vocab.MEDKG, "intervention")
_NUMBER = term(vocab.MEDKG, "recommendationNumber")
_PAGE = term(vocab.MEDKG, "page")


def recommendation_statements(found: Recommendation, context: Context) -> list[Statement]:
    """One node; its id is the digest of where it stands and of what sets two in one sentence apart."""
    ids = context.ids
    node = iri(
        ids.mint(
            "recommendation", found.document, found.passage, str(found.start), str(found.end), found.population,
            found.intervention, found.direction, found.grade_text,
        )
    )  # fmt: skip
    rows = [
        f"{node} {TYPE} {_RECOMMENDATION}",
        f"{node} {_SOURCE} {iri(ids.expand(found.document))}",
        f"{node} {_PASSAGE} {iri(passage_iri(ids.base, found.document, found.passage))}",
        f"{node} {_START} {integer(found.start)}",
        f"{node} {_END} {integer(found.end)}",
        f"{node} {_EXACT} {literal(found.sentence)}",
        f"{node} {_ADVICE} {literal(found.direction)}",
        f"{node} {_STRENGTH} {literal(found.strength)}",
        f"{node} {_CERTAINTY} {literal(found.certainty)}",
    ]
    for name, value in ((_SCHEME, found.scheme), (_GRADE, found.grade_text), (_NUMBER, found.number)):
        if value:
            rows.append(f"{node} {name} {literal(value)}")
    for name, value in ((_POPULATION, found.population), (_INTERVENTION, found.intervention)):
        if value:
            rows.append(f"{node} {name} {literal(value, found.language)}")
    if found.page is not None:
        rows.append(f"{node} {_PAGE} {integer(found.page)}")
    return [Statement(row) for row in rows]
