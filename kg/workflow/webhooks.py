"""Webhooks: who is told of changes, with which secret, and how far each has been told.

A hook holds the cursor of the change feed behind which it was told everything. It moves only when the receiver has
taken a delivery, so a delivery comes at least once; a repeated one has the same id and the same events. A secret must
be kept as it is: deliveries are signed with it.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Engine, select, update

from kg.errors import UnknownName
from kg.workflow.database import session
from kg.workflow.jobs import now
from kg.workflow.tables import WebhookRow

LEASE = 120
"""Seconds that a delivery may take before another process may try."""
FIRST, LONGEST = 10, 6 * 3_600
"""Seconds until the second attempt; each further one waits twice as long, up to the longest."""
ATTEMPTS = 30
"""Failures one after the other, some five days, after which a hook is switched off."""


class Webhook(msgspec.Struct, frozen=True):
    """A hook, without its secret. ``state``: active, or off after too many failures. ``cursor``: told up to here."""

    id: int
    url: str
    state: str
    person: str
    created: str
    cursor: str
    failures: int
    next_attempt: str
    message: str


class NewWebhook(msgspec.Struct, frozen=True):
    """A new hook; ``secret`` is shown once."""

    hook: Webhook
    secret: str


class Due(msgspec.Struct, frozen=True):
    """A hook that one process has taken for an attempt; ``person``: who made it."""

    id: int
    url: str
    secret: str
    cursor: str
    person: str = ""


class Webhooks:
    """The hooks of one data folder."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, url: str, person: str, cursor: str) -> NewWebhook:
        """A new hook that is told what comes behind ``cursor``; the caller has checked the URL."""
        secret = f"mws_{secrets.token_urlsafe(32)}"
        with session(self._engine) as opened:
            row = WebhookRow(
                url=url, secret=secret, state="active", person=person, created=now(), cursor=cursor, failures=0,
                next_attempt="", message="",
            )  # fmt: skip
            opened.add(row)
            opened.commit()
            return NewWebhook(_hook(row), secret)

    def all(self) -> list[Webhook]:
        with session(self._engine) as opened:
            return [_hook(row) for row in opened.scalars(select(WebhookRow).order_by(WebhookRow.id))]

    def remove(self, number: int) -> None:
        """Raises UnknownName."""
        with session(self._engine) as opened:
            opened.delete(self._row(opened.get(WebhookRow, number), number))
            opened.commit()

    def resume(self, number: int) -> Webhook:
        """Try again now, also where it was switched off; raises UnknownName."""
        with session(self._engine) as opened:
            row = self._row(opened.get(WebhookRow, number), number)
            row.state, row.failures, row.next_attempt = "active", 0, ""
            opened.commit()
            return _hook(row)

    @staticmethod
    def _row(row: WebhookRow | None, number: int) -> WebhookRow:
        if row is None:
            raise UnknownName(kind="webhook", name=str(number), known="see: medkg webhooks list")
        return row

    def take(self, end: str) -> list[Due]:
        """The hooks that are due and were not told everything up to ``end``, for this process alone for a while."""
        moment = datetime.now(UTC)
        lease = (moment + timedelta(seconds=LEASE)).isoformat(timespec="seconds")
        current = moment.isoformat(timespec="seconds")
        found: list[Due] = []
        with session(self._engine) as opened:
            rows = opened.scalars(
                select(WebhookRow).where(
                    WebhookRow.state == "active", WebhookRow.next_attempt <= current, WebhookRow.cursor != end
                )
            ).all()
            for row in rows:
                taken = opened.execute(
                    update(WebhookRow)
                    .where(WebhookRow.id == row.id, WebhookRow.next_attempt == row.next_attempt)
                    .values(next_attempt=lease)
                    .execution_options(synchronize_session=False)
                )
                if taken.rowcount:  # type: ignore[attr-defined]  # of an update
                    found.append(Due(row.id, row.url, row.secret, row.cursor, row.person))
            opened.commit()
        return found

    def delivered(self, number: int, cursor: str) -> None:
        """The receiver took everything up to ``cursor``."""
        self._change(number, cursor=cursor, failures=0, next_attempt="", message="")

    def failed(self, number: int, message: str) -> None:
        """The next attempt waits twice as long as this one did; after ``ATTEMPTS`` there is none."""
        with session(self._engine) as opened:
            row = opened.get(WebhookRow, number)
            if row is None:
                return
            row.failures += 1
            wait = min(LONGEST, FIRST * 2 ** min(row.failures - 1, 20))
            row.next_attempt = (datetime.now(UTC) + timedelta(seconds=wait)).isoformat(timespec="seconds")
            row.message = message[:300]
            row.state = "off" if row.failures >= ATTEMPTS else row.state
            opened.commit()

    def _change(self, number: int, **values: object) -> None:
        with session(self._engine) as opened:
            opened.execute(update(WebhookRow).where(WebhookRow.id == number).values(**values))
            opened.commit()


def _hook(row: WebhookRow) -> Webhook:
    return Webhook(
        id=row.id, url=row.url, state=row.state, person=row.person, created=row.created, cursor=row.cursor,
        failures=row.failures, next_attempt=row.next_attempt, message=row.message,
    )  # fmt: skip
