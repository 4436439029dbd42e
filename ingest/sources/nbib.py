"""PubMed's tagged format (``.nbib``, MEDLINE display): ``PMID- 1`` and a line for each further tag.

Tags: https://www.nlm.nih.gov/bsd/mms/medlineelements.html. A record says here what it says in PubMed's XML,
as far as the format goes: headings have names but no numbers, abstracts are one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading.encoding import decoded, guess
from ingest.reading.identifiers import pmid
from ingest.reading.nbib_fields import Fields, draft_of
from ingest.reading.options import check_options
from kg.errors import InputError
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected

_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)").fullmatch
_SNIFF = re.compile(r"\s*PMID- ?\d+[ \t]*[\r\n]").match
_LONGEST = 1_000_000


class Nbib:
    """Documents; takes no options."""

    name: ClassVar[str] = "nbib.v1"
    extensions: ClassVar[tuple[str, ...]] = (".nbib", ".txt", ".nbib.gz", ".txt.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when the file begins with a PubMed number."""
        return 0.95 if _SNIFF(head.decode(guess(head), errors="ignore").removeprefix("\ufeff")) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document for each ``PMID-``; a record without number or title is rejected."""
        check_options(self.name, options)
        try:
            yield from _items(raw)
        except InputError as error:
            yield fatal(raw, error)


def _items(raw: RawFile) -> Iterator[SourceItem]:
    fields: Fields = []
    start = size = 0
    for number, line in decoded(raw.path).lines:
        found = _TAG(line)
        if found and found[1] == "PMID" and fields:
            yield _item(raw, start, fields)
            fields, size = [], 0
        if found:
            start = start if fields else number
            fields.append((found[1], found[2].strip()))
        elif line.strip() and fields:
            label, value = fields[-1]
            fields[-1] = (label, f"{value} {line.strip()}")
        elif line.strip():
            start, fields = number, [("", line.strip())]
        size += len(line)
        if size > _LONGEST:
            fields, size = [("", f"{_LONGEST} characters")], 0
    if fields:
        yield _item(raw, start, fields)


def _item(raw: RawFile, start: int, fields: Fields) -> SourceItem:
    label, value = fields[0]
    if not label or any("\0" in text for _, text in fields):
        return rejected(raw, f"line {start}", value[:80].replace("\0", ""), "bad-record", "PMID-")
    draft = draft_of(fields)
    identifier = draft.identifier()
    if label != "PMID" or not pmid(value) or not identifier:
        return rejected(raw, f"line {start}", value[:80], "no-identifier", "PMID")
    if not draft.titles:
        return rejected(raw, f"line {start}", value[:80], "no-title")
    return draft.finish(identifier)
