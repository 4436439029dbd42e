"""What a resource of DataCite is linked to: people, funders, and other works, under DataCite's names of relations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from ingest.reading import markup, tagged
from ingest.reading.draft import Draft
from ingest.reading.identifiers import curie, orcid
from ingest.reading.json_fields import Fields
from ingest.reading.json_works import parts, several
from kg.model.document import Author, Grant, Relation

_ROLES: dict[str, Literal["editor", "supervisor", "translator"]] = {
    "Editor": "editor", "Supervisor": "supervisor", "Translator": "translator",
}  # fmt: skip
_SUPERSEDED = ("IsObsoletedBy", "IsPreviousVersionOf")


def people(fields: Fields, draft: Draft) -> None:
    """Creators are authors; contributors of a role that documents do not have are kept by its name."""
    draft.authors += [person for item in parts(fields, "creators") if (person := _person(item))]
    for item in parts(fields, "contributors"):
        role = item.text("contributorType")
        if person := _person(item):
            if role in _ROLES:
                draft.authors.append(msgspec.structs.replace(person, role=_ROLES[role]))
            else:
                name = person.collective or f"{person.family}, {person.given}".strip(", ")
                draft.unread.append((role or "contributor", name))


def relations(fields: Fields, draft: Draft) -> None:
    """``relatedIdentifiers`` and ``relatedItems``; a newer version that is named supersedes this one."""
    for item in parts(fields, "relatedIdentifiers"):
        scheme, value = item.text("relatedIdentifierType"), item.text("relatedIdentifier")
        _relation(item.text("relationType"), scheme, value, "", draft)
    for item in parts(fields, "relatedItems"):
        number = item.part("relatedItemIdentifier")
        title = next((markup.plain(part.text("title")) for part in parts(item, "titles")), "")
        scheme, value = number.text("relatedItemIdentifierType"), number.text("relatedItemIdentifier")
        _relation(item.text("relationType"), scheme, value, title, draft)


def grants(fields: Fields, draft: Draft) -> Iterator[Grant]:
    """``fundingReferences``; titles of awards have no place in a grant and are kept as they stand."""
    for item in parts(fields, "fundingReferences"):
        agency, number = markup.plain(item.text("funderName")), item.text("awardNumber")
        if title := item.text("awardTitle"):
            draft.unread.append(("awardTitle", title))
        if agency or number:
            yield Grant(number, agency)


def _relation(kind: str, scheme: str, value: str, title: str, draft: Draft) -> None:
    target = curie(scheme, value) or (curie("doi", value) if "doi.org/" in value else "")
    relation = Relation(kind, target, title or ("" if target else value))
    if kind and (relation.target or relation.citation) and relation not in draft.relations:
        draft.relations.append(relation)
        if kind in _SUPERSEDED and draft.standing == "published":
            draft.standing = "superseded"


def _person(item: Fields) -> Author | None:
    name = markup.plain(item.text("name"))
    family, given = markup.plain(item.text("familyName")), markup.plain(item.text("givenName"))
    places = [markup.plain(place.text("name")) for place in parts(item, "affiliation")]
    affiliations = tuple(dict.fromkeys(filter(None, (*places, *map(markup.plain, several(item, "affiliation"))))))
    numbers = (
        orcid(number.text("nameIdentifier"))
        for number in parts(item, "nameIdentifiers")
        if number.text("nameIdentifierScheme").upper() == "ORCID"
    )
    if item.text("nameType") == "Organizational" and (name or family):
        person = Author(collective=name or family, affiliations=affiliations)
    elif family or given:
        person = Author(family=family, given=given, affiliations=affiliations)
    elif name:
        person = tagged.person(name, affiliations)
    else:
        return None
    return msgspec.structs.replace(person, orcid=next(filter(None, numbers), ""))
