"""What the API shows of concepts and documents: frozen records, each with ``id`` (CURIE) and ``label``.

Offsets are Unicode code points, start inclusive, end exclusive, in the passage's own text.
``illustrative`` marks invented examples; ``unverified`` holds identifiers that no table confirms.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class LabelPair(msgspec.Struct, frozen=True):
    """The preferred name or title in both languages; None where there is none."""

    zh: str | None = None
    en: str | None = None


class Named(msgspec.Struct, frozen=True):
    """Another concept or document, with what a reader must know of it at once."""

    id: str
    label: LabelPair
    illustrative: bool = False


class Wording(msgspec.Struct, frozen=True):
    """Text in a language, empty where it has none."""

    value: str
    language: str


class NameRecord(msgspec.Struct, frozen=True):
    """One name of a concept, the preferred ones too.

    ``attested``: whether a source shows it in use; None where nobody checked.
    """

    value: str
    language: str
    kind: str
    attested: bool | None = None


class MappedId(msgspec.Struct, frozen=True):
    """The same concept elsewhere; ``relation`` is a SKOS mapping property."""

    id: str
    relation: str


class ConceptRecord(msgspec.Struct, frozen=True):
    """One concept. ``documents`` mention it; ``subtree_documents`` it or something below it. ``replaced_by`` is the
    next step, ``successors`` are the concepts in use that the chain of replacements ends in."""

    id: str
    label: LabelPair
    iri: str
    category: str
    definitions: tuple[Wording, ...]
    names: tuple[NameRecord, ...]
    notations: tuple[str, ...]
    parents: tuple[Named, ...]
    mappings: tuple[MappedId, ...]
    unverified: tuple[str, ...]
    replaced_by: tuple[Named, ...]
    documents: int
    subtree_documents: int
    deprecated: bool
    illustrative: bool
    successors: tuple[Named, ...] = ()


class SuggestionRecord(msgspec.Struct, frozen=True):
    """A concept that fits what was typed: the name ``text`` matched, by ``match`` (label, code, pinyin …).

    ``kind`` is what the name is to the concept (preferred, exact, abbreviation, brand, lay …) in ``language``; both are
    empty where its ``code`` matched.
    """

    id: str
    label: LabelPair
    text: str
    match: str
    category: str
    illustrative: bool
    deprecated: bool
    kind: str = ""
    language: str = ""
    code: str = ""


class Neighbour(msgspec.Struct, frozen=True):
    """A concept that claims relate to this one.

    ``direction``: ``out`` when this concept is the subject. ``supports``, ``refutes`` and
    ``insufficient`` count claims; ``evidence`` names their types.
    """

    id: str
    label: LabelPair
    predicate: str
    direction: Literal["out", "in"]
    supports: int
    refutes: int
    insufficient: int
    evidence: tuple[str, ...]
    illustrative: bool


class TreeNode(msgspec.Struct, frozen=True):
    """A concept in the hierarchy around another; ``parents`` are CURIEs."""

    id: str
    label: LabelPair
    relation: Literal["ancestor", "self", "child"]
    parents: tuple[str, ...]
    subtree_documents: int | None
    illustrative: bool


class DocumentHit(msgspec.Struct, frozen=True):
    """A document in a list. ``licence`` and ``access`` are ``unknown`` where no source says."""

    id: str
    label: LabelPair
    year: int | None
    languages: tuple[str, ...]
    standing: str
    illustrative: bool
    licence: str
    access: str


class WorkHit(DocumentHit, frozen=True):
    """A work in a list, by the record that stands for it; ``records`` are its other records."""

    records: tuple[str, ...] = ()


class MentionRecord(msgspec.Struct, frozen=True):
    """``passage.text[start:end] == surface``. ``id`` is the best concept, None for none."""

    start: int
    end: int
    surface: str
    category: str
    id: str | None
    label: LabelPair
    score: float | None
    candidates: tuple[str, ...]


class PassageRecord(msgspec.Struct, frozen=True):
    """A stretch of raw text with the concepts that it names.

    ``key`` tells it from every other passage of the document; a ``name`` (``abstract.1``) comes
    several times where sources word that passage differently.
    """

    key: str
    name: str
    kind: str
    heading: str
    language: str
    text: str
    mentions: tuple[MentionRecord, ...]


class AuthorRecord(msgspec.Struct, frozen=True):
    """A person or, with ``collective``, a group."""

    family: str
    given: str
    initials: str
    suffix: str
    collective: str
    orcid: str
    role: str
    affiliations: tuple[str, ...]


class QualifierRecord(msgspec.Struct, frozen=True):
    id: str | None
    name: str
    major: bool


class HeadingRecord(msgspec.Struct, frozen=True):
    """A subject heading as the source gives it."""

    id: str | None
    label: LabelPair
    name: str
    kind: str
    major: bool
    machine: bool
    qualifiers: tuple[QualifierRecord, ...]


class RelationRecord(msgspec.Struct, frozen=True):
    """A comment, correction, retraction or version link to another document."""

    kind: str
    id: str | None
    citation: str


class ReferenceRecord(msgspec.Struct, frozen=True):
    citation: str
    ids: tuple[str, ...]


class GrantRecord(msgspec.Struct, frozen=True):
    number: str
    agency: str
    acronym: str
    country: str


class JournalRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """``titles`` and what follows is what catalogues of serials say; left out where none does."""

    title: str
    abbreviation: str
    issn: str
    eissn: str
    titles: tuple[Wording, ...] = ()
    other_titles: tuple[Wording, ...] = ()
    linking: str = ""
    cn: str = ""
    publisher: str = ""
    place: str = ""
    country: str = ""
    frequency: str = ""
    begin: int | None = None
    end: int | None = None
    languages: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    keywords: tuple[Wording, ...] = ()
    urls: tuple[str, ...] = ()


class DocumentRecord(msgspec.Struct, frozen=True):
    """One document with its passages and their mentions."""

    id: str
    label: LabelPair
    iri: str
    kind: str
    standing: str
    later_versions: tuple[str, ...]
    cited_by: int
    illustrative: bool
    identifiers: tuple[str, ...]
    titles: tuple[Wording, ...]
    vernacular_title: str
    authors: tuple[AuthorRecord, ...]
    journal: JournalRecord | None
    year: int | None
    dates: dict[str, str]
    volume: str
    issue: str
    pages: str
    publisher: str
    series: str
    place: str
    edition: str
    degree: str
    classes: tuple[str, ...]
    urls: tuple[str, ...]
    languages: tuple[str, ...]
    types: tuple[str, ...]
    keywords: tuple[Wording, ...]
    headings: tuple[HeadingRecord, ...]
    substances: tuple[Named, ...]
    grants: tuple[GrantRecord, ...]
    references: tuple[ReferenceRecord, ...]
    relations: tuple[RelationRecord, ...]
    licence: str
    access: str
    rights: str
    version: str
    passages: tuple[PassageRecord, ...]
