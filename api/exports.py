"""Exports over HTTP: who may have how many, and the processes that write them."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import deque
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec

import kg
from kg.bulk.dump import BLOCK
from kg.bulk.export import Wanted
from kg.errors import ExportsSpent, Overloaded, StoreError

AT_ONCE = 2
_HOUR = 3600.0
_CLIENTS = 10_000


class Exports:
    """The exports of one service; ``most`` of one caller an hour, 0 for no limit."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: dict[str, deque[float]] = {}
        self._running = 0

    def count(self, client: str) -> None:
        """One more of ``client``; raises ExportsSpent."""
        if not self._most:
            return
        now = asyncio.get_running_loop().time()
        made = self._made.setdefault(client, deque())
        while made and now - made[0] >= _HOUR:
            made.popleft()
        if len(made) >= self._most:
            raise ExportsSpent(limit=self._most, seconds=round(_HOUR - (now - made[0])))
        made.append(now)
        if len(self._made) > _CLIENTS:
            self._made = {name: times for name, times in self._made.items() if now - times[-1] < _HOUR}

    async def blocks(self, folder: Path, wanted: Wanted) -> AsyncGenerator[bytes, None]:
        """The export of the generation in ``folder``, block by block.

        Raises Overloaded where ``AT_ONCE`` are running, StoreError where the process fails, at any block.
        """
        if self._running >= AT_ONCE:
            raise Overloaded
        self._running += 1
        process = None
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "kg.bulk.worker", str(folder), msgspec.json.encode(wanted).decode(),
                cwd=Path(kg.__file__).resolve().parent.parent, env={"LC_ALL": "C.UTF-8"}, limit=BLOCK,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            assert process.stdout is not None
            while block := await process.stdout.read(BLOCK):
                yield block
            if status := await process.wait():
                raise StoreError(path=folder, reason=f"the export ended with status {status}")
        finally:
            self._running -= 1
            if process is not None and process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
