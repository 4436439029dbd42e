"""What kind of file a guideline is, and its text as blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from ingest.extraction.blocks import Block, Text
from ingest.extraction.html import markdown_text, page_text
from ingest.extraction.layout import layout
from ingest.extraction.pdf import pdf_pages
from ingest.extraction.word import word_text
from ingest.reading.encoding import decoded
from kg.errors import SourceError
from kg.model.document import Document, Passage
from kg.model.source import RawFile, Reject
from ontology.reading.raw import open_bytes

FileKind = Literal["jats", "html", "markdown", "word", "pdf"]
LIMIT = 64 << 20
"""Bytes of a file that is read whole."""
MARKDOWN_LIMIT = 4 << 20
"""Markdown can be written so that each character takes a tenth of a millisecond."""
_JATS = re.compile(
    rb"<!DOCTYPE\s+article\b|<pmc-articleset\b|<article\b(?=[^>]*\sarticle-type=)|<article>\s*<front>"
).search
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|h1|p|div)\b", re.IGNORECASE).search
_BLOCK = 1 << 20
_MARKUP = ("#", "---", "===")
"""What Markdown with headings or with lines about itself has at the start of some line."""


def file_kind(head: bytes) -> FileKind:
    """The kind of a file that starts like this; what is nothing else is Markdown, of which plain text is a part."""
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "word"
    if _JATS(head):
        return "jats"
    return "html" if _HTML(head.replace(b"\0", b"")) else "markdown"


def read_text(raw: RawFile, kind: FileKind) -> Text | Reject:
    """The blocks of a file that is not JATS; raises InputError where it is damaged, cut or too large."""
    if kind in ("html", "markdown"):
        lines = list(_lines(raw, LIMIT if kind == "html" else MARKDOWN_LIMIT))
        joined = "\n".join(lines)
        if kind == "html":
            return page_text(joined.encode(), "utf-8", raw.path)
        if not any(line.startswith(_MARKUP) for line in lines):
            # Plain text, whose lines are its paragraphs.
            return Text(tuple(Block("paragraph", " ".join(line.split())) for line in lines if line.strip()))
        return markdown_text(joined, raw.path)
    data = _bytes(raw)
    if kind == "word":
        return word_text(raw.path, data)
    pages = pdf_pages(raw, data)
    if isinstance(pages, Reject):
        return pages
    blank = (("pages without text", ", ".join(map(str, pages.blank))),) if pages.blank else ()
    return Text(layout(pages), pages.about + blank)


def _bytes(raw: RawFile) -> bytes:
    data = bytearray()
    with open_bytes(raw.path) as stream:
        # To the empty block, before which a cut archive says that it is cut.
        while block := stream.read(_BLOCK):
            data += block
            _check(raw, len(data))
    return bytes(data)


def _lines(raw: RawFile, limit: int) -> Iterable[str]:
    size = 0
    for number, line in decoded(raw.path).lines:
        size += len(line)
        _check(raw, size, limit)
        if "\0" in line:
            raise SourceError(path=raw.path, position=f"line {number}", reason="NUL")
        yield line


def _check(raw: RawFile, size: int, limit: int = LIMIT) -> None:
    if size > limit:
        raise SourceError(path=raw.path, position=f"byte {limit}", reason=f"larger than {limit >> 20} MiB")


def blocks_of(document: Document) -> list[tuple[Block, Passage]]:
    """The passages of a JATS article as blocks; floats stand below the headings around them."""
    path: tuple[str, ...] = ()
    found = []
    for passage in document.passages:
        above = tuple(passage.label.split(" > ")) if passage.label else ()
        match passage.kind:
            case "heading":
                path = (*above, passage.text)
                found.append((Block("heading", passage.text, above), passage))
            case "section":
                path = above
                found.append((Block("paragraph", passage.text, above), passage))
            case "caption" | "table":
                found.append((Block(passage.kind, passage.text, path), passage))
    return found
