"""Books and chapters in PubMed XML (``PubmedBookArticle``), as NCBI's Bookshelf gives them."""

from __future__ import annotations

from kg.query.records import AuthorRecord, DocumentRecord
from kg.references.fields import container, identifier, identifiers, people
from kg.references.pubmed_parts import (
    abstract,
    article_ids,
    data,
    date,
    grants,
    keywords,
    languages,
    person,
    published,
    titled,
)
from kg.references.xml import element, elements, leaf


def article(record: DocumentRecord) -> str:
    """A chapter names its book, a book itself."""
    title, vernacular = titled(record)
    chapter = record.kind == "chapter"
    whole = next((one.citation for one in record.relations if one.kind == "Book"), "") or container(record)
    book = element(
        "Book",
        element("Publisher", leaf("PublisherName", record.publisher), leaf("PublisherLocation", record.place)),
        leaf("BookTitle", whole if chapter else title),
        published(record),
        _people(people(record, "editor"), "editors"),
        leaf("Volume", record.volume),
        elements("Isbn", identifiers(record, "isbn")),
    )
    document = element(
        "BookDocument",
        leaf("PMID", identifier(record, "pmid"), Version=record.version),
        article_ids(record),
        book,
        leaf("ArticleTitle", title) if chapter else "",
        leaf("VernacularTitle", vernacular),
        element("Pagination", leaf("MedlinePgn", record.pages)),
        languages(record),
        _people(people(record), "authors"),
        element("InvestigatorList", *(person("Investigator", one) for one in people(record, "investigator"))),
        elements("PublicationType", record.types),
        abstract(record),
        keywords(record),
        date("ContributionDate", record.dates.get("epub", "")),
        date("DateRevised", record.dates.get("revised", "")),
        grants(record),
    )
    return element("PubmedBookArticle", document, element("PubmedBookData", *data(record))) + "\n"


def _people(found: list[AuthorRecord], kind: str) -> str:
    return element("AuthorList", *(person("Author", one) for one in found), Type=kind, CompleteYN="Y")
