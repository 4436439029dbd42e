"""A writer process as its workspace sees it."""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import msgspec

from kg.errors import GraphRefused, MedkgError, QueryTooLarge, StoreError
from kg.query import frames
from kg.query.frames import Failure, Ready
from kg.query.process import START_SECONDS, Gone, WorkerProcess
from kg.workspace.tasks import Load, Task


class WriterProcess(WorkerProcess):
    """A writer that is ready; ``start`` makes one. ``token`` tells its start from every other."""

    token: str = ""

    @classmethod
    async def start(cls, path: Path, megabytes: int) -> Self:
        """Raises StoreLocked, StorageFull, StoreError."""
        writer = await cls.spawn(path, megabytes, "kg.workspace.writer")
        try:
            async with asyncio.timeout(START_SECONDS):
                kind, body = await writer.receive()
            if kind == frames.FAILURE:
                raise failure(body, megabytes)
            writer.ready = msgspec.msgpack.decode(body, type=Ready)
        except (Gone, TimeoutError) as error:
            await writer.kill()
            raise StoreError(path=path, reason=f"its writer did not start ({type(error).__name__})") from error
        except BaseException:
            await writer.kill()
            raise
        writer.token = secrets.token_hex(6)
        return writer

    async def order(self, task: Task, upload: Iterable[bytes] = ()) -> None:
        """Send a task, and the bytes that belong to it; raises Gone."""
        await self.transmit(frames.QUESTION, msgspec.msgpack.encode(task))
        if isinstance(task, Load):
            for block in upload:
                await self.transmit(frames.DATA, block)
            await self.transmit(frames.END, b"")

    async def cause(self, task: Task, megabytes: int) -> MedkgError:
        """Why it closed its socket: the engine aborts when memory is refused."""
        status = await self.status()
        if status in {-signal.SIGABRT, 1}:
            return QueryTooLarge(why="memory", limit=megabytes)
        return GraphRefused(why="crash") if isinstance(task, Load) else QueryTooLarge(why="crash")


def failure(body: bytes, megabytes: int) -> MedkgError:
    """The error that a failure frame holds."""
    found = msgspec.msgpack.decode(body, type=Failure)
    params = dict(found.params)
    if params.get("why") == "memory":
        params["limit"] = megabytes
    return _ERRORS.get(found.error, MedkgError)(**params)


def _errors(kind: type[MedkgError]) -> dict[str, type[MedkgError]]:
    found = {kind.slug: kind}
    for child in kind.__subclasses__():
        found |= _errors(child)
    return found


_ERRORS = _errors(MedkgError)
