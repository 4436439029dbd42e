"""Turning records into responses, and lists into the one envelope."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeVar

import msgspec
from fastapi import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.knowledge import Knowledge
from api.library import Library
from kg.errors import QueryError
from kg.query.pool import Answer

T = TypeVar("T")

STALL_SECONDS = 30.0
"""How long an asker may take no bytes before the connection is cut and its worker freed."""
SLOWEST = 50_000
"""Bytes a second that an asker has to take on the whole: a worker is held as long as its answer is read."""


class Page(msgspec.Struct, frozen=True):
    """The envelope of every list. ``next`` goes back as ``cursor``; None at the end."""

    items: Sequence[object]
    next: str | None
    generation: str
    interpretation: object = None


async def knowledge(request: Request, as_of: str | None, cursor: str | None = None) -> tuple[Knowledge, str | None]:
    """The generation to answer from, and the cursor without it.

    A cursor holds the generation that its list began in, so that pages fit together. Raises
    UnknownGeneration, and QueryError for a cursor of another generation than ``as_of``.
    """
    library: Library = request.app.state.library
    inner: str | None = None
    if cursor is not None:
        generation, mark, inner = cursor.partition("~")
        if not mark or (as_of not in (None, generation) and library.shelf.find(as_of) != generation):
            raise QueryError(why="cursor")
        as_of = generation
    found = await library.at(as_of)
    request.scope["medkg.generation"] = found.id
    return found, inner


def page(found: Knowledge, items: Sequence[object], following: str | None, interpretation: object = None) -> Response:
    """One page of a list; ``following`` is the inner cursor of the next."""
    after = None if following is None else f"{found.id}~{following}"
    return json(Page(items, after, found.id, interpretation))


def slice_of(items: Sequence[T], inner: str | None, limit: int) -> tuple[Sequence[T], str | None]:
    """``limit`` items from the offset that an inner cursor names, and the cursor after them.

    >>> slice_of("abcde", "2", 2)
    ('cd', '4')
    """
    if inner is not None and not (inner.isascii() and inner.isdecimal() and len(inner) < 10):
        raise QueryError(why="cursor")
    start = int(inner or 0)
    end = start + limit
    return items[start:end], str(end) if end < len(items) else None


def json(record: object) -> Response:
    return Response(msgspec.json.encode(record), media_type="application/json")


class Stream(Response):
    """An answer of a query whose beginning is known to be good and whose rest is on its way.

    When the rest fails, or the asker reads too slowly, the connection is cut: a broken transfer, never a
    whole-looking part.
    """

    def __init__(self, found: Answer, media_type: str, headers: dict[str, str]) -> None:
        super().__init__(None, 200, headers, media_type)
        del self.headers["content-length"]
        self._answer = found
        self._patience = STALL_SECONDS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rest = self._answer.rest
        assert rest is not None
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await self._send(send, self._answer.first)
            async for block in rest:
                await self._send(send, block)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await rest.aclose()

    async def _send(self, send: Send, block: bytes) -> None:
        begun = asyncio.get_running_loop().time()
        # What the worker took is its own business: the clock runs while the asker is waited for.
        async with asyncio.timeout_at(begun + self._patience):
            await send({"type": "http.response.body", "body": block, "more_body": True})
        taken = asyncio.get_running_loop().time() - begun
        self._patience = min(STALL_SECONDS, self._patience - taken + len(block) / SLOWEST)
