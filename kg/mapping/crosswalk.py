"""Mapping sets to statements (ADR 2): one SSSOM node a row, and the link itself unless it is denied.

A row that says no more than the pair (a database's cross-reference) is the link alone, as the
cross-references of concepts are: a node would repeat it in six statements.

SSSOM: https://mapping-commons.github.io/sssom/spec-model/
"""

from __future__ import annotations

from kg import vocab
from kg.mapping.base import TYPE, Context, term
from kg.model.concept import ConceptMapping
from kg.model.terms import Statement, decimal, iri, literal

_MAPPING = term(vocab.SSSOM, "Mapping")
_SUBJECT = term(vocab.SSSOM, "subject_id")
_PREDICATE = term(vocab.SSSOM, "predicate_id")
_OBJECT = term(vocab.SSSOM, "object_id")
_JUSTIFICATION = term(vocab.SSSOM, "mapping_justification")
_CONFIDENCE = term(vocab.SSSOM, "confidence")
_MODIFIER = term(vocab.SSSOM, "predicate_modifier")
_SUBJECT_LABEL = term(vocab.SSSOM, "subject_label")
_OBJECT_LABEL = term(vocab.SSSOM, "object_label")
_AUTHOR = term(vocab.SSSOM, "author_label")
_REVIEWER = term(vocab.SSSOM, "reviewer_label")
_DATE = term(vocab.SSSOM, "mapping_date")
_TOOL = term(vocab.SSSOM, "mapping_tool")

_BARE = frozenset({"semapv:UnspecifiedMatching", "semapv:DatabaseCrossReference"})


def mapping_statements(mapping: ConceptMapping, context: Context) -> list[Statement]:
    """The mapping as a node of its own, then ``subject predicate object`` where it holds.

    A bare database cross-reference is the link alone. A negative mapping gives no link: the node
    alone says that somebody looked and found it wrong.
    Raises IdentifierError for a CURIE with an unknown prefix.

    >>> rows = mapping_statements(ConceptMapping("DOID:1", "skos:exactMatch", "MESH:D1"), Context())
    >>> [row.split(" ")[1] for row in rows]
    ['<http://www.w3.org/2004/02/skos/core#exactMatch>']
    """
    ids = context.ids
    subject, obj = ids.expand(mapping.subject), ids.expand(mapping.object)
    predicate = _predicate(mapping.predicate, context)
    link = Statement(f"{iri(subject)} {iri(predicate)} {iri(obj)}")
    if _is_bare(mapping):
        return [link]
    confidence = "" if mapping.confidence is None else decimal(mapping.confidence)
    node = iri(
        ids.mint(
            "mapping", subject, predicate, obj, mapping.justification, confidence,
            "Not" if mapping.negative else "", mapping.subject_label, mapping.object_label, mapping.author,
            # Only where told: what older mappings said keeps its id.
            *_life(mapping),
        )
    )  # fmt: skip
    rows = [
        f"{node} {TYPE} {_MAPPING}",
        f"{node} {_SUBJECT} {iri(subject)}",
        f"{node} {_PREDICATE} {iri(predicate)}",
        f"{node} {_OBJECT} {iri(obj)}",
        f"{node} {_JUSTIFICATION} {literal(mapping.justification)}",
    ]
    if confidence:
        rows.append(f"{node} {_CONFIDENCE} {confidence}")
    if mapping.negative:
        rows.append(f"{node} {_MODIFIER} {literal('Not')}")
    for name, value in (
        (_SUBJECT_LABEL, mapping.subject_label),
        (_OBJECT_LABEL, mapping.object_label),
        (_AUTHOR, mapping.author),
        (_REVIEWER, mapping.reviewer),
        (_DATE, mapping.mapping_date),
        (_TOOL, mapping.tool),
    ):
        if value:
            rows.append(f"{node} {name} {literal(value)}")
    if not mapping.negative:
        rows.append(link)
    return [Statement(row) for row in rows]


def _life(mapping: ConceptMapping) -> tuple[str, ...]:
    told = (mapping.reviewer, mapping.mapping_date, mapping.tool)
    return told if any(told) else ()


def _is_bare(mapping: ConceptMapping) -> bool:
    more = mapping.subject_label or mapping.object_label or mapping.author or mapping.negative or _life(mapping)
    return mapping.justification in _BARE and mapping.confidence is None and not more


def _predicate(curie: str, context: Context) -> str:
    """The IRI of a mapping predicate: ``skos:``, ``owl:`` and their like before the prefixes of data."""
    prefix, _, local = curie.partition(":")
    namespace = vocab.NAMESPACES.get(prefix)
    return namespace + local if namespace and local and not local.startswith("//") else context.ids.expand(curie)
