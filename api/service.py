"""The HTTP server around the application."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from api.library import Library


class Service(uvicorn.Server):
    """Calls ``ready`` once it answers.

    The library is opened before the application starts, so that its errors come up to the caller of
    ``run`` as they are; the frame would log a traceback instead.
    """

    def __init__(self, config: uvicorn.Config, library: Library, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._library = library
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn.Server; raises UnknownGeneration, IntegrityError, IndexMismatch."""
        await self._library.start()
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()
