"""Inferences to statements: the statement itself, and a node that tells what it rests on (ADR 29)."""

from __future__ import annotations

from kg import vocab
from kg.mapping.base import Context, is_a, predicate
from kg.model.inference import Inference
from kg.model.terms import Statement, iri, literal

_IS_INFERENCE = is_a(vocab.MEDKG, "Inference")
_SUBJECT = predicate(vocab.RDF, "subject")
_PREDICATE = predicate(vocab.RDF, "predicate")
_OBJECT = predicate(vocab.RDF, "object")
_REASONER = predicate(vocab.MEDKG, "reasoner")
_AXIOM = predicate(vocab.MEDKG, "restsOnAxiom")


def inference_statements(found: Inference, context: Context) -> list[Statement]:
    """Raises IdentifierError for a CURIE with an unknown prefix."""
    subject, obj = context.node(found.subject), context.node(found.object)
    prefix, _, local = found.predicate.partition(":")
    name = iri(vocab.NAMESPACES[prefix] + local)
    node = iri(context.ids.mint("inference", found.subject, found.predicate, found.object, found.reasoner))
    rows = [
        f"{subject} {name} {obj}",
        f"{node}{_IS_INFERENCE}",
        f"{node}{_SUBJECT}{subject}",
        f"{node}{_PREDICATE}{name}",
        f"{node}{_OBJECT}{obj}",
        f"{node}{_REASONER}{literal(found.reasoner)}",
        *(f"{node}{_AXIOM}{literal(axiom)}" for axiom in found.axioms),
    ]
    return [Statement(row) for row in dict.fromkeys(rows)]
