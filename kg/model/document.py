"""Documents: bibliographic records with their passages of raw text."""

from __future__ import annotations

from typing import Literal

import msgspec

from kg.model.ids import digest


class Text(msgspec.Struct, frozen=True):
    value: str
    language: str


class Passage(msgspec.Struct, frozen=True):
    """A stretch of raw text that offsets point into. ``text`` is never changed after parsing.

    ``name`` is unique in the record of one source and stable: ``title``, ``title.zh``, ``abstract.1``,
    ``section.3``. ``label`` is the heading in the source (``METHODS``), ``kind`` what it is.
    Offsets anywhere in medkg are Unicode code points, start inclusive, end exclusive.
    """

    name: str
    kind: Literal["title", "abstract", "heading", "section", "caption", "table"]
    language: str
    text: str
    label: str = ""

    @property
    def key(self) -> str:
        """``name`` and ten digits for language and text: what mentions, claims and IRIs point with.

        Two sources may word the same passage of a document differently, and offsets belong to one
        wording: the same wording has one key, whoever gives it, another wording another.

        >>> Passage("title", "title", "en", "Naloxone").key
        'title-6b5afd006a'
        """
        return f"{self.name}-{digest(self.language, self.text)[:10]}"


class Author(msgspec.Struct, frozen=True):
    """A person, or a group when ``collective`` is set."""

    family: str = ""
    given: str = ""
    initials: str = ""
    suffix: str = ""
    collective: str = ""
    orcid: str = ""
    affiliations: tuple[str, ...] = ()
    role: Literal["author", "editor", "investigator", "supervisor", "translator"] = "author"


class Journal(msgspec.Struct, frozen=True):
    title: str
    abbreviation: str = ""
    issn: str = ""
    eissn: str = ""
    nlm_id: str = ""
    country: str = ""


class Qualifier(msgspec.Struct, frozen=True):
    curie: str
    label: str
    major: bool = False


class Heading(msgspec.Struct, frozen=True):
    """A subject heading. ``curie`` may be empty where the source gives only a name."""

    curie: str
    label: str
    major: bool = False
    qualifiers: tuple[Qualifier, ...] = ()
    kind: Literal["descriptor", "supplementary", "keyword"] = "descriptor"
    machine: bool = False


class Grant(msgspec.Struct, frozen=True):
    number: str = ""
    agency: str = ""
    acronym: str = ""
    country: str = ""


class Identifier(msgspec.Struct, frozen=True):
    """``scheme``: pmid, pmcid, doi, pii, isbn, nct, cn, or what the source calls it."""

    scheme: str
    value: str


class Reference(msgspec.Struct, frozen=True):
    """A cited work: the string as printed and the identifiers that the source gives (CURIEs)."""

    citation: str
    ids: tuple[str, ...] = ()


class Relation(msgspec.Struct, frozen=True):
    """A comment, correction or version link between two documents.

    ``kind`` is the source's own name (``RetractionIn``, ``ErratumFor``, ``UpdateOf``).
    """

    kind: str
    target: str = ""
    citation: str = ""


Standing = Literal["published", "preprint", "retracted", "concern", "superseded"]
DocumentKind = Literal[
    "article", "book", "chapter", "conference", "dataset", "guideline", "newspaper", "patent", "preprint", "report",
    "standard", "thesis", "trial", "other",
]  # fmt: skip
Access = Literal["open", "closed", "unknown"]


class Document(msgspec.Struct, frozen=True):
    """One bibliographic record. ``id`` is its CURIE: PMID before PMC before DOI before OpenAlex before our own.

    ``dates`` are ISO parts (``2015``, ``2015-03``, ``2015-03-01``) by event: published, epub,
    received, accepted, revised, indexed. ``date_text`` keeps what could not be read (MedlineDate).
    ``classes``: numbers of the Chinese Library Classification (``R541.4``). ``series``: conference, book or
    yearbook that it is part of. ``degree``: of a thesis. ``urls``: where the source says that it is.
    ``unread``: (label, value) of what the reader does not know, as they stand in the source.
    """

    id: str
    passages: tuple[Passage, ...]
    identifiers: tuple[Identifier, ...] = ()
    kind: DocumentKind = "article"
    types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    titles: tuple[Text, ...] = ()
    vernacular_title: str = ""
    authors: tuple[Author, ...] = ()
    journal: Journal | None = None
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    dates: tuple[tuple[str, str], ...] = ()
    date_text: str = ""
    year: int | None = None
    headings: tuple[Heading, ...] = ()
    keywords: tuple[Text, ...] = ()
    substances: tuple[Heading, ...] = ()
    grants: tuple[Grant, ...] = ()
    references: tuple[Reference, ...] = ()
    relations: tuple[Relation, ...] = ()
    standing: Standing = "published"
    licence: str = "unknown"
    version: str = ""
    illustrative: bool = False
    classes: tuple[str, ...] = ()
    series: str = ""
    edition: str = ""
    place: str = ""
    degree: str = ""
    urls: tuple[str, ...] = ()
    access: Access = "unknown"
    unread: tuple[tuple[str, str], ...] = ()
    rights: str = ""
    """The copyright statement as printed."""


class Deletion(msgspec.Struct, frozen=True):
    """The source withdraws a record (PubMed DeleteCitation)."""

    id: str


class StandingNotice(msgspec.Struct, frozen=True):
    """A list says that a document is retracted (or of other standing).

    ``same``: further CURIEs of the document. ``relation``: the notice that says so, and what kind it is in the
    words of the list; ``reasons`` are those of the list.
    """

    document: str
    standing: Standing
    same: tuple[str, ...] = ()
    relation: Relation | None = None
    reasons: tuple[str, ...] = ()
