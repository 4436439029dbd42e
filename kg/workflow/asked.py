"""Who asked which rules through which door, to the minute: one line a call, and nothing of what was sent.

It is a list for whoever has to say who used decision support, not a chain as the audit log is: some hundred calls a
second would make that log wait. Lines are written behind (``kg.workflow.behind``).
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Engine, delete, insert, select

from kg.workflow.behind import Behind
from kg.workflow.database import session
from kg.workflow.tables import RuleQueryRow

_LENGTHS = {"actor": 200, "role": 20, "door": 40, "generation": 40, "rules": 64}


class RuleQuery(msgspec.Struct, frozen=True, kw_only=True):
    """One call. ``minute``: ISO 8601 UTC. ``actor``: subject of a token, number of a key, or empty; ``door``: template
    of the path. ``rules`` stands for the rules that could fire; empty where none were asked. ``status``: of HTTP."""

    minute: str
    actor: str
    role: str
    door: str
    generation: str = ""
    rules: str = ""
    cases: int = 0
    cards: int = 0
    status: int = 200
    id: int = 0


class RuleQueries:
    """The lines of one workflow database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._behind = Behind[RuleQuery]("rule-queries", self._write)

    def add(self, query: RuleQuery) -> None:
        """Take a call down; returns at once."""
        self._behind.put([query])

    def lines(self, since: str = "", until: str = "", limit: int = 100, below: int | None = None) -> list[RuleQuery]:
        """Newest first; ``since`` and ``until`` (exclusive) are days or minutes. Raises StoreError."""
        self._behind.flush()
        rows = select(RuleQueryRow)
        if since:
            rows = rows.where(RuleQueryRow.minute >= since)
        if until:
            rows = rows.where(RuleQueryRow.minute < until)
        if below is not None:
            rows = rows.where(RuleQueryRow.id < below)
        with session(self._engine) as opened:
            found = opened.scalars(rows.order_by(RuleQueryRow.id.desc()).limit(limit))
            return [RuleQuery(**{name: getattr(row, name) for name in RuleQuery.__struct_fields__}) for row in found]

    def forget(self, before: str) -> int:
        """Delete what was asked before a day; how many lines."""
        with session(self._engine) as opened:
            gone = opened.execute(delete(RuleQueryRow).where(RuleQueryRow.minute < before))
            opened.commit()
            return int(gone.rowcount)  # type: ignore[attr-defined]  # of a delete

    def close(self) -> None:
        """Write what waits."""
        self._behind.close()

    def _write(self, rows: list[RuleQuery]) -> None:
        with session(self._engine) as opened:
            opened.connection().execute(insert(RuleQueryRow), [_values(row) for row in rows])
            opened.commit()


def _values(row: RuleQuery) -> dict[str, object]:
    values = msgspec.structs.asdict(row)
    del values["id"]
    # PostgreSQL refuses what is longer than its column, and with it every row that waits.
    return values | {name: values[name][:length].replace("\0", "") for name, length in _LENGTHS.items()}
