"""How often a client was refused in the current minute."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

SECONDS = 60.0
_KEPT = 10_000


class Denials:
    """Counts refusals by client; who has ``most`` of them is asked to wait for the next minute.

    >>> denials = Denials(2, clock=lambda: 0.0)
    >>> [denials.add("a") for _ in range(3)], denials.wait("a"), denials.wait("b")
    ([1, 2, 3], 60.0, 0.0)
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._clock = clock
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def add(self, client: str) -> int:
        """Count one more and return their number in this minute."""
        began, count = self._counts.pop(client, (self._clock(), 0))
        if self._clock() - began >= SECONDS:
            began, count = self._clock(), 0
        self._counts[client] = (began, count + 1)
        while len(self._counts) > _KEPT:
            self._counts.popitem(last=False)
        return count + 1

    def wait(self, client: str) -> float:
        """Seconds until the client is heard again; 0 while it has refusals left."""
        began, count = self._counts.get(client, (0.0, 0))
        left = began + SECONDS - self._clock()
        return max(left, 0.0) if count >= self.most else 0.0
