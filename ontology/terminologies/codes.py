"""``codes.v1``: tables of code systems whose hierarchy stands in the codes.

The Chinese editions of ICD-10 (GB/T 14396, clinical, insurance) and of ICD-9-CM-3, the classification and the terms of
Chinese medicine (GB/T 15657, GB/T 16751) and ATC, each a system of its own with its own prefix: an equal code of
another edition is another concept, and what links them is a mapping. Columns are found by the names that such tables
give them (``systems.toml``). None of these tables comes with medkg.

Codes are texts. One that does not fit its system, one that comes twice and one without anything above it is rejected
with its place. The table is held in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import msgspec

from kg.errors import ConfigError
from kg.model.source import RawFile, Reject
from ontology.base import Options, TerminologyItem
from ontology.reading.code_table import CodeOptions, CodeTable
from ontology.reading.systems import Header, systems
from ontology.reading.table import Row
from ontology.reading.workbook import open_table


class Codes:
    """Reads one table of one system."""

    name: ClassVar[str] = "codes.v1"
    extensions: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".xlsx")

    def sniff(self, head: bytes) -> float:
        """A little surer than ``table.v1`` where a header names codes; which system it is nobody can tell."""
        first = head.split(b"\n", 1)[0]
        for encoding in ("utf-8", "gb18030"):
            try:
                names = set(re.split(r"[,\t]", first.decode(encoding).lstrip("\ufeff").strip()))
            except UnicodeDecodeError:
                continue
            known = systems().columns.values()
            return 0.3 if any(names & set(one["code"]) and names & set(one["name"]) for one in known) else 0.0
        return 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        """Raises ConfigError for wrong options and for a table without the columns of a code and a name."""
        settings = _options(options)
        table = open_table(raw, settings)
        rows = table.rows()
        if not table.columns:
            yield from (row for row in rows if isinstance(row, Reject))
            return
        entries = CodeTable(raw, settings, Header(raw.path.name, table.columns, settings.roles))
        for row in rows:
            if isinstance(row, Row):
                yield from entries.take(row)
                continue
            if row.fatal:
                yield from entries.concepts()
            yield row
            if row.fatal:
                return
        yield from entries.concepts()


def _options(options: Options) -> CodeOptions:
    try:
        found = msgspec.convert(dict(options), CodeOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="codes.v1", reason=str(error)) from error
    found.check("codes.v1")
    if found.system not in systems().system:
        known = ", ".join(systems().system)
        raise ConfigError(where="codes.v1: system", reason=f"{found.system!r} is none of {known}")
    return found
