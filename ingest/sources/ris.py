"""RIS (``TY  - JOUR``), in the dialects that databases and reference managers write, and Web of Science's own tags.

Tags of RIS: https://en.wikipedia.org/wiki/RIS_(file_format) and the tables of rispy; of Web of Science: the field
tags in its help pages. What stands before, between and after records (``1.``, ``Provider: …``) is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading.encoding import decoded, guess
from ingest.reading.options import check_options
from ingest.reading.ris_fields import Fields, draft_of
from ingest.reading.wos_fields import draft_of as wos_draft_of
from kg.errors import InputError
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected

_RIS = re.compile(r"\s{0,2}([A-Z][A-Z0-9])\s{0,2}-(?:\s(.*)|$)").fullmatch
_WOS = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)").fullmatch
_SNIFF_RIS = re.compile(r"(?:^|[\r\n])\s{0,2}TY\s{0,2}-\s").search
_SNIFF_WOS = re.compile(r"\s*FN [^\r\n]*[\r\n]+VR |\s*PT [JBSP]\s*[\r\n]+A[UF] ").match
_LONGEST = 1_000_000
"""Characters of one record; a record without end is damage, not data."""


class Ris:
    """Documents in any encoding that ``ingest.reading.encoding`` knows; takes no options."""

    name: ClassVar[str] = "ris.v1"
    extensions: ClassVar[tuple[str, ...]] = (".ris", ".txt", ".ciw", ".ris.gz", ".txt.gz", ".ciw.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when a line opens a record."""
        text = head.decode(guess(head), errors="ignore").removeprefix("\ufeff")
        return 0.95 if _SNIFF_RIS(text) or _SNIFF_WOS(text) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document a record; records without title, end or type are rejected."""
        check_options(self.name, options)
        try:
            yield from _items(raw)
        except InputError as error:
            yield fatal(raw, error)


def _items(raw: RawFile) -> Iterator[SourceItem]:
    source = decoded(raw.path)
    fields: Fields = []
    start = size = 0
    wos: bool | None = None
    for number, line in source.lines:
        if wos is None and line.strip():
            if _SNIFF_WOS(line + "\nVR AU ") or line.startswith("FN "):
                wos = True
            elif _RIS(line):
                wos = False
        found = (_WOS if wos else _RIS)(line)
        tag, value = (found[1], (found[2] or "").strip()) if found else ("", line.strip())
        if tag == ("PT" if wos else "TY"):
            if fields:
                yield _rejected(raw, start, fields, "ER")
            fields, start, size = [(tag, value)], number, 0
        elif not fields:
            continue
        elif tag == "ER" and not value:
            yield _item(raw, start, fields, wos=bool(wos))
            fields = []
        elif found:
            fields.append((tag, value))
        elif value:
            label, before = fields[-1]
            fields[-1] = (label, f"{before}\n{value}" if before else value)
        size += len(line)
        if size > _LONGEST:
            yield _rejected(raw, start, fields, f"{_LONGEST} characters")
            fields, size = [], 0
    if fields:
        # The file ends inside a record: what was read of it may be half of it.
        yield _rejected(raw, start, fields, "ER")


def _item(raw: RawFile, start: int, fields: Fields, *, wos: bool) -> SourceItem:
    if any("\0" in value for _, value in fields):
        return _rejected(raw, start, fields, "NUL")
    draft = (wos_draft_of if wos else draft_of)(fields)
    if not draft.titles:
        return rejected(raw, f"line {start}", fields[0][1][:80], "no-title")
    return draft.finish(draft.identifier() or draft.derived())


def _rejected(raw: RawFile, start: int, fields: Fields, detail: str) -> SourceItem:
    return rejected(raw, f"line {start}", fields[0][1][:80].replace("\0", "") if fields else "", "bad-record", detail)
