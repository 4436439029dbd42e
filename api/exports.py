"""Exports over HTTP: who may have how many, and the processes that write them."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec

import kg
from api.allowance import Allowance
from kg.bulk.dump import BLOCK
from kg.bulk.export import Wanted
from kg.errors import ExportsSpent, Overloaded, StoreError

AT_ONCE = 2


class Exports:
    """The exports of one service; ``most`` of one caller an hour, 0 for no limit."""

    def __init__(self, most: int) -> None:
        self._allowed = Allowance(most, ExportsSpent)
        self._running = 0

    def count(self, client: str) -> None:
        """One more of ``client``; raises ExportsSpent."""
        self._allowed.count(client)

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
