"""A circuit breaker: what fails again and again is left alone for a while."""

from __future__ import annotations

import time
from threading import Lock

FAILURES = 3
"""Failures in a row after which the engine is left alone."""
PAUSE = 5.0
"""Seconds for which it is."""


class Breaker:
    """Stops asking an engine that fails: after FAILURES in a row, for PAUSE seconds; then one call may try."""

    def __init__(self, failures: int = FAILURES, pause: float = PAUSE) -> None:
        self._most, self._pause = failures, pause
        self._failures, self._until = 0, 0.0
        self._lock = Lock()

    def rest(self) -> float:
        """Seconds until it may be asked again, 0 when it may; then the asker holds the place of the one who tries."""
        with self._lock:
            if self._failures < self._most:
                return 0.0
            now = time.monotonic()
            if now < self._until:
                return self._until - now
            self._until = now + self._pause
            return 0.0

    def report(self, *, good: bool) -> None:
        with self._lock:
            self._failures = 0 if good else self._failures + 1
            if self._failures >= self._most:
                self._until = time.monotonic() + self._pause
