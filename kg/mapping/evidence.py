"""Mentions and claims to statements (ADR 2)."""

from __future__ import annotations

from urllib.parse import unquote

from kg import vocab
from kg.mapping.base import TYPE, Context, term
from kg.model.evidence import Claim, Mention
from kg.model.ids import digest, slug
from kg.model.terms import Statement, decimal, integer, iri, literal

_ANNOTATION = term(vocab.OA, "Annotation")
_TARGET = term(vocab.OA, "hasTarget")
_BODY = term(vocab.OA, "hasBody")
_EXACT = term(vocab.OA, "exact")
_START = term(vocab.MEDKG, "start")
_END = term(vocab.MEDKG, "end")
_CATEGORY = term(vocab.MEDKG, "mentionCategory")
_SCORE = term(vocab.MEDKG, "score")
_CANDIDATE = term(vocab.MEDKG, "candidate")
_MENTIONS = term(vocab.MEDKG, "mentions")
_ATTRIBUTE = term(vocab.MEDKG, "attribute")
_KIND = term(vocab.MEDKG, "attributeKind")

_CLAIM = term(vocab.MEDKG, "Claim")
_SUBJECT = term(vocab.RDF, "subject")
_PREDICATE = term(vocab.RDF, "predicate")
_OBJECT = term(vocab.RDF, "object")
_EVIDENCE = term(vocab.MEDKG, "evidenceType")
_METHOD = term(vocab.MEDKG, "method")
_DIRECTION = term(vocab.MEDKG, "direction")
_SOURCE = term(vocab.MEDKG, "source")
_PASSAGE = term(vocab.MEDKG, "inPassage")
_QUALIFIER = term(vocab.MEDKG, "qualifierText")
_REFERENCES = term(vocab.DCTERMS, "references")


def passage_iri(base: str, document: str, key: str) -> str:
    """The IRI of a passage, from the CURIE of its document and its own key."""
    return f"{base}document/{slug(document)}/passage/{slug(key)}"


def passage_key(node: str) -> str:
    """The key of a passage, from its IRI.

    >>> passage_key(passage_iri("https://example.org/", "PMID:1", "section 1/a-0123456789"))
    'section 1/a-0123456789'
    """
    return unquote(node.rpartition("/passage/")[2])


def mention_statements(mention: Mention, context: Context) -> list[Statement]:
    """One annotation node with its offsets on it, and the direct edge from document to concept."""
    ids = context.ids
    passage = passage_iri(ids.base, mention.document, mention.passage)
    named = (passage, str(mention.start), str(mention.end), mention.category)
    node = iri(ids.mint("mention", *named))
    rows = [
        f"{node} {TYPE} {_ANNOTATION}",
        f"{node} {_TARGET} {iri(passage)}",
        f"{node} {_START} {integer(mention.start)}",
        f"{node} {_END} {integer(mention.end)}",
        f"{node} {_EXACT} {literal(mention.surface)}",
        f"{node} {_CATEGORY} {literal(mention.category)}",
    ]
    if mention.candidates:
        best, *others = mention.candidates
        concept = iri(ids.expand(best.concept))
        rows.append(f"{node} {_BODY} {concept}")
        rows.append(f"{node} {_SCORE} {decimal(best.score)}")
        rows.append(f"{iri(ids.expand(mention.document))} {_MENTIONS} {concept}")
        rows += [f"{node} {_CANDIDATE} {iri(ids.expand(other.concept))}" for other in others]
    for attribute in mention.attributes:
        own = iri(ids.mint("attribute", *named, attribute.kind))
        rows += (
            f"{node} {_ATTRIBUTE} {own}",
            f"{own} {_KIND} {literal(attribute.kind)}",
            f"{own} {_START} {integer(attribute.start)}",
            f"{own} {_END} {integer(attribute.end)}",
        )
    return [Statement(row) for row in rows]


def claim_statements(claim: Claim, context: Context) -> list[Statement]:
    """One claim node; its id is the digest of everything that it says and rests on."""
    ids = context.ids
    qualifiers = [f"{name}={value}" for name, value in claim.qualifiers]
    subject, predicate, obj = (ids.expand(part) for part in (claim.subject, claim.predicate, claim.object))
    key = digest(
        subject, predicate, obj, claim.evidence, claim.method, claim.direction, claim.document, claim.passage,
        str(claim.start), str(claim.end), claim.sentence, *qualifiers, "", *claim.references,
    )  # fmt: skip
    node = iri(f"{ids.base}claim/{key}")
    rows = [
        f"{node} {TYPE} {_CLAIM}",
        f"{node} {_SUBJECT} {iri(subject)}",
        f"{node} {_PREDICATE} {iri(predicate)}",
        f"{node} {_OBJECT} {iri(obj)}",
        f"{node} {_EVIDENCE} {literal(claim.evidence)}",
        f"{node} {_METHOD} {literal(claim.method)}",
        f"{node} {_DIRECTION} {literal(claim.direction)}",
    ]
    if claim.document:
        rows.append(f"{node} {_SOURCE} {iri(ids.expand(claim.document))}")
    if claim.passage:
        rows.append(f"{node} {_PASSAGE} {iri(passage_iri(ids.base, claim.document, claim.passage))}")
    if claim.start >= 0:
        rows += [f"{node} {_START} {integer(claim.start)}", f"{node} {_END} {integer(claim.end)}"]
    if claim.sentence:
        rows.append(f"{node} {_EXACT} {literal(claim.sentence)}")
    if claim.score is not None:
        rows.append(f"{node} {_SCORE} {decimal(claim.score)}")
    rows += [f"{node} {_QUALIFIER} {literal(text)}" for text in qualifiers]
    rows += [f"{node} {_REFERENCES} {iri(ids.expand(reference))}" for reference in claim.references]
    return [Statement(row) for row in rows]
