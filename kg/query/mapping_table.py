"""Every mapping of a generation in one sealed file: from the store, reading a quarter of a million takes seconds."""

from __future__ import annotations

from pathlib import Path

from kg.errors import IntegrityError
from kg.index.rows import Rows, RowWriter
from kg.index.sealed import seal, unseal
from kg.model.ids import Ids
from kg.query.mapping_rows import MappingRow, MappingRows
from kg.store.base import Reader

FOLDER = "mappings"
MAPPINGS_FORMAT = "mappings.v1"
"""Another one asks for a new generation."""
_KIND, _NAME = "mappings", "rows"


def write_mappings(reader: Reader, ids: Ids, folder: Path) -> None:
    """Make the table of what ``reader`` answers from in ``folder``, that of a generation."""
    table = folder / FOLDER
    table.mkdir()
    writer = RowWriter(table, _NAME)
    for row in MappingRows(reader, ids).every():
        writer.add(row)
    writer.finish()
    seal(table, _KIND, {"rows": len(writer), "format": MAPPINGS_FORMAT})


def held_rows(folder: Path) -> Rows[MappingRow] | None:
    """The table of the generation in ``folder``, mapped into memory; None where it has none that can be read."""
    table = folder / FOLDER
    try:
        facts = unseal(table, _KIND)
    except IntegrityError:
        # Older generations have none, and the store holds all that a damaged one did.
        return None
    return Rows(table, _NAME, MappingRow) if facts["format"] == MAPPINGS_FORMAT else None
