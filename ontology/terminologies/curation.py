"""``curation.v1``: what curators released (ADR 24): the edits of all releases in order, a JSON object a line.

Each concept comes once, with what curation states of it: all of a new one, of others the names, definitions and parents
that were added, and whether it is deprecated. Then the mappings, then every edit with the people behind it. What edits
take away is left out where sources state it (``ontology.curation.withholding``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.edit import ReleasedEdit, ReleaseHead
from kg.model.source import RawFile, Reject
from ontology.base import Options, TerminologyItem
from ontology.curation.released import Curated, Line
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import lines

FORMAT = "curation.v1"


class Curation:
    """Released edits; takes no options."""

    name: ClassVar[str] = FORMAT
    extensions: ClassVar[tuple[str, ...]] = (".jsonl",)

    def sniff(self, head: bytes) -> float:
        """Sure when the first line is the head of a release."""
        try:
            first = msgspec.json.decode(head.partition(b"\n")[0], type=dict[str, object])
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return 0.0
        return 0.95 if {"release", "sequence", "by"} <= set(first) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        """Concepts by id, mappings, then edits in order; a line that is none is rejected."""
        for name in options:
            raise ConfigError(where=f"{self.name}: {name}", reason="known options: none")
        edits: list[ReleasedEdit] = []
        damage: Reject | None = None
        try:
            for number, line in lines(raw.path):
                if not line.strip():
                    continue
                try:
                    found = _read(line)
                except (msgspec.MsgspecError, UnicodeEncodeError) as error:
                    yield rejected(raw, f"line {number}", "", "bad-record", str(error))
                    continue
                if isinstance(found, ReleasedEdit):
                    edits.append(found)
        except InputError as error:
            damage = fatal(raw, error)
        curated = Curated(edits)
        yield from curated.additions()
        yield from curated.mappings.values()
        yield from edits
        if damage is not None:
            yield damage


def _read(line: str) -> ReleaseHead | ReleasedEdit:
    if bytes(msgspec.json.decode(line, type=Line).edit):
        return msgspec.json.decode(line, type=ReleasedEdit)
    return msgspec.json.decode(line, type=ReleaseHead)
