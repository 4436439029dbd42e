"""How many of something one caller may have in an hour."""

from __future__ import annotations

import asyncio
from collections import deque

from kg.errors import BudgetSpent

_HOUR = 3600.0
_CLIENTS = 10_000


class Allowance:
    """Counts what callers had; ``most`` of one an hour, 0 for no limit. ``spent`` is the error of one more."""

    def __init__(self, most: int, spent: type[BudgetSpent]) -> None:
        self._most = most
        self._spent = spent
        self._had: dict[str, deque[float]] = {}

    def count(self, client: str) -> None:
        """One more of ``client``; raises the error with the seconds until there may be another."""
        if not self._most:
            return
        now = asyncio.get_running_loop().time()
        had = self._had.setdefault(client, deque())
        while had and now - had[0] >= _HOUR:
            had.popleft()
        if len(had) >= self._most:
            raise self._spent(limit=self._most, seconds=round(_HOUR - (now - had[0])))
        had.append(now)
        if len(self._had) > _CLIENTS:
            self._had = {name: times for name, times in self._had.items() if now - times[-1] < _HOUR}
