"""The records of a file of JSON as registries of works hand it out: answers of an API, single works, JSON Lines.

Documents and rejects come out, whatever the registry: what a record says is for its reader to find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from ingest.base import SourceItem
from ingest.reading.draft import Draft
from ingest.reading.encoding import Decoded
from ingest.reading.json_fields import Fields
from ingest.reading.json_objects import encoding_of, objects
from kg.errors import InputError
from kg.model.document import StandingNotice
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import head

_PEEK = 1 << 20
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000").search
_WRAPPED = ("{", "[", ",", ":")
"""What the first line of one JSON value over many lines ends in."""
_LONGEST = 1000
"""Characters of a value that is kept although nobody knows its field."""


class Found(msgspec.Struct, frozen=True):
    """What a record says: its document, what it says about others, and the identifier that it lacks (``DOI``)."""

    draft: Draft
    notices: tuple[StandingNotice, ...] = ()
    lacks: str = ""


def works(
    raw: RawFile, containers: tuple[str, ...], read: Callable[[dict[str, object]], Found]
) -> Iterator[SourceItem]:
    """A document or a reject for each record, notices right behind their document.

    ``containers``: names under which an answer holds its records, from the outside in. Records are read one by one,
    none of more than ``ingest.reading.json_objects.RECORD_LIMIT`` characters.
    """
    count = 0
    try:
        for position, text in _values(raw, containers):
            count += 1
            if text is None:
                yield rejected(raw, position, "", "encoding", "UTF-8")
            else:
                yield from _items(raw, position, text, containers, read)
        if not count and not _is_json(raw):
            yield rejected(raw, "line 1", "", "bad-record", "JSON")
    except InputError as error:
        yield fatal(raw, error)


def plain(fields: Fields) -> list[tuple[str, str]]:
    """What was not taken of a record and is a short value, or a list of some: what is nested is left out."""
    return [(label, value) for label, value in fields.rest() if ": " not in label and len(value) <= _LONGEST]


def several(fields: Fields, name: str) -> list[str]:
    """The strings of a list, or a string that stands where the list is due."""
    return fields.texts(name) or [value for value in (fields.text(name),) if value]


def parts(fields: Fields, name: str) -> list[Fields]:
    """The objects of a list, or an object that stands where the list is due."""
    return fields.parts(name) or [fields.part(name)]


def _items(
    raw: RawFile,
    position: str,
    text: str,
    containers: tuple[str, ...],
    read: Callable[[dict[str, object]], Found],
) -> Iterator[SourceItem]:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        yield rejected(raw, position, "", "bad-record", str(error))
        return
    for name in containers:
        value = value[name] if isinstance(value, dict) and name in value else value
    nul = _NUL(text)
    if not isinstance(value, list):
        yield from _item(raw, position, value, nul is not None, read)
        return
    for number, one in enumerate(value, 1):
        yield from _item(raw, f"{position}, record {number}", one, nul is not None, read)


def _item(
    raw: RawFile, position: str, value: object, suspect: bool, read: Callable[[dict[str, object]], Found]
) -> Iterator[SourceItem]:
    if not isinstance(value, dict):
        yield rejected(raw, position, "", "bad-record", "JSON object")
        return
    if suspect and _NUL(msgspec.json.encode(value).decode()):
        yield rejected(raw, position, "", "bad-record", "NUL")
        return
    found = read(value)
    draft = found.draft
    identifier = draft.identifier() or draft.derived()
    key = next((value for _, value in draft.identifiers), draft.titles[0].value if draft.titles else "")[:80]
    if found.lacks:
        yield rejected(raw, position, key, "no-identifier", found.lacks)
    elif not draft.titles:
        yield rejected(raw, position, key, "no-title")
    else:
        yield draft.finish(identifier)
        yield from found.notices


def _values(raw: RawFile, containers: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    """(position, text) of each JSON value; in JSON Lines a damaged line takes no other with it.

    The text is None for a line that is not UTF-8 in a file that is: any guess at it might be wrong.
    """
    if not _is_lines(raw):
        yield from objects(raw.path, *containers)
        return
    file = Decoded(raw.path, encoding_of(raw.path))
    for number, line in file.lines:
        if line.strip():
            other = file.encoding == "utf-8" and number in file.mixed[-1:]
            yield f"line {number}", None if other else line


def _is_lines(raw: RawFile) -> bool:
    """Whether one of the first two lines that are not empty is an object by itself, and the first ends like one."""
    start = head(raw.path, _PEEK)
    text = start.decode(encoding_of(raw.path), "ignore").removeprefix("\ufeff")
    rows = [row.strip() for row in text[: text.rfind("\n") + 1].splitlines() if row.strip()][:2]
    if not rows or not rows[0].startswith("{") or rows[0].endswith(_WRAPPED):
        return False
    return any(_is_object(row) for row in rows)


def _is_object(row: str) -> bool:
    try:
        return isinstance(msgspec.json.decode(row), dict)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False


def _is_json(raw: RawFile) -> bool:
    return bool(head(raw.path, _PEEK).strip())
