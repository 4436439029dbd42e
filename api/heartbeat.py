"""What a process that serves tells its supervisor: that its event loop runs, or why it could not start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from multiprocessing.connection import Connection

BEAT_SECONDS = 1.0


class Heart:
    """Over the writing end of a pipe. A message without bytes is a beat, any other says why the process ends.

    >>> from multiprocessing import Pipe
    >>> told, telling = Pipe(duplex=False)
    >>> Heart(telling).fail("the port is in use")
    >>> told.recv_bytes().decode()
    'the port is in use'
    """

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._task: asyncio.Task[None] | None = None

    def start(self, orphaned: Callable[[], None]) -> None:
        """Beat from the running event loop, at once and each second; ``orphaned`` is called where nobody listens any
        more, since a process without its supervisor would keep the address."""
        self._task = asyncio.get_running_loop().create_task(self._beat(orphaned))

    async def _beat(self, orphaned: Callable[[], None]) -> None:
        while True:
            try:
                self._pipe.send_bytes(b"")
            except OSError:
                orphaned()
                return
            await asyncio.sleep(BEAT_SECONDS)

    def fail(self, reason: str) -> None:
        """Say why this process ends; a supervisor that is gone is told nothing."""
        try:
            self._pipe.send_bytes(reason.encode())
        except OSError:
            return
