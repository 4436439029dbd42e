"""One query worker as its parent sees it: started, asked, killed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from pathlib import Path
from typing import Self

import msgspec

import kg
from kg.errors import StoreError
from kg.query import frames
from kg.query.frames import Question, Ready

BUFFER = 1 << 20
"""Bytes of an answer that are kept back before the first is handed on, and that a socket may hold."""
START_SECONDS = 30.0


class Gone(Exception):
    """The worker closed its socket in the middle."""


class WorkerProcess:
    """A worker that is ready; ``start`` makes one."""

    def __init__(self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.process = process
        self._reader = reader
        self._writer = writer
        self.ready = Ready(no_network=False, no_calls=False)

    @classmethod
    async def spawn(cls, path: Path, megabytes: int, module: str = "kg.query.worker") -> Self:
        """A process that runs ``module`` on ``path``; nothing was heard of it yet."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", module, str(theirs.fileno()), str(path), str(megabytes)]
            # The folder that holds the packages is the working folder, so that the child finds them
            # installed or not; the environment is empty, so that it holds no secret of ours.
            home = Path(kg.__file__).resolve().parent.parent
            process = await asyncio.create_subprocess_exec(
                *command, pass_fds=(theirs.fileno(),), cwd=home, env={"RUST_BACKTRACE": "0", "LC_ALL": "C.UTF-8"},
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours, limit=BUFFER)
        return cls(process, reader, writer)

    @classmethod
    async def start(cls, path: Path, megabytes: int) -> Self:
        """A worker that is ready for questions; raises StoreError."""
        worker = await cls.spawn(path, megabytes)
        try:
            async with asyncio.timeout(START_SECONDS):
                kind, body = await worker.receive()
            assert kind == frames.READY
            worker.ready = msgspec.msgpack.decode(body, type=Ready)
        except (Gone, TimeoutError) as error:
            await worker.kill()
            raise StoreError(path=path, reason=f"a query worker did not start ({type(error).__name__})") from error
        return worker

    @property
    def alive(self) -> bool:
        return self.process.returncode is None and not self._reader.at_eof()

    async def send(self, question: Question) -> None:
        await self.transmit(frames.QUESTION, msgspec.msgpack.encode(question))

    async def transmit(self, kind: bytes, body: bytes) -> None:
        """Send one frame; raises Gone."""
        try:
            self._writer.write(frames.frame(kind, body))
            await self._writer.drain()
        except ConnectionError as error:
            raise Gone from error

    async def receive(self) -> tuple[bytes, bytes]:
        try:
            kind, size = frames.unframe(await self._reader.readexactly(frames.HEADER))
            return kind, await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise Gone from error

    async def kill(self) -> int:
        """End it at once; returns the exit status."""
        self._writer.close()
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        return await self.process.wait()

    async def status(self) -> int:
        """The exit status of a worker that has closed its socket."""
        try:
            async with asyncio.timeout(1):
                return await self.process.wait()
        except TimeoutError:
            return await self.kill()
