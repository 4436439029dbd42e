"""BibTeX and BibLaTeX (``.bib``), entry by entry, so that damage in one leaves the others whole.

Entry types and fields after the BibTeX and BibLaTeX manuals; read with bibtexparser, LaTeX with pylatexenc.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import ClassVar

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import DuplicateFieldKeyBlock, Entry

from ingest.base import Options, SourceItem
from ingest.reading.draft import Draft
from ingest.reading.encoding import decoded, guess
from ingest.reading.languages import of_text
from ingest.reading.latex import plain
from ingest.reading.options import check_options
from ingest.reading.roles import Role, assemble
from kg.errors import InputError
from kg.model.document import DocumentKind
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected

_KINDS: dict[str, DocumentKind] = {
    "article": "article", "periodical": "article", "book": "book", "mvbook": "book", "booklet": "book",
    "proceedings": "book", "collection": "book", "inbook": "chapter", "incollection": "chapter",
    "inproceedings": "conference", "conference": "conference", "phdthesis": "thesis", "mastersthesis": "thesis",
    "thesis": "thesis", "techreport": "report", "report": "report", "manual": "report", "patent": "patent",
    "standard": "standard", "dataset": "dataset", "misc": "other", "online": "other",
    "unpublished": "other", "software": "other",
}  # fmt: skip
_DEGREES = {"phdthesis": "PhD", "mastersthesis": "Master"}
_ROLES: dict[str, Role] = {
    "title": "title", "titleaddon": "", "journal": "journal", "journaltitle": "journal", "shortjournal": "abbreviation",
    "booktitle": "series", "series": "series", "eventtitle": "series", "volume": "volume", "number": "issue",
    "issue": "issue", "pages": "pages", "eid": "pages", "doi": "doi", "pmid": "pmid", "pmcid": "pmcid", "url": "url",
    "issn": "number", "isbn": "number", "eissn": "number", "abstract": "abstract", "keywords": "keywords",
    "keyword": "keywords", "language": "language", "langid": "language", "publisher": "publisher",
    "school": "publisher", "institution": "publisher", "organization": "publisher", "address": "place",
    "location": "place", "edition": "edition", "date": "date", "type": "degree", "file": "passed", "owner": "passed",
    "timestamp": "passed", "year": "passed", "month": "passed", "day": "passed", "clc": "class",
}  # fmt: skip
_PEOPLE: dict[str, Role] = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "supervisor": "supervisor",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OPENS = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]").match
_SNIFF = re.compile(
    r"(?:\A|[\r\n])\s*@[A-Za-z]{3,20}\s*[{(]\s*[^\s,{}=]{1,200}\s*,\s*[\r\n\s]*[A-Za-z_]{2,20}\s*="
).search
_LONGEST = 1_000_000
"""Characters of one entry; one without end is damage, not data."""
_MACROS = 100_000
"""Characters of ``@string`` definitions that are kept for the entries after them."""


class BibTeX:
    """Documents in any encoding that ``ingest.reading.encoding`` knows; takes no options."""

    name: ClassVar[str] = "bibtex.v1"
    extensions: ClassVar[tuple[str, ...]] = (".bib", ".bibtex", ".txt", ".bib.gz", ".txt.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when an entry opens with a key and a field."""
        text = head.decode(guess(head), errors="ignore").removeprefix("\ufeff")
        return 0.95 if _SNIFF(text) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document an entry; those that do not end, and those without title, are rejected."""
        check_options(self.name, options)
        # It tells a log of every damaged entry; ours is the list of rejects.
        logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
        macros = ""
        try:
            for start, kind, text in _blocks(decoded(raw.path).lines):
                if kind == "string":
                    macros = (macros + text)[-_MACROS:]
                elif kind not in ("comment", "preamble"):
                    yield _item(raw, start, text, macros)
        except InputError as error:
            yield fatal(raw, error)


def _blocks(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    """(line, type, text) from a line that opens a block to before the next; what stands before the first is comment."""
    start, kind, parts, size = 0, "", list[str](), 0
    for number, line in lines:
        opened = _OPENS(line)
        if opened:
            if start:
                yield start, kind, "\n".join(parts)
            start, kind, parts, size = number, opened[1].lower(), [], 0
        if start and size <= _LONGEST:
            parts.append(line)
            size += len(line)
    if start:
        yield start, kind, "\n".join(parts)


def _item(raw: RawFile, start: int, text: str, macros: str) -> SourceItem:
    where, key = f"line {start}", text[:80].partition("\n")[0].replace("\0", "")
    if "\0" in text or len(text) > _LONGEST:
        return rejected(raw, where, key, "bad-record", "NUL" if "\0" in text else f"{_LONGEST} characters")
    library = parse_string(f"{macros}\n{text}" if macros else text)
    entries = list(library.entries)
    for block in library.failed_blocks:
        if isinstance(block, DuplicateFieldKeyBlock) and isinstance(block.ignore_error_block, Entry):
            entries.append(block.ignore_error_block)
    if len(entries) != 1:
        return rejected(raw, where, key, "bad-record", "}")
    draft = _draft(entries[0])
    if not draft.titles:
        return rejected(raw, where, entries[0].key[:80], "no-title")
    return draft.finish(draft.identifier() or draft.derived())


def _draft(entry: Entry) -> Draft:
    kind = _KINDS.get(entry.entry_type.lower(), "other")
    values = [(field.key.lower(), str(field.value)) for field in entry.fields]
    draft = assemble([*_roles(values, kind), *_date(dict(values))])
    draft.kind = kind
    draft.degree = draft.degree or _DEGREES.get(entry.entry_type.lower(), "")
    if entry.entry_type.lower() not in _KINDS:
        draft.unread.append(("@", entry.entry_type))
    draft.pages = re.sub(r"\s*(?:--+|[–—])\s*", "-", draft.pages)
    return draft


def _roles(values: list[tuple[str, str]], kind: DocumentKind) -> Iterator[tuple[Role, str, str]]:
    for label, value in values:
        if label in _PEOPLE:
            yield from _people(_PEOPLE[label], label, value)
            continue
        role = _ROLES.get(label, "")
        if role == "degree" and kind != "thesis":
            role = ""
        text = plain(value)
        yield role, label, text.replace(",", ";") if role == "keywords" else text


def _people(role: Role, label: str, value: str) -> Iterator[tuple[Role, str, str]]:
    """Persons as ``family, given``; a name in braces is a group's."""
    for name in split_multiple_persons_names(value):
        if name.startswith("{") and name.endswith("}"):
            yield "group", label, plain(name)
        elif name.lower() != "others":
            parts = parse_single_name_into_parts(name, strict=False)
            family = plain(" ".join([*parts.von, *parts.last]))
            given = plain(" ".join(parts.first))
            # A comma parts Chinese names from each other.
            gap = "" if of_text(family) == "zh" else ", "
            yield role, label, f"{family}{gap}{given}" if given else family


def _date(values: dict[str, str]) -> Iterator[tuple[Role, str, str]]:
    year, month, day = (plain(values.get(name, "")) for name in ("year", "month", "day"))
    if year and "date" not in values:
        short = month.lower()[:3]
        number = f"{_MONTHS.index(short) + 1:02}" if short in _MONTHS else month
        yield "date", "year", "-".join(filter(None, (year, number, number and day)))
