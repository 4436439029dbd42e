"""From the records of a tagged text file to documents and rejects, whatever the tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ingest.base import SourceItem
from ingest.reading.draft import Draft
from ingest.reading.encoding import decoded
from kg.errors import InputError
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected

Fields = list[tuple[str, str]]
"""(label, value) in file order."""
Lines = Iterator[tuple[int, str]]
"""(number from 1, line without its end)."""
LONGEST = 1_000_000
"""Characters of one record; a record without end is damage, not data."""


def documents(
    raw: RawFile,
    split: Callable[[Lines], Iterable[tuple[int, Fields]]],
    draft_of: Callable[[Fields], Draft],
    opens: str,
) -> Iterator[SourceItem]:
    """A document or a reject for each record that ``split`` finds.

    A record without fields did not begin as it should; ``opens`` says how. Records with NUL characters, of more
    than ``LONGEST`` characters or without title are rejected.
    """
    try:
        for start, fields in split(decoded(raw.path).lines):
            yield _item(raw, start, fields, draft_of, opens)
    except InputError as error:
        yield fatal(raw, error)


def _item(raw: RawFile, start: int, fields: Fields, draft_of: Callable[[Fields], Draft], opens: str) -> SourceItem:
    where = f"line {start}"
    key = fields[0][1][:80].replace("\0", "") if fields else ""
    if not fields:
        return rejected(raw, where, key, "bad-record", opens)
    if any("\0" in part for field in fields for part in field):
        return rejected(raw, where, key, "bad-record", "NUL")
    if sum(len(value) for _, value in fields) > LONGEST:
        return rejected(raw, where, key, "bad-record", f"{LONGEST} characters")
    draft = draft_of(fields)
    if not draft.titles:
        return rejected(raw, where, key, "no-title")
    return draft.finish(draft.identifier() or draft.derived())
