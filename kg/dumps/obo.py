"""OBO 1.4 (https://owlcollab.github.io/oboformat/doc/GO.format.obo-1_4.html), for ``obo.v1`` and other readers.

OBO knows no languages, so a file holds the names of one. Kinds of synonyms that it has no type for are plain exact ones
(``clinical``); codes that no table confirms are left out, because a cross-reference would claim them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.dumps.release import DumpHead
from kg.model.concept import Concept, Label, LabelKind

_SCOPES: dict[LabelKind, str] = {
    "exact": "EXACT", "clinical": "EXACT", "broad": "BROAD", "narrow": "NARROW", "related": "RELATED",
    "abbreviation": "EXACT abbreviation", "brand": "EXACT brand_name", "lay": "EXACT layperson",
    "spelling": "EXACT misspelling", "old": "EXACT OMO:0003008", "preferred": "EXACT",
}  # fmt: skip
_TYPES = {
    "abbreviation": "abbreviation", "brand_name": "brand name", "layperson": "layperson term",
    "misspelling": "for indexing", "OMO:0003008": "previous name",
}  # fmt: skip
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": " ", "\t": "\\t"})
_PLAIN_ESCAPES = str.maketrans({"\\": "\\\\", "\n": " ", "\r": " ", "{": "\\{", "!": "\\!"})


def lines(head: DumpHead, concepts: Iterable[Concept], language: str) -> Iterator[str]:
    """The whole file; names in ``language`` alone. A concept without one keeps its id and relations."""
    yield "format-version: 1.4\n"
    yield f"data-version: {head.version}\n"
    yield f"ontology: {head.scheme.lower()}\n"
    yield from (f'synonymtypedef: {name} "{about}" EXACT\n' for name, about in _TYPES.items())
    yield f"remark: generation {head.generation}, language {language}\n"
    yield from (f"remark: licence {licence}\n" for licence in head.licences)
    for concept in concepts:
        yield from _term(concept, language)


def _term(concept: Concept, language: str) -> Iterator[str]:
    yield f"\n[Term]\nid: {concept.id}\n"
    names = [label for label in concept.labels if label.language == language]
    name = next((label for label in names if label.kind == "preferred"), None)
    if name is not None:
        obsolete = "obsolete " if concept.deprecated else ""
        yield f"name: {obsolete}{' '.join(name.value.split()).translate(_PLAIN_ESCAPES)}\n"
    for definition in [text for text in concept.definitions if text.language == language][:1]:
        yield f"def: {_quoted(definition.value)} []\n"
    yield from (f"synonym: {_quoted(label.value)} {_scope(label)} []\n" for label in names if label is not name)
    yield from (f"xref: {code.translate(_PLAIN_ESCAPES)}\n" for code in concept.notations)
    yield from (f"is_a: {parent}\n" for parent in concept.parents)
    yield from (
        f"property_value: skos:{xref.relation} {xref.curie}\n" for xref in concept.xrefs if xref.verified is not False
    )
    if concept.deprecated:
        yield "is_obsolete: true\n"
    yield from (f"replaced_by: {other}\n" for other in concept.replaced_by)


def _scope(label: Label) -> str:
    return _SCOPES[label.kind]


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'
