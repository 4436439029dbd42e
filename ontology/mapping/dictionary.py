"""A local dictionary as concepts: rows of a CSV file or a spreadsheet with a map of its columns.

What a row holds is taken as it is shown; rows without code or name, and a code that stands twice with different names,
are rejects with their place. Blank columns, pinyin among them, say nothing that the names do not.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kg.errors import ConfigError
from kg.index.analysis import has_han
from kg.model.concept import Concept, Label
from kg.model.source import Notice, RawFile, Reject
from kg.vocab import CATEGORIES
from ontology.mapping.systems import LocalSystem
from ontology.reading.damage import rejected
from ontology.reading.table import Dialect, Row
from ontology.reading.workbook import open_table

MOST_ROWS = 200_000
_LONGEST = 500
"""Characters of a code or name."""


class DictionaryColumns(msgspec.Struct, frozen=True):
    """Names of columns. ``synonyms``: further names, with ``|`` or a semicolon between several. ``category``: a
    column with keys of ``kg.vocab.CATEGORIES``; ``of_all``: one category for all rows."""

    code: str = "code"
    name: str = "name"
    english: str = ""
    synonyms: str = ""
    category: str = ""
    parent: str = ""
    of_all: str = "other"
    dialect: Dialect = Dialect(encoding="auto")


def read_dictionary(raw: RawFile, columns: DictionaryColumns, system: LocalSystem) -> Iterator[Concept | Reject]:
    """Each row once, in order; raises ConfigError where a named column is not there."""
    if columns.of_all not in CATEGORIES:
        raise ConfigError(where=f"{raw.path.name}: category", reason=f"{columns.of_all!r} is not a category")
    table = open_table(raw, columns.dialect)
    wanted = [columns.code, columns.name, columns.english, columns.synonyms, columns.category, columns.parent]
    places: dict[str, int | None] = {}
    for column in wanted:
        if column and table.columns and column not in table.columns:
            known = ", ".join(table.columns)
            raise ConfigError(where=f"{raw.path.name}: {column}", reason=f"there is no such column; there are: {known}")
        places[column] = table.columns.get(column) if column else None
    seen: dict[str, str] = {}
    for number, row in enumerate(table.rows()):
        if number >= MOST_ROWS:
            yield msgspec.structs.replace(rejected(raw, "", "", "too-many-rows", str(MOST_ROWS)), fatal=True)
            return
        if isinstance(row, Reject):
            if not isinstance(row, Notice):
                yield row
            continue
        yield _concept(raw, row, places, columns, system, seen)


def _concept(
    raw: RawFile, row: Row, places: dict[str, int | None], columns: DictionaryColumns, system: LocalSystem,
    seen: dict[str, str],
) -> Concept | Reject:  # fmt: skip
    def text(column: str) -> str:
        place = places[column]
        return " ".join(row.cells[place].split()) if place is not None and place < len(row.cells) else ""

    used = {places[column] for column in places if column}
    for fault in row.faults:
        if fault.place in used and not (fault.codes and fault.place != places[columns.code]):
            return rejected(raw, fault.position, text(columns.code), fault.reason, fault.detail)
    code, name, english = text(columns.code), text(columns.name), text(columns.english)
    if not code or not (name or english):
        return rejected(raw, row.position, code, "unidentified", " ".join(row.cells)[:120])
    if len(code) > _LONGEST or len(name) > _LONGEST:
        return rejected(raw, row.position, code[:40], "bad-row", f"{len(code)}, {len(name)}")
    if code in seen:
        return rejected(raw, row.position, code, "duplicate-id", f"{code} ({seen[code]} / {name})")
    seen[code] = name
    category = text(columns.category) or columns.of_all
    if category not in CATEGORIES:
        return rejected(raw, row.position, code, "unknown-category", category)
    names = [(name, "preferred"), (english, "preferred" if not has_han(english) and has_han(name) else "exact")]
    names += [(part, "exact") for part in _several(text(columns.synonyms))]
    labels = tuple(
        dict.fromkeys(Label(value, "zh" if has_han(value) else "en", kind) for value, kind in names if value)  # type: ignore[arg-type]
    )
    parent = text(columns.parent)
    return Concept(system.id(code), category, labels, notations=(code,), parents=(system.id(parent),) if parent else ())


def _several(cell: str) -> list[str]:
    for mark in ("|", "；", ";"):
        if mark in cell:
            return [part.strip() for part in cell.split(mark) if part.strip()]
    return [cell] if cell else []
