"""A resource of DataCite as a draft: kind, titles, texts, dates, rights.

Properties: https://datacite-metadata-schema.readthedocs.io (4.6), spelt as in its JSON and in the REST API
(https://support.datacite.org/docs/api). Left out on purpose: counts, times and state of the registration, the XML
that the API packs into JSON, and coordinates.
"""

from __future__ import annotations

from ingest.reading import markup
from ingest.reading.datacite_links import grants, people, relations
from ingest.reading.datacite_texts import subjects, texts, titles
from ingest.reading.dates import iso
from ingest.reading.draft import Draft
from ingest.reading.identifiers import issn
from ingest.reading.json_fields import Fields
from ingest.reading.json_works import Found, parts, plain, several
from ingest.reading.languages import tag
from ingest.reading.licences import licence
from kg.model.document import Access, DocumentKind, Journal

_KINDS: dict[str, DocumentKind] = {
    "Dataset": "dataset", "JournalArticle": "article", "DataPaper": "article", "Book": "book", "BookChapter": "chapter",
    "ConferencePaper": "conference", "ConferenceProceeding": "conference", "Dissertation": "thesis",
    "Preprint": "preprint", "Report": "report", "Standard": "standard", "StudyRegistration": "trial",
}  # fmt: skip
_DATES = {"Issued": "published", "Accepted": "accepted", "Submitted": "received", "Updated": "revised"}
_ACCESS: dict[str, Access] = {
    "openAccess": "open", "closedAccess": "closed", "restrictedAccess": "closed", "embargoedAccess": "closed",
}  # fmt: skip
_NO_TEXT = (
    "id", "xml", "prefix", "suffix", "source", "isActive", "state", "reason", "metadataVersion", "schemaVersion",
    "viewCount", "viewsOverTime", "downloadCount", "downloadsOverTime", "referenceCount", "citationCount",
    "citationsOverTime", "partCount", "partOfCount", "versionCount", "versionOfCount", "created", "registered",
    "published", "updated", "providerId", "clientId", "agency", "landingPage",
)  # fmt: skip


def resource(row: dict[str, object]) -> Found:
    """What a record of the API (``{"id", "attributes"}``) or of the schema says.

    One without any DOI gets an id of our own; one whose DOI is none lacks it.
    """
    inner = row.get("attributes")
    draft, fields = Draft(kind="other"), Fields(inner if isinstance(inner, dict) else row)
    bad = _identifiers(fields, row.get("id") if isinstance(inner, dict) else None, draft)
    _kind(fields.part("types"), draft)
    language = tag(fields.text("language") or "und")
    titles(fields, draft, language)
    people(fields, draft)
    texts(fields, draft, language)
    subjects(fields, draft, language)
    _dates(fields, draft)
    _container(fields, draft)
    _rights(fields, draft)
    relations(fields, draft)
    draft.grants += grants(fields, draft)
    draft.publisher = markup.plain(fields.text("publisher") or fields.part("publisher").text("name"))
    draft.version = fields.text("version")
    draft.urls += [*several(fields, "url"), *several(fields, "contentUrl")]
    for place in parts(fields, "geoLocations"):
        if name := place.text("geoLocationPlace"):
            draft.unread.append(("geoLocationPlace", name))
    fields.pass_over(*_NO_TEXT)
    draft.unread += plain(fields)
    return Found(draft, lacks="DOI" if bad else "")


def _identifiers(fields: Fields, name: object, draft: Draft) -> bool:
    """Whether the record has a DOI that is none."""
    given = fields.text("doi") or (name if isinstance(name, str) else "")
    draft.identify("doi", given)
    others = [(item.text("identifierType"), item.text("identifier")) for item in parts(fields, "identifiers")]
    others += [
        (item.text("alternateIdentifierType"), item.text("alternateIdentifier"))
        for item in parts(fields, "alternateIdentifiers")
    ]
    for scheme, value in others:
        if scheme.upper() == "DOI" and draft.identifier():
            continue
        if scheme.upper() in ("DOI", "PMID", "PMCID", "ISBN"):
            given = given or (value if scheme.upper() == "DOI" else "")
            draft.identify(scheme, value)
        elif value and (label := (scheme or "identifier", value)) not in draft.unread:
            draft.unread.append(label)
    return bool(given) and not any(scheme == "doi" for scheme, _ in draft.identifiers)


def _kind(types: Fields, draft: Draft) -> None:
    general, special = types.text("resourceTypeGeneral"), types.text("resourceType")
    draft.types += dict.fromkeys(filter(None, (general, special)))
    draft.kind = _KINDS.get(general, "other")
    if draft.kind == "preprint":
        draft.standing = "preprint"


def _dates(fields: Fields, draft: Draft) -> None:
    for item in parts(fields, "dates"):
        kind, value = item.text("dateType"), item.text("date")
        day = _day(value)
        if kind in _DATES and day:
            draft.dates.setdefault(_DATES[kind], day)
        elif value:
            draft.unread.append((f"date {kind}".strip(), value))
    if year := _day(fields.text("publicationYear")):
        draft.dates.setdefault("published", year)


def _day(value: str) -> str:
    year, month, day = (*value.strip()[:10].split("-"), "", "")[:3]
    return iso(year, month, day)


def _container(fields: Fields, draft: Draft) -> None:
    """Journal or series that the record says it is in; repositories are publishers."""
    place = fields.part("container")
    title, kind = markup.plain(place.text("title")), place.text("type")
    if title and (kind == "Journal" or draft.kind == "article"):
        draft.journal = Journal(title, issn=issn(place.text("identifier")))
    elif title:
        draft.series = draft.series or title
    draft.volume, draft.issue = place.text("volume"), place.text("issue")
    first, last = place.text("firstPage"), place.text("lastPage")
    draft.pages = f"{first}-{last}" if first and last and last != first else first or last


def _rights(fields: Fields, draft: Draft) -> None:
    statements: list[str] = []
    for item in parts(fields, "rightsList"):
        address, name, words = item.text("rightsUri"), item.text("rightsIdentifier"), item.text("rights")
        said = _ACCESS.get(address.rpartition("/")[2])
        if said:
            draft.access = said
        for statement in (address, name, words):
            if draft.licence == "unknown":
                draft.licence = "CC0-1.0" if statement.lower() == "cc0-1.0" else licence(statement)
        statements += filter(None, (words or ("" if said else address),))
    draft.rights = "; ".join(dict.fromkeys(statements))
