"""EndNote's tagged form, older Refer: ``%0 Journal Article``, ``%A`` for each author, ``%T`` the title.

Tags after EndNote's help (EndNote import format). CNKI writes ``%+`` address, ``%Y`` supervisor, ``%9`` degree, ``%R``
DOI, ``%?`` organiser, ``%~`` kind of a standard or yearbook, and ends a record with ``%W CNKI``; blank lines can stand
inside of one. Refer has no ``%0``: there a blank line ends a record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading import tagged
from ingest.reading.draft import Draft
from ingest.reading.encoding import guess
from ingest.reading.exports import Fields, Lines, documents
from ingest.reading.identifiers import doi, is_cn
from ingest.reading.options import check_options
from ingest.reading.roles import Role, assemble
from kg.model.document import DocumentKind
from kg.model.source import RawFile

_ROLES: dict[str, Role] = {
    "0": "kind", "A": "author", "E": "editor", "?": "organiser", "Y": "supervisor", "+": "affiliation", "T": "title",
    "Q": "translated title", "J": "journal", "B": "series", "S": "series", "D": "date", "8": "date", "V": "volume",
    "N": "issue", "P": "pages", "K": "keywords", "X": "abstract", "I": "publisher", "C": "place", "7": "edition",
    "@": "number", "R": "doi", "U": "url", ">": "url", "G": "language", "L": "cn", "9": "degree", "W": "passed",
    "[": "passed", "F": "passed", "M": "", "Z": "", "O": "", "~": "", "!": "", "(": "", "^": "", "&": "", "$": "",
    "*": "", "1": "", "2": "pmcid", "3": "", "4": "", "6": "", "<": "", "#": "", "=": "", "H": "",
}  # fmt: skip
_TAG = re.compile(r"%([0-9A-Z?+~!@$^&*()<>\[=#])(?:[ \t]+(.*)|([^\x00-\x7f].*)|$)").fullmatch
_UNTAGGED = re.compile(r"([A-Za-z]+-[^\s:：]{1,20})\s+(.{1,200})").fullmatch
"""CNKI adds such lines to patents: ``PageCount-页码 0``."""
_SNIFF = re.compile(r"(?:\A|[\r\n])%0 [^\r\n]+[\r\n]+(?:[^\r\n]*[\r\n]+){0,40}?%[TA][ 一-鿿]").search
_SNIFF_REFER = re.compile(r"\A\s*%[A-Z] [^\r\n]+[\r\n]+(?:%[A-Z0-9] [^\r\n]*[\r\n]+){1,20}").match


class EndNote:
    """Documents in any encoding that ``ingest.reading.encoding`` knows; takes no options."""

    name: ClassVar[str] = "endnote.v1"
    extensions: ClassVar[tuple[str, ...]] = (".enw", ".txt", ".ref", ".enw.gz", ".txt.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when a type is followed by a title or an author."""
        text = head.decode(guess(head), errors="ignore").removeprefix("\ufeff")
        return 0.95 if _SNIFF(text) else 0.8 if _SNIFF_REFER(text) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document for each ``%0``; without any, for each stretch between blank lines."""
        check_options(self.name, options)
        yield from documents(raw, _records, _draft, "%0")


def _records(lines: Lines) -> Iterator[tuple[int, Fields]]:
    start, fields = 0, Fields()
    refer: bool | None = None
    for number, line in lines:
        line = line.strip()
        label, value = _tag(line)
        if refer is None and label:
            refer = label != "0"
        if label == "0" or (refer and not line):
            if start:
                yield start, fields
            start, fields = (number, [(label, value)]) if label else (0, [])
        elif not line:
            continue
        elif not start:
            if refer:
                start, fields = number, [(label, value)]
            elif label:
                start = number
        elif label and fields:
            fields.append((label, value))
            if not refer and (label, value) == ("W", "CNKI"):
                yield start, fields
                start, fields = 0, []
        elif fields:
            before, text = fields[-1]
            fields[-1] = (before, f"{text}\n{value}" if before == "X" else tagged.joined(text, value))
    if start:
        yield start, fields


def _tag(line: str) -> tuple[str, str]:
    """(tag, value); no tag for a line that goes on."""
    found = _TAG(line)
    if found:
        return found[1], (found[2] or found[3] or "").strip()
    bare = _UNTAGGED(line)
    return (bare[1], bare[2].strip()) if bare else ("", line)


def _draft(fields: Fields) -> Draft:
    types = [value for label, value in fields if label == "0"]
    kind = tagged.kind(types[0]) if types else _refer(dict(fields))
    draft = assemble((_role(label, value, kind), f"%{label}", value) for label, value in fields)
    if kind and not types:
        draft.kind = kind
    return draft


def _refer(fields: dict[str, str]) -> DocumentKind:
    """What a record without a type describes: an article has a journal, a chapter a book, a book a publisher."""
    return "article" if "J" in fields else "chapter" if "B" in fields else "book" if "I" in fields else "other"


def _role(label: str, value: str, kind: DocumentKind | None) -> Role:
    match label:
        case "9" | "Y" if kind != "thesis":
            return "" if label == "9" else "editor"
        case "L":
            return "cn" if is_cn(value) else ""
        case "B" if kind == "article":
            return "journal"
        case "R" if not doi(value):
            return ""
        case "2":
            return "pmcid" if value.startswith("PMC") else ""
    return _ROLES.get(label, "")
