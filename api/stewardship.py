"""What stands between the engine's decision and the answer: repeats held back, the cap, and what is taken down.

Nothing here may keep an answer back: where the database does not answer, cards are shown again and a line is lost.
"""

from __future__ import annotations

import logging
from asyncio import sleep, to_thread
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import msgspec

from api.settings import Settings
from kg.errors import MedkgError
from kg.model.case import Case, Code
from kg.rules.decision import Card, Decision
from kg.rules.repeats import EVERY, Because, stewarded
from kg.rules.ruleset import Asked, Ruleset

if TYPE_CHECKING:
    from kg.workflow.alertreport import AlertReport, Effect
    from kg.workflow.alerts import AlertAnswer, Alerts, ShownAlert
    from kg.workflow.asked import RuleQueries, RuleQuery
    from kg.workflow.silences import Silences
    from kg.workflow.unread import UnreadCode, UnreadCodes

_LATE_SECONDS = 1.5
"""After which another process has written what it showed (``kg.workflow.behind``), unless the database hangs."""

log = logging.getLogger("medkg.stewardship")


class Stewardship:
    """Over the workflow database of a service, opened by ``start``. Without it repeats are told by the caller alone,
    and nothing is taken down: so the command line asks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._departments = frozenset(settings.listed("departments"))
        self.alerts: Alerts | None = None
        self.queries: RuleQueries | None = None
        self._silences: Silences | None = None
        self._unread: UnreadCodes | None = None
        self._swept = ""

    def start(self) -> None:
        """Open the database; raises StoreError."""
        from kg.workflow.alerts import Alerts
        from kg.workflow.asked import RuleQueries
        from kg.workflow.database import open_database
        from kg.workflow.silences import Silences
        from kg.workflow.unread import UnreadCodes

        settings = self._settings
        settings.folder.mkdir(parents=True, exist_ok=True)
        engine = open_database(settings.counts_url)
        self.alerts, self.queries = Alerts(engine), RuleQueries(engine)
        if settings.suppress_hours > 0:
            self._silences = Silences(engine, settings.folder, settings.suppress_hours)
        if settings.count_unread:
            self._unread = UnreadCodes(engine)
        self.sweep(datetime.now(UTC).date())

    def close(self) -> None:
        """Write what waits."""
        for one in (self.alerts, self.queries, self._silences, self._unread):
            if one is not None:
                one.close()

    def sweep(self, today: date) -> None:
        """Once a day: cards that are old become counts, and old lines of who asked are deleted."""
        if self.alerts is None or self.queries is None or self._swept == today.isoformat():
            return
        self._swept = today.isoformat()
        settings = self._settings
        try:
            self.alerts.fold((today - timedelta(days=max(1, settings.alert_days))).isoformat())
            self.queries.forget((today - timedelta(days=max(1, settings.question_days))).isoformat())
        except MedkgError as error:
            log.error("alerts: %s", error)

    @property
    def lost(self) -> int:
        """Cards that could not be counted since the start."""
        return self.alerts.lost if self.alerts else 0

    @property
    def counts_unread(self) -> bool:
        return self._unread is not None

    async def answered(self, answers: Sequence[AlertAnswer]) -> int:
        """See ``Alerts.answered``; raises UnknownCards, StoreError. Where several processes answer, what one of them
        showed just now may be written a second later: cards that are unknown are waited for once."""
        alerts = self.alerts
        assert alerts is not None
        if self._settings.serve_processes > 1 or self._settings.database:
            unknown = await to_thread(alerts.unknown, [answer.card for answer in answers])
            if unknown:
                await sleep(_LATE_SECONDS)
        return await to_thread(alerts.answered, answers)

    def report(self, month: str, department: str | None = None) -> AlertReport:
        """See ``Alerts.report``; raises StoreError."""
        assert self.alerts is not None
        return self.alerts.report(month, department)

    def effect(self, rule: str, day: date, days: int) -> Effect:
        """See ``Alerts.effect``; raises StoreError."""
        assert self.alerts is not None
        return self.alerts.effect(rule, day, days)

    def unread(self, month: str, limit: int) -> list[UnreadCode]:
        """Codes that nobody could read, where they are counted; raises StoreError."""
        return self._unread.of(month, limit) if self._unread else []

    def questions(self, since: str, until: str, limit: int, below: int | None) -> list[RuleQuery]:
        """Who asked, newest first; raises StoreError."""
        assert self.queries is not None
        return self.queries.lines(since, until, limit, below)

    def widened(self, case: Case, asked: Asked) -> Asked:
        """What the engine is asked: where cards may be held back or come to those of
        the lists, those behind the cap are wanted, too."""
        wide = asked.recent or case.notes or (self._silences and case.patient.token)
        return msgspec.structs.replace(asked, limit=EVERY) if wide else asked

    def judged(self, decision: Decision, case: Case, asked: Asked) -> Decision | None:
        """``decision`` without what was shown before, down to the cap; None where nothing was."""
        repeated: dict[str, Because] = dict.fromkeys(self._heard(decision, case), "shown-before")
        repeated |= dict.fromkeys(asked.recent, "recent")
        if not repeated:
            return None
        return stewarded(decision, asked.limit, repeated, blocks=self._settings.suppress_blocks)

    def taken(
        self, cards: Sequence[Card], decision: Decision, case: Case, rules: Ruleset, known: Callable[[str], bool]
    ) -> None:
        """Take down an answer that was given; ``known``: whether a code system is."""
        self.shown(cards, decision, case, rules)
        self.silenced(cards, case)
        self.unreadable(decision, case, known)

    def shown(self, cards: Sequence[Card], decision: Decision, case: Case, rules: Ruleset) -> None:
        """Take down that ``cards`` are shown, and which rules would have fired as shadows."""
        if self.alerts is None or not self._settings.count_alerts:
            return
        today = datetime.now(UTC).date()
        if self._swept != today.isoformat():
            Thread(target=self.sweep, args=(today,), name="medkg-sweep", daemon=True).start()
        self.alerts.shown(_rows(cards, decision, rules, self._department(case), today.isoformat()))

    def unreadable(self, decision: Decision, case: Case, known: Callable[[str], bool]) -> None:
        """Count codes of known systems that meant nothing."""
        if self._unread is None:
            return
        places = {one.place for one in decision.problems if one.reason == "not-understood"}
        codes = [(code.system, code.code) for code in _codes(case, places) if known(code.system)]
        if codes:
            self._unread.count(datetime.now(UTC).strftime("%Y-%m"), codes)

    def silenced(self, cards: Sequence[Card], case: Case) -> None:
        """Remember ``cards``, so that they are not said to the same people of the same patient again."""
        if self._silences is None or not case.patient.token or not cards:
            return
        try:
            self._silences.hush(_about(case), [card.id for card in cards])
        except MedkgError as error:
            log.error("repeats: %s", error)

    def _heard(self, decision: Decision, case: Case) -> set[str]:
        if self._silences is None or not case.patient.token or not decision.cards:
            return set()
        try:
            return self._silences.heard(_about(case), [card.id for card in decision.cards])
        except MedkgError as error:
            log.error("repeats: %s", error)
            return set()

    def _department(self, case: Case) -> str:
        """The department that asks, where it is one of those that were set: any other text could be a name."""
        name = case.scope.department.strip()
        return name if name in self._departments else "other" if name else ""


@contextmanager
def opened(settings: Settings) -> Iterator[Stewardship]:
    """A desk for the command line; raises StoreError."""
    made = Stewardship(settings)
    made.start()
    try:
        yield made
    finally:
        made.close()


def _codes(case: Case, places: set[str]) -> Iterator[Code]:
    """The codes of what stands at ``places``."""
    for name in ("orders", "medications", "conditions", "allergies", "procedures", "results"):
        for number, item in enumerate(getattr(case, name) or ()):
            if f"/{name}/{number}" in places:
                yield from item.codes


def _about(case: Case) -> str:
    """Who was told of whom: what one ward has seen, another has not."""
    scope = case.scope
    return "\0".join((case.patient.token, scope.site, scope.department, scope.role))


def _rows(cards: Sequence[Card], decision: Decision, rules: Ruleset, department: str, day: str) -> list[ShownAlert]:
    from kg.workflow.alerts import ShownAlert

    rows = [
        ShownAlert(UUID(card.uuid), card.rule, card.version, card.pack, card.tier, department, day, card.mode)
        for card in cards if card.tier != "silent"
    ]  # fmt: skip
    for hit in decision.shadow:
        firing = rules.rules[hit.rule]
        pack, tier = firing.installed.pack, firing.strength
        rows.append(ShownAlert(uuid4(), hit.rule, hit.version, pack, tier, department, day, "shadow"))
    return rows
