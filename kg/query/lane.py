"""The analytics lane: a second engine that holds the same generation, for queries that take long here.

A query of the part that engines agree on (``kg.query.portable``) which has no answer after ``after``
seconds is asked of that engine, too. Whoever has a whole answer first, answers, and the answer says who.
Errors of the second engine are never the asker's: the embedded one goes on. What is asked there counts
as work of the client like what is done here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Protocol

from kg.errors import MedkgError, Overloaded, QueryTimeout, QueryTooLarge
from kg.query.frames import Question
from kg.query.gate import check_query
from kg.query.pool import Answer, WorkerPool
from kg.query.portable import portable
from kg.query.tables import written
from kg.store.base import Row

HERE = "embedded"
AT_ONCE = 4
"""Queries that the second engine gets at the same time; others are answered here."""

log = logging.getLogger("medkg.lane")


class Copy(Protocol):
    """A generation in another engine."""

    def table(self, query: str) -> tuple[Sequence[str], Sequence[Row]]:
        """Variables and solutions of a SELECT query over the default graph; raises MedkgError."""

    def intact(self) -> bool:
        """Whether the engine still holds all of it; it is never partly dropped while this is so."""


class Lane:
    """Asks ``pool``, and after ``after`` seconds the copy that ``open_copy`` gives, too.

    It is opened when it is first needed, so that a service starts without the second engine. ``name`` is what
    its answers are marked with.
    """

    def __init__(self, pool: WorkerPool, open_copy: Callable[[], Copy], name: str, after: float = 0.05) -> None:
        self._pool = pool
        self._open_copy = open_copy
        self._copy: Copy | None = None
        self._name = name
        self._after = after
        self._free = AT_ONCE

    async def ask(self, question: Question, client: str = "") -> tuple[Answer, str]:
        """The answer and the engine that gave it; raises what ``WorkerPool.ask`` does."""
        until = monotonic() + self._pool.limits.seconds
        here = asyncio.ensure_future(self._pool.ask(question, client))
        there: asyncio.Future[Answer | None] | None = None
        try:
            await asyncio.wait({here}, timeout=self._after)
            if not here.done() and self._takes(question):
                there = asyncio.ensure_future(self._there(question, client))
                await asyncio.wait({here, there}, return_when=asyncio.FIRST_COMPLETED)
                if not here.done() or _may_be_had(here.exception()):
                    await asyncio.wait({there}, timeout=max(0.0, until - monotonic()))
                    if there.done() and (found := there.result()) is not None:
                        await _let_go(here)
                        return found, self._name
            return await here, HERE
        finally:
            # Neither goes on for nobody: who asked may have gone.
            for task in (here, there):
                if task is not None:
                    task.cancel()

    def _takes(self, question: Question) -> bool:
        own = question.default_graphs or question.named_graphs or question.explain
        return bool(self._free and question.results and not own and portable(question.text))

    async def _there(self, question: Question, client: str) -> Answer | None:
        """What the second engine answers; None where it does not."""
        self._free -= 1
        start = monotonic()
        work = asyncio.ensure_future(asyncio.to_thread(self._answer, question))

        def ended(task: asyncio.Future[Answer | None]) -> None:
            # The thread runs to its end even when nobody waits for it.
            self._free += 1
            self._pool.budget.charge(client, monotonic() - start)
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("the analytics lane failed: %s", type(error).__name__)

        work.add_done_callback(ended)
        return await asyncio.shield(work)

    def _answer(self, question: Question) -> Answer | None:
        try:
            if not question.gated:
                check_query(question.text)
            copy = self._copy = self._copy or self._open_copy()
            base = f"BASE <{question.base}> " if question.base else ""
            names, rows = copy.table(base + question.text)
            if len(rows) > question.rows or not copy.intact():
                return None
            data = written(names, rows, question.results)
        except (MedkgError, ValueError) as error:
            # Its message may hold parts of the query.
            log.warning("the analytics lane has no answer: %s", getattr(error, "slug", type(error).__name__))
            return None
        return Answer(question.results, data, None, len(rows))


def _may_be_had(error: BaseException | None) -> bool:
    """Whether another engine may have an answer where this one ran out of time or memory, or was busy."""
    return isinstance(error, QueryTimeout | QueryTooLarge | Overloaded) and error.params.get("why") != "rows"


async def _let_go(here: asyncio.Future[Answer]) -> None:
    """End what is no longer needed; a worker that has begun to answer is held until then."""
    here.cancel()
    await asyncio.wait({here})
    if not here.cancelled() and here.exception() is None and (rest := here.result().rest) is not None:
        await rest.aclose()
