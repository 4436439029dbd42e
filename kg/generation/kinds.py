"""The kinds of things that a diff tells of, and which of their properties: one table, a row a kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from kg import vocab
from kg.mapping.base import TYPE, term
from kg.mapping.document import CLASSES
from kg.model.ids import Ids
from kg.model.terms import Term, iri, language, lexical
from kg.query.records import LabelPair

Properties = Mapping[Term, frozenset[Term]]
_LABEL = term(vocab.SKOS, "prefLabel")
_TITLE = term(vocab.DCTERMS, "title")
_DEPRECATED = term(vocab.OWL, "deprecated")


class Kind(msgspec.Struct, frozen=True):
    """``fields``: property -> its name in a diff; ``brief`` are those that are told of what is new or gone."""

    name: str
    classes: frozenset[Term]
    fields: dict[Term, str]
    brief: frozenset[str]

    def holds(self, properties: Properties) -> bool:
        """Whether what has these properties is one."""
        return not self.classes.isdisjoint(properties.get(TYPE, ()))


class FieldChange(msgspec.Struct, frozen=True):
    """Values of a field that went and came: CURIEs, or texts of one ``language`` (empty for none)."""

    field: str
    language: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


def _fields(**named: tuple[str, ...]) -> dict[Term, str]:
    """``label=("skos:prefLabel",)`` as property -> field."""
    found = {}
    for field, names in named.items():
        for name in names:
            prefix, _, local = name.partition(":")
            found[term(vocab.NAMESPACES[prefix], local)] = field
    return found


def _classes(*names: str) -> frozenset[Term]:
    return frozenset(_fields(type=names))


KINDS: tuple[Kind, ...] = (
    Kind(
        "concept",
        _classes("skos:Concept"),
        _fields(
            label=("skos:prefLabel",),
            name=(
                "skos:altLabel", "skos:hiddenLabel", "mkg:broadSynonym", "mkg:narrowSynonym", "mkg:relatedSynonym",
            ),
            definition=("skos:definition",),
            parent=("skos:broader",),
            status=("owl:deprecated",),
            replaced_by=("dcterms:isReplacedBy",),
            category=("mkg:category",),
            notation=("skos:notation",),
            exact_match=("skos:exactMatch",),
            close_match=("skos:closeMatch",),
            broad_match=("skos:broadMatch",),
            narrow_match=("skos:narrowMatch",),
            related_match=("skos:relatedMatch",),
            unverified=("mkg:unverifiedId",),
        ),
        frozenset({"label", "definition", "parent", "status", "replaced_by"}),
    ),
    Kind(
        "claim",
        _classes("mkg:Claim"),
        _fields(
            subject=("rdf:subject",), predicate=("rdf:predicate",), object=("rdf:object",),
            evidence=("mkg:evidenceType",), direction=("mkg:direction",), source=("mkg:source",),
            qualifier=("mkg:qualifierText",), score=("mkg:score",),
        ),
        frozenset({"subject", "predicate", "object", "evidence", "direction", "source", "qualifier"}),
    ),
    Kind(
        "mapping",
        _classes("sssom:Mapping"),
        _fields(
            subject=("sssom:subject_id",), predicate=("sssom:predicate_id",), object=("sssom:object_id",),
            modifier=("sssom:predicate_modifier",), justification=("sssom:mapping_justification",),
            confidence=("sssom:confidence",),
        ),
        frozenset({"subject", "predicate", "object", "modifier", "justification", "confidence"}),
    ),
    Kind(
        "document",
        frozenset(CLASSES),
        _fields(
            title=("dcterms:title", "mkg:vernacularTitle"),
            standing=("mkg:standing",),
            year=("mkg:year",),
            issued=("dcterms:issued",),
            type=("dcterms:type",),
            identifier=("mkg:id",),
            author=("dcterms:creator",),
            journal=("dcterms:isPartOf",),
            subject=("dcterms:subject",),
            keyword=("mkg:keyword",),
            cites=("bibo:cites",),
            passage=("mkg:passage",),
            licence=("dcterms:license",),
            version=("pav:version",),
        ),
        frozenset({"title", "standing", "year"}),
    ),
)  # fmt: skip
"""In the order in which a diff tells of them. What rules are is said here when there are rules."""


def interesting() -> tuple[frozenset[Term], frozenset[Term]]:
    """Properties and classes of any kind: a change of anything else is none to a diff."""
    properties = frozenset(name for kind in KINDS for name in kind.fields)
    return properties, frozenset().union(*(kind.classes for kind in KINDS))


def label_of(properties: Properties) -> LabelPair:
    """The preferred names of a concept or the titles of a document."""
    found = {
        language(value): lexical(value)
        for name in (_TITLE, _LABEL)
        for value in sorted(properties.get(name, ()), reverse=True)
    }
    return LabelPair(found.get("zh"), found.get("en"))


def field_changes(
    kind: Kind, before: Properties, after: Properties, ids: Ids, only: Iterable[str] = ()
) -> Iterator[FieldChange]:
    """The fields whose values differ, in the order of the table; ``only`` names the fields to look at."""
    wanted = frozenset(only)
    by_field: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for name, field in kind.fields.items():
        if wanted and field not in wanted:
            continue
        for values, place in ((before.get(name, frozenset()), 0), (after.get(name, frozenset()), 1)):
            for value in values:
                spoken = language(value) if value.startswith('"') else ""
                by_field.setdefault((field, spoken), (set(), set()))[place].add(_shown(name, value, ids))
    order = list(dict.fromkeys(kind.fields.values()))
    for (field, spoken), (old, new) in sorted(by_field.items(), key=lambda row: (order.index(row[0][0]), row[0][1])):
        if old != new:
            yield FieldChange(field, spoken, tuple(sorted(old - new)), tuple(sorted(new - old)))


def _shown(name: Term, value: Term, ids: Ids) -> str:
    if name == _DEPRECATED:
        return "deprecated" if lexical(value) == "true" else "current"
    return ids.curie(lexical(value)) if value == iri(lexical(value)) else lexical(value)
