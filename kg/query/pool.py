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

from kg.errors import MedkgError, Overloaded, QueryError, QueryTimeout, QueryTooLarge, StoreError
from kg.query import frames
from kg.query.frames import End, Failure, Head, Question, Ready
from kg.query.gate import check_query
from kg.query.process import BUFFER, START_SECONDS, Gone, WorkerProcess
from kg.store.base import Snapshot

SHORT = 4_096
"""Texts up to this length go through the gate here; longer ones in the worker (up to 0.2 s)."""


class QueryLimits(msgspec.Struct, frozen=True):
    """Limits of one pool. ``megabytes`` on top of an idle worker; ``wait``: seconds to wait for a worker;
    ``spares``: workers that wait warm for one that is killed."""

    workers: int = 2
    seconds: float = 10.0
    megabytes: int = 1024
    rows: int = 100_000
    wait: float = 1.0
    spares: int = 1


class Answer:
    """A whole answer in ``first``, or its beginning with the rest in ``rest``.

    Iterating ``rest`` may raise MedkgError or BrokenPipeError: then what was sent so far must not look
    whole. ``aclose`` it where it is not read to the end.
    """

    def __init__(self, format_: str, first: bytes, rest: AsyncGenerator[bytes, None] | None) -> None:
        self.format = format_
        self.first = first
        self.rest = rest


class WorkerPool:
    """Workers for one checkpoint; ``await open()`` first, ``await close()`` at the end."""

    def __init__(self, snapshot: Snapshot, limits: QueryLimits) -> None:
        self._path = snapshot.path.resolve()
        self._kind = snapshot.store
        self.limits = limits
        self._free = asyncio.Semaphore(limits.workers)
        self._idle: asyncio.Queue[WorkerProcess | StoreError] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._all: set[WorkerProcess] = set()
        self._closed = False
        self.walls = Ready(no_network=False, no_calls=False)

    async def open(self) -> None:
        """Start the workers and spares; returns when one is ready. Raises StoreError."""
        if self._kind != "oxigraph":
            raise QueryError(why="store-kind", kind=self._kind)
        for _ in range(self.limits.workers + self.limits.spares):
            self._replace()
        first = await self._idle.get()
        if isinstance(first, StoreError):
            raise first
        self.walls = first.ready
        self._idle.put_nowait(first)

    async def ask(self, question: Question) -> Answer:
        """Run one query.

        Raises QueryRefused, QuerySyntax, QueryTimeout, QueryTooLarge, Overloaded, QueryError.
        """
        if len(question.text) <= SHORT:
            check_query(question.text)
            question = msgspec.structs.replace(question, gated=True)
        worker = await self._take()
        deadline = monotonic() + self.limits.seconds
        try:
            async with asyncio.timeout(self.limits.seconds):
                answer, ended = await self._begin(worker, question)
        except MedkgError:
            self._give_back(worker)
            raise
        except TimeoutError as error:
            self._discard(worker)
            raise QueryTimeout(seconds=self.limits.seconds) from error
        except Gone as error:
            self._discard(worker)
            raise await self._cause(worker) from error
        except BaseException:
            self._discard(worker)
            raise
        if ended is None:
            return Answer(answer[0], answer[1], self._rest(worker, deadline - monotonic()))
        self._give_back(worker, tired=ended.tired)
        return Answer(answer[0], answer[1], None)

    async def _begin(self, worker: WorkerProcess, question: Question) -> tuple[tuple[str, bytes], End | None]:
        """Format and first bytes; with the end where that came before the buffer was full."""
        await worker.send(question)
        name, parts, size = "", [], 0
        while size < BUFFER:
            kind, body = await worker.receive()
            if kind == frames.DATA:
                parts.append(body)
                size += len(body)
            elif kind == frames.HEAD:
                name = msgspec.msgpack.decode(body, type=Head).format
            elif kind == frames.FAILURE:
                raise self._failure(body)
            elif kind == frames.END:
                return (name, b"".join(parts)), msgspec.msgpack.decode(body, type=End)
        return (name, b"".join(parts)), None

    async def _rest(self, worker: WorkerProcess, seconds: float) -> AsyncGenerator[bytes, None]:
        """The blocks after the first; only the time that the worker takes counts, not the reader's."""
        whole = False
        try:
            while True:
                start = monotonic()
                async with asyncio.timeout(max(0.0, seconds)):
                    kind, body = await worker.receive()
                seconds -= monotonic() - start
                if kind == frames.DATA:
                    yield body
                elif kind == frames.END:
                    whole = True
                    self._give_back(worker, tired=msgspec.msgpack.decode(body, type=End).tired)
                    return
                else:
                    raise self._failure(body)
        except TimeoutError as error:
            raise QueryTimeout(seconds=self.limits.seconds) from error
        except Gone as error:
            raise await self._cause(worker) from error
        finally:
            if not whole:
                self._discard(worker)

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
        try:
            async with asyncio.timeout(self.limits.wait):
                await self._free.acquire()
        except TimeoutError as error:
            raise Overloaded from error
        try:
            while True:
                worker = await self._next()
                if isinstance(worker, StoreError):
                    self._replace()
                    raise worker
                if worker.alive:
                    return worker
                self._drop(worker)
                self._replace()
        except BaseException:
            self._free.release()
            raise

    async def _next(self) -> WorkerProcess | StoreError:
        try:
            async with asyncio.timeout(START_SECONDS):
                return await self._idle.get()
        except TimeoutError as error:
            raise Overloaded from error

    def _give_back(self, worker: WorkerProcess, *, tired: bool = False) -> None:
        if tired or self._closed or not worker.alive:
            self._discard(worker)
            return
        self._idle.put_nowait(worker)
        self._free.release()

    def _discard(self, worker: WorkerProcess) -> None:
        self._drop(worker)
        self._free.release()
        if not self._closed:
            self._replace()

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
        for _ in range(self.limits.workers):
            await self._free.acquire()
        await self.close()

    async def close(self) -> None:
        """Kill every worker; queries that still run fail."""
        self._closed = True
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in list(self._all):
            await worker.kill()
        self._all.clear()


def _errors(kind: type[MedkgError]) -> dict[str, type[MedkgError]]:
    found = {kind.slug: kind}
    for child in kind.__subclasses__():
        found |= _errors(child)
    return found


_ERRORS = _errors(QueryError)
