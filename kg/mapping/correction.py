"""Corrections and the rules that follow from them to statements (ADR 15)."""

from __future__ import annotations

from collections.abc import Iterable

from kg import vocab
from kg.mapping.base import Context, is_a, predicate
from kg.mapping.evidence import passage_iri
from kg.model.correction import Correction
from kg.model.terms import Statement, date, integer, iri, literal

_IS_CORRECTION = is_a(vocab.MEDKG, "Correction")
_DOCUMENT = predicate(vocab.MEDKG, "correctedDocument")
_PASSAGE = predicate(vocab.MEDKG, "inPassage")
_START = predicate(vocab.MEDKG, "start")
_END = predicate(vocab.MEDKG, "end")
_EXACT = predicate(vocab.OA, "exact")
_VERDICT = predicate(vocab.MEDKG, "verdict")
_CATEGORY = predicate(vocab.MEDKG, "correctedCategory")
_CONCEPT = predicate(vocab.MEDKG, "correctedConcept")
_FOUND = predicate(vocab.MEDKG, "foundConcept")
_ENDS = (
    ("subject", predicate(vocab.RDF, "subject")),
    ("predicate", predicate(vocab.RDF, "predicate")),
    ("object", predicate(vocab.RDF, "object")),
)
_BY = predicate(vocab.MEDKG, "correctedBy")
_REVIEWER = predicate(vocab.MEDKG, "reviewedBy")
_DATE = predicate(vocab.MEDKG, "correctionDate")
_REASON = predicate(vocab.MEDKG, "correctionReason")
_NOTE = predicate(vocab.SKOS, "note")
_IS_RULE = is_a(vocab.MEDKG, "LexiconRule")
_KIND = predicate(vocab.MEDKG, "ruleKind")
_NAME = predicate(vocab.MEDKG, "ruleName")
_RESTS_ON = predicate(vocab.MEDKG, "restsOn")


def correction_iri(correction: Correction, context: Context) -> str:
    """The node of a correction, named after its place, its author and the claim that it is about."""
    return context.ids.mint("correction", *correction.identity)


def correction_statements(correction: Correction, context: Context) -> list[Statement]:
    """What was said, of which words, by whom, when and why."""
    ids = context.ids
    node = iri(correction_iri(correction, context))
    rows = [
        f"{node}{_IS_CORRECTION}",
        f"{node}{_DOCUMENT}{iri(ids.expand(correction.document))}",
        f"{node}{_PASSAGE}{iri(passage_iri(ids.base, correction.document, correction.passage))}",
        f"{node}{_START}{integer(correction.start)}",
        f"{node}{_END}{integer(correction.end)}",
        f"{node}{_EXACT}{literal(correction.surface)}",
        f"{node}{_VERDICT}{literal(correction.verdict)}",
        f"{node}{_BY}{literal(correction.by)}",
    ]
    if correction.category:
        rows.append(f"{node}{_CATEGORY}{literal(correction.category)}")
    if correction.concept:
        rows.append(f"{node}{_CONCEPT}{iri(ids.expand(correction.concept))}")
    if correction.found:
        rows.append(f"{node}{_FOUND}{iri(ids.expand(correction.found))}")
    for name, told in _ENDS:
        if value := getattr(correction, name):
            rows.append(f"{node}{told}{iri(ids.expand(value))}")
    if correction.reviewer:
        rows.append(f"{node}{_REVIEWER}{literal(correction.reviewer)}")
    if correction.date:
        rows.append(f"{node}{_DATE}{date(correction.date)}")
    if correction.reason:
        rows.append(f"{node}{_REASON}{literal(correction.reason)}")
    rows += [f"{node}{_NOTE}{literal(text, language)}" for language, text in correction.notes]
    return [Statement(row) for row in rows]


def rule_statements(
    kind: str, name: str, category: str, concept: str, rests_on: Iterable[Correction], context: Context
) -> list[Statement]:
    """A rule of the lexicon and the corrections that it rests on; it has no concept where it stops a name."""
    node = iri(context.ids.mint("lexicon-rule", kind, name, category, concept))
    rows = [
        f"{node}{_IS_RULE}",
        f"{node}{_KIND}{literal(kind)}",
        f"{node}{_NAME}{literal(name)}",
        f"{node}{_CATEGORY}{literal(category)}",
        *(f"{node}{_RESTS_ON}{iri(correction_iri(one, context))}" for one in rests_on),
    ]
    if concept:
        rows.append(f"{node}{_CONCEPT}{iri(context.ids.expand(concept))}")
    return [Statement(row) for row in rows]
