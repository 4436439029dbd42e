"""Lists of documents of one standing: one PMID a line, such as lists of retracted papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, cast, get_args

from ingest.base import Options, SourceItem
from ingest.reading.identifiers import pmid
from ingest.reading.options import check_options
from kg.errors import ConfigError, InputError
from kg.model.document import Standing, StandingNotice
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import lines

_SNIFF = re.compile(rb"(?:#[^\n]*\n)*(?:[0-9]{1,9}\r?\n){3}").match


class StandingList:
    """StandingNotices. Option ``standing``: what the list says of each (default ``retracted``).

    Only the first tab-separated column counts; empty lines and lines that begin with ``#`` are
    passed over. A PMID that comes again is handed out again.
    """

    name: ClassVar[str] = "standing.v1"
    extensions: ClassVar[tuple[str, ...]] = (".tsv", ".txt", ".tsv.gz", ".txt.gz")

    def sniff(self, head: bytes) -> float:
        """Likely when the file starts with three lines of digits alone."""
        return 0.6 if _SNIFF(head.removeprefix(b"\xef\xbb\xbf")) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One notice a line; raises ConfigError for a standing that does not exist."""
        check_options(self.name, options, ("standing",))
        standing = options.get("standing", "retracted")
        if standing not in get_args(Standing):
            raise ConfigError(where="standing", reason=f"{standing!r} is none of {', '.join(get_args(Standing))}")
        try:
            for number, line in lines(raw.path):
                value = line.partition("\t")[0].strip()
                if not value or value.startswith("#"):
                    continue
                if identifier := pmid(value.upper().removeprefix("PMID:")):
                    yield StandingNotice(f"PMID:{identifier}", cast(Standing, standing))
                else:
                    yield rejected(raw, f"line {number}", value[:40], "bad-line", "PMID")
        except InputError as error:
            yield fatal(raw, error)
