"""CSL-JSON (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html), what citation processors read."""

from __future__ import annotations

from typing import Any

import msgspec

from kg.query.records import AuthorRecord, DocumentRecord
from kg.references.fields import abstract, container, identifier, people, titles

_TYPES = {
    "article": "article-journal", "guideline": "article-journal", "preprint": "article", "book": "book",
    "chapter": "chapter", "conference": "paper-conference", "thesis": "thesis", "report": "report",
    "newspaper": "article-newspaper", "patent": "patent", "standard": "standard", "dataset": "dataset",
}  # fmt: skip


def item(record: DocumentRecord) -> dict[str, Any]:
    """One item; empty fields are left out."""
    date = record.dates.get("published", "") or str(record.year or "")
    found: dict[str, Any] = {
        "id": record.id,
        "type": _TYPES.get(record.kind, "document"),
        "title": titles(record)[0],
        "author": [_person(one) for one in people(record)],
        "editor": [_person(one) for one in people(record, "editor")],
        "translator": [_person(one) for one in people(record, "translator")],
        "container-title": container(record),
        "container-title-short": record.journal.abbreviation if record.journal else "",
        "issued": {"date-parts": [[int(part) for part in date.split("-")]]} if date else None,
        "volume": record.volume,
        "issue": record.issue,
        "page": record.pages,
        "publisher": record.publisher,
        "publisher-place": record.place,
        "edition": record.edition,
        "genre": record.degree,
        "DOI": identifier(record, "doi"),
        "PMID": identifier(record, "pmid"),
        "PMCID": identifier(record, "pmcid"),
        "ISBN": identifier(record, "isbn"),
        "ISSN": record.journal.issn if record.journal else "",
        "URL": next(iter(record.urls), ""),
        "language": next(iter(record.languages), ""),
        "keyword": ", ".join(dict.fromkeys(word.value for word in record.keywords)),
        "abstract": abstract(record),
    }
    return {key: value for key, value in found.items() if value}


def write(records: list[DocumentRecord]) -> str:
    """A JSON array."""
    return msgspec.json.encode([item(record) for record in records]).decode()


def _person(author: AuthorRecord) -> dict[str, str]:
    if author.collective:
        return {"literal": author.collective}
    found = {"family": author.family, "given": author.given or author.initials, "suffix": author.suffix}
    return {key: value for key, value in found.items() if value}
