"""Cursors of result pages: an offset that is valid for one query only."""

from __future__ import annotations

import base64
import binascii

import msgspec

from kg.errors import QueryError
from kg.model.ids import digest
from kg.search.base import Query


def _about(query: Query) -> str:
    return digest(msgspec.json.encode(msgspec.structs.replace(query, cursor=None, limit=0)).decode())


def encode(query: Query, offset: int) -> str:
    """The cursor of the page of ``query`` that starts at ``offset``.

    >>> offset(Query("gout", cursor=encode(Query("gout"), 20)))
    20
    """
    return base64.urlsafe_b64encode(f"{offset}.{_about(query)}".encode()).decode().rstrip("=")


def offset(query: Query) -> int:
    """Where the page that ``query`` asks for starts; raises QueryError for a cursor that is not its own."""
    if query.cursor is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(query.cursor + "=" * (-len(query.cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    start, _, about = text.partition(".")
    if not start.isdecimal() or about != _about(query):
        raise QueryError(reason="the cursor does not belong to this query")
    return int(start)
