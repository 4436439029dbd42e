"""Cursors of result pages: an offset that is valid for one query, or another list, only."""

from __future__ import annotations

import base64
import binascii

import msgspec

from kg.errors import QueryError
from kg.model.ids import digest
from kg.search.base import Query

_LONGEST = 10
"""Digits of an offset, and one more."""


def mark(asked: object, start: int) -> str:
    """The cursor of the page that starts at ``start`` of the list that ``asked`` leads to: anything that JSON can tell,
    without limit and cursor.

    >>> place("gout", mark("gout", 20)), place("gout", None)
    (20, 0)
    """
    return base64.urlsafe_b64encode(f"{start}.{_about(asked)}".encode()).decode().rstrip("=")


def place(asked: object, cursor: str | None) -> int:
    """Where the page of a cursor starts, 0 for none; raises QueryError for a cursor of another list."""
    if cursor is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    start, _, about = text.partition(".")
    if not (start.isdecimal() and len(start) < _LONGEST) or about != _about(asked):
        raise QueryError(reason="the cursor does not belong to this query")
    return int(start)


def encode(query: Query, offset: int) -> str:
    """The cursor of the page of ``query`` that starts at ``offset``.

    >>> offset(Query("gout", cursor=encode(Query("gout"), 20)))
    20
    """
    return mark(_plain(query), offset)


def offset(query: Query) -> int:
    """Where the page that ``query`` asks for starts; raises QueryError for a cursor that is not its own."""
    return place(_plain(query), query.cursor)


def _plain(query: Query) -> Query:
    return msgspec.structs.replace(query, cursor=None, limit=0)


def _about(asked: object) -> str:
    return digest(msgspec.json.encode(asked).decode())
