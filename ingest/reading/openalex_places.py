"""Where OpenAlex says that a work stands: journal or book, pages, open copies, and its other versions."""

from __future__ import annotations

from ingest.reading import markup
from ingest.reading.draft import Draft
from ingest.reading.identifiers import curie, issn, openalex
from ingest.reading.json_fields import Fields
from ingest.reading.json_works import parts, several
from ingest.reading.licences import licence
from kg.model.document import Journal, Relation

_LICENCES = {"public-domain": "public-domain", "pd": "public-domain", "cc0": "CC0-1.0"}
"""Those of its words that name no licence in the way that others write it."""
_PARTS = ("chapter", "conference")


def container(fields: Fields, draft: Draft) -> None:
    """The journal, by its linking ISSN, or the book or conference; volume, issue and pages."""
    place = fields.part("primary_location")
    source = place.part("source")
    title, kind = markup.plain(source.text("display_name")), source.text("type")
    linking = issn(source.text("issn_l"))
    others = [number for value in several(source, "issn") if (number := issn(value)) and number != linking]
    if title and kind in ("journal", "") and draft.kind not in _PARTS:
        draft.journal = Journal(title, issn=linking or next(iter(others), ""))
        others = others if linking else others[1:]
    elif title and kind == "repository":
        draft.unread.append(("repository", title))
    else:
        draft.series = title
        others = [linking, *others] if linking else others
    draft.unread += [("ISSN", number) for number in others]
    if kind != "repository":
        draft.publisher = markup.plain(source.text("host_organization_name"))
    draft.urls += _addresses(place)
    draft.version = place.text("version")
    biblio = fields.part("biblio")
    draft.volume, draft.issue = biblio.text("volume"), biblio.text("issue")
    first, last = biblio.text("first_page"), biblio.text("last_page")
    draft.pages = f"{first}-{last}" if first and last and last != first else first or last


def access(row: dict[str, object], fields: Fields, draft: Draft) -> None:
    """Open or closed where it says so, the licence of the best open copy, and where that is."""
    best, primary = fields.part("best_oa_location"), row.get("primary_location")
    status = fields.part("open_access")
    known = row.get("open_access")
    is_open = known.get("is_oa") if isinstance(known, dict) else None
    if isinstance(is_open, bool):
        draft.access = "open" if is_open else "closed"
    terms = [best.text("license"), Fields(primary).text("license")]
    found = [(_LICENCES.get(term) or licence(term), term) for term in terms if term]
    draft.licence = next((name for name, _ in found if name != "unknown"), "unknown")
    if draft.licence == "unknown":
        draft.unread += dict.fromkeys(("license", term) for _, term in found)
    draft.urls += [*_addresses(best), *filter(None, (status.text("oa_url"),))]


def versions(fields: Fields, draft: Draft) -> None:
    """Relations to copies with a DOI of their own, such as preprints, under the name of the version.

    A preprint's own copies are of the same version; nothing there says which is later.
    """
    own = {value for scheme, value in draft.identifiers if scheme == "doi"}
    for place in parts(fields, "locations"):
        target = curie("doi", place.text("landing_page_url"))
        kind = place.text("version")
        relation = Relation(kind, target)
        if draft.kind == "preprint" and kind == "submittedVersion":
            continue
        if kind and target and target.removeprefix("DOI:") not in own and relation not in draft.relations:
            draft.relations.append(relation)
    for value in several(fields, "versions"):
        if number := openalex(value):
            draft.relations.append(Relation("versions", f"OPENALEX:{number}"))


def _addresses(place: Fields) -> list[str]:
    """Page and file; a DOI says nothing that the identifiers do not."""
    found = (place.text("landing_page_url"), place.text("pdf_url"))
    return [address for address in found if address and "//doi.org/" not in address]
