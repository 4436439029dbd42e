"""Concepts to statements (ADR 2): SKOS, with the kind of each synonym kept beside ``skos:altLabel``."""

from __future__ import annotations

from kg import vocab
from kg.mapping.base import TYPE, Context, term
from kg.model.concept import Concept, Label, LabelKind
from kg.model.terms import Statement, Term, boolean, iri, literal

_CONCEPT = term(vocab.SKOS, "Concept")
_CATEGORY = term(vocab.MEDKG, "category")
_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_PREFERRED = term(vocab.SKOS, "prefLabel")
_SYNONYM = term(vocab.SKOS, "altLabel")
_DEFINITION = term(vocab.SKOS, "definition")
_NOTATION = term(vocab.SKOS, "notation")
_BROADER = term(vocab.SKOS, "broader")
_UNVERIFIED = term(vocab.MEDKG, "unverifiedId")
_DEPRECATED = term(vocab.OWL, "deprecated")
_REPLACED = term(vocab.DCTERMS, "isReplacedBy")
_ILLUSTRATIVE = term(vocab.MEDKG, "illustrative")
_ATTESTED = term(vocab.MEDKG, "attestedLabel")
_UNATTESTED = term(vocab.MEDKG, "unattestedLabel")
_TRUE = boolean(True)

_TYPED: dict[LabelKind, Term] = {
    "abbreviation": term(vocab.MEDKG, "abbreviation"),
    "brand": term(vocab.MEDKG, "brandName"),
    "lay": term(vocab.MEDKG, "layLabel"),
    "clinical": term(vocab.MEDKG, "clinicalLabel"),
    "old": term(vocab.MEDKG, "oldLabel"),
}
"""Kinds that are synonyms to people, too: they stand under ``skos:altLabel`` as well."""
_APART: dict[LabelKind, Term] = {
    "broad": term(vocab.MEDKG, "broadSynonym"),
    "narrow": term(vocab.MEDKG, "narrowSynonym"),
    "related": term(vocab.MEDKG, "relatedSynonym"),
    "spelling": term(vocab.SKOS, "hiddenLabel"),
}
"""Kinds that do not name the concept itself."""
STATED: tuple[tuple[Term, LabelKind], ...] = (
    (_PREFERRED, "preferred"),
    *((name, kind) for kind, name in _TYPED.items()),
    (_SYNONYM, "exact"),
    *((name, kind) for kind, name in _APART.items()),
)
"""The way back: property -> kind, the most telling first, because a typed synonym stands under two."""


def concept_statements(concept: Concept, context: Context) -> list[Statement]:
    """All statements about one concept.

    Raises IdentifierError for a CURIE with an unknown prefix, ValueError for a label that no RDF
    text can hold.

    >>> concept = Concept("DOID:1", "disease", (Label("gout", "en"), Label("podagra", "en", "old")))
    >>> for row in concept_statements(concept, Context())[2:]: print(row.split(" ", 1)[1])
    <http://purl.org/dc/terms/identifier> "DOID:1"
    <http://www.w3.org/2004/02/skos/core#prefLabel> "gout"@en
    <http://www.w3.org/2004/02/skos/core#altLabel> "podagra"@en
    <https://w3id.org/medkg/vocab#oldLabel> "podagra"@en
    """
    expand = context.ids.expand
    node = iri(expand(concept.id))
    rows = [f"{node} {TYPE} {_CONCEPT}"]
    if concept.category:
        rows.append(f"{node} {_CATEGORY} {context.categories[concept.category]}")
    rows.append(f"{node} {_IDENTIFIER} {literal(concept.id)}")
    rows += _label_rows(node, concept.labels)
    rows += [f"{node} {_DEFINITION} {literal(text.value, text.language)}" for text in concept.definitions]
    rows += [f"{node} {_NOTATION} {literal(code)}" for code in concept.notations]
    rows += [f"{node} {_BROADER} {iri(expand(parent))}" for parent in concept.parents]
    for xref in concept.xrefs:
        if xref.verified is False:
            rows.append(f"{node} {_UNVERIFIED} {literal(xref.curie)}")
        else:
            rows.append(f"{node} {term(vocab.SKOS, xref.relation)} {iri(expand(xref.curie))}")
    if concept.deprecated:
        rows.append(f"{node} {_DEPRECATED} {_TRUE}")
    rows += [f"{node} {_REPLACED} {iri(expand(other))}" for other in concept.replaced_by]
    if concept.illustrative:
        rows.append(f"{node} {_ILLUSTRATIVE} {_TRUE}")
    return [Statement(row) for row in dict.fromkeys(rows)]


def _label_rows(node: Term, labels: tuple[Label, ...]) -> list[str]:
    rows = []
    preferred: dict[str, str] = {}
    for label in labels:
        if label.kind == "preferred":
            preferred.setdefault(label.language, label.value)
    for label in labels:
        value = literal(label.value, label.language)
        if label.kind in _APART:
            rows.append(f"{node} {_APART[label.kind]} {value}")
            continue
        # SKOS allows one preferred label a language (S14), and not the same text twice (S13).
        if preferred.get(label.language) == label.value:
            rows.append(f"{node} {_PREFERRED} {value}")
        else:
            rows.append(f"{node} {_SYNONYM} {value}")
        if label.kind in _TYPED:
            rows.append(f"{node} {_TYPED[label.kind]} {value}")
        if label.attested is not None:
            rows.append(f"{node} {_ATTESTED if label.attested else _UNATTESTED} {value}")
    return rows
