"""A table for spreadsheets (RFC 4180), with a byte order mark so that they take it for UTF-8."""

from __future__ import annotations

import csv
import io

from kg.query.records import DocumentRecord
from kg.references.fields import abstract, container, identifier, name, people, titles

COLUMNS = (
    "id", "kind", "standing", "title", "title_other", "authors", "container", "year", "volume", "issue", "pages",
    "doi", "pmid", "issn", "publisher", "languages", "keywords", "cited_by", "licence", "access", "abstract",
)  # fmt: skip


def write(records: list[DocumentRecord]) -> str:
    """Header and a row a record; a cell that a spreadsheet would take for a formula gets an apostrophe."""
    stream = io.StringIO()
    stream.write("\ufeff")
    rows = csv.writer(stream, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for record in records:
        rows.writerow([_safe(value) for value in _row(record)])
    return stream.getvalue()


def _row(record: DocumentRecord) -> tuple[str, ...]:
    first, *others = titles(record)
    return (
        record.id, record.kind, record.standing, first, "; ".join(others), "; ".join(map(name, people(record))),
        container(record), str(record.year or ""), record.volume, record.issue, record.pages, identifier(record, "doi"),
        identifier(record, "pmid"), record.journal.issn if record.journal else "", record.publisher,
        "; ".join(record.languages), "; ".join(word.value for word in record.keywords), str(record.cited_by),
        record.licence, record.access, abstract(record),
    )  # fmt: skip


def _safe(value: str) -> str:
    """See OWASP, CSV injection.

    >>> _safe("=1+1"), _safe("11-16")
    ("'=1+1", '11-16')
    """
    value = value.replace("\0", "")
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
