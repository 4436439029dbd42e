"""Points in time as people write them in ``as_of``: an ISO 8601 date or date and time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time


def moment(text: str) -> datetime | None:
    """The last moment that ``text`` means, None where it is no date. Without a zone it is UTC.

    A date means the whole day, so that what was published on it counts.

    >>> moment("2026-11-21").isoformat(), moment("2026-11-21T08:00:00+08:00").isoformat(), moment("2026.11")
    ('2026-11-21T23:59:59.999999+00:00', '2026-11-21T08:00:00+08:00', None)
    """
    try:
        return datetime.combine(date.fromisoformat(text), time.max, UTC)
    except ValueError:
        pass
    try:
        # In a query string a bare plus sign is a blank.
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
