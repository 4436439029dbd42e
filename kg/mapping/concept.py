"""Concepts to statements (ADR 2): SKOS, with the kind of each synonym kept beside ``skos:altLabel``."""

from __future__ import annotations

from typing import cast

from kg import vocab
from kg.mapping.base import Context, is_a, predicate, term
from kg.model.concept import Concept, Label, LabelKind
from kg.model.terms import Statement, Term, boolean, iri, literal

_IS_CONCEPT = is_a(vocab.SKOS, "Concept")
_CATEGORY = predicate(vocab.MEDKG, "category")
_IDENTIFIER = predicate(vocab.DCTERMS, "identifier")
_PREFERRED = term(vocab.SKOS, "prefLabel")
_SYNONYM = term(vocab.SKOS, "altLabel")
_DEFINITION = predicate(vocab.SKOS, "definition")
_NOTATION = predicate(vocab.SKOS, "notation")
_BROADER = predicate(vocab.SKOS, "broader")
_MATCHES = {
    name: predicate(vocab.SKOS, name)
    for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
}
_UNVERIFIED = predicate(vocab.MEDKG, "unverifiedId")
_DEPRECATED = f"{predicate(vocab.OWL, 'deprecated')}{boolean(True)}"
_REPLACED = predicate(vocab.DCTERMS, "isReplacedBy")
_ILLUSTRATIVE = f"{predicate(vocab.MEDKG, 'illustrative')}{boolean(True)}"
_ATTESTED = predicate(vocab.MEDKG, "attestedLabel")
_UNATTESTED = predicate(vocab.MEDKG, "unattestedLabel")

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
# With the blanks around them, as they stand in a statement.
_PREFERRED_AFTER, _SYNONYM_AFTER = f" {_PREFERRED} ", f" {_SYNONYM} "
_TYPED_AFTER = {kind: f" {name} " for kind, name in _TYPED.items()}
_APART_AFTER = {kind: f" {name} " for kind, name in _APART.items()}
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
    expand, node_of = context.ids.expand, context.node
    node = iri(expand(concept.id))
    rows = [f"{node}{_IS_CONCEPT}"]
    if concept.category:
        rows.append(f"{node}{_CATEGORY}{context.categories[concept.category]}")
    rows.append(f"{node}{_IDENTIFIER}{literal(concept.id)}")
    _label_rows(rows, node, concept.labels)
    for text in concept.definitions:
        rows.append(f"{node}{_DEFINITION}{literal(text.value, text.language)}")
    for code in concept.notations:
        rows.append(f"{node}{_NOTATION}{literal(code)}")
    for parent in concept.parents:
        rows.append(f"{node}{_BROADER}{node_of(parent)}")
    for xref in concept.xrefs:
        if xref.verified is False:
            rows.append(f"{node}{_UNVERIFIED}{literal(xref.curie)}")
        else:
            rows.append(f"{node}{_MATCHES[xref.relation]}{iri(expand(xref.curie))}")
    if concept.deprecated:
        rows.append(node + _DEPRECATED)
    for other in concept.replaced_by:
        rows.append(f"{node}{_REPLACED}{node_of(other)}")
    if concept.illustrative:
        rows.append(node + _ILLUSTRATIVE)
    return cast(list[Statement], list(dict.fromkeys(rows)))


def _label_rows(rows: list[str], node: Term, labels: tuple[Label, ...]) -> None:
    preferred: dict[str, str] = {}
    for label in labels:
        if label.kind == "preferred":
            preferred.setdefault(label.language, label.value)
    for label in labels:
        kind, language = label.kind, label.language
        value = literal(label.value, language)
        if kind in _APART_AFTER:
            rows.append(f"{node}{_APART_AFTER[kind]}{value}")
            continue
        # SKOS allows one preferred label a language (S14), and not the same text twice (S13).
        if preferred.get(language) == label.value:
            rows.append(f"{node}{_PREFERRED_AFTER}{value}")
        else:
            rows.append(f"{node}{_SYNONYM_AFTER}{value}")
        if kind in _TYPED_AFTER:
            rows.append(f"{node}{_TYPED_AFTER[kind]}{value}")
        if label.attested is not None:
            rows.append(f"{node}{_ATTESTED if label.attested else _UNATTESTED}{value}")
