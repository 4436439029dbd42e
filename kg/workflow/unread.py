"""Codes that nobody could read, counted by month, so that curators know which to map next (C19).

A code of a code system says what a thing is, not whose it is. Still a field may hold the wrong thing, so only what
looks like a code is counted, no name and no text; nothing is written before it came ``LEAST`` times, and until then it
is in memory alone. Counting is off unless an operator asks for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from threading import Lock

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from kg.workflow.behind import Behind
from kg.workflow.database import session
from kg.workflow.tables import UnreadCodeRow

LEAST = 5
"""How often a code must have come before it is written down."""
_MOST = 20_000
"""Codes in memory; further ones are not counted."""
_SHAPE = re.compile(r"[A-Za-z]{0,4}[0-9][0-9A-Za-z.+/*-]{0,14}")
_PERSONAL = re.compile(r"\d{15,}[0-9Xx]?|(?:86)?1[3-9]\d{9}|\d{11,12}|(?:18|19|20)\d{2}[-/.]?\d{1,2}[-/.]?\d{1,2}")
"""What looks like an identity card, a telephone or a day, whatever field it came in."""


class UnreadCode(msgspec.Struct, frozen=True):
    """``number``: how often it came in ``month`` (2026-10); the first few of a process are in no count."""

    month: str
    system: str
    code: str
    number: int


def like_a_code(code: str) -> bool:
    """Whether a text is a code by its shape, and no number of a person.

    >>> [like_a_code(text) for text in ("E11.900x001", "8480-6", "Li Ming", "11010519491231002X", "13800138000")]
    [True, True, False, False, False]
    """
    return _SHAPE.fullmatch(code) is not None and _PERSONAL.fullmatch(code) is None


class UnreadCodes:
    """The counts of one workflow database; safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen: Counter[tuple[str, str, str]] = Counter()
        self._lock = Lock()
        self._behind = Behind[tuple[tuple[str, str, str], int]]("unread", self._write)

    def count(self, month: str, codes: Iterable[tuple[str, str]]) -> None:
        """Count (system, code) pairs whose system is known; what does not look like a code is passed over."""
        rows = []
        with self._lock:
            for key in ((month, system[:200], code) for system, code in codes if like_a_code(code)):
                if key not in self._seen and len(self._seen) >= _MOST:
                    continue
                self._seen[key] += 1
                if self._seen[key] >= LEAST:
                    rows.append((key, LEAST if self._seen[key] == LEAST else 1))
        self._behind.put(rows)

    def of(self, month: str, limit: int = 100) -> list[UnreadCode]:
        """The codes of a month, the most frequent first; raises StoreError."""
        self._behind.flush()
        wanted = (
            select(UnreadCodeRow)
            .where(UnreadCodeRow.month == month)
            .order_by(UnreadCodeRow.number.desc(), UnreadCodeRow.system, UnreadCodeRow.code)
            .limit(limit)
        )
        with session(self._engine) as opened:
            return [UnreadCode(row.month, row.system, row.code, row.number) for row in opened.scalars(wanted)]

    def close(self) -> None:
        """Write what waits."""
        self._behind.close()

    def _write(self, rows: list[tuple[tuple[str, str, str], int]]) -> None:
        sums: Counter[tuple[str, str, str]] = Counter()
        for key, number in rows:
            sums[key] += number
        insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        with session(self._engine) as opened:
            for (month, system, code), number in sorted(sums.items()):
                made = insert(UnreadCodeRow).values(month=month, system=system, code=code, number=number)
                more = {"number": UnreadCodeRow.number + number}
                opened.execute(made.on_conflict_do_update(index_elements=["month", "system", "code"], set_=more))
            opened.commit()
