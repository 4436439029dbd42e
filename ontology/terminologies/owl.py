"""``owl.v1``: ontologies in OWL 2, written in RDF (RDF/XML, Turtle, N-Triples), as the OBO ontologies are handed out.

Named classes become concepts: labels, synonyms with their scope and type (which stand on annotated axioms),
definitions, parents, cross-references, deprecation and what replaces it, alternative ids. An existential restriction
(*part of some lung*) is a claim between the two classes, as ``relationship`` is in OBO; other expressions are left to
reasoning (``owl-inferred.v1``). Files that declare entities are refused before any parser sees them.

Read with pyoxigraph's parsers through a table on disk, like ``skos.v1`` (docs/dependencies.md says why not
py-horned-owl or pronto). In memory are the links between classes, restrictions, and typed synonyms.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar, Literal

import msgspec

from kg.errors import ConfigError
from kg.model.concept import Concept, Label, LabelKind
from kg.model.evidence import Claim
from kg.model.source import Notice, RawFile
from kg.vocab import CATEGORIES, OWL
from ontology.base import Options, TerminologyItem
from ontology.prefixes import category_of, identifier
from ontology.reading.damage import fatal, rejected
from ontology.reading.hierarchy import closing
from ontology.reading.language import language_tag
from ontology.reading.owl import PREDICATES, SYNONYMS, curie_of, local_name, xrefs
from ontology.reading.raw import head
from ontology.reading.rdf import Subject, Syntax, Triples, Value, syntax_of
from ontology.reading.relations import RELATED, RELATIONS, SYNONYM_TYPES

_VERSION = re.compile(rb"versionIRI[^>]*?(?:rdf:resource=\"|<)([^\">]+)|versionInfo[^>]*?>\s*([^<]+?)\s*<").search
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}").search
_OTHER_SYNTAX = re.compile(rb"<(?:\w+:)?Ontology\b|^\s*(?:Prefix\(|Ontology\(|Prefix:)", re.MULTILINE).search


class OwlOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``category`` for every class, or ``categories`` by CURIE prefix; else what the prefix implies. ``prefixes``: only
    classes with these CURIE prefixes (empty: all; files repeat classes of others). ``language`` of labels that name
    none; ``languages`` to keep (empty: all). ``relations = false`` leaves restrictions out. ``syntax`` where the file
    does not show it."""

    category: str = ""
    categories: dict[str, str] = {}
    prefixes: tuple[str, ...] = ()
    language: str = "en"
    languages: tuple[str, ...] = ()
    relations: bool = True
    syntax: Syntax | Literal[""] = ""


class Owl:
    """Reads classes, sorted by IRI; each alternative id becomes a deprecated concept that points to its class."""

    name: ClassVar[str] = "owl.v1"
    extensions: ClassVar[tuple[str, ...]] = (".owl", ".rdf", ".ttl")

    def sniff(self, head: bytes) -> float:
        """Surer than ``skos.v1`` where the file says that it is an ontology."""
        if b"<owl:Ontology" in head or b"owl:Ontology" in head:
            return 0.95
        return 0.6 if OWL.encode() in head and (b"<rdf:RDF" in head or b"@prefix" in head) else 0.0

    def release(self, head: bytes) -> str:
        """The version that a file's ontology states, empty where its first bytes state none.

        >>> Owl().release(b'<owl:versionIRI rdf:resource="http://purl.obolibrary.org/obo/hp/releases/2026-01-08/hp.owl"/>')
        '2026-01-08'
        """
        found = _VERSION(head)
        text = (found[1] or found[2]).decode("utf-8", "replace") if found else ""
        date = _DATE(text)
        return date[0] if date else text

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        settings = _options(options)
        start = head(raw.path)
        if b"<rdf:RDF" not in start and not settings.syntax and _OTHER_SYNTAX(start):
            yield msgspec.structs.replace(rejected(raw, "byte 0", "", "owl-syntax"), fatal=True)
            return
        triples = Triples(raw.path, PREDICATES, settings.syntax or syntax_of(raw.path), "", blank=True)
        yield from _Classes(raw, triples, settings).items()
        if triples.damage is not None:
            yield fatal(raw, triples.damage)


def _options(options: Options) -> OwlOptions:
    try:
        found = msgspec.convert(dict(options), OwlOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="owl.v1", reason=str(error)) from error
    for category in [found.category, *found.categories.values()]:
        if category and category not in CATEGORIES:
            raise ConfigError(where="owl.v1: category", reason=f"{category!r} is not a category")
    return found


class _Classes:
    """The classes of one file. Blank nodes come first, so what stands on them is known before the classes come."""

    def __init__(self, raw: RawFile, triples: Triples, settings: OwlOptions) -> None:
        self._raw, self._triples, self._settings = raw, triples, settings
        self._restrictions: dict[str, tuple[str, str]] = {}
        self._types: dict[tuple[str, str], LabelKind] = {}

    def items(self) -> Iterator[TerminologyItem]:
        named = {iri for iri, kind in self._triples.links("type") if kind == f"{OWL}Class" and iri[0] != "_"}
        parents: dict[str, list[str]] = defaultdict(list)
        for child, parent in self._triples.links("parent"):
            if child in named and parent in named:
                parents[child].append(parent)
        circular = frozenset(closing(parents))
        del parents
        for subject in self._triples.subjects():
            if subject.iri.startswith("_:"):
                self._anonymous(subject)
            elif subject.iri in named and self._wanted(subject.iri):
                yield from self._class(subject, named, circular)

    def _wanted(self, iri: str) -> bool:
        wanted = self._settings.prefixes
        return iri != f"{OWL}Thing" and (not wanted or curie_of(iri).partition(":")[0] in wanted)

    def _anonymous(self, subject: Subject) -> None:
        """A restriction, or the type of a synonym, which stands on an annotated axiom."""
        role, filler = subject.texts("property"), subject.texts("filler")
        if role and filler and not filler[0].startswith("_:"):
            self._restrictions[subject.iri] = (role[0], filler[0])
        for kind in subject.texts("synonym-type"):
            told = SYNONYM_TYPES.get(local_name(kind).lower())
            for source in subject.texts("source") if told else ():
                for target in subject.texts("target"):
                    self._types[source, target.strip()] = told  # type: ignore[assignment]

    def _class(
        self, subject: Subject, named: set[str], circular: frozenset[tuple[str, str]]
    ) -> Iterator[TerminologyItem]:
        found = curie_of(subject.iri)
        deprecated = "true" in subject.texts("deprecated")
        labels = tuple(dict.fromkeys(self._labels(subject, deprecated)))
        if not labels and not deprecated:
            yield rejected(self._raw, subject.iri, found, "no-label")
            return
        parents, notices = [], []
        for parent in dict.fromkeys(subject.texts("parent")):
            if parent.startswith("_:") or parent in (f"{OWL}Thing", subject.iri):
                continue
            if (subject.iri, parent) in circular:
                notices.append(self._notice(subject, "cycle", f"{found} → {curie_of(parent)}"))
            elif parent in named or curie_of(parent).partition(":")[0] != found.partition(":")[0]:
                parents.append(curie_of(parent))
            else:
                notices.append(self._notice(subject, "unknown-parent", curie_of(parent)))
        yield Concept(
            id=found,
            category=self._category(found),
            labels=labels,
            definitions=tuple(dict.fromkeys(self._texts(subject, "definition", "preferred"))),
            parents=tuple(parents),
            xrefs=tuple(xrefs(subject, found)),
            notations=tuple(dict.fromkeys(subject.texts("notation"))),
            deprecated=deprecated,
            replaced_by=tuple(dict.fromkeys(filter(None, map(identifier, subject.texts("replaced"))))),
        )
        yield from notices
        if self._settings.relations:
            yield from self._claims(subject, found)
        for text in dict.fromkeys(subject.texts("alternative")):
            other = identifier(text)
            if other and other != found:
                yield Concept(other, self._category(other), (), deprecated=True, replaced_by=(found,))

    def _claims(self, subject: Subject, found: str) -> Iterator[Claim]:
        """The restrictions of a class, in an order that does not depend on the labels of blank nodes."""
        stated = {self._restrictions[one] for one in subject.texts("parent") if one in self._restrictions}
        for role, filler in sorted(stated):
            target, relation = identifier(filler), local_name(role)
            if target is not None:
                predicate = RELATIONS.get(relation.lower(), RELATED)
                told = (("relation", relation),) if predicate == RELATED else ()
                yield Claim(found, predicate, target, "curated", Owl.name, qualifiers=told)

    def _labels(self, subject: Subject, deprecated: bool) -> Iterator[Label]:
        seen = set()
        # Where skos:prefLabel stands beside rdfs:label in one language, it is the preferred one.
        for name in ("preferred", "label"):
            for label in self._texts(subject, name, "preferred"):
                value = label.value.removeprefix("obsolete ") if deprecated else label.value
                yield Label(value, label.language, "exact" if label.language in seen else "preferred")
                seen.add(label.language)
        for kind in dict.fromkeys(SYNONYMS.values()):
            for label in self._texts(subject, f"synonym {kind}", kind):
                typed = self._types.get((subject.iri, label.value)) if kind == "exact" else None
                yield Label(label.value, label.language, typed or kind)

    def _texts(self, subject: Subject, name: str, kind: LabelKind) -> Iterator[Label]:
        keep = self._settings.languages
        values: list[Value] = subject.values.get(name, [])
        for value in values:
            text = value.text.strip()
            if value.language is not None and text:
                language = language_tag(value.language or self._settings.language)
                if not keep or language in keep:
                    yield Label(text, language, kind)

    def _category(self, found: str) -> str:
        settings = self._settings
        return settings.category or settings.categories.get(found.partition(":")[0], "") or category_of(found)

    def _notice(self, subject: Subject, reason: str, detail: str) -> Notice:
        return Notice(self._raw.path.name, subject.iri, curie_of(subject.iri), reason, detail)
