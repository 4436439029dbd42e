"""DataCite: data sets and other resources as its REST API gives them (JSON), and JSON of its metadata schema.

https://api.datacite.org/dois: a page (``{"data": [{"id": …, "attributes": {…}}]}``), one resource, an array, or JSON
Lines of its public data file. A resource is known by its DOI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading.datacite_fields import resource
from ingest.reading.encoding import guess
from ingest.reading.json_works import works
from ingest.reading.options import check_options
from kg.model.source import RawFile

_SURE = re.compile(r'"type"\s*:\s*"dois"|"schemaVersion"\s*:\s*"https?://datacite\.org/schema/').search
_NAMES = re.compile(
    r'"(resourceTypeGeneral|creators|publicationYear|rightsList|relatedIdentifiers|descriptions|descriptionType|'
    r'fundingReferences|nameIdentifiers|titleType|titles|alternateIdentifiers|geoLocations)"\s*:'
).findall


class DataCite:
    """Documents, most of kind ``dataset``; takes no options."""

    name: ClassVar[str] = "datacite.v1"
    extensions: ClassVar[tuple[str, ...]] = (".json", ".jsonl", ".json.gz", ".jsonl.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when it says that it is DataCite's, likely when it has the names of its properties."""
        text = head.decode(guess(head), errors="ignore").removeprefix("\ufeff").lstrip()
        if not text.startswith(("{", "[")):
            return 0.0
        if _SURE(text):
            return 0.95
        return 0.85 if len(set(_NAMES(text))) >= 3 else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document a resource; one without title, or with a DOI that is none, is rejected."""
        check_options(self.name, options)
        yield from works(raw, ("data",), resource)
