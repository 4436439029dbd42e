"""RefWorks tagged files, as CNKI and others write them: ``RT Journal Article`` and a line for each further tag.

Tags after RefWorks' own list of tagged format fields. CNKI's files differ: pages stand whole in ``OP``, tags may be
in lower case (``vo 49``) or have no blank before a Chinese value.
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
from ingest.reading.identifiers import is_cn
from ingest.reading.options import check_options
from ingest.reading.roles import Role, assemble
from kg.model.document import DocumentKind
from kg.model.source import RawFile

_ROLES: dict[str, Role] = {
    "RT": "kind", "SR": "passed", "ID": "passed", "A1": "author", "AU": "author", "A2": "editor", "A3": "editor",
    "A4": "editor", "A5": "translator", "A6": "", "AD": "affiliation", "T1": "title", "TI": "title",
    "OT": "translated title", "T2": "series", "T3": "series", "JF": "journal", "JO": "abbreviation",
    "JA": "abbreviation", "YR": "date", "FD": "date", "VO": "volume", "IS": "issue", "SP": "first page",
    "OP": "last page", "K1": "keywords", "KW": "keywords", "AB": "abstract", "PB": "publisher", "PP": "place",
    "CY": "place", "ED": "edition", "SN": "number", "LA": "language", "DO": "doi", "UL": "url", "LK": "url",
    "URL": "url", "CL": "class", "CN": "cn", "GR": "grant", "FU": "grant", "DS": "passed", "RD": "passed", "PM": "pmid",
    "NO": "", "AN": "", "SF": "", "U1": "", "U2": "", "U3": "", "U4": "", "U5": "", "DB": "", "WT": "", "WP": "",
    "ST": "",
}  # fmt: skip
_TAG = re.compile(r"(URL|[A-Z][A-Z0-9])(?:\s+(.*)|([^\x00-\x7f].*)|$)").fullmatch
_SMALL = re.compile(r"(vo|is|op|sp|yr|sn|jf)\s+(\S*\d\S*)\s*").fullmatch
"""Tags in lower case only before a number: a line of an abstract may begin with "is" or "no"."""
_SNIFF = re.compile(
    r"(?:\A|[\r\n])RT [A-Z一-鿿][^\r\n]*[\r\n]+(?:[^\r\n]*[\r\n]+){0,40}?(?:T1|A1|SR|TI)[ 一-鿿]"
).search


class RefWorks:
    """Documents in any encoding that ``ingest.reading.encoding`` knows; takes no options."""

    name: ClassVar[str] = "refworks.v1"
    extensions: ClassVar[tuple[str, ...]] = (".txt", ".txt.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when a reference type is followed by a title or an author."""
        text = head.decode(guess(head), errors="ignore").removeprefix("\ufeff")
        return 0.9 if _SNIFF(text) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document for each ``RT``."""
        check_options(self.name, options)
        yield from documents(raw, _records, _draft, "RT")


def _records(lines: Lines) -> Iterator[tuple[int, Fields]]:
    start, fields = 0, Fields()
    for number, line in lines:
        label, value = _tag(line.strip(), fields[-1][0] if fields else "")
        if label == "RT":
            if start:
                yield start, fields
            start, fields = number, [(label, value)]
        elif not line.strip():
            continue
        elif not start:
            # Words before the first record are nobody's; a field is of a record whose beginning is lost.
            start = number if label else 0
        elif label and fields:
            fields.append((label, value))
        elif fields:
            before, text = fields[-1]
            joint = f"{text}\n{value}" if before == "AB" else tagged.joined(text, value)
            fields[-1] = (before, joint)
    if start:
        yield start, fields


def _tag(line: str, current: str) -> tuple[str, str]:
    """(tag, value); no tag for a line that goes on."""
    found = _TAG(line)
    # Another letter and a digit is a tag that this reader does not know; two letters may be a word.
    if found and (found[1] in _ROLES or found[1][1:].isdecimal()):
        value = (found[2] or found[3] or "").strip()
        if not (current in ("AB", "NO") and value[:1].islower()):
            return found[1], value
    small = _SMALL(line)
    return (small[1].upper(), small[2]) if small else ("", line)


def _draft(fields: Fields) -> Draft:
    kind = next((tagged.kind(value) for label, value in fields if label == "RT"), None)
    first = any(label == "SP" for label, _ in fields)
    return assemble((_role(label, value, kind, first), label, value) for label, value in fields)


def _role(label: str, value: str, kind: DocumentKind | None, first: bool) -> Role:
    match label:
        case "OP" if not first:
            return "pages"
        case "JF" | "T2" if kind not in ("article", "newspaper", None):
            return "publisher" if kind == "thesis" else "series"
        case "A2" | "A3" if kind == "thesis":
            return "supervisor"
        case "LK" | "UL" if value.isdecimal():
            return ""
        case "NO" | "SN" if is_cn(value):
            return "cn"
    return _ROLES.get(label, "")
