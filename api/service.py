"""The HTTP server around the application."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from api.library import Library
from kg.errors import MedkgError
from kg.query.frames import Ready


class Service(uvicorn.Server):
    """Calls ``check`` with the walls around query workers before it listens, and ``ready`` once it answers.

    The library is opened before the application starts, so that its errors come up to the caller of
    ``run`` as they are; the frame would log a traceback instead.
    """

    def __init__(
        self, config: uvicorn.Config, library: Library, check: Callable[[Ready], None], ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._library = library
        self._check = check
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn.Server; raises UnknownGeneration, IntegrityError, IndexMismatch, and what ``check`` does."""
        await self._library.start()
        current = self._library.current
        assert current is not None
        try:
            self._check(current.pool.walls)
        except MedkgError:
            await self._library.close()
            raise
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()
