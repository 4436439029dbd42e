"""ClinicalTrials.gov: studies as its API gives them in JSON (version 2), and downloads in the same form.

https://clinicaltrials.gov/data-api/api: a page of studies (``{"studies": […]}``), one study, an array of them, or
JSON Lines of any of these. A trial is known by its number, ``NCT:NCT99999901``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import msgspec

from ingest.base import Options, SourceItem
from ingest.reading.json_fields import Fields
from ingest.reading.json_objects import objects
from ingest.reading.options import check_options
from ingest.reading.studies import trial
from kg.errors import InputError
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000").search
_SNIFF = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*[\[{].*"protocolSection"\s*:\s*\{', re.DOTALL).match


class ClinicalTrials:
    """Documents of kind ``trial``; takes no options."""

    name: ClassVar[str] = "clinicaltrials.v1"
    extensions: ClassVar[tuple[str, ...]] = (".json", ".jsonl", ".json.gz", ".jsonl.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when a study's first section stands in JSON."""
        return 0.95 if _SNIFF(head) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document a study; one without title or without its number is rejected."""
        check_options(self.name, options)
        try:
            for position, text in objects(raw.path, "studies"):
                yield _study(raw, position, text)
        except InputError as error:
            yield fatal(raw, error)


def _study(raw: RawFile, position: str, text: str) -> SourceItem:
    if _NUL(text):
        return rejected(raw, position, "", "bad-record", "NUL")
    try:
        study = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        return rejected(raw, position, "", "bad-record", str(error))
    if not isinstance(study, dict) or not isinstance(study.get("protocolSection"), dict):
        return rejected(raw, position, "", "bad-record", "protocolSection")
    draft = trial(Fields(study))
    key = draft.number[:80]
    if not draft.titles:
        return rejected(raw, position, key, "no-title")
    identifier = draft.identifier()
    if not identifier.startswith("NCT:"):
        return rejected(raw, position, key, "no-identifier", "NCT")
    return draft.finish(identifier)
