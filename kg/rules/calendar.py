"""Times of cases by the calendar: moments with and without a zone, birth dates known in part, months of life."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
UTC_ZONE = datetime(2000, 1, 1, tzinfo=UTC)
"""Whose zone a time without one has when the question has none either."""


def moment_of(text: str, like: datetime) -> datetime | None:
    """A moment in ISO 8601, in the zone of ``like`` where it has none; None for what is no moment."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=like.tzinfo)


def days_meant(text: str) -> tuple[date, date] | None:
    """The first and the last day that a birth date may mean, which may lack month and day."""
    if not _DATE.fullmatch(text):
        return None
    parts = [int(part) for part in text.split("-")]
    try:
        first = date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
        if len(parts) == 3:
            return first, first
        if len(parts) == 2:
            return first, date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1)
        return first, date(parts[0] + 1, 1, 1)
    except ValueError:
        return None


def months(born: date, today: date) -> float:
    """Months of life by the calendar; the part of a month that is not over counts by days.

    >>> months(date(2008, 11, 22), date(2026, 11, 22)) / 12, months(date(2024, 2, 29), date(2024, 3, 29))
    (18.0, 1.0)
    """
    whole = (today.year - born.year) * 12 + today.month - born.month
    if today.day >= born.day:
        return whole + (today.day - born.day) / 31
    before = date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
    length = (today.replace(day=1) - before).days
    return whole - 1 + (today.day + max(0, length - born.day)) / 31
