"""DataCite's JSON: a page of DOIs as its REST API answers (https://support.datacite.org/docs/api).

Properties after version 4.6 of its schema. A section of an abstract keeps its heading in its text; relations are those
that have a name of DataCite's.
"""

from __future__ import annotations

import re
from typing import Any

from kg.query.records import AuthorRecord, DocumentRecord, RelationRecord
from kg.references.fields import (
    container,
    headed,
    identifier,
    identifiers,
    line,
    name,
    page_range,
    people,
    sections,
    titles,
)
from kg.references.objects import encoded, filled, licence_address, plain

_TYPES = {
    "article": "JournalArticle", "guideline": "JournalArticle", "book": "Book", "chapter": "BookChapter",
    "conference": "ConferencePaper", "thesis": "Dissertation", "report": "Report", "standard": "Standard",
    "dataset": "Dataset", "preprint": "Preprint", "trial": "StudyRegistration", "newspaper": "Text", "patent": "Text",
}  # fmt: skip
_DATES = {"published": "Issued", "accepted": "Accepted", "received": "Submitted", "revised": "Updated"}
_ROLES = {"editor": "Editor", "supervisor": "Supervisor", "translator": "Translator"}
_IDS = {"pmid": "PMID", "pmcid": "PMCID", "isbn": "ISBN"}
_RELATION = re.compile(
    r"(?:Is|Has)[A-Z]\w+|Cites|Continues|Describes|References|Documents|Compiles|Reviews|Requires|Obsoletes|Collects"
).fullmatch
_OPEN = {"open": "info:eu-repo/semantics/openAccess", "closed": "info:eu-repo/semantics/closedAccess"}


def write(records: list[DocumentRecord]) -> str:
    """A page with all records, on one line."""
    rows = [{"id": identifier(record, "doi"), "type": "dois", "attributes": resource(record)} for record in records]
    return encoded({"data": rows, "meta": {"total": len(rows)}})


def resource(record: DocumentRecord) -> dict[str, Any]:
    """The attributes of one; what is not known is left out."""
    general = _TYPES.get(record.kind, "Other")
    first, *others = record.urls or ("",)
    return filled(
        doi=identifier(record, "doi"),
        identifiers=[
            {"identifierType": kind, "identifier": value}
            for scheme, kind in _IDS.items()
            for value in identifiers(record, scheme)
        ],
        types=filled(
            resourceTypeGeneral=general, resourceType="; ".join(kind for kind in record.types if kind != general)
        ),
        titles=_titles(record),
        creators=[_person(one) for one in people(record)],
        contributors=[
            {"contributorType": kind} | _person(one) for role, kind in _ROLES.items() for one in people(record, role)
        ],
        publisher=plain(record.publisher),
        publicationYear=record.year,
        dates=[
            {"dateType": kind, "date": record.dates[event]} for event, kind in _DATES.items() if event in record.dates
        ],
        language=next(iter(record.languages), ""),
        container=_container(record),
        subjects=_subjects(record),
        descriptions=[
            {"descriptionType": "Abstract", "description": plain(" ".join(map(headed, parts))), "lang": language}
            for language, parts in sections(record).items()
        ],
        rightsList=_rights(record),
        fundingReferences=[
            filled(funderName=plain(grant.agency), awardNumber=line(grant.number)) for grant in record.grants
        ],
        relatedIdentifiers=[found for one in record.relations if (found := _identified(one))],
        relatedItems=[found for one in record.relations if (found := _titled(one))],
        version=line(record.version),
        url=first,
        contentUrl=others,
        schemaVersion="http://datacite.org/schema/kernel-4",
    )


def _titles(record: DocumentRecord) -> list[dict[str, str]]:
    """The one in the language of the resource has no type; others are translated."""
    ordered = sorted(record.titles, key=lambda title: title.language not in record.languages)
    if not ordered:
        return [{"title": plain(titles(record)[0])}]
    return [
        filled(title=plain(title.value), lang=title.language, titleType="TranslatedTitle" if number else "")
        for number, title in enumerate(ordered)
    ]


def _person(author: AuthorRecord) -> dict[str, Any]:
    return filled(
        name=plain(name(author, comma=True)),
        nameType="Organizational" if author.collective else "Personal",
        familyName=plain(author.family),
        givenName=plain(author.given or author.initials),
        affiliation=[{"name": plain(place)} for place in author.affiliations],
        nameIdentifiers=[{"nameIdentifier": f"https://orcid.org/{author.orcid}", "nameIdentifierScheme": "ORCID"}]
        if author.orcid
        else [],
    )


def _container(record: DocumentRecord) -> dict[str, str]:
    title = plain(container(record))
    first, last = page_range(record)
    number = (record.journal.issn or record.journal.eissn) if record.journal else ""
    return filled(
        type="Journal" if record.journal else "Series" if title else "",
        title=title,
        identifier=number,
        identifierType="ISSN" if number else "",
        volume=record.volume,
        issue=record.issue,
        firstPage=first,
        lastPage=last,
    )


def _subjects(record: DocumentRecord) -> list[dict[str, str]]:
    headings = (
        {"subject": plain(one.name), "subjectScheme": "MeSH", "valueUri": f"http://id.nlm.nih.gov/mesh/{number}"}
        for one in record.headings
        if (number := (one.id or "").partition("MESH:")[2])
    )
    return [*({"subject": plain(one.value), "lang": one.language} for one in record.keywords), *headings]


def _rights(record: DocumentRecord) -> list[dict[str, str]]:
    licence = record.licence if record.licence != "unknown" else ""
    terms = filled(rights=line(record.rights), rightsUri=licence_address(record), rightsIdentifier=licence)
    access = _OPEN.get(record.access)
    return [*([terms] if terms else []), *([{"rightsUri": access}] if access else [])]


def _identified(relation: RelationRecord) -> dict[str, str]:
    """A related work by its number or address."""
    scheme, _, number = (relation.id or "").partition(":")
    if not _RELATION(relation.kind) or (relation.citation and number):
        return {}
    if scheme in ("DOI", "PMID"):
        value, kind = number, scheme
    else:
        value, kind = relation.citation, "URL" if relation.citation.startswith(("http://", "https://")) else ""
    return {"relationType": relation.kind, "relatedIdentifier": value, "relatedIdentifierType": kind} if kind else {}


def _titled(relation: RelationRecord) -> dict[str, Any]:
    """A related work by its title."""
    scheme, _, number = (relation.id or "").partition(":")
    if not _RELATION(relation.kind) or not relation.citation or _identified(relation):
        return {}
    known = {"relatedItemIdentifier": number, "relatedItemIdentifierType": scheme} if scheme in ("DOI", "PMID") else {}
    return filled(
        relationType=relation.kind,
        relatedItemType="Other",
        relatedItemIdentifier=known,
        titles=[{"title": plain(relation.citation)}],
    )
