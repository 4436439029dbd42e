"""Crossref's JSON: a ``work-list`` as its REST API answers.

https://github.com/CrossRef/rest-api-doc/blob/master/api_format.md. A work is known by its DOI. Relations are those
that have a name of Crossref's; a retraction that another source tells of is an update without a DOI.
"""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from typing import Any

from kg.query.records import AuthorRecord, DocumentRecord
from kg.references import xml
from kg.references.fields import container, identifier, identifiers, line, people, sections, titles
from kg.references.objects import encoded, filled, licence_address, plain, words

_TYPES = {
    "article": "journal-article", "guideline": "journal-article", "book": "book", "chapter": "book-chapter",
    "conference": "proceedings-article", "thesis": "dissertation", "report": "report", "standard": "standard",
    "dataset": "dataset", "preprint": "posted-content",
}  # fmt: skip
_UPDATES = {"retracted": "retraction", "concern": "expression_of_concern", "superseded": "new_version"}
_NAMED = re.compile(r"[a-z]+(?:-[a-z]+)+").fullmatch


def write(records: list[DocumentRecord]) -> str:
    """An answer with all records, on one line."""
    message = {"total-results": len(records), "items": [work(record) for record in records]}
    answer = {"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message}
    return encoded(answer)


def work(record: DocumentRecord) -> dict[str, Any]:
    """One work; what is not known is left out."""
    journal, doi = record.journal, identifier(record, "doi")
    issn = {"print": journal.issn, "electronic": journal.eissn} if journal else {}
    address = licence_address(record)
    first, *others = record.urls or ("",)
    found = filled(
        DOI=doi,
        URL=f"https://doi.org/{doi}",
        type=_TYPES.get(record.kind, "other"),
        subtype="preprint" if record.kind == "preprint" else "",
        title=[plain(title) for title in titles(record)],
        original_title=[plain(record.vernacular_title)] if record.vernacular_title else [],
        language=next(iter(record.languages), ""),
        author=[_person(one) for one in people(record)],
        editor=[_person(one) for one in people(record, "editor")],
        translator=[_person(one) for one in people(record, "translator")],
        container_title=[plain(container(record))] if container(record) else [],
        short_container_title=[plain(journal.abbreviation)] if journal and journal.abbreviation else [],
        ISSN=[number for number in issn.values() if number],
        issn_type=[{"value": number, "type": kind} for kind, number in issn.items() if number],
        ISBN=identifiers(record, "isbn"),
        volume=record.volume,
        issue=record.issue,
        page=record.pages,
        publisher=line(record.publisher),
        publisher_location=line(record.place),
        edition_number=line(record.edition),
        degree=[part for part in record.degree.split("; ") if part],
        issued=_date(record.dates.get("published", "") or str(record.year or "")),
        published_online=_date(record.dates.get("epub", "")),
        accepted=_date(record.dates.get("accepted", "")),
        abstract=_abstract(record),
        subject=words(record.keywords),
        license=[{"URL": address, "content-version": "vor"}] if address else [],
        funder=[
            filled(name=plain(agency), award=[one.number for one in found if one.number])
            for agency, found in groupby(record.grants, attrgetter("agency"))
        ],
        clinical_trial_number=[{"clinical-trial-number": number} for number in identifiers(record, "nct")],
        resource={"primary": {"URL": first}} if first else {},
        link=[{"URL": address} for address in others],
        **_links(record, doi),
    )
    return {name.replace("_", "-"): value for name, value in found.items()}


def _date(value: str) -> dict[str, Any]:
    return {"date-parts": [[int(part) for part in value.split("-")]]} if value else {}


def _person(author: AuthorRecord) -> dict[str, Any]:
    return filled(
        family=plain(author.family),
        given=plain(author.given or author.initials),
        suffix=line(author.suffix),
        name=plain(author.collective),
        ORCID=f"https://orcid.org/{author.orcid}" if author.orcid else "",
        affiliation=[{"name": plain(place)} for place in author.affiliations],
    )


def _abstract(record: DocumentRecord) -> str:
    """In JATS, as publishers deposit it."""
    return "".join(
        xml.element("jats:sec", xml.leaf("jats:title", one.heading), xml.leaf("jats:p", one.text))
        if one.heading
        else xml.leaf("jats:p", one.text)
        for parts in sections(record).values()
        for one in parts
    )


def _links(record: DocumentRecord, own: str) -> dict[str, object]:
    relations: dict[str, list[dict[str, str]]] = {}
    updates: dict[str, list[dict[str, str]]] = {"update_to": [], "updated_by": []}
    policy = ""
    for one in record.relations:
        scheme, _, number = (one.id or "").partition(":")
        name, _, kind = one.kind.partition(" ")
        if one.kind == "update-policy":
            policy = f"https://doi.org/{number}"
        elif name in ("update-to", "updated-by"):
            doi = number if scheme == "DOI" else own if name == "updated-by" else ""
            updates[name.replace("-", "_")].append(filled(type=kind, DOI=doi))
        elif _NAMED(one.kind) and (one.id or one.citation):
            other = {"id-type": scheme.lower() or "other", "id": number or one.citation}
            relations.setdefault(one.kind, []).append(other)
    said = _UPDATES.get(record.standing)
    if said and not updates["updated_by"]:
        updates["updated_by"].append({"type": said})
    return {"relation": relations, "update_policy": policy, **updates}
