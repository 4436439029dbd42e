"""What was shown of rules and what people said to it, card by card, and never about whom.

A row holds the uuid of a card, which only the caller can lead back to a patient, with rule, version, pack, tier, mode,
department and day. No token, no fact and no free text has a column. Rows are written behind (``kg.workflow.behind``);
after a while they become counts, and the uuids are gone (``fold``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Engine, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kg.errors import UnknownCards
from kg.workflow.alertreport import AlertReport, Effect, effect, read_report
from kg.workflow.behind import Behind
from kg.workflow.database import session
from kg.workflow.tables import AlertCountRow, AlertRow

Reason = Literal[
    "will-monitor", "tolerated-before", "dose-adjusted", "benefit-outweighs", "already-handled", "data-wrong",
    "not-applicable", "duplicate", "patient-declines", "other",
]  # fmt: skip
"""Why a card was not followed. A code of anybody's own counts as ``other``: it could hold anything."""
REASONS: frozenset[str] = frozenset(Reason.__args__)  # type: ignore[attr-defined]  # of a Literal
_ABOUT = ("day", "rule", "version", "pack", "tier", "department", "mode")
_INSERT = (
    "INSERT INTO alerts"
    " (card, day, rule, version, pack, tier, department, mode, outcome, reason, suggestions, answered)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '', '', 0, '') ON CONFLICT DO NOTHING"
)
_INSERT_ALL = (
    "INSERT INTO alerts"
    " (card, day, rule, version, pack, tier, department, mode, outcome, reason, suggestions, answered)"
    " SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),"
    " json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),"
    " json_extract(value, '$[6]'), json_extract(value, '$[7]'), '', '', 0, ''"
    " FROM json_each(?) WHERE true ON CONFLICT DO NOTHING"
)
"""SQLite takes all rows in one call, for which the interpreter is free: a call a row would take it from whoever
answers, and give it back, some thousand times a second."""
_LENGTHS = (10, 200, 80, 100, 20, 100, 20)
"""Characters of each of their columns."""
_STEP = 400
"""Cards of one statement; SQLite takes so many values."""


class ShownAlert(msgspec.Struct, frozen=True):
    """A card that was shown; ``day`` is ISO 8601. ``mode``: active, pilot, demo; shadow where it was judged alone."""

    card: UUID
    rule: str
    version: str
    pack: str
    tier: str
    department: str
    day: str
    mode: str


class AlertAnswer(msgspec.Struct, frozen=True):
    """What somebody did with a card. ``at``: ISO 8601; without a zone it is UTC. ``suggestions``: uuids of those that
    were taken, of which the number is kept. Raises ValueError for a time or a uuid that is none."""

    card: UUID
    outcome: Literal["accepted", "overridden"]
    at: str
    reason: str = ""
    suggestions: tuple[UUID, ...] = ()

    def __post_init__(self) -> None:
        _moment(self.at)


class Alerts:
    """The cards of one workflow database; safe to use from several threads. ``lost``: rows that found no room."""

    def __init__(self, database: Engine) -> None:
        self._engine = database
        self._behind = Behind("alerts", self._write)

    @property
    def lost(self) -> int:
        return self._behind.lost

    def shown(self, rows: Iterable[ShownAlert]) -> None:
        """Take cards down; returns at once and writes within a second. What waits then is lost by ``kill -9``."""
        self._behind.put(rows)

    def answered(self, answers: Iterable[AlertAnswer]) -> int:
        """Take answers down, and return how many changed something: the same answer twice changes nothing, a later
        one takes the place of an earlier one.

        Raises UnknownCards naming those that were never shown here, or are folded; the others are taken. StoreError.
        """
        self._behind.flush()
        rows = list(answers)
        with session(self._engine) as opened:
            taken = sum(self._answer(opened, row) for row in rows)
            unknown = _unknown(opened, [row.card for row in rows])
            opened.commit()
        if unknown:
            raise UnknownCards(cards=unknown)
        return taken

    def unknown(self, cards: Iterable[UUID]) -> list[str]:
        """Those that were never shown here, or are folded; what another process showed is known when that has written
        it, within a second. Raises StoreError."""
        self._behind.flush()
        with session(self._engine) as opened:
            return _unknown(opened, list(cards))

    def report(self, month: str, department: str | None = None) -> AlertReport:
        """What became of the cards of a month (``2026-10``), by rule, version, tier, mode and department."""
        self._behind.flush()
        return read_report(self._engine, month, department)

    def effect(self, rule: str, day: date, days: int) -> Effect:
        """A rule in the ``days`` before ``day``, and in as many from it on; raises StoreError."""
        self._behind.flush()
        return effect(self._engine, rule, day, days)

    def fold(self, before: str) -> int:
        """Make counts of the cards of days before ``before``; their uuids are forgotten. Returns how many."""
        self._behind.flush()
        columns = [getattr(AlertRow, name) for name in (*_ABOUT, "outcome", "reason")]
        old = AlertRow.day < before
        with session(self._engine) as opened:
            # The delete takes the lock of the database first, so no answer comes between.
            gone = opened.execute(delete(AlertRow).where(old).returning(*columns, AlertRow.suggestions)).all()
            numbers: Counter[tuple[str, ...]] = Counter()
            taken: Counter[tuple[str, ...]] = Counter()
            for row in gone:
                key = tuple(row)[:-1]
                numbers[key] += 1
                taken[key] += row.suggestions
            for key, number in numbers.items():
                values = dict(zip((*_ABOUT, "outcome", "reason"), key, strict=True))
                self._count(opened, values, number, taken[key])
            opened.commit()
        return numbers.total()

    def close(self) -> None:
        """Write what waits."""
        self._behind.close()

    def flush(self) -> None:
        """Write what waits now; raises StoreError, StorageFull."""
        self._behind.flush()

    def _write(self, rows: list[ShownAlert]) -> None:
        # Past the mapper and the compiler: while a row is prepared, no answer is.
        values = [_values(row) for row in rows]
        with session(self._engine) as opened:
            if self._engine.dialect.name == "sqlite":
                opened.connection().exec_driver_sql(_INSERT_ALL, (msgspec.json.encode(values).decode(),))
            else:
                opened.connection().exec_driver_sql(_INSERT, values)
            opened.commit()

    def _count(self, opened: Session, values: dict[str, str], number: int, taken: int) -> None:
        insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        made = insert(AlertCountRow).values(**values, number=number, suggestions=taken)
        more = {"number": AlertCountRow.number + number, "suggestions": AlertCountRow.suggestions + taken}
        opened.execute(made.on_conflict_do_update(index_elements=[*values], set_=more))

    @staticmethod
    def _answer(opened: Session, answer: AlertAnswer) -> int:
        # A clock that runs ahead must not make an answer the last word for ever.
        at = min(_moment(answer.at), datetime.now(UTC)).isoformat(timespec="seconds")
        reason = answer.reason if answer.reason in REASONS or not answer.reason else "other"
        new: dict[str, Any] = {
            "outcome": answer.outcome, "suggestions": len(answer.suggestions),
            "reason": reason if answer.outcome == "overridden" else "",
        }  # fmt: skip
        other = or_(*(getattr(AlertRow, name) != value for name, value in new.items()))
        fits = or_(AlertRow.answered < at, and_(AlertRow.answered == at, other))
        done = opened.execute(
            update(AlertRow)
            .where(AlertRow.card == str(answer.card), fits)
            .values(**new, answered=at)
            .execution_options(synchronize_session=False)
        )
        return int(done.rowcount)  # type: ignore[attr-defined]  # of an update


def cards_kept(database: Engine) -> int:
    """How many cards are told apart still."""
    with session(database) as opened:
        return opened.scalar(select(func.count()).select_from(AlertRow)) or 0


def _values(row: ShownAlert) -> tuple[str, ...]:
    # PostgreSQL refuses what is longer than its column, or holds a null, and with it every row that waits.
    told = (row.day, row.rule, row.version, row.pack, row.tier, row.department, row.mode)
    return (str(row.card), *(text[:length].replace("\0", "") for text, length in zip(told, _LENGTHS, strict=True)))


def _unknown(opened: Session, cards: list[UUID]) -> list[str]:
    wanted = [str(card) for card in cards]
    known = set[str]()
    for start in range(0, len(wanted), _STEP):
        known.update(opened.scalars(select(AlertRow.card).where(AlertRow.card.in_(wanted[start : start + _STEP]))))
    return sorted({*wanted} - known)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("a time that no calendar has") from error
