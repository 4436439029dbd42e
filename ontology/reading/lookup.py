"""Look-up tables: one column of another table as a dictionary into another column of it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kg.errors import ConfigError
from kg.model.source import Reject
from ontology.reading.cell import Columns, Filter
from ontology.reading.raw import describe
from ontology.reading.table import Dialect, Row
from ontology.reading.workbook import open_table


class Lookup(Dialect, frozen=True, forbid_unknown_fields=True):
    """``path`` (from the folder of the table that is read), ``key`` and ``result`` columns.

    ``where`` keeps only some rows. A key with two different results is ambiguous and finds nothing.
    The dictionary is held in memory while the table is read.
    """

    path: str = ""
    key: str = ""
    result: str = ""
    where: Filter = msgspec.field(default_factory=dict)


def load_lookup(folder: Path, spec: Lookup, option: str) -> dict[str, str]:
    """The dictionary; raises ConfigError, or InputError where the file is missing."""
    if not (spec.path and spec.key and spec.result):
        raise ConfigError(where=option, reason="it needs path, key and result")
    spec.check(option)
    table = open_table(describe(folder / spec.path), spec)
    columns = Columns(f"{option} ({spec.path})", table.columns, {})
    columns.codes(spec.key, "key")
    key, result = columns.place(spec.key, "key"), columns.place(spec.result, "result")
    accepts = columns.accepts(spec.where, "where")
    found: dict[str, str] = {}
    ambiguous = set()
    for row in table.rows():
        if isinstance(row, Reject):
            if row.fatal:
                raise ConfigError(where=f"{option} ({spec.path})", reason=f"{row.detail} ({row.position})")
            continue
        if isinstance(row, Row) and columns.fault(row) is None and accepts(row.cells):
            name, value = row.cells[key].strip(), row.cells[result].strip()
            if name and value and found.setdefault(name, value) != value:
                ambiguous.add(name)
    for name in ambiguous:
        del found[name]
    return found
