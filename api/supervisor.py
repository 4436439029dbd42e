"""Keeps several processes that serve one address: each that ends, or whose event loop stands still, is replaced.

The others go on meanwhile, and take what connects (ADR 45).
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from time import monotonic
from types import FrameType

STILL_SECONDS = 10.0
"""Without a beat after which a process that served is killed."""
GRACE_SECONDS = 15.0
"""For which processes may end what they answer, when all is to stop."""
PAUSES = (0.0, 1.0, 5.0, 15.0, 30.0)
"""Seconds before a start, by how many starts of this place failed in a row."""
LASTING_SECONDS = 60.0
"""A process that served so long has not failed at its start."""
_TICK = 0.5

Work = Callable[[Connection], None]
"""What a process does: a function of a module (it is pickled), which gets the end of a pipe for ``api.heartbeat``."""

log = logging.getLogger("medkg.supervisor")


class Failed(Exception):
    """A process ended before any of them answered; ``status`` is its exit status, ``reason`` may be empty."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class _Place:
    """One of the processes, whichever it is at the time."""

    def __init__(self, work: Work, still: float) -> None:
        self._work, self._still = work, still
        self._failures = 0
        self._start(monotonic())

    def _start(self, now: float) -> None:
        # Not forked: threads of libraries and locks that they hold would be copied half-way.
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=self._work, args=(theirs,))
        self._process.start()
        theirs.close()
        self.reason, self.ready = "", False
        self._born = self._heard = now
        self._again: float | None = None

    @property
    def waited_for(self) -> list[Connection | int]:
        """What becomes readable when there is something to do."""
        return [] if self._again is not None else [self._pipe, self._process.sentinel]

    @property
    def status(self) -> int | None:
        """Of the process that has ended; negative for the signal that ended it."""
        return self._process.exitcode

    def listen(self, now: float) -> None:
        """Take what the process told."""
        try:
            while self._pipe.poll():
                told = self._pipe.recv_bytes()
                self.ready = self.ready or not told
                self.reason = told.decode(errors="replace")
                self._heard = now
        except (EOFError, OSError):
            # It ends; its status comes next.
            return

    def tend(self, now: float) -> None:
        """Kill the process if it stands still, start another where it has ended."""
        if self._again is not None:
            if now >= self._again:
                self._start(now)
        elif self.status is not None:
            self._failures = 0 if self.ready and now - self._born > LASTING_SECONDS else self._failures + 1
            pause = PAUSES[min(self._failures, len(PAUSES)) - 1] if self._failures else PAUSES[0]
            log.error("process %d ended (status %d%s); another starts in %g s", self._process.pid or 0, self.status,
                      f", {self.reason}" if self.reason else "", pause)  # fmt: skip
            self.ready, self._again = False, now + pause
            self._pipe.close()
        elif self.ready and now - self._heard > self._still:
            log.error("process %d stands still and is killed", self._process.pid or 0)
            self._process.kill()

    def stop(self) -> None:
        """Ask it to end what it answers, and no more."""
        if self._process.exitcode is None:
            self._process.terminate()

    def end(self, seconds: float) -> None:
        """Wait until it has ended, and no longer than ``seconds``."""
        self._process.join(max(0.0, seconds))
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()


class Supervisor:
    """Runs ``count`` processes that do ``work``. ``still``: seconds without a beat that are too many."""

    def __init__(self, work: Work, count: int, still: float = STILL_SECONDS) -> None:
        self._work, self._count, self._still = work, count, still
        self._ending = False

    def run(self, ready: Callable[[], None]) -> None:
        """Until SIGINT or SIGTERM; ``ready`` is called once all processes answer.

        Raises Failed where one ends before any answers: what keeps the first from starting keeps the others, too.
        """
        before = {one: signal.signal(one, self._stop) for one in (signal.SIGINT, signal.SIGTERM)}
        places: list[_Place] = []
        try:
            places.extend(_Place(self._work, self._still) for _ in range(self._count))
            self._keep(places, ready)
        finally:
            for place in places:
                place.stop()
            until = monotonic() + GRACE_SECONDS
            for place in places:
                place.end(until - monotonic())
            for one, handler in before.items():
                signal.signal(one, handler)

    def _keep(self, places: list[_Place], ready: Callable[[], None]) -> None:
        served = told = False
        while True:
            self._listen(places)
            # Ctrl-C reaches all processes of a terminal: those that ended by it are no failure.
            if self._ending:
                return
            served = served or any(place.ready for place in places)
            if not told and all(place.ready for place in places):
                told = True
                ready()
            for place in places:
                if not served and place.status is not None:
                    place.listen(monotonic())
                    raise Failed(place.status, place.reason)
                place.tend(monotonic())

    @staticmethod
    def _listen(places: list[_Place]) -> None:
        wait([one for place in places for one in place.waited_for], _TICK)
        for place in places:
            place.listen(monotonic())

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True
