"""What holds of rules now: standings, kill switches and flags, and a counter that says when any of it changed."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Engine, Select, insert, or_, select, update
from sqlalchemy.orm import Session

from kg.model.standing import Decided, Flag, Kill, Standing
from kg.workflow.database import session, value_of
from kg.workflow.tables import RuleClockRow, RuleFlagRow, RuleKillRow, RuleStandingRow

_decode = msgspec.json.Decoder(Standing).decode
_CLOCK = select(RuleClockRow.version).where(RuleClockRow.id == 1)


class RuleState:
    """Reads what the tables of rules say; safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def version(self) -> int:
        """The counter: one row, cheap enough to be asked before each answer. Raises StoreError."""
        return value_of(self._engine, _CLOCK) or 0

    def decided(self) -> Decided:
        """All that holds, of one moment; raises StoreError."""
        with session(self._engine) as opened:
            # The counter first: what changes in between is read again at the next call.
            version = opened.scalar(_CLOCK) or 0
            standings = opened.scalars(select(RuleStandingRow).where(RuleStandingRow.until == ""))
            kills = opened.scalars(select(RuleKillRow).where(RuleKillRow.until == "").order_by(RuleKillRow.id))
            flags = opened.scalars(select(RuleFlagRow).where(RuleFlagRow.until == "").order_by(RuleFlagRow.id))
            return Decided(
                version, tuple(standing_of(row) for row in standings), tuple(kill_of(row) for row in kills),
                tuple(flag_of(row) for row in flags),
            )  # fmt: skip

    def history(self, rule: str = "", limit: int = 100) -> list[Standing]:
        """How rules stood, newest first; of one where it is named."""
        rows = select(RuleStandingRow).order_by(RuleStandingRow.id.desc()).limit(limit)
        if rule:
            rows = rows.where(RuleStandingRow.rule == rule)
        with session(self._engine) as opened:
            return [standing_of(row) for row in opened.scalars(rows)]

    def kills(self, limit: int = 100) -> list[Kill]:
        """Switches that were pulled, newest first, those that hold no more among them."""
        with session(self._engine) as opened:
            rows = select(RuleKillRow).order_by(RuleKillRow.id.desc()).limit(limit)
            return [kill_of(row) for row in opened.scalars(rows)]

    def flags(self, generation: str) -> list[Flag]:
        """What a generation raised, whether it still holds or not."""
        with session(self._engine) as opened:
            rows = select(RuleFlagRow).where(RuleFlagRow.generation == generation).order_by(RuleFlagRow.id)
            return [flag_of(row) for row in opened.scalars(rows)]


def standing_at(moment: str) -> Select[RuleStandingRow]:
    """The rows that held at a moment (ISO 8601, UTC, to the second)."""
    open_then = or_(RuleStandingRow.until == "", RuleStandingRow.until > moment)
    return select(RuleStandingRow).where(RuleStandingRow.since <= moment, open_then).order_by(RuleStandingRow.id)


def tick(opened: Session) -> None:
    """Say that something changed; in the transaction that changes it."""
    opened.execute(
        update(RuleClockRow)
        .where(RuleClockRow.id == 1)
        .values(version=RuleClockRow.version + 1)
        .execution_options(synchronize_session=False)
    )


def standing_of(row: RuleStandingRow) -> Standing:
    """The record of a row; when it began and ended is what the columns say."""
    return msgspec.structs.replace(_decode(row.body), since=row.since, until=row.until)


def put(opened: Session, standings: Iterable[Standing]) -> None:
    """Rows for standings that hold from their ``since``."""
    rows = [
        {
            "rule": one.mark.rule, "pack": one.mark.pack, "mode": one.mode, "since": one.since, "until": "",
            "body": msgspec.json.encode(one).decode(),
        }
        for one in standings
    ]  # fmt: skip
    if rows:
        opened.execute(insert(RuleStandingRow), rows)


def kill_of(row: RuleKillRow) -> Kill:
    fields = {name: getattr(row, name) for name in Kill.__struct_fields__}
    return msgspec.convert(fields, Kill)


def flag_of(row: RuleFlagRow) -> Flag:
    fields = {name: getattr(row, name) for name in Flag.__struct_fields__}
    return msgspec.convert(fields, Flag)
