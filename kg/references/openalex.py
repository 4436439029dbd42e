"""OpenAlex's JSON: a page of works as its API answers (https://docs.openalex.org/api-entities/works/work-object).

Keywords of authors have no place in it: those of OpenAlex are a machine's. The abstract stands there as an index of
its words.
"""

from __future__ import annotations

from typing import Any

from kg.query.records import AuthorRecord, DocumentRecord
from kg.references.fields import container, headed, identifier, is_chinese, line, name, page_range, people, sections
from kg.references.fields import titles as titles_of
from kg.references.objects import encoded, filled, plain

_TYPES = {
    "article": "article", "guideline": "article", "conference": "article", "book": "book", "chapter": "book-chapter",
    "thesis": "dissertation", "report": "report", "standard": "standard", "dataset": "dataset", "preprint": "preprint",
}  # fmt: skip
_VERSIONS = ("publishedVersion", "acceptedVersion", "submittedVersion")
_SOURCES = {"conference": "conference", "book": "book series", "chapter": "book series", "preprint": "repository"}


def write(records: list[DocumentRecord]) -> str:
    """A page with all records, on one line."""
    return encoded({"meta": {"count": len(records)}, "results": [work(record) for record in records]})


def work(record: DocumentRecord) -> dict[str, Any]:
    """One work; what is not known is left out."""
    title = plain(titles_of(record)[0])
    first, last = page_range(record)
    versions = [one for one in record.relations if one.id and one.kind in (*_VERSIONS, "versions")]
    return filled(
        ids=_ids(record),
        id=_ids(record).get("openalex"),
        doi=_ids(record).get("doi"),
        title=title,
        display_name=title,
        type=_TYPES.get(record.kind, "other"),
        type_crossref="proceedings-article" if record.kind == "conference" else "",
        language=next(iter(record.languages), ""),
        publication_date=record.dates.get("published", ""),
        publication_year=record.year,
        authorships=[_authorship(one) for one in people(record)],
        primary_location=_place(record),
        open_access={"is_oa": record.access == "open"} if record.access != "unknown" else {},
        biblio=filled(volume=record.volume, issue=record.issue, first_page=first, last_page=last or first),
        abstract_inverted_index=_index(record),
        mesh=_mesh(record),
        keywords=[{"display_name": line(one.name)} for one in record.headings if one.kind == "keyword" and one.machine],
        grants=[filled(funder_display_name=plain(one.agency), award_id=line(one.number)) for one in record.grants],
        locations=[
            {"landing_page_url": f"https://doi.org/{one.id.partition(':')[2]}", "version": one.kind}
            for one in versions
            if one.id and one.id.startswith("DOI:")
        ],
        versions=[
            f"https://openalex.org/{one.id.partition(':')[2]}"
            for one in versions
            if one.id and one.id.startswith("OPENALEX:")
        ],
        is_retracted=record.standing == "retracted",
    )


def _ids(record: DocumentRecord) -> dict[str, str]:
    addresses = {
        "openalex": "https://openalex.org/{}",
        "doi": "https://doi.org/{}",
        "mag": "{}",
        "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}",
        "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/{}",
    }
    return {scheme: form.format(value) for scheme, form in addresses.items() if (value := identifier(record, scheme))}


def _authorship(author: AuthorRecord) -> dict[str, Any]:
    given = author.given or author.initials
    shown = author.collective or (name(author) if is_chinese(author.family) else f"{given} {author.family}".strip())
    return filled(
        author=filled(display_name=plain(shown), orcid=f"https://orcid.org/{author.orcid}" if author.orcid else ""),
        raw_author_name=plain(name(author)),
        raw_affiliation_strings=[plain(place) for place in author.affiliations],
    )


def _place(record: DocumentRecord) -> dict[str, Any]:
    journal = record.journal
    numbers = [number for number in (journal.issn, journal.eissn) if number] if journal else []
    page, *files = record.urls or ("",)
    return filled(
        source=filled(
            display_name=plain(container(record)),
            type="journal" if journal else _SOURCES.get(record.kind, "other") if record.series else "",
            issn_l=next(iter(numbers), ""),
            issn=numbers,
            host_organization_name=plain(record.publisher),
        ),
        landing_page_url=page,
        pdf_url=next(iter(files), ""),
        license=record.licence.lower() if record.licence != "unknown" else "",
        version=record.version if record.version in _VERSIONS else "",
    )


def _index(record: DocumentRecord) -> dict[str, list[int]]:
    """Word -> its places."""
    found: dict[str, list[int]] = {}
    text = " ".join(headed(one) for parts in sections(record).values() for one in parts)
    for place, word in enumerate(text.split()):
        found.setdefault(plain(word), []).append(place)
    return found


def _mesh(record: DocumentRecord) -> list[dict[str, Any]]:
    """A row for each qualifier, one for a heading without any."""
    rows: list[dict[str, Any]] = []
    for one in record.headings:
        if one.kind != "descriptor" or one.machine or not one.name:
            continue
        descriptor = {"descriptor_name": line(one.name), "descriptor_ui": _number(one.id)}
        if one.major or not one.qualifiers:
            rows.append(descriptor | {"qualifier_ui": "", "qualifier_name": None, "is_major_topic": one.major})
        rows += (
            descriptor
            | {"qualifier_ui": _number(below.id), "qualifier_name": line(below.name), "is_major_topic": below.major}
            for below in one.qualifiers
        )
    return rows


def _number(curie: str | None) -> str:
    return (curie or "").partition("MESH:")[2]
