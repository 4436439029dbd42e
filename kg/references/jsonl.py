"""medkg's own form of records, JSON Lines (``records.v1``), for documents with an id of our own.

Documents that others number keep those numbers in other formats: here they would get a second id.
"""

from __future__ import annotations

import re
from typing import Any

from kg.query.records import DocumentRecord, Wording
from kg.references.fields import is_chinese, line, people, sections
from kg.references.objects import encoded, filled

_ID = re.compile(r"doc:([A-Za-z0-9][A-Za-z0-9._-]*)").fullmatch
_HEADING = re.compile(r"medkg:([A-Za-z0-9][A-Za-z0-9._-]*)").fullmatch


def is_ours(record: DocumentRecord) -> bool:
    return bool(_ID(record.id)) and bool(record.titles)


def write(records: list[DocumentRecord]) -> str:
    """A line each; of a document with several titles in one language the first."""
    return "".join(encoded(_row(record)) for record in records)


def _row(record: DocumentRecord) -> dict[str, Any]:
    found = _ID(record.id)
    assert found is not None
    parts = record.journal.title.split(" = ") if record.journal else []
    return filled(
        id=found[1],
        illustrative=record.illustrative,
        language=next(iter(record.languages), ""),
        title=_by_language(record.titles),
        abstract={
            language: " ".join(line(one.text) for one in passages) for language, passages in sections(record).items()
        },
        authors=[filled(family=line(one.family or one.collective), given=line(one.given)) for one in people(record)],
        journal={"zh" if is_chinese(name) else "en": line(name) for name in reversed(parts)},
        year=record.year,
        types=list(record.types),
        keywords=_words(record.keywords),
        headings=[named[1] for one in record.headings if (named := _HEADING(one.id or ""))],
    )


def _by_language(texts: tuple[Wording, ...]) -> dict[str, str]:
    return {one.language: line(one.value) for one in reversed(texts)}


def _words(found: tuple[Wording, ...]) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for one in found:
        words.setdefault(one.language, []).append(line(one.value))
    return words
