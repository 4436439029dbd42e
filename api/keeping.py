"""The tables of rules of a data folder, as services and commands keep them at hand."""

from __future__ import annotations

from functools import cached_property
from threading import Lock

from api.settings import Settings
from kg.model.standing import Decided
from kg.workflow.audit import Audit
from kg.workflow.database import open_database
from kg.workflow.decided import RuleState
from kg.workflow.kills import Kills
from kg.workflow.proposals import Proposals
from kg.workflow.queue import Queue
from kg.workflow.ruleflags import RuleFlags
from kg.workflow.standings import Standings


class Keeping:
    """The tables of rules of one data folder, opened when first asked; what holds is read again when it changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._held = Decided(-1)
        self._lock = Lock()

    @cached_property
    def _opened(self) -> tuple[RuleState, Standings, Kills, Proposals, Queue, RuleFlags]:
        self._settings.folder.mkdir(parents=True, exist_ok=True)
        engine = open_database(self._settings.database_url)
        audit = Audit(engine, self._settings.folder)
        return (
            RuleState(engine), Standings(engine, audit), Kills(engine, audit), Proposals(engine, audit), Queue(engine),
            RuleFlags(engine, audit),
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
        """What holds now. Raises StoreError: who cannot know what was stopped must not go on."""
        version = self.state.version()
        if self._held.version != version:
            self._held = self.state.decided()
        return self._held
