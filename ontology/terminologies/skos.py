"""``skos.v1``: SKOS thesauri, OWL ontologies in the OBO manner, and MeSH RDF.

Turtle, N-Triples and RDF/XML. RDF/XML whose document type declares entities is refused before any
parser sees it; nothing is fetched. SKOS: https://www.w3.org/TR/skos-reference/, MeSH RDF:
https://hhs.github.io/meshrdf/.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar, Literal

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.concept import Concept, Label, LabelKind, Xref
from kg.model.evidence import Claim
from kg.model.source import RawFile
from kg.vocab import CATEGORIES, DCTERMS, MEDKG, OBO, OBOINOWL, OWL, RDF, RDFS, SKOS
from ontology.base import Options, TerminologyItem
from ontology.prefixes import MESH_TREES, Match, category_of, category_of_codes, identifier, match_of
from ontology.reading.damage import fatal, rejected
from ontology.reading.language import language_tag
from ontology.reading.rdf import Subject, Syntax, Triples, syntax_of

_MESHV = "http://id.nlm.nih.gov/mesh/vocab#"
_BIOLINK_CATEGORY = "https://w3id.org/biolink/vocab/category"
_MATCHES: tuple[Match, ...] = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_LABELS: dict[str, LabelKind] = {
    f"{SKOS}prefLabel": "preferred",
    f"{SKOS}altLabel": "exact",
    f"{SKOS}hiddenLabel": "spelling",
    f"{OBOINOWL}hasExactSynonym": "exact",
    f"{OBOINOWL}hasBroadSynonym": "broad",
    f"{OBOINOWL}hasNarrowSynonym": "narrow",
    f"{OBOINOWL}hasRelatedSynonym": "related",
    f"{MEDKG}abbreviation": "abbreviation",
    f"{MEDKG}brandName": "brand",
    f"{MEDKG}layLabel": "lay",
    f"{MEDKG}clinicalLabel": "clinical",
    f"{MEDKG}oldLabel": "old",
    f"{MEDKG}broadSynonym": "broad",
    f"{MEDKG}narrowSynonym": "narrow",
    f"{MEDKG}relatedSynonym": "related",
}
_PREDICATES = {
    **{iri: f"label {kind}" for iri, kind in _LABELS.items()},
    **{f"{SKOS}{match}": match for match in _MATCHES},
    f"{RDFS}label": "name",
    f"{RDF}type": "type",
    f"{SKOS}definition": "definition",
    f"{OBO}IAO_0000115": "definition",
    f"{SKOS}notation": "notation",
    f"{SKOS}broader": "broader",
    f"{SKOS}inScheme": "scheme",
    f"{SKOS}topConceptOf": "scheme",
    f"{RDFS}subClassOf": "broader",
    f"{OWL}deprecated": "deprecated",
    f"{DCTERMS}isReplacedBy": "replaced",
    f"{OBO}IAO_0100001": "replaced",
    f"{OBOINOWL}hasDbXref": "xref",
    f"{MEDKG}unverifiedId": "unverified",
    f"{MEDKG}category": "category",
    _BIOLINK_CATEGORY: "category",
    f"{_MESHV}broaderDescriptor": "broader",
    f"{_MESHV}treeNumber": "tree",
    f"{_MESHV}mappedTo": "broadMatch",
    f"{_MESHV}preferredMappedTo": "broadMatch",
    f"{_MESHV}pharmacologicalAction": "action",
}
_TYPES = {
    f"{SKOS}Concept": "", f"{OWL}Class": "",
    f"{_MESHV}TopicalDescriptor": "", f"{_MESHV}GeographicalDescriptor": "", f"{_MESHV}PublicationType": "",
    f"{_MESHV}CheckTag": "", f"{_MESHV}SCR_Chemical": "chemical", f"{_MESHV}SCR_Disease": "disease",
    f"{_MESHV}SCR_Protocol": "procedure", f"{_MESHV}SCR_Organism": "organism",
}  # fmt: skip
"""Classes whose members are concepts -> the category that the class implies."""
_SLUGS = {iri: slug for slug, iri in reversed(CATEGORIES.items())}
_MESH_UI = re.compile(r"http://id\.nlm\.nih\.gov/mesh/(?:\d{4}/)?([DC]\d{6,9})").fullmatch
_IN_MESH = "http://id.nlm.nih.gov/mesh/"


class SkosOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``category`` for every concept, or ``categories`` by CURIE prefix; else what the data imply.

    ``language`` of untagged labels; ``languages`` to keep (empty: all); ``syntax`` where the file
    does not show it; ``base`` for relative IRIs.
    """

    category: str = ""
    categories: dict[str, str] = {}
    language: str = "en"
    languages: tuple[str, ...] = ()
    syntax: Syntax | Literal[""] = ""
    base: str = ""


class Skos:
    """Reads concepts, sorted by IRI."""

    name: ClassVar[str] = "skos.v1"
    extensions: ClassVar[tuple[str, ...]] = (".ttl", ".nt", ".rdf", ".owl")

    def sniff(self, head: bytes) -> float:
        if SKOS.encode() in head:
            return 0.9
        if b"<rdf:RDF" in head or _IN_MESH.encode() in head:
            return 0.7
        return 0.5 if head.lstrip().startswith((b"@prefix", b"PREFIX ", b"@base", b"<http")) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        settings = _options(options)
        try:
            triples = Triples(raw.path, _PREDICATES, settings.syntax or syntax_of(raw.path), settings.base)
        except InputError as error:
            yield fatal(raw, error)
            return
        for subject in triples.subjects():
            if not _is_concept(subject):
                continue
            labels = tuple(dict.fromkeys(_labels(subject, settings)))
            found = identifier(subject.iri) or subject.iri
            deprecated = "true" in subject.texts("deprecated")
            if not labels and not deprecated:
                yield rejected(raw, subject.iri, found, "no-label")
                continue
            yield _concept(subject, found, labels, deprecated, settings)
            for action in subject.texts("action"):
                role = (("relation", "pharmacologicalAction"),)
                target = identifier(action) or action
                yield Claim(found, "biolink:has_chemical_role", target, "curated", self.name, qualifiers=role)
        if triples.damage is not None:
            yield fatal(raw, triples.damage)


def _options(options: Options) -> SkosOptions:
    try:
        found = msgspec.convert(dict(options), SkosOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="skos.v1", reason=str(error)) from error
    for category in [found.category, *found.categories.values()]:
        if category and category not in CATEGORIES:
            raise ConfigError(where="skos.v1: category", reason=f"{category!r} is not a category")
    return found


def _is_concept(subject: Subject) -> bool:
    types = subject.texts("type")
    if types:
        return any(kind in _TYPES for kind in types)
    return "label preferred" in subject.values or "scheme" in subject.values


def _concept(
    subject: Subject, found: str, labels: tuple[Label, ...], deprecated: bool, settings: SkosOptions
) -> Concept:
    trees = [number.removeprefix(_IN_MESH) for number in subject.texts("tree")]
    return Concept(
        id=found,
        category=_category(subject, found, trees, settings),
        labels=labels,
        definitions=tuple(dict.fromkeys(_tagged(subject, "definition", "preferred", settings))),
        parents=tuple(dict.fromkeys(parent for parent in _targets(subject, "broader") if parent != found)),
        xrefs=(*_xrefs(subject, found), *_unverified(subject)),
        notations=tuple(dict.fromkeys([*subject.texts("notation"), *trees])),
        deprecated=deprecated,
        replaced_by=tuple(dict.fromkeys(_targets(subject, "replaced"))),
    )


def _category(subject: Subject, found: str, trees: list[str], settings: SkosOptions) -> str:
    stated = next((_SLUGS[iri] for iri in subject.texts("category") if iri in _SLUGS), "")
    implied = next((_TYPES[kind] for kind in subject.texts("type") if _TYPES.get(kind)), "")
    return (
        settings.category
        or settings.categories.get(found.partition(":")[0], "")
        or stated
        or implied
        or (category_of_codes(trees, MESH_TREES) if trees else category_of(found))
    )


def _labels(subject: Subject, settings: SkosOptions) -> Iterator[Label]:
    preferred = set()
    for kind in dict.fromkeys(_LABELS.values()):
        for label in _tagged(subject, f"label {kind}", kind, settings):
            if kind == "preferred":
                preferred.add(label.language)
            yield label
    # rdfs:label names what SKOS leaves unnamed (OWL, MeSH RDF).
    for label in _tagged(subject, "name", "preferred", settings):
        if label.language not in preferred:
            yield label


def _tagged(subject: Subject, name: str, kind: LabelKind, settings: SkosOptions) -> Iterator[Label]:
    for value in subject.values.get(name, []):
        text = value.text.strip()
        if value.language is None or not text:
            continue
        language = language_tag(value.language or settings.language)
        if not settings.languages or language in settings.languages:
            yield Label(text, language, kind)


def _targets(subject: Subject, name: str) -> Iterator[str]:
    for value in subject.values.get(name, []):
        known = identifier(value.text)
        if known:
            yield known


def _unverified(subject: Subject) -> Iterator[Xref]:
    """Codes that a dump of ours gives as unconfirmed."""
    return (Xref(known, verified=False) for text in subject.texts("unverified") if (known := identifier(text)))


def _xrefs(subject: Subject, found: str) -> Iterator[Xref]:
    """Typed matches as they are; ``hasDbXref`` strings as far as ``match_of`` trusts them."""
    given: dict[str, Match] = {}
    for match in _MATCHES:
        for text in subject.texts(match):
            if text.startswith(_IN_MESH) and not _MESH_UI(text):
                continue  # a descriptor with a qualifier, or a tree number
            known = identifier(text)
            if known and known != found:
                given.setdefault(known, match)
    untyped = [known for text in subject.texts("xref") if (known := identifier(text))]
    counts = Counter(known.partition(":")[0] for known in dict.fromkeys(untyped))
    for known in untyped:
        if known != found:
            given.setdefault(known, match_of(known, counts[known.partition(":")[0]]))
    return (Xref(target, relation=match) for target, match in given.items())
