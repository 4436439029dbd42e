"""A work of Crossref as a draft: titles, people, container, dates, licence.

Fields: https://github.com/CrossRef/rest-api-doc/blob/master/api_format.md and the schema at
https://api.crossref.org/swagger-ui. Left out on purpose: counts, scores, times of registration, and what only
members and machines need (prefixes, policies of mirrors, assertions of Crossmark).
"""

from __future__ import annotations

from typing import Literal

from ingest.reading import markup
from ingest.reading.crossref_links import links
from ingest.reading.crossref_places import container, funding, rights
from ingest.reading.dates import iso, iso_of_text
from ingest.reading.draft import Draft
from ingest.reading.identifiers import orcid
from ingest.reading.json_fields import Fields
from ingest.reading.json_works import Found, parts, plain, several
from ingest.reading.languages import tag
from kg.model.document import Author, DocumentKind, Text

_KINDS: dict[str, DocumentKind] = {
    "journal-article": "article", "book": "book", "edited-book": "book", "monograph": "book",
    "reference-book": "book", "book-set": "book", "book-series": "book", "book-chapter": "chapter",
    "book-section": "chapter", "book-part": "chapter", "book-track": "chapter", "reference-entry": "chapter",
    "proceedings-article": "conference", "proceedings": "conference", "dissertation": "thesis", "report": "report",
    "report-component": "report", "report-series": "report", "standard": "standard", "dataset": "dataset",
}  # fmt: skip
_DATES = (
    ("published", ("published-print", "issued", "published", "posted")),
    ("epub", ("published-online",)),
    ("accepted", ("accepted",)),
)
_PEOPLE: tuple[tuple[str, Literal["author", "editor", "translator"]], ...] = (
    ("author", "author"), ("editor", "editor"), ("translator", "translator"),
)  # fmt: skip
_NO_TEXT = (
    "indexed", "created", "deposited", "score", "member", "prefix", "source", "URL", "content-domain", "license",
    "reference-count", "references-count", "is-referenced-by-count", "content-created", "content-updated",
    "alternative-id", "archive", "assertion", "journal-issue", "free-to-read", "approved", "published-other",
    "issn-type", "isbn-type", "doi-asserted-by", "aliases", "status", "record-id",
)  # fmt: skip


def work(row: dict[str, object]) -> Found:
    """What a work says, and the notices about the works that it retracts, corrects or doubts."""
    draft, fields = Draft(kind="other"), Fields(row)
    name = fields.text("DOI")
    draft.identify("doi", name)
    if name and not draft.identifiers:
        draft.unread.append(("DOI", name))
    _kind(fields, draft)
    language = tag(fields.text("language") or "und")
    _titles(fields, draft, language)
    for field, role in _PEOPLE:
        for person in parts(fields, field):
            _person(person, role, draft)
    container(fields, draft)
    for event, names in _DATES:
        if day := next(filter(None, (date(row.get(name)) for name in names)), ""):
            draft.dates[event] = day
        fields.pass_over(*names)
    for text in several(fields, "abstract"):
        draft.passages += markup.abstract(text, language, draft.passages)
    for subject in several(fields, "subject"):
        draft.keywords.append(Text(subject, markup.in_script(subject, language)))
    rights(fields, draft)
    funding(fields, draft)
    notices = links(fields, draft)
    fields.pass_over(*_NO_TEXT)
    draft.unread += plain(fields)
    return Found(draft, notices, "" if draft.identifier() else "DOI")


def date(value: object) -> str:
    """The ISO date of ``{"date-parts": [[2020, 3, 5]]}``; a part may be null, a string, or absent.

    >>> date({"date-parts": [[2020, 3]]}), date({"date-parts": [[None]]}), date({"date-parts": [["2020", None, 5]]})
    ('2020-03', '', '2020')
    """
    if isinstance(value, dict):
        value = value.get("date-parts")
    if isinstance(value, list) and value and isinstance(value[0], list):
        value = value[0]
    if isinstance(value, str):
        return iso_of_text(value)
    if not isinstance(value, list):
        return ""
    words = [str(part) if isinstance(part, int | str) and len(str(part)) <= 4 else "" for part in value[:3]]
    return iso(*words) if words else ""


def _kind(fields: Fields, draft: Draft) -> None:
    kind, subtype = fields.text("type"), fields.text("subtype")
    draft.types += filter(None, (kind, subtype))
    draft.kind = _KINDS.get(kind, "other")
    if kind == "posted-content" and subtype in ("", "preprint"):
        draft.kind, draft.standing = "preprint", "preprint"


def _titles(fields: Fields, draft: Draft, language: str) -> None:
    titles = [value for text in several(fields, "title") if (value := markup.plain(text))]
    originals = [value for text in several(fields, "original-title") if (value := markup.plain(text))]
    subtitles = [value for text in several(fields, "subtitle") if (value := markup.plain(text))]
    if titles and subtitles and subtitles[0].casefold() not in titles[0].casefold():
        titles[0] = f"{titles[0].rstrip(':')}: {subtitles[0]}"
    draft.vernacular = next((value for value in originals if titles and value not in titles), "")
    for value in titles or originals:
        before = len(draft.titles)
        draft.title(value, markup.in_script(value, language))
        if len(draft.titles) == before:
            draft.unread.append(("title", value))
    if language != "und":
        draft.languages.append(language)
    elif draft.titles:
        draft.languages.append(draft.titles[0].language)


def _person(person: Fields, role: Literal["author", "editor", "translator"], draft: Draft) -> None:
    family, given = markup.plain(person.text("family")), markup.plain(person.text("given"))
    group = markup.plain(person.text("name") or person.text("literal"))
    places = [markup.plain(place.text("name")) for place in parts(person, "affiliation")]
    if family or given or group:
        draft.authors.append(
            Author(
                family=family,
                given=given,
                suffix=person.text("suffix"),
                collective="" if family or given else group,
                orcid=orcid(person.text("ORCID")),
                affiliations=tuple(dict.fromkeys(filter(None, places))),
                role=role,
            )
        )
