"""Tables of which each row is a rule of one pack: what ``rule_table.v1`` and ``coding_table.v1`` have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from ingest.base import Options, SourceItem
from ingest.reading.columns import chosen, delimiter
from kg.model.rule import PackedRule, Rule
from kg.model.source import RawFile, Reject
from ontology.reading.damage import rejected
from ontology.reading.table import Dialect, Row
from ontology.reading.workbook import open_table

RowCells = Mapping[str, str]
"""What stands in a row, by field."""


class Columns(msgspec.Struct, frozen=True):
    """``names``: what a field may be called in a head line; ``needed``: fields without which no row is read."""

    names: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]

    @property
    def fields(self) -> dict[str, str]:
        """Field by name."""
        return {name: field for field, names in self.names.items() for name in names}


class RowReading(msgspec.Struct, frozen=True):
    """How a row becomes a rule: everything that does not fit in it, by column, and the rule as plain values."""

    wrong: Callable[[RowCells], Iterable[str]]
    rule: Callable[[RowCells], Mapping[str, object]]


def rules(
    raw: RawFile, options: Options, kind: str, columns: Columns, told: Mapping[str, str], reading: RowReading
) -> Iterator[SourceItem]:
    """One rule a row, an example each; ``kind``: the name of the source, ``told``: what its options say of the pack.

    A row that does not fit is rejected with its place, a table without a needed column as a whole. Raises ConfigError
    for options of the table that do not fit.
    """
    dialect = Dialect(
        delimiter=delimiter(raw),
        encoding=str(options.get("encoding", "utf-8")),
        sheet=str(options.get("sheet", "")),
        ragged=True,
    )
    dialect.check(kind)
    table = open_table(raw, dialect)
    fields = chosen(table.columns, options.get("columns", {}), columns.fields, dict(columns.names))
    missing = [name for name in columns.needed if name not in fields.values()]
    if table.columns and missing:
        yield Reject(raw.path.name, "line 1", "", "columns", ", ".join(missing), fatal=True)
        return
    places = {field: table.columns[column] for column, field in fields.items() if field}
    seen: set[str] = set()
    for row in table.rows():
        if not isinstance(row, Row):
            yield row
            continue
        made = _item(raw, row, places, told, reading, seen)
        if isinstance(made, PackedRule):
            seen.add(made.rule.id)
        yield made


def parts(text: str) -> tuple[str, ...]:
    """
    >>> parts("I20| I21 |")
    ('I20', 'I21')
    """
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _item(
    raw: RawFile, row: Row, places: Mapping[str, int], told: Mapping[str, str], reading: RowReading, seen: set[str]
) -> PackedRule | Reject:
    cells = {name: row.cells[place].strip() for name, place in places.items()}
    name = cells["id"][:200]
    if row.faults:
        return rejected(raw, row.faults[0].position, name, row.faults[0].reason)
    if wrong := list(reading.wrong(cells)):
        return rejected(raw, row.position, name, "rule", "; ".join(wrong))
    if cells["id"] in seen:
        return rejected(raw, row.position, name, "rule-twice")
    try:
        rule = msgspec.convert(reading.rule(cells), Rule)
    except msgspec.ValidationError as error:
        return rejected(raw, row.position, name, "rule", str(error))
    return PackedRule(pack=told["pack"], release=told["release"], licence=told["licence"], example=True, rule=rule)
