"""A work of OpenAlex as a draft.

Fields: https://docs.openalex.org/api-entities/works/work-object. Left out on purpose: counts, scores, percentiles,
charges, times of the record, ids of OpenAlex's people and institutions, similar works, and the topics and goals that
its models guess; its keywords are kept as a machine's.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ingest.reading import markup, tagged
from ingest.reading.dates import iso
from ingest.reading.draft import Draft
from ingest.reading.identifiers import openalex, orcid
from ingest.reading.json_fields import Fields
from ingest.reading.json_works import Found, parts, plain, several
from ingest.reading.languages import tag
from ingest.reading.openalex_places import access, container, versions
from kg.model.document import DocumentKind, Grant, Heading, Passage, Qualifier, Reference

_KINDS: dict[str, DocumentKind] = {
    "article": "article", "review": "article", "editorial": "article", "letter": "article", "erratum": "article",
    "retraction": "article", "data-paper": "article", "software-paper": "article", "book-review": "article",
    "preprint": "preprint", "book": "book", "book-chapter": "chapter", "reference-entry": "chapter",
    "conference-paper": "conference", "conference-abstract": "conference", "dissertation": "thesis",
    "dataset": "dataset", "report": "report", "standard": "standard",
}  # fmt: skip
_NO_TEXT = (
    "display_name", "is_paratext", "is_xpac", "cited_by_count", "cited_by_api_url", "created_date", "updated_date",
    "updated", "counts_by_year", "fwci", "has_fulltext", "has_content", "content_url", "content_urls",
    "fulltext_origin", "indexed_in", "countries_distinct_count", "institutions_distinct_count", "authors_count",
    "corresponding_author_ids", "corresponding_institution_ids", "is_authors_truncated", "apc_list", "apc_paid",
    "locations_count", "related_works", "referenced_works_count", "ngrams_url", "concepts", "concepts_count",
    "topics", "topics_count", "primary_topic", "sustainable_development_goals", "citation_normalized_percentile",
    "cited_by_percentile_year", "institutions", "institution_assertions", "publication_year", "is_oa", "doi",
    "relevance_score", "has_abstract", "host_venue", "alternate_host_venues", "doi_registration_agency", "fulltext",
)  # fmt: skip


def work(row: dict[str, object]) -> Found:
    """What a work says; one without PMID, PMC number and DOI is known by its number in OpenAlex."""
    draft, fields = Draft(kind="other"), Fields(row)
    _identifiers(fields, draft)
    _kind(row, fields, draft)
    language = tag(fields.text("language") or "und")
    draft.title(title := _title(fields), markup.in_script(title, language))
    if title:
        draft.languages.append(draft.titles[0].language if language == "und" else language)
    for authorship in parts(fields, "authorships"):
        _author(authorship, draft)
    container(fields, draft)
    _date(fields, draft)
    text = abstract(row.get("abstract_inverted_index"))
    fields.pass_over("abstract_inverted_index", "abstract_inverted_index_v3")
    if text:
        draft.passages.append(Passage("abstract.1", "abstract", markup.in_script(text, language), text))
    access(row, fields, draft)
    versions(fields, draft)
    draft.headings += _headings(parts(fields, "mesh"))
    for item in parts(fields, "keywords"):
        if label := item.text("display_name") or item.text("keyword"):
            draft.headings.append(Heading("", label, kind="keyword", machine=True))
    draft.grants += _grants(fields)
    cited = (f"OPENALEX:{found}" for value in several(fields, "referenced_works") if (found := openalex(value)))
    draft.references = tuple(Reference("", (curie,)) for curie in dict.fromkeys(cited))
    fields.pass_over(*_NO_TEXT)
    draft.unread += plain(fields)
    return Found(draft)


def abstract(index: object) -> str:
    """The text of an inverted index: each word at its places, in order; gaps and what is no place are passed over.

    >>> abstract({"tea": [3, 0], "or": [1], "no": [7], "bad": [-1, "2", None]})
    'tea or tea no'
    """
    if not isinstance(index, dict):
        return ""
    words = [
        (place, word)
        for word, places in index.items()
        if isinstance(places, list)
        for place in places
        if isinstance(place, int) and not isinstance(place, bool) and place >= 0
    ]
    return markup.plain(" ".join(word for _, word in sorted(words)))


def _identifiers(fields: Fields, draft: Draft) -> None:
    ids = fields.part("ids")
    for scheme, value in (("doi", fields.text("doi")), ("openalex", fields.text("id"))):
        other = ids.text(scheme)
        before = len(draft.identifiers)
        draft.identify(scheme, value or other)
        if (value or other) and len(draft.identifiers) == before:
            draft.unread.append((scheme, value or other))
    for scheme in ("pmid", "pmcid"):
        draft.identify(scheme, ids.text(scheme).rstrip("/").rpartition("/")[2])
    if mag := ids.text("mag"):
        draft.identify("mag", mag)


def _kind(row: dict[str, object], fields: Fields, draft: Draft) -> None:
    kind, other = fields.text("type"), fields.text("type_crossref")
    draft.types += filter(None, (kind, other))
    draft.kind = "conference" if other == "proceedings-article" else _KINDS.get(kind, "other")
    if row.get("is_paratext") is True:
        draft.kind = "other"
    if draft.kind == "preprint":
        draft.standing = "preprint"
    if fields.true("is_retracted"):
        draft.standing = "retracted"
    fields.pass_over("is_retracted")


def _title(fields: Fields) -> str:
    return markup.plain(fields.text("title")) or markup.plain(fields.text("display_name"))


def _date(fields: Fields, draft: Draft) -> None:
    year, *rest = (*fields.text("publication_date").split("-"), "", "")[:3]
    if day := iso(year, *rest) or iso(fields.text("publication_year")):
        draft.dates["published"] = day


def _author(authorship: Fields, draft: Draft) -> None:
    known = authorship.part("author")
    name = authorship.text("raw_author_name") or known.text("display_name")
    places = several(authorship, "raw_affiliation_strings")
    places += [item.text("raw_affiliation_string") for item in parts(authorship, "affiliations")]
    institutions = [item.text("display_name") for item in parts(authorship, "institutions")]
    if name := markup.plain(name):
        found = [markup.plain(place) for place in (places if any(places) else institutions)]
        person = tagged.person(name, tuple(dict.fromkeys(filter(None, found))))
        draft.authors.append(msgspec.structs.replace(person, orcid=orcid(known.text("orcid"))))


def _headings(rows: list[Fields]) -> Iterator[Heading]:
    """MeSH has a row for each qualifier of a descriptor here, and one heading with all of them in PubMed."""
    found: dict[tuple[str, str], dict[Qualifier, None]] = {}
    major: set[tuple[str, str]] = set()
    for row in rows:
        descriptor = row.text("descriptor_name"), row.text("descriptor_ui")
        name, main = row.text("qualifier_name"), row.true("is_major_topic")
        if descriptor[0]:
            qualifiers = found.setdefault(descriptor, {})
            if name:
                qualifiers[Qualifier(_mesh(row.text("qualifier_ui")), name, main)] = None
            elif main:
                major.add(descriptor)
    for descriptor, qualifiers in found.items():
        label, number = descriptor
        yield Heading(_mesh(number), label, descriptor in major, tuple(qualifiers))


def _mesh(number: str) -> str:
    return f"MESH:{number}" if number.isalnum() and number.isascii() else ""


def _grants(fields: Fields) -> Iterator[Grant]:
    """``awards`` and ``funders``, and ``grants`` of older files; a funder without award is a grant without number."""
    found = [
        Grant(item.text("award_id") or item.text("funder_award_id"), markup.plain(item.text("funder_display_name")))
        for name in ("grants", "awards")
        for item in parts(fields, name)
    ]
    agencies = {grant.agency for grant in found}
    funders = (markup.plain(item.text("display_name")) for item in parts(fields, "funders"))
    found += [Grant(agency=name) for name in funders if name not in agencies]
    return (grant for grant in dict.fromkeys(found) if grant.number or grant.agency)
