"""Where a work of Crossref stands and under which terms: journal or book, publisher, licence, links, funders."""

from __future__ import annotations

from ingest.reading import markup
from ingest.reading.draft import Draft
from ingest.reading.identifiers import issn, nct
from ingest.reading.json_fields import Fields
from ingest.reading.json_works import parts, several
from ingest.reading.licences import licence
from kg.model.document import Grant, Journal

_SERIALS = ("article", "preprint", "other")


def container(fields: Fields, draft: Draft) -> None:
    """The journal of what journals hold, the book, series or conference of anything else; numbers and places."""
    titles = [markup.plain(value) for value in several(fields, "container-title")]
    short = next((markup.plain(value) for value in several(fields, "short-container-title")), "")
    title = next(filter(None, titles), short)
    numbers: dict[str, str] = {}
    for item in parts(fields, "issn-type"):
        if value := issn(item.text("value")):
            numbers.setdefault("eissn" if item.text("type") == "electronic" else "issn", value)
    for value in several(fields, "ISSN"):
        if (number := issn(value) or value) not in numbers.values():
            if numbers or not issn(value):
                draft.unread.append(("ISSN", number))
            else:
                numbers["issn"] = number
    if draft.kind in _SERIALS and title:
        draft.journal = Journal(title, short if short != title else "", **numbers)
    else:
        draft.series = title
        draft.unread += [("ISSN", number) for number in numbers.values()]
    draft.unread += [("container-title", value) for value in titles[1:] if value]
    for value in several(fields, "ISBN"):
        draft.identify("isbn", value.rpartition("/")[2])
    draft.volume, draft.issue = fields.text("volume"), fields.text("issue")
    draft.issue = draft.issue or fields.part("journal-issue").text("issue")
    draft.pages = fields.text("page") or fields.text("article-number")
    draft.publisher, draft.place = fields.text("publisher"), fields.text("publisher-location")
    draft.edition = fields.text("edition-number")
    draft.degree = "; ".join(several(fields, "degree"))
    event = fields.part("event")
    draft.unread += [("event", value) for name in ("name", "location") if (value := event.text(name))]
    for item in parts(fields, "institution"):
        if (name := item.text("name")) and name != draft.publisher:
            draft.unread.append(("institution", name))


def rights(fields: Fields, draft: Draft) -> None:
    """The licence of the version of record before that of others; where the text stands."""
    licences = parts(fields, "license")
    addresses = [(item.text("content-version") != "vor", item.text("URL")) for item in licences]
    for _, address in sorted(addresses, key=lambda pair: pair[0]):
        if draft.licence == "unknown":
            draft.licence = licence(address)
    if draft.licence == "unknown":
        draft.unread += dict.fromkeys(("license", address) for _, address in addresses if address)
    primary = fields.part("resource").part("primary").text("URL")
    draft.urls += filter(None, (primary, *(item.text("URL") for item in parts(fields, "link"))))


def funding(fields: Fields, draft: Draft) -> None:
    """A grant for each award, or for a funder without one; numbers of trials that the work reports."""
    for funder in parts(fields, "funder"):
        agency = markup.plain(funder.text("name"))
        draft.grants += [Grant(award, agency) for award in several(funder, "award") or [""] if award or agency]
    for item in parts(fields, "clinical-trial-number"):
        if number := nct(item.text("clinical-trial-number")):
            draft.identify("nct", number)
        elif value := item.text("clinical-trial-number"):
            draft.unread.append(("clinical-trial-number", value))
