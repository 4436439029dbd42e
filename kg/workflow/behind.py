"""Writing behind: rows wait in memory and go to the database together, so that no answer waits for a disk.

What waits is lost when the process is killed: at most what came in the last second. A full queue drops the newest rows
and counts them; a write that fails is tried again with the next one.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition, Lock, Thread
from typing import Generic, TypeVar

from kg.errors import MedkgError

T = TypeVar("T")
MOST = 20_000
"""Rows that may wait."""
SECONDS = 1.0
"""How long a row waits for others."""
_STEP, _PAUSE = 250, 0.02
"""Rows of one transaction, and seconds between two of them: a longer one would hold the interpreter while answers
wait."""

log = logging.getLogger("medkg.behind")


class Behind(Generic[T]):
    """A bounded queue before ``write``, which takes many rows in one transaction. Safe to use from several threads."""

    def __init__(self, name: str, write: Callable[[list[T]], None], most: int = MOST, seconds: float = SECONDS) -> None:
        self._name, self._write, self._most, self._seconds = name, write, most, seconds
        self._waiting: deque[T] = deque()
        self._changed = Condition()
        self._writing = Lock()
        self._thread: Thread | None = None
        self._closed = False
        self.lost = 0
        """Rows that found no room."""

    def put(self, rows: Iterable[T]) -> None:
        """Take rows; returns at once."""
        with self._changed:
            before = self.lost
            for row in rows:
                if len(self._waiting) < self._most:
                    self._waiting.append(row)
                else:
                    self.lost += 1
            if self.lost > before:
                log.error("%s: %d rows found no room and are lost", self._name, self.lost - before)
            if self._thread is None and self._waiting and not self._closed:
                self._thread = Thread(target=self._run, name=f"medkg-{self._name}", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Write what waits now; raises StoreError, StorageFull, and what could not be written waits on."""
        self._flush(0.0)

    def _flush(self, pause: float) -> None:
        with self._changed:
            left = len(self._waiting)
        while left > 0:
            left -= self._step()
            if left > 0:
                time.sleep(pause)

    def _step(self) -> int:
        """Write some of what waits; how much."""
        with self._writing:
            with self._changed:
                rows = [self._waiting.popleft() for _ in range(min(_STEP, len(self._waiting)))]
            try:
                if rows:
                    self._write(rows)
            except BaseException:
                with self._changed:
                    self._waiting.extendleft(reversed(rows))
                raise
            return len(rows) or _STEP

    def close(self) -> None:
        """Write what waits, and end; what cannot be written is lost and said."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        self._try()

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                self._changed.wait(self._seconds)
            self._try()

    def _try(self) -> None:
        try:
            self._flush(0.0 if self._closed else _PAUSE)
        except MedkgError as error:
            log.error("%s: %s", self._name, error)
