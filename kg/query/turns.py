"""Who gets a query worker next: one of each client in turn, not the first to arrive."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from time import monotonic

from kg.errors import Overloaded

LONG = 0.25
"""Seconds; a client whose queries take longer leaves the last free worker to others."""
_MOST_SEEN = 1_000


class Turns:
    """``size`` turns at once. At most ``waiting`` wait, half of them of one client.

    Of several free turns a client may take all; the last one only while its queries are short. So who
    sends queries of death finds a worker, and others find one, too.
    """

    def __init__(self, size: int, waiting: int) -> None:
        self._size = size
        self._most = waiting
        self._free = size
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._number = 0
        self._running: dict[str, deque[float]] = {}
        self._long: OrderedDict[str, None] = OrderedDict()
        self._ended = asyncio.Event()

    async def take(self, client: str, wait: float) -> None:
        """Wait for a turn; raises Overloaded after ``wait`` seconds, or at once where too many wait."""
        if not self._number and self._may(client):
            self._begin(client)
            return
        line = self._waiting.get(client)
        if self._number >= self._most or (line is not None and len(line) >= max(1, self._most // 2)):
            raise Overloaded
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if line is None:
            line = self._waiting[client] = deque()
        line.append(turn)
        self._number += 1
        self._serve()
        try:
            async with asyncio.timeout(wait):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.give(client)
            else:
                self._leave(client, turn)
            if isinstance(error, TimeoutError):
                raise Overloaded from error
            raise

    def give(self, client: str) -> None:
        """A turn of ``client`` is over."""
        running = self._running[client]
        # Which of its queries ended does not matter: the oldest says most about them.
        lasted = monotonic() - running.popleft()
        if not running:
            del self._running[client]
        self._long.pop(client, None)
        if lasted > LONG:
            self._long[client] = None
            if len(self._long) > _MOST_SEEN:
                self._long.popitem(last=False)
        self._free += 1
        self._ended.set()
        if self._waiting:
            self._serve()

    async def idle(self) -> None:
        """Return when no turn is taken any more."""
        while self._free < self._size:
            self._ended.clear()
            await self._ended.wait()

    def _may(self, client: str) -> bool:
        if self._free > 1 or self._size == 1:
            return self._free > 0
        if self._free == 0:
            return False
        running = self._running.get(client)
        if running is None:
            # A client that runs nothing has its turn, whatever its queries were like.
            return True
        return client not in self._long and monotonic() - running[0] <= LONG

    def _begin(self, client: str) -> None:
        self._free -= 1
        self._running.setdefault(client, deque()).append(monotonic())

    def _serve(self) -> None:
        for client in list(self._waiting):
            if not self._free:
                return
            if not self._may(client):
                continue
            line = self._waiting[client]
            turn = line.popleft()
            self._number -= 1
            if not turn.done():
                self._begin(client)
                turn.set_result(None)
            if line:
                self._waiting.move_to_end(client)
            else:
                del self._waiting[client]

    def _leave(self, client: str, turn: asyncio.Future[None]) -> None:
        line = self._waiting.get(client)
        if line is not None and turn in line:
            line.remove(turn)
            self._number -= 1
            if not line:
                del self._waiting[client]
