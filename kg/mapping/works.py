"""What publishing says about records of one work (ADR 4). Nothing that a source states is rewritten.

The terms are used for nothing else, so that they can be told from what was asserted.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg import vocab
from kg.mapping.base import Context, term
from kg.model.terms import Statement, iri, literal

_SAME_WORK = term(vocab.MEDKG, "sameWork")
_MATCHED = term(vocab.MEDKG, "matchedRecord")
_REASON = term(vocab.MEDKG, "matchReason")
_EVIDENCE = term(vocab.MEDKG, "matchEvidence")
_METHOD = term(vocab.MEDKG, "matchMethod")

RESOLVED = term(vocab.MEDKG, "resolvedCitation")
_RESOLVED_TO = term(vocab.MEDKG, "resolvedTo")

WORK_TERMS = frozenset({_SAME_WORK, _MATCHED, _REASON, _EVIDENCE, _METHOD, RESOLVED, _RESOLVED_TO})


def same_work(work: str, document: str, context: Context) -> Statement:
    """The record ``document`` describes the work whose canonical record is ``work`` (CURIEs)."""
    return Statement(f"{iri(context.ids.expand(work))} {_SAME_WORK} {iri(context.ids.expand(document))}")


def match(a: str, b: str, reason: str, evidence: tuple[str, ...], method: str, context: Context) -> Iterator[Statement]:
    """Why two records were brought together: a node named after the pair and the method."""
    node = iri(context.ids.mint("match", *sorted((a, b)), method))
    for record in (a, b):
        yield Statement(f"{node} {_MATCHED} {iri(context.ids.expand(record))}")
    yield Statement(f"{node} {_REASON} {literal(reason)}")
    for item in evidence:
        yield Statement(f"{node} {_EVIDENCE} {literal(item)}")
    yield Statement(f"{node} {_METHOD} {literal(method)}")


def resolved_reference(
    document: str, reference: str, record: str, reason: str, evidence: tuple[str, ...], method: str, context: Context
) -> Iterator[Statement]:
    """A reference without identifier describes ``record`` (CURIE); ``document`` and ``reference`` are IRIs."""
    target, node = iri(context.ids.expand(record)), iri(reference)
    yield Statement(f"{iri(document)} {RESOLVED} {target}")
    yield Statement(f"{node} {_RESOLVED_TO} {target}")
    yield Statement(f"{node} {_REASON} {literal(reason)}")
    for item in evidence:
        yield Statement(f"{node} {_EVIDENCE} {literal(item)}")
    yield Statement(f"{node} {_METHOD} {literal(method)}")
