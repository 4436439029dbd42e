"""The tables of rules of a data folder, as services and commands keep them at hand.

What was decided is asked before every answer. Where it cannot be known in ``WAIT`` seconds, no rule fires, and who asks
is told at once as long as that lasts (ADR 43).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from threading import Lock
from time import monotonic

from api.settings import Settings
from kg.breaker import FAILURES, Breaker
from kg.errors import StandingsUnknown, StoreError
from kg.model.standing import Decided
from kg.workflow.audit import Audit
from kg.workflow.database import database_file, open_database
from kg.workflow.decided import RuleState
from kg.workflow.kills import Kills
from kg.workflow.proposals import Proposals
from kg.workflow.queue import Queue
from kg.workflow.ruleflags import RuleFlags
from kg.workflow.standings import Standings

WAIT = 0.3
"""Seconds for which what was decided is waited for: with the rules it has to fit into ``decision_seconds``."""
PAUSE = 1.0
"""Seconds for which a database that fails is left alone."""


class Keeping:
    """The tables of rules of one data folder, opened when first asked; what holds is read again when it changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._held = Decided(-1)
        self._lock, self._reading = Lock(), Lock()
        self._since = 0.0
        self._forget: Callable[[], None] | None = None
        self._breaker = Breaker(pause=PAUSE)
        self._file = database_file(settings.database_url)
        self._identity: tuple[int, int] | None = None
        self.epoch = 0
        """Raised where the file of the database became another one, whose counter says nothing of the last."""

    @cached_property
    def _opened(self) -> tuple[RuleState, Standings, Kills, Proposals, Queue, RuleFlags]:
        self._settings.folder.mkdir(parents=True, exist_ok=True)
        asked = open_database(self._settings.database_url, WAIT)
        self._forget = asked.dispose
        engine = open_database(self._settings.database_url)
        audit = Audit(engine, self._settings.folder)
        return (
            RuleState(asked), Standings(engine, audit), Kills(engine, audit), Proposals(engine, audit),
            Queue(engine), RuleFlags(engine, audit),
        )  # fmt: skip

    @property
    def state(self) -> RuleState:
        with self._lock:
            return self._opened[0]

    @property
    def standings(self) -> Standings:
        with self._lock:
            return self._opened[1]

    @property
    def kills(self) -> Kills:
        with self._lock:
            return self._opened[2]

    @property
    def proposals(self) -> Proposals:
        with self._lock:
            return self._opened[3]

    @property
    def queue(self) -> Queue:
        with self._lock:
            return self._opened[4]

    @property
    def flags(self) -> RuleFlags:
        with self._lock:
            return self._opened[5]

    def decided(self) -> Decided:
        """What holds now. Raises StandingsUnknown: who cannot know what was stopped must not go on."""
        # One thread at a time reads, so that a store that hangs holds no more than one.
        since = self._since
        if since and monotonic() - since > WAIT:
            raise self._unknown("it does not answer")
        if rest := self._breaker.rest():
            raise self._unknown(f"it failed {FAILURES} times in a row, again in {rest:.1f} s")
        if not self._reading.acquire(timeout=WAIT):
            raise self._unknown("it does not answer")
        try:
            self._since = monotonic()
            found = self._read()
        except (StoreError, OSError) as error:
            self._breaker.report(good=False)
            # An answer that comes after all must not be taken for that to the next question.
            if self._forget is not None:
                self._forget()
            raise self._unknown(str(error)) from error
        finally:
            self._since = 0.0
            self._reading.release()
        self._breaker.report(good=True)
        return found

    def _read(self) -> Decided:
        state, forget = self.state, self._forget
        assert forget is not None
        if self._file is not None:
            # An open file goes on answering when its name stands for another one, in which a switch may be pulled.
            seen = self._file.stat()
            now = (seen.st_dev, seen.st_ino)
            if self._identity not in (None, now):
                forget()
                self._held, self.epoch = Decided(-1), self.epoch + 1
            self._identity = now
        version = state.version()
        if self._held.version != version:
            self._held = state.decided()
        return self._held

    def _unknown(self, reason: str) -> StandingsUnknown:
        return StandingsUnknown(path="database", reason=reason)
