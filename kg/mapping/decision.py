"""Decisions about works to statements, each about a node named after the two records."""

from __future__ import annotations

from kg import vocab
from kg.mapping.base import Context, is_a, predicate
from kg.model.terms import Statement, date, iri, literal
from kg.model.work import WorkDecision

SAME, DIFFERENT = "same", "different"
_IS_DECISION = is_a(vocab.MEDKG, "WorkDecision")
_RECORD = predicate(vocab.MEDKG, "decidedRecord")
_DECISION = predicate(vocab.MEDKG, "decision")
_REASON = predicate(vocab.MEDKG, "decisionReason")
_DATE = predicate(vocab.MEDKG, "decisionDate")


def decision_statements(decision: WorkDecision, context: Context) -> list[Statement]:
    """The decision; what follows from it is found at publishing (``ingest.works``)."""
    node = iri(context.ids.mint("work-decision", decision.a, decision.b))
    rows = [
        f"{node}{_IS_DECISION}",
        *(f"{node}{_RECORD}{iri(context.ids.expand(record))}" for record in (decision.a, decision.b)),
        f"{node}{_DECISION}{literal(SAME if decision.same else DIFFERENT)}",
    ]
    if decision.reason:
        rows.append(f"{node}{_REASON}{literal(decision.reason)}")
    if decision.date:
        rows.append(f"{node}{_DATE}{date(decision.date)}")
    return [Statement(row) for row in rows]
