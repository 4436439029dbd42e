"""The opened generations of a running service: the current one and a few that ``as_of`` asks for."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from threading import Thread
from typing import TypeVar

from threadpoolctl import threadpool_limits

from api.collector import settle
from api.knowledge import Knowledge, Opener
from api.settings import Settings
from kg.errors import MedkgError
from kg.generation.pointer import Shelf
from kg.generation.readahead import read_ahead, room
from kg.generation.timeline import Past
from kg.index.base import Encoder

T = TypeVar("T")

KEPT = 3
"""Generations other than the current one that stay open."""
WATCH_SECONDS = 1.0

log = logging.getLogger("medkg.library")


def _one_thread_a_product() -> None:
    """For every BLAS that is loaded by now: products of a search are small, and threads that wait for the next one
    cost more than all of it."""
    threadpool_limits(1, user_api="blas")


class Library:
    """Hands out opened generations; a change of ``CURRENT`` swaps the current one without a failed request.

    ``start`` it in the event loop that asks it. Search, annotation and opening run in its threads;
    look-ups run where they are called.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shelf = Shelf(settings.folder)
        self._opener = Opener(settings)
        self.past = Past(self._shelf)
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="medkg")
        self._judging = ThreadPoolExecutor(max_workers=2, thread_name_prefix="medkg-rules")
        """Of their own: where what was decided of rules cannot be read, everything else is answered still."""
        self.preparing: list[Callable[[Knowledge], object]] = []
        """What is done with a generation before it becomes the current one."""
        self._current: Knowledge | None = None
        self._others: OrderedDict[str, Knowledge] = OrderedDict()
        self._warm_encoder: Encoder | None = None
        self._opening = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def current(self) -> Knowledge | None:
        return self._current

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def search(self) -> str:
        """``ready``, ``warming`` while the encoder is loaded, ``text`` where the generation has no vectors,
        ``degraded`` where it has some that cannot be asked."""
        if self._current is None or self._current.encoder is None:
            return "degraded" if self._current is not None and self._current.degraded else "text"
        if self._current.searcher.lacking:
            return "degraded"
        return "ready" if self._warm_encoder is self._current.encoder else "warming"

    async def start(self) -> None:
        """Open the current generation, unless that is done; raises UnknownGeneration, IntegrityError."""
        if self._current is not None:
            return
        opened = await self._open(self._shelf.find())
        try:
            await self._prepared(opened)
        except MedkgError as error:
            # What else it has is served; who asks the rules is told.
            log.error("rules of generation %s cannot be read: %s", opened.id, error)
        self._current = opened
        self._begin(self._warm(self._current))
        self._begin(self._watch())

    @property
    def shelf(self) -> Shelf:
        return self._shelf

    async def at(self, as_of: str | None = None) -> Knowledge:
        """The current generation, or the one that ``as_of`` names; raises UnknownGeneration."""
        current = self._current
        if current is not None and as_of in (None, current.id):
            return current
        name = self._shelf.find(as_of)
        if current is not None and name == current.id:
            return current
        async with self._opening:
            if name not in self._others:
                self._others[name] = await self._open(name, workers=1)
            self._others.move_to_end(name)
            while len(self._others) > KEPT:
                self._retire(self._others.popitem(last=False)[1])
            return self._others[name]

    async def work(self, call: Callable[[], T]) -> T:
        """Run something that takes more than a few milliseconds in a thread."""
        return await self._run(self._threads, call)

    async def judge(self, call: Callable[[], T]) -> T:
        """Run something that asks the rules, and with it the workflow database."""
        return await self._run(self._judging, call)

    @staticmethod
    async def _run(threads: ThreadPoolExecutor, call: Callable[[], T]) -> T:
        # The thread counts for the request that waits for it (``api.asking``).
        return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, call)

    async def _open(self, name: str, workers: int | None = None) -> Knowledge:
        folder: Path = self._shelf.path(name)
        knowledge = await self.work(lambda: self._opener.open(folder, workers))
        await knowledge.pool.open()
        _one_thread_a_product()
        settle()
        return knowledge

    async def _prepared(self, knowledge: Knowledge) -> None:
        """Make ready beside the old what would otherwise wait for the first request."""
        for prepare in self.preparing:
            await self.work(lambda prepare=prepare: prepare(knowledge))  # type: ignore[misc]

    async def _warm(self, knowledge: Knowledge) -> None:
        """Load the model before the first search waits for it, and let the files be read."""
        self._read_ahead(knowledge)
        encoder = knowledge.encoder
        if encoder is not None:
            await self.work(lambda: encoder.encode(["warm"]))
            _one_thread_a_product()
            # Its libraries came after the generation was opened, and are as many objects again.
            settle()
        self._warm_encoder = encoder

    def _read_ahead(self, knowledge: Knowledge) -> None:
        # A thread of its own, which nobody waits for: those of ``work`` answer questions.
        given = (self._shelf.path(knowledge.id), room())
        Thread(target=read_ahead, args=given, name="medkg-readahead", daemon=True).start()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            name = await self.work(self._shelf.current)
            before = self._current
            if name is None or before is None or name == before.id:
                continue
            try:
                opened = await self._open(name)
                await self._prepared(opened)
                await self._warm(opened)
                self._current = opened
            except Exception as error:
                # Whatever it is, the next generation is still to be looked for.
                known = isinstance(error, MedkgError)
                log.error("generation %s cannot be opened, %s stays: %s", name, before.id, error, exc_info=not known)
                await asyncio.sleep(10 * WATCH_SECONDS)
                continue
            log.info("generation %s replaces %s", name, before.id)
            self._retire(before)

    def _retire(self, knowledge: Knowledge) -> None:
        self._begin(knowledge.pool.drain())

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Kill the workers and let the threads end."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for knowledge in [*self._others.values(), *([self._current] if self._current else [])]:
            await knowledge.pool.close()
        for threads in (self._threads, self._judging):
            threads.shutdown(wait=False, cancel_futures=True)
