"""OpenAlex: works as its API and its snapshot give them (JSON, JSON Lines).

https://docs.openalex.org: a page (``{"meta": …, "results": […]}``), one work, an array, or JSON Lines. A work is
known by PMID, PMC number or DOI, else by its number, ``OPENALEX:W99``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading.encoding import guess
from ingest.reading.json_works import works
from ingest.reading.openalex_fields import work
from ingest.reading.options import check_options
from kg.model.source import RawFile

_NUMBER = re.compile(r'"id"\s*:\s*"https://openalex\.org/W[0-9]').search
_NAMES = re.compile(
    r'"(authorships|abstract_inverted_index|primary_location|open_access|referenced_works|cited_by_count|biblio)"\s*:'
).findall


class OpenAlex:
    """Documents; takes no options."""

    name: ClassVar[str] = "openalex.v1"
    extensions: ClassVar[tuple[str, ...]] = (".json", ".jsonl", ".json.gz", ".jsonl.gz", ".gz")

    def sniff(self, head: bytes) -> float:
        """Sure when a work has a number of OpenAlex, likely when it has the names of its fields."""
        text = head.decode(guess(head), errors="ignore").removeprefix("\ufeff").lstrip()
        if not text.startswith(("{", "[")):
            return 0.0
        if _NUMBER(text):
            return 0.95
        return 0.85 if len(set(_NAMES(text))) >= 3 else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document a work; one without title is rejected."""
        check_options(self.name, options)
        yield from works(raw, ("results",), work)
