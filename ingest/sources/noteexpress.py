"""NoteExpress exports (``.net``): ``{Reference Type}: Journal Article`` and a line for each further tag."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading import tagged
from ingest.reading.draft import Draft
from ingest.reading.encoding import guess
from ingest.reading.exports import Fields, Lines, documents
from ingest.reading.identifiers import is_cn
from ingest.reading.options import check_options
from ingest.reading.roles import Role, assemble
from kg.model.document import DocumentKind
from kg.model.source import RawFile

_TAG = re.compile(r"\s*\{([^{}]+)\}\s*[:：]\s*(.*)").fullmatch
_FIRST = "reference type"
_SNIFF = re.compile(r"(?:^|[\r\n])\{Reference Type\}\s*[:：]", re.IGNORECASE).search

_ROLES: dict[str, Role] = {
    "reference type": "kind", "title": "title", "translated title": "translated title", "author": "author",
    "author address": "affiliation", "tertiary author": "supervisor", "type of work": "degree", "journal": "journal",
    "translated journal": "translated journal", "year": "date", "date": "date", "volume": "volume", "issue": "issue",
    "pages": "pages", "keywords": "keywords", "translated keywords": "keywords", "abstract": "abstract",
    "translated abstract": "abstract", "issn": "number", "isbn/issn": "number", "isbn": "number", "doi": "doi",
    "url": "url", "link": "url", "publisher": "publisher", "place published": "place", "edition": "edition",
    "clc": "class", "中图分类号": "class", "fund": "grant", "基金": "grant",
}  # fmt: skip


class NoteExpress:
    """Documents in any encoding that ``ingest.reading.encoding`` knows; takes no options."""

    name: ClassVar[str] = "noteexpress.v1"
    extensions: ClassVar[tuple[str, ...]] = (".net", ".txt", ".net.gz", ".txt.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when a line gives the reference type in braces."""
        return 0.95 if _SNIFF(head.decode(guess(head), errors="ignore")) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document for each ``{Reference Type}``."""
        check_options(self.name, options)
        yield from documents(raw, _records, _draft, "{Reference Type}")


def _records(lines: Lines) -> Iterator[tuple[int, Fields]]:
    start, fields, orphans = 0, Fields(), False
    for number, line in lines:
        found = _TAG(line)
        if found and found[1].strip().lower() == _FIRST:
            if start:
                yield start, [] if orphans else fields
            start, fields, orphans = number, [], False
        elif line.strip() and not start:
            # A field without its record: the beginning of the file is lost.
            start, orphans = number, True
        if found:
            fields.append((found[1].strip(), found[2].strip()))
        elif line.strip():
            label, value = fields.pop() if fields else ("", "")
            fields.append((label, tagged.joined(value, line)))
    if start:
        yield start, [] if orphans else fields


def _draft(fields: Fields) -> Draft:
    kind = next((tagged.kind(value) for label, value in fields if label.lower() == _FIRST), None)
    return assemble((_role(label.strip(" ,，").lower(), value, kind), label, value) for label, value in fields)


def _role(tag: str, value: str, kind: DocumentKind | None) -> Role:
    match tag:
        case "tertiary author" | "type of work" if kind != "thesis":
            return ""
        case "secondary title":
            return "series" if kind != "article" else ""
        case "notes":
            return "cn" if is_cn(value) else ""
    return _ROLES.get(tag, "")
