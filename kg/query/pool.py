"""A pool of query workers on one checkpoint: warm, killable, limited in time, memory and rows.

Nothing of a query runs in this process but the gate of a short text. A worker that runs out of time is
killed; one that runs out of memory dies by itself; either is replaced by the spare that waits warm
(a start takes about 190 ms). The first bytes of an answer are kept back until it is sure, or longer
than ``BUFFER``: an error never becomes a part of a good answer.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator
from time import monotonic

import msgspec

from kg.errors import BudgetSpent, MedkgError, Overloaded, QueryError, QueryTimeout, QueryTooLarge, StoreError
from kg.query import frames
from kg.query.budget import Budget
from kg.query.frames import End, Failure, Head, Question, Ready, Whole
from kg.query.gate import check_query
from kg.query.log import QueryLog
from kg.query.process import BUFFER, START_SECONDS, Gone, WorkerProcess
from kg.query.turns import Turns
from kg.store.base import Snapshot

_WHOLE = msgspec.msgpack.Decoder(Whole)
SHORT = 4_096
"""Texts up to this length go through the gate here; longer ones in the worker (up to 0.2 s)."""


class QueryLimits(msgspec.Struct, frozen=True):
    """Limits of one pool. ``workers``: 0 for a pool that takes no queries; ``megabytes`` on top of an idle worker;
    ``wait``: seconds to wait for a worker; ``spares``: workers that wait warm for one that is killed; ``waiting``:
    queries that may wait at once."""

    workers: int = 2
    seconds: float = 10.0
    megabytes: int = 1024
    rows: int = 100_000
    wait: float = 1.0
    spares: int = 1
    waiting: int = 256


class Answer:
    """A whole answer in ``first``, or its beginning with the rest in ``rest``.

    Iterating ``rest`` may raise MedkgError or BrokenPipeError: then what was sent so far must not look
    whole. ``aclose`` it where it is not read to the end. ``rows`` is known at its end.
    """

    def __init__(
        self, format_: str, first: bytes, rest: AsyncGenerator[bytes, None] | None, rows: int | None = None
    ) -> None:
        self.format = format_
        self.first = first
        self.rest = rest
        self.rows = rows


class _Asked:
    """One query on its way: ``seconds`` of work so far, without those that began at ``start``."""

    __slots__ = ("client", "seconds", "start", "text")

    def __init__(self, question: Question, client: str) -> None:
        self.text = question.text
        self.client = client
        self.start = self.seconds = 0.0


class WorkerPool:
    """Workers for one checkpoint; ``await open()`` first, ``await close()`` at the end."""

    def __init__(
        self, snapshot: Snapshot, limits: QueryLimits, budget: Budget | None = None, log: QueryLog | None = None
    ) -> None:
        self._path = snapshot.path.resolve()
        self._kind = snapshot.store
        self.limits = limits
        self._turns = Turns(limits.workers, limits.waiting)
        self.budget = Budget(0, 0) if budget is None else budget
        self._log = log
        self._idle: asyncio.Queue[WorkerProcess | StoreError] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._all: set[WorkerProcess] = set()
        self._closed = False
        self.walls = Ready(no_network=False, no_calls=False)

    async def open(self) -> None:
        """Start the workers and spares; returns when one is ready. Raises StoreError.

        Workers answer on embedded stores: over a store of another kind none is started, and no query can get out.
        """
        if self._kind != "oxigraph" or not self.limits.workers:
            self.walls = Ready(no_network=True, no_calls=True)
            return
        for _ in range(self.limits.workers + self.limits.spares):
            self._replace()
        first = await self._idle.get()
        if isinstance(first, StoreError):
            raise first
        self.walls = first.ready
        self._idle.put_nowait(first)

    async def ask(self, question: Question, client: str = "") -> Answer:
        """Run one query for ``client``, whose budget it is taken from; ``""`` has no limit.

        Raises BudgetSpent, QueryRefused, QuerySyntax, QueryTimeout, QueryTooLarge, Overloaded, QueryError.
        """
        if self._kind != "oxigraph":
            raise QueryError(why="store-kind", kind=self._kind)
        if not self.limits.workers:
            raise QueryError(why="no-workers")
        self.budget.check(client)
        asked = _Asked(question, client)
        try:
            if len(question.text) <= SHORT:
                check_query(question.text)
                question = msgspec.structs.replace(question, gated=True)
            await self._turns.take(client, self.limits.wait)
        except BaseException as error:
            self._settle(asked, error=error)
            raise
        try:
            # Others of this client may have ended while this one waited.
            self.budget.check(client)
            worker = await self._take()
        except BaseException as error:
            self._turns.give(client)
            self._settle(asked, error=error)
            raise
        asked.start = monotonic()
        try:
            async with asyncio.timeout(self.limits.seconds):
                name, first, ended = await self._begin(worker, question)
        except BaseException as error:
            found = await self._outcome(worker, asked, error)
            if found is error:
                raise
            raise found from error
        asked.seconds = monotonic() - asked.start
        if ended is None:
            answer = Answer(name, first, None)
            answer.rest = self._rest(worker, asked, answer)
            # A generator that never began would not let go of its worker.
            await anext(answer.rest)
            return answer
        self._give_back(worker, asked, tired=ended.tired)
        self._settle(asked, rows=ended.rows)
        return Answer(name, first, None, ended.rows)

    async def _outcome(self, worker: WorkerProcess, asked: _Asked, error: BaseException) -> BaseException:
        """Let go of the worker after ``error``; returns what is to be raised for it."""
        asked.seconds += monotonic() - asked.start
        found = error
        if isinstance(error, TimeoutError):
            found = QueryTimeout(seconds=self.limits.seconds)
        elif isinstance(error, Gone):
            # Before the worker is killed: its own exit status says why.
            found = await self._cause(worker)
        if isinstance(error, MedkgError):
            self._give_back(worker, asked)
        else:
            self._discard(worker, asked)
        self._settle(asked, error=found)
        return found

    def _settle(self, asked: _Asked, rows: int | None = None, error: BaseException | None = None) -> None:
        """A query has ended: take it from the budget and write its line."""
        failed = isinstance(error, QueryError) and not isinstance(error, Overloaded | BudgetSpent)
        self.budget.charge(asked.client, asked.seconds, failed=failed)
        if self._log is not None:
            self._log.note(asked.text, asked.client, asked.seconds, rows, error)

    async def _begin(self, worker: WorkerProcess, question: Question) -> tuple[str, bytes, End | None]:
        """Format and first bytes; with the end where that came before the buffer was full."""
        await worker.send(question)
        name, parts, size = "", [], 0
        while size < BUFFER:
            kind, body = await worker.receive()
            if kind == frames.WHOLE:
                found = _WHOLE.decode(body)
                return found.format, found.data, End(found.rows, found.tired)
            if kind == frames.DATA:
                parts.append(body)
                size += len(body)
            elif kind == frames.HEAD:
                name = msgspec.msgpack.decode(body, type=Head).format
            elif kind == frames.END:
                return name, b"".join(parts), msgspec.msgpack.decode(body, type=End)
            else:
                raise self._failure(body)
        return name, b"".join(parts), None

    async def _rest(self, worker: WorkerProcess, asked: _Asked, answer: Answer) -> AsyncGenerator[bytes, None]:
        """Nothing, then the blocks after the first; only the time that the worker takes counts, not the reader's."""
        try:
            yield b""
            while True:
                asked.start = monotonic()
                async with asyncio.timeout(max(0.0, self.limits.seconds - asked.seconds)):
                    kind, body = await worker.receive()
                now = monotonic()
                asked.seconds, asked.start = asked.seconds + now - asked.start, now
                if kind == frames.DATA:
                    yield body
                elif kind == frames.END:
                    break
                else:
                    raise self._failure(body)
        except GeneratorExit as error:
            self._discard(worker, asked)
            self._settle(asked, error=error)
            raise
        except BaseException as error:
            # The worker may be in the middle of a block.
            found = await self._outcome(worker, asked, error)
            if found is error:
                raise
            raise found from error
        ended = msgspec.msgpack.decode(body, type=End)
        answer.rows = ended.rows
        self._give_back(worker, asked, tired=ended.tired)
        self._settle(asked, rows=ended.rows)

    def _failure(self, body: bytes) -> MedkgError:
        failure = msgspec.msgpack.decode(body, type=Failure)
        params = dict(failure.params)
        if params.get("why") == "memory":
            params["limit"] = self.limits.megabytes
        return _ERRORS.get(failure.error, QueryError)(**params)

    async def _cause(self, worker: WorkerProcess) -> QueryError:
        """Why a worker closed its socket: the engine aborts when memory is refused."""
        status = await worker.status()
        if status in {-signal.SIGABRT, 1}:
            return QueryTooLarge(why="memory", limit=self.limits.megabytes)
        return QueryTooLarge(why="crash")

    async def _take(self) -> WorkerProcess:
        """A worker that is ready; who asks has a turn."""
        while True:
            worker = await self._next()
            if isinstance(worker, StoreError):
                self._replace()
                raise worker
            if worker.alive:
                return worker
            self._drop(worker)
            self._replace()

    async def _next(self) -> WorkerProcess | StoreError:
        if not self._idle.empty():
            return self._idle.get_nowait()
        try:
            async with asyncio.timeout(START_SECONDS):
                return await self._idle.get()
        except TimeoutError as error:
            raise Overloaded from error

    def _give_back(self, worker: WorkerProcess, asked: _Asked, *, tired: bool = False) -> None:
        if tired or self._closed or not worker.alive:
            self._discard(worker, asked)
            return
        self._idle.put_nowait(worker)
        self._turns.give(asked.client)

    def _discard(self, worker: WorkerProcess, asked: _Asked) -> None:
        self._drop(worker)
        if not self._closed:
            self._replace()
        self._turns.give(asked.client)

    def _drop(self, worker: WorkerProcess) -> None:
        async def end() -> None:
            await worker.kill()
            self._all.discard(worker)

        self._run(asyncio.ensure_future(end()))

    def _replace(self) -> None:
        async def start() -> None:
            try:
                worker = await WorkerProcess.start(self._path, self.limits.megabytes)
            except StoreError as error:
                self._idle.put_nowait(error)
                return
            self._all.add(worker)
            if self._closed:
                await worker.kill()
            else:
                self._idle.put_nowait(worker)

        self._run(asyncio.ensure_future(start()))

    def _run(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Let what runs come to its end, then close."""
        await self._turns.idle()
        await self.close()

    async def close(self) -> None:
        """Kill every worker; queries that still run fail."""
        self._closed = True
        # Only those that still run: since Python 3.12, gathering what is done never lets the loop go on.
        while running := [task for task in self._tasks if not task.done()]:
            await asyncio.gather(*running, return_exceptions=True)
        for worker in list(self._all):
            await worker.kill()
        self._all.clear()


def _errors(kind: type[MedkgError]) -> dict[str, type[MedkgError]]:
    found = {kind.slug: kind}
    for child in kind.__subclasses__():
        found |= _errors(child)
    return found


_ERRORS = _errors(QueryError)
