"""Files that curators send: kept, and built into the graph one after the other, each in a process of its own.

A build needs the memory and the time that it needs, and what a stranger's file does to a parser must not
reach the service; the process gets the settings on its standard input.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sys
import time
from pathlib import Path

import msgspec

import api
from api import wiring
from api.settings import Settings
from ingest.adhoc import adhoc_config
from ingest.base import SOURCES
from ingest.config import BuildConfig
from ingest.pipeline import Listener
from ingest.reading.encoding import decoded
from kg.errors import InputError, MedkgError, Overloaded, StoreLocked
from kg.store.disk import storage, write_atomic
from ontology.base import TERMINOLOGIES

KIND = "ingest"
MOST_WAITING = 20
_PATIENCE = 600.0
"""Seconds in which another build, of the command line say, must have ended."""


class Order(msgspec.Struct, frozen=True):
    """What the process of one build is told."""

    settings: Settings
    job: int
    arguments: dict[str, object]


class Ingests:
    """The files sent to one service."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def enter(self, name: str, data: bytes, options: dict[str, str]) -> int:
        """Keep a file, and the number of the job that reads it, soon.

        ``options`` are those of ``adhoc_config``. Raises InputError for what no format fits, UnknownName for a
        format that there is none of, Overloaded, StorageFull.
        """
        if len(self._tasks) >= MOST_WAITING:
            raise Overloaded
        order = await asyncio.to_thread(self._order, name, data, options)
        task = asyncio.create_task(self._build(order))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return order.job

    def _order(self, name: str, data: bytes, options: dict[str, str]) -> Order:
        mark = hashlib.sha256(data).hexdigest()[:8]
        path = self._settings.folder / "uploads" / mark / name
        with storage(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, data)
        # Files of two readers may be called alike, and the newer of a name takes the place of the older.
        named = {"format_": "", "version": "", "licence": "unknown"} | options
        named["name"] = named.get("name") or f"{Path(name).stem}-{mark}"
        try:
            (spec,) = adhoc_config([path], **named).input
            (TERMINOLOGIES if spec.kind == "terminology" else SOURCES).load(spec.format)
        except InputError as error:
            path.unlink()
            # Who sends it knows the file by its name, and nothing of our folders.
            raise InputError(**{**error.params, "path": name}) from None
        except MedkgError:
            path.unlink()
            raise
        named["format_"] = spec.format
        arguments: dict[str, object] = {"paths": [str(path)], "encoding": decoded(path).encoding, **named}
        return Order(self._settings, wiring.jobs(self._settings).enter(KIND, arguments), arguments)

    async def _build(self, order: Order) -> None:
        try:
            async with self._turn:
                await _process(order)
        except asyncio.CancelledError:
            wiring.jobs(self._settings).interrupt(order.job)
            raise

    async def close(self) -> None:
        """End what runs and what waits; ``medkg jobs retry`` begins it again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _process(order: Order) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.ingests", cwd=Path(api.__file__).resolve().parent.parent,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await process.communicate(msgspec.json.encode(order))
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def config(arguments: dict[str, object]) -> BuildConfig:
    """The build that the arguments of a job mean; raises InputError."""
    paths = arguments["paths"]
    assert isinstance(paths, list)
    named = {name: str(arguments[name]) for name in ("format_", "name", "version", "licence")}
    return adhoc_config([Path(str(path)) for path in paths], **named)


def main() -> None:
    """One build, as the order on standard input says."""
    from kg.generation.publish import unheard

    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    building = wiring.Building(order.settings, order.job)
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            building.run(config(order.arguments), order.arguments, Listener(), unheard)
            return
        except StoreLocked as error:
            if time.monotonic() > until:
                with wiring.jobs(order.settings).run(KIND, order.arguments, order.job):
                    raise error from None
            time.sleep(1)


if __name__ == "__main__":
    main()
