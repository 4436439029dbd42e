"""BioC files (JSON or XML) with what a tool of others found in documents.

The options say which tool it was, and where the documents are that it read::

    [input.options]
    tool = "PubTator3"                 # named by every mention and claim, with its release
    release = "2024-05"
    documents = [{ path = "pubmed.xml", format = "pubmed.v1" }]   # from the folder of the BioC file; may be left out

Mentions belong to the passage whose text the tool read, to the last sign; where a known document has no such text
they are rejected. A document that is not known comes with its passages as they stand in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.config import named_files
from ingest.reading.bioc import documents
from ingest.reading.bioc_document import Reading
from ingest.reading.options import check_options
from ingest.reading.tools import OPTIONS, known_texts, tool_of
from kg.errors import InputError
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected

_XML = re.compile(rb"<!DOCTYPE collection\b|<collection>.*?<document>.*?<passage>|<collection>\s*<source>", re.DOTALL)
_JSON = re.compile(rb'"(documents|passages|infons|annotations|locations|PubTator3)"\s*:')


class Bioc:
    """Documents that are not known from elsewhere; mentions and claims of the tool that the options name."""

    name: ClassVar[str] = "bioc.v1"
    extensions: ClassVar[tuple[str, ...]] = (".json", ".xml", ".bioc", ".json.gz", ".xml.gz")

    def sniff(self, head: bytes) -> float:
        """Sure of a collection of BioC in XML, nearly of JSON with three of the names that BioC gives things."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if start.startswith(b"<"):
            return 0.95 if _XML.search(start) else 0.0
        names = set(_JSON.findall(start)) if start.startswith((b"{", b"[")) else set()
        return 0.9 if len(names) > 2 and b"passages" in names else 0.0

    def companions(self, raw: RawFile, options: Options) -> tuple[Path, ...]:
        """Other files that the result depends on: those of the documents that the tool read."""
        return tuple(raw.path.parent / name for name in named_files(options))

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """What belongs to a document follows it; annotations that do not fit their text are rejected one by one."""
        check_options(self.name, options, OPTIONS)
        tool = tool_of(self.name, options)
        known, damage = known_texts(raw, tool)
        yield from damage
        try:
            for position, document in documents(raw):
                if isinstance(document, str):
                    yield rejected(raw, position, "", "bad-record", document[:200])
                else:
                    yield from Reading(raw, tool, known, position, document).items()
        except InputError as error:
            yield fatal(raw, error)
