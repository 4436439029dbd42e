"""A document under construction: what a reader has found so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.reading.identifiers import curie, doi, openalex, pmcid, pmid
from kg.index.analysis import fold
from kg.model.document import (
    Access,
    Author,
    Document,
    DocumentKind,
    Grant,
    Heading,
    Identifier,
    Journal,
    Passage,
    Reference,
    Relation,
    Standing,
    Text,
)
from kg.model.ids import digest

_SCHEMES = {"pubmed": "pmid", "pmc": "pmcid", "pmcaid": "pmcid"}
_NORMAL = {"pmid": pmid, "pmcid": pmcid, "doi": doi, "openalex": openalex}
_KINDS: tuple[tuple[str, DocumentKind], ...] = (
    ("Preprint", "preprint"),
    ("Practice Guideline", "guideline"),
    ("Guideline", "guideline"),
    ("Academic Dissertation", "thesis"),
)


@dataclass(slots=True)
class Draft:
    """Mutable, one record long; ``finish`` gives the frozen Document."""

    kind: DocumentKind = "article"
    passages: list[Passage] = field(default_factory=list)
    titles: list[Text] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    identifiers: dict[tuple[str, str], None] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    keywords: list[Text] = field(default_factory=list)
    substances: list[Heading] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    references: tuple[Reference, ...] = ()
    relations: list[Relation] = field(default_factory=list)
    journal: Journal | None = None
    vernacular: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    date_text: str = ""
    version: str = ""
    licence: str = "unknown"
    rights: str = ""
    classes: list[str] = field(default_factory=list)
    series: str = ""
    edition: str = ""
    place: str = ""
    degree: str = ""
    urls: list[str] = field(default_factory=list)
    access: Access = "unknown"
    unread: list[tuple[str, str]] = field(default_factory=list)
    standing: Standing = "published"

    def identify(self, scheme: str, value: str) -> None:
        """Note an identifier, in the one spelling of its scheme, once; unusable ones are dropped."""
        scheme = scheme.lower()
        scheme = _SCHEMES.get(scheme, scheme)
        normal = _NORMAL.get(scheme)
        value = normal(value) if normal else value.strip()
        if scheme and value:
            self.identifiers[scheme, value] = None

    def title(self, value: str, language: str) -> None:
        """Note a title: the first is the passage ``title``, others ``title.<language>``."""
        if not value:
            return
        name = f"title.{language}" if self.titles else "title"
        if any(passage.name == name for passage in self.passages):
            return
        self.titles.append(Text(value, language))
        self.passages.append(Passage(name, "title", language, value))

    def identifier(self) -> str:
        """The CURIE of the document: PMID before PMC before DOI before OpenAlex; empty when it has none."""
        for scheme in ("pmid", "pmcid", "doi", "openalex"):
            for known, value in self.identifiers:
                if known == scheme:
                    return curie(scheme, value)
        return ""

    def derived(self) -> str:
        """An id of our own for a record without PMID, PMC number or DOI, empty without a title.

        Made from the folded title, the first name, year, journal, volume, issue and pages: the same
        record in two files, also of two formats that write these alike, has one id.
        """
        if not self.titles:
            return ""
        first = self.authors[0] if self.authors else Author()
        name = first.collective or f"{first.family} {first.given or first.initials}"
        published = self.dates.get("published", "")[:4]
        journal = self.journal.title if self.journal else self.series
        parts = (self.titles[0].value, name, published, journal, self.volume, self.issue, self.pages)
        return f"doc:{digest(*(fold(part) for part in parts))[:20]}"

    def finish(self, identifier: str) -> Document:
        """The document; its kind follows from its publication types where nothing else has said it."""
        kind = self.kind
        if kind == "article":
            kind = next((kind for name, kind in _KINDS if name in self.types), kind)
        published = self.dates.get("published") or self.dates.get("epub") or ""
        return Document(
            id=identifier,
            passages=tuple(self.passages),
            identifiers=tuple(Identifier(scheme, value) for scheme, value in self.identifiers),
            kind=kind,
            types=tuple(self.types),
            languages=tuple(dict.fromkeys(self.languages)),
            titles=tuple(self.titles),
            vernacular_title=self.vernacular,
            authors=tuple(self.authors),
            journal=self.journal,
            volume=self.volume,
            issue=self.issue,
            pages=self.pages,
            publisher=self.publisher,
            dates=tuple(self.dates.items()),
            date_text=self.date_text,
            year=int(published[:4]) if published else None,
            headings=tuple(self.headings),
            keywords=tuple(dict.fromkeys(self.keywords)),
            substances=tuple(self.substances),
            grants=tuple(self.grants),
            references=self.references,
            relations=tuple(self.relations),
            standing=self.standing,
            licence=self.licence,
            version=self.version,
            rights=self.rights,
            classes=tuple(dict.fromkeys(self.classes)),
            series=self.series,
            edition=self.edition,
            place=self.place,
            degree=self.degree,
            urls=tuple(dict.fromkeys(self.urls)),
            access=self.access,
            unread=tuple(dict.fromkeys(self.unread)),
        )
