"""The API keys in force, kept in memory for a moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from kg.workflow.keys import Key, Keys, digest

SECONDS = 1.0
"""How long a revoked key may still work."""


class KeyRing:
    """Finds keys without asking the database each time. Without a database nobody with a key is let in."""

    def __init__(self, keys: Keys, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys = keys
        self._clock = clock
        self._found: dict[str, Key] = {}
        self._read = float("-inf")
        self._reading = asyncio.Lock()

    async def find(self, text: str, *, again: bool) -> Key | None:
        """The key that ``text`` is, None for an unknown or revoked one; raises StoreError.

        ``again``: look once more for a key that is not known; it may be new.
        """
        sought, asked = digest(text), self._clock()
        await self._refresh(asked - SECONDS)
        if again and sought not in self._found:
            await self._refresh(asked)
        return self._found.get(sought)

    async def _refresh(self, since: float) -> None:
        """Read the keys unless that was begun after ``since``; requests that wait share one reading."""
        if self._read >= since:
            return
        async with self._reading:
            if self._read < since:
                began = self._clock()
                self._found = await asyncio.to_thread(self._keys.digests)
                self._read = began
