"""What articles and books share in PubMed XML: numbers, dates, people, texts, grants."""

from __future__ import annotations

from kg.query.records import AuthorRecord, DocumentRecord
from kg.references.fields import identifiers, library_code, sections, titles
from kg.references.xml import element, elements, leaf

_HISTORY = {"received": "received", "accepted": "accepted", "revised": "revised", "indexed": "medline"}
_IDS = {"pmid": "pubmed", "doi": "doi", "pmcid": "pmc", "pii": "pii", "mid": "mid", "bookaccession": "bookaccession"}


def data(record: DocumentRecord) -> tuple[str, ...]:
    """What stands in ``<PubmedData>`` and ``<PubmedBookData>``."""
    dates = (date("PubMedPubDate", record.dates.get(ours, ""), PubStatus=status) for ours, status in _HISTORY.items())
    return element("History", *dates), article_ids(record)


def article_ids(record: DocumentRecord) -> str:
    ids = (leaf("ArticleId", value, IdType=kind) for ours, kind in _IDS.items() for value in identifiers(record, ours))
    return element("ArticleIdList", *ids)


def date(tag: str, value: str, /, **attributes: str) -> str:
    """``<Year>``, ``<Month>``, ``<Day>`` of an ISO date."""
    parts = zip(("Year", "Month", "Day"), value.split("-"), strict=False)
    return element(tag, *(leaf(name, part) for name, part in parts), **attributes)


def published(record: DocumentRecord) -> str:
    """``<PubDate>``; a date that is none of the calendar (``2000 Spring``) as its words."""
    if words := record.dates.get("text", ""):
        return element("PubDate", leaf("MedlineDate", words))
    return date("PubDate", record.dates.get("published", "") or str(record.year or ""))


def titled(record: DocumentRecord) -> tuple[str, str]:
    """(title, vernacular title): PubMed has English titles, beside them the one that the work bears."""
    ordered = titles(record)
    own = record.vernacular_title or ordered[0]
    english = {title.value for title in record.titles if title.language == "en"}
    translated = next((title for title in ordered if title in english and title != own), "")
    # A text in English has no other title here, whatever else it is called.
    return (translated, own) if translated and (record.vernacular_title or "en" not in record.languages) else (own, "")


def person(tag: str, author: AuthorRecord) -> str:
    return element(
        tag,
        leaf("LastName", author.family),
        leaf("ForeName", author.given),
        leaf("Initials", author.initials),
        leaf("Suffix", author.suffix),
        leaf("CollectiveName", author.collective),
        leaf("Identifier", author.orcid, Source="ORCID"),
        *(element("AffiliationInfo", leaf("Affiliation", place)) for place in author.affiliations),
        ValidYN="Y",
    )


def abstract(record: DocumentRecord) -> str:
    """The English one."""
    parts = (leaf("AbstractText", one.text, Label=one.heading) for one in sections(record).get("en", ()))
    return element("Abstract", *parts, leaf("CopyrightInformation", record.rights))


def other_abstracts(record: DocumentRecord) -> list[str]:
    return [
        element(
            "OtherAbstract",
            *(leaf("AbstractText", one.text, Label=one.heading) for one in parts),
            Type="Publisher",
            Language=library_code(language),
        )
        for language, parts in sections(record).items()
        if language != "en"
    ]


def keywords(record: DocumentRecord) -> str:
    words = dict.fromkeys(word.value for word in record.keywords)
    return element("KeywordList", elements("Keyword", words, MajorTopicYN="N"), Owner="NOTNLM")


def grants(record: DocumentRecord) -> str:
    found = (
        element(
            "Grant",
            leaf("GrantID", one.number),
            leaf("Acronym", one.acronym),
            leaf("Agency", one.agency),
            leaf("Country", one.country),
        )
        for one in record.grants
    )
    return element("GrantList", *found, CompleteYN="Y")


def languages(record: DocumentRecord) -> str:
    return elements("Language", (library_code(code) for code in record.languages))
