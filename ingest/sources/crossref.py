"""Crossref: works as its REST API gives them (JSON), and public data files in the same form.

https://api.crossref.org: a list (``{"message-type": "work-list", "message": {"items": […]}}``), one work, an array
of works, ``{"items": […]}`` or JSON Lines. A work is known by its DOI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading.crossref_fields import work
from ingest.reading.encoding import guess
from ingest.reading.json_works import works
from ingest.reading.options import check_options
from kg.model.source import RawFile

_ANSWER = re.compile(r'"message-type"\s*:\s*"work').search
_NAMES = re.compile(
    r'"(DOI|ISSN|reference-count|is-referenced-by-count|content-domain|short-container-title|container-title|'
    r'published-print|published-online|date-parts|date-time|issn-type|alternative-id|update-to)"\s*:'
).findall


class Crossref:
    """Documents, and StandingNotices of the works that they retract, correct or doubt; takes no options."""

    name: ClassVar[str] = "crossref.v1"
    extensions: ClassVar[tuple[str, ...]] = (".json", ".jsonl", ".json.gz", ".jsonl.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when it is an answer of the API; likely when a JSON object has names that only Crossref spells so."""
        text = head.decode(guess(head), errors="ignore").removeprefix("\ufeff").lstrip()
        if not text.startswith(("{", "[")):
            return 0.0
        if _ANSWER(text):
            return 0.95
        return 0.85 if len(set(_NAMES(text))) >= 3 else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document a work; one without DOI or without title is rejected."""
        check_options(self.name, options)
        yield from works(raw, ("message", "items"), work)
