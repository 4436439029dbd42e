"""One workspace: a writable dataset with one writer, asked and changed one task after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile

import msgspec

from kg.errors import PreconditionFailed, QueryTimeout, StorageFull, WorkspaceBusy
from kg.query import frames
from kg.query.frames import Head, Question
from kg.query.gate import check_query, check_update
from kg.query.pool import SHORT
from kg.query.process import Gone
from kg.store.disk import storage, sync_folder
from kg.workspace.process import WriterProcess, failure
from kg.workspace.tasks import DATASET, UPDATE_LIMITS, Ask, Change, Done, Drop, Load, Read, Task

_MEMORY = 1 << 20
_BLOCK = 65_536
Check = Callable[[str], bool]
"""Whether an ETag fits; raised as PreconditionFailed where it does not."""


class WorkspaceLimits(msgspec.Struct, frozen=True):
    """``seconds`` of one task, ``wait`` for those before it; an idle writer ends after ``idle`` seconds, or
    sooner where ``writers`` of other workspaces run."""

    seconds: float = 60.0
    writers: int = 8
    megabytes: int = 1024
    rows: int = 100_000
    wait: float = 10.0
    idle: float = 300.0


class Written(msgspec.Struct, frozen=True):
    """A change that is on disk. ``created``: a graph that was not there before."""

    etag: str
    created: bool = False


class Reply:
    """A whole answer: nothing is handed on before the writer has given all of it, so that no reader holds it up."""

    def __init__(self, etag: str) -> None:
        self.etag = etag
        self.format = ""
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_MEMORY)  # noqa: SIM115 - closed in blocks
        self.size = 0

    def write(self, data: bytes) -> None:
        with storage(Path("answer")):
            self._file.write(data)
        self.size += len(data)

    def blocks(self) -> Iterator[bytes]:
        """The answer, once."""
        try:
            self._file.seek(0)
            while block := self._file.read(_BLOCK):
                yield block
        finally:
            self._file.close()

    def close(self) -> None:
        self._file.close()


class Workspace:
    """``folder`` exists; its store is made by the first task. Use it in one event loop.

    ``room`` is awaited before a writer starts, and may end those of others.
    """

    def __init__(self, name: str, folder: Path, limits: WorkspaceLimits, room: Callable[[], Awaitable[None]]) -> None:
        self.name = name
        self.folder = folder
        self.limits = limits
        self.used = 0.0
        self._room = room
        self._turn = asyncio.Lock()
        self._writer: WriterProcess | None = None
        self._writes = 0
        self._full = False
        self._rest: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[int] | None = None

    @property
    def running(self) -> bool:
        """Whether it has a writer."""
        return self._writer is not None

    @property
    def busy(self) -> bool:
        """Whether a task is under way."""
        return self._turn.locked()

    async def ask(self, question: Question) -> Reply:
        """Run a query; it sees every change that was acknowledged before.

        Raises WorkspaceBusy and the errors of ``kg.query.pool.WorkerPool.ask``.
        """
        if len(question.text) <= SHORT:
            check_query(question.text)
            question = msgspec.structs.replace(question, gated=True)
        return await self._read(Ask(question))

    async def update(self, task: Change, check: Check | None = None) -> Written:
        """Run a SPARQL update, all of it or nothing; raises QueryRefused, QuerySyntax, QueryError, QueryTimeout,
        WorkspaceBusy, PreconditionFailed, StorageFull."""
        if len(task.text) <= SHORT:
            check_update(task.text, UPDATE_LIMITS)
            task = msgspec.structs.replace(task, gated=True)
        return await self._write(task, check)

    async def load(self, task: Load, upload: Iterable[bytes], check: Check | None = None) -> Written:
        """Put or merge a graph, all of it or nothing; raises GraphRefused and what ``update`` raises."""
        return await self._write(task, check, upload)

    async def drop(self, graph: str, check: Check | None = None) -> Written:
        """Remove a graph; raises UnknownGraph and what ``update`` raises."""
        return await self._write(Drop(graph), check)

    async def graph(self, name: str, format_: str) -> Reply:
        """A graph (the default graph for ""); raises UnknownGraph."""
        return await self._read(Read(name, format_))

    async def quads(self) -> Reply:
        """Every statement as sorted N-Quads; raises QueryTooLarge."""
        return await self._read(Read("", DATASET))

    async def etag(self) -> str:
        """``"<start of the writer>.<number of writes>"``, with its quotes."""
        async with _Turn(self):
            return self._tag(await self._ready(writes=False))

    async def _read(self, task: Task) -> Reply:
        async with _Turn(self):
            writer = await self._ready(writes=False)
            reply = Reply(self._tag(writer))
            try:
                await self._run(writer, task, (), reply)
            except BaseException:
                reply.close()
                raise
            return reply

    async def _write(self, task: Task, check: Check | None, upload: Iterable[bytes] = ()) -> Written:
        async with _Turn(self):
            writer = await self._ready(writes=True)
            if check is not None and not check(self._tag(writer)):
                raise PreconditionFailed
            try:
                done = await self._run(writer, task, upload, None)
            except StorageFull:
                self._full = True
                raise
            self._writes = done.writes
            return Written(self._tag(writer), done.created)

    def _tag(self, writer: WriterProcess) -> str:
        return f'"{writer.token}.{self._writes}"'

    async def _ready(self, *, writes: bool) -> WriterProcess:
        """The writer, started if there is none. One that met a full device is started again before it writes:
        the engine takes some time to write again after there is room."""
        if self._writer is not None and (not self._writer.alive or (writes and self._full)):
            await self.end()
        if self._writer is None:
            await self._room()
            await self.end()
            self._writer = await WriterProcess.start(self.folder / "store", self.limits.megabytes)
            self._writes, self._full = 0, False
        return self._writer

    async def _run(self, writer: WriterProcess, task: Task, upload: Iterable[bytes], reply: Reply | None) -> Done:
        """One task; a writer that did not come to its end with it is killed, and the engine forgets its half."""
        try:
            async with asyncio.timeout(self.limits.seconds):
                await writer.order(task, upload)
                while True:
                    kind, body = await writer.receive()
                    if kind == frames.END:
                        return msgspec.msgpack.decode(body, type=Done)
                    if kind == frames.FAILURE:
                        break
                    if kind == frames.HEAD and reply is not None:
                        reply.format = msgspec.msgpack.decode(body, type=Head).format
                    elif kind == frames.DATA and reply is not None:
                        reply.write(body)
        except TimeoutError as error:
            await self.end()
            raise QueryTimeout(seconds=self.limits.seconds) from error
        except Gone as error:
            cause = await writer.cause(task, self.limits.megabytes)
            await self.end()
            raise cause from error
        except BaseException:
            await self.end()
            raise
        raise failure(body, self.limits.megabytes)

    async def end(self) -> None:
        """Kill the writer, and wait until it is gone; what it acknowledged is on disk."""
        self._sleep()
        if self._ending is not None:
            await asyncio.shield(self._ending)

    def _begin_rest(self) -> None:
        loop = asyncio.get_running_loop()
        self.used = loop.time()
        self._rest = loop.call_later(self.limits.idle, self._sleep)

    def _sleep(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            self._ending = asyncio.ensure_future(writer.kill())

    async def take(self) -> None:
        """Wait for the turn; raises WorkspaceBusy."""
        try:
            async with asyncio.timeout(self.limits.wait):
                await self._turn.acquire()
        except TimeoutError as error:
            raise WorkspaceBusy from error
        if self._rest is not None:
            self._rest.cancel()

    def give(self) -> None:
        """Let the next one in."""
        self._begin_rest()
        self._turn.release()

    async def close(self) -> None:
        """Kill the writer, for good."""
        if self._rest is not None:
            self._rest.cancel()
        await self.end()


class _Turn:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def __aenter__(self) -> None:
        await self._workspace.take()

    async def __aexit__(self, *_: object) -> None:
        self._workspace.give()


def make_folder(folder: Path) -> None:
    """The folder of a workspace, durably."""
    with storage(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for path in (folder, folder.parent, folder.parent.parent):
            sync_folder(path)
