"""Mentions and claims to statements (ADR 2)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from kg import vocab
from kg.mapping.base import TYPE, Context, term
from kg.model.evidence import Claim, Mention, Place
from kg.model.ids import digest, slug
from kg.model.terms import Statement, Term, decimal, integer, iri, literal

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
_SUBJECT_MENTION = term(vocab.MEDKG, "subjectMention")
_OBJECT_MENTION = term(vocab.MEDKG, "objectMention")
_DIRECTNESS = term(vocab.MEDKG, "directness")
_DESIGN = term(vocab.MEDKG, "studyDesign")
_SIZE = term(vocab.MEDKG, "sampleSize")
_DESIGN_QUOTE = term(vocab.MEDKG, "designQuote")
_POPULATION = term(vocab.MEDKG, "populationQuote")


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
    named = _mention_key(passage, mention)
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
        if best.score or not mention.tool:
            rows.append(f"{node} {_SCORE} {decimal(best.score)}")
        rows.append(f"{iri(ids.expand(mention.document))} {_MENTIONS} {concept}")
        rows += [f"{node} {_CANDIDATE} {iri(ids.expand(other.concept))}" for other in others]
    if method := mention.tool or mention.method:
        rows.append(f"{node} {_METHOD} {literal(method)}")
    for attribute in mention.attributes:
        own = iri(ids.mint("attribute", *named, attribute.kind))
        rows += (
            f"{node} {_ATTRIBUTE} {own}",
            f"{own} {_KIND} {literal(attribute.kind)}",
            f"{own} {_START} {integer(attribute.start)}",
            f"{own} {_END} {integer(attribute.end)}",
        )
    return [Statement(row) for row in rows]


def _mention_key(passage: str, place: Mention | Place) -> tuple[str, ...]:
    """What the id of a mention is made of: its claim finds it by the same. What a tool of others found is a node of
    its own beside ours."""
    named = passage, str(place.start), str(place.end), place.category
    return (*named, place.tool) if place.tool else named


def claim_statements(claim: Claim, context: Context) -> list[Statement]:
    """One claim node; its id is the digest of everything that it says and rests on."""
    ids = context.ids
    qualifiers = [f"{name}={value}" for name, value in claim.qualifiers]
    subject, predicate, obj = (ids.expand(part) for part in (claim.subject, claim.predicate, claim.object))
    key = digest(
        subject, predicate, obj, claim.evidence, claim.method, claim.direction, claim.document, claim.passage,
        str(claim.start), str(claim.end), claim.sentence, *qualifiers, "", *claim.references,
        *(str(number) for end in claim.ends or () for number in (end.start, end.end)),
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
    if claim.directness:
        rows.append(f"{node} {_DIRECTNESS} {literal(claim.directness)}")
    rows += _ends(claim, node, context)
    rows += _study(claim, node, context)
    return [Statement(row) for row in rows]


def _ends(claim: Claim, node: Term, context: Context) -> Iterator[str]:
    """The edges from a claim to the mentions that it was read from."""
    if claim.ends:
        passage = passage_iri(context.ids.base, claim.document, claim.passage)
        for predicate, end in zip((_SUBJECT_MENTION, _OBJECT_MENTION), claim.ends, strict=True):
            yield f"{node} {predicate} {iri(context.ids.mint('mention', *_mention_key(passage, end)))}"


def _study(claim: Claim, node: Term, context: Context) -> Iterator[str]:
    if (study := claim.study) is None:
        return
    if study.design:
        yield f"{node} {_DESIGN} {literal(study.design)}"
    if study.size is not None:
        yield f"{node} {_SIZE} {integer(study.size)}"
    for predicate, quote in ((_DESIGN_QUOTE, study.design_quote), (_POPULATION, study.population)):
        if quote:
            passage = passage_iri(context.ids.base, claim.document, quote.passage)
            own = iri(context.ids.mint("quote", passage, str(quote.start), str(quote.end)))
            yield f"{node} {predicate} {own}"
            yield f"{own} {_PASSAGE} {iri(passage)}"
            yield f"{own} {_START} {integer(quote.start)}"
            yield f"{own} {_END} {integer(quote.end)}"
            yield f"{own} {_EXACT} {literal(quote.text)}"
