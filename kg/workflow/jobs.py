"""Jobs: what ran, with which arguments, and how it ended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import Engine, String, cast, select

from kg.errors import MedkgError, StoreError, UnknownName
from kg.workflow.database import session
from kg.workflow.tables import JobRow

_GOING = ("waiting", "running")


class Job(msgspec.Struct, frozen=True):
    """One job as it stands; times are ISO 8601 UTC.

    ``state``: ``waiting``, ``running``, ``done``, ``rejects`` (done, some records were left out), ``failed``,
    ``interrupted`` (its process is gone without a word).
    """

    id: int
    kind: str
    state: str
    started: str
    ended: str
    arguments: dict[str, object]
    result: dict[str, object]
    message: str


class Running:
    """Handed to the code of a job, to say what came of it."""

    def __init__(self, number: int) -> None:
        self.id = number
        self.result: dict[str, object] = {}
        self.rejects = False


class Jobs:
    """The jobs of one data folder."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enter(self, kind: str, arguments: dict[str, object]) -> int:
        """The number of a job that another process is to run; it waits as long as this one lives."""
        return self._add(kind, arguments, "waiting")

    def _add(self, kind: str, arguments: dict[str, object], state: str) -> int:
        with session(self._engine) as opened:
            row = JobRow(
                kind=kind, state=state, started=now(), ended="", process=os.getpid(),
                arguments=arguments, result={}, message="",
            )  # fmt: skip
            opened.add(row)
            opened.commit()
            return row.id

    @contextmanager
    def run(self, kind: str, arguments: dict[str, object], entered: int = 0) -> Iterator[Running]:
        """Record a job around a block, that of ``enter`` if given; an exception marks it failed and goes on upward."""
        if entered:
            with session(self._engine) as opened:
                row = opened.get_one(JobRow, entered)
                row.state, row.process = "running", os.getpid()
                opened.commit()
        running = Running(entered or self._add(kind, arguments, "running"))
        try:
            yield running
        except BaseException as error:
            text = str(error) if isinstance(error, MedkgError) else type(error).__name__
            with suppress(StoreError):  # on a full disk, what went wrong matters more than its record
                self._end(running, "interrupted" if isinstance(error, KeyboardInterrupt) else "failed", text)
            raise
        self._end(running, "rejects" if running.rejects else "done", "")

    def _end(self, running: Running, state: str, message: str) -> None:
        with session(self._engine) as opened:
            row = opened.get_one(JobRow, running.id)
            row.state, row.ended, row.result, row.message = state, now(), running.result, message
            opened.commit()

    def interrupt(self, number: int) -> None:
        """Mark a job whose process was ended, unless it has ended itself."""
        with session(self._engine) as opened:
            row = opened.get_one(JobRow, number)
            if row.state in _GOING:
                row.state, row.ended = "interrupted", now()
                opened.commit()

    def list(self, limit: int = 50) -> list[Job]:
        """Newest first. A waiting or running job whose process is gone is shown as interrupted."""
        with session(self._engine) as opened:
            rows = opened.scalars(select(JobRow).order_by(JobRow.id.desc()).limit(limit))
            return [_job(row) for row in rows]

    def making(self, batch: str) -> Job | None:
        """The job that made a batch; None where none tells of it, as one that was killed cannot."""
        # The end of a batch's name is a digest, so it stands in JSON as it is.
        told = cast(JobRow.result, String).contains(batch.rpartition("-")[2], autoescape=True)
        with session(self._engine) as opened:
            rows = opened.scalars(select(JobRow).where(told).order_by(JobRow.id))
            return next((_job(row) for row in rows if batch in _batches(row.result)), None)

    def get(self, number: int) -> Job:
        """One job; raises UnknownName."""
        with session(self._engine) as opened:
            row = opened.get(JobRow, number)
            if row is None:
                raise UnknownName(kind="job", name=str(number), known="see: medkg jobs")
            return _job(row)


def _batches(result: dict[str, object]) -> list[object]:
    """The batches in the result of a build, by input."""
    inputs = result.get("inputs")
    return [row.get("batch") for row in inputs if isinstance(row, dict)] if isinstance(inputs, list) else []


def _job(row: JobRow) -> Job:
    state = row.state
    if state in _GOING and not Path(f"/proc/{row.process}").exists():
        state = "interrupted"
    return Job(
        id=row.id, kind=row.kind, state=state, started=row.started, ended=row.ended,
        arguments=row.arguments, result=row.result, message=row.message,
    )  # fmt: skip


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
