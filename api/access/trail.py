"""The audit log of the running service: entries of many requests are written together."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from kg.workflow.audit import Audit, Event

_MOST = 500


class Trail:
    """Appends events in the order of their coming, in one thread."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._waiting: list[tuple[Event, bytes, asyncio.Future[None]]] = []
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="audit")
        self._task: asyncio.Task[None] | None = None

    async def record(self, event: Event, details: bytes = b"") -> None:
        """Returns when the event is on disk; raises StoreError, IntegrityError. Only a seal of ``details`` is kept."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((event, details, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write())
        # One request that is cut must not take back the entries of others.
        await asyncio.shield(future)

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            events = [(event, details) for event, details, _ in batch]
            try:
                await asyncio.get_running_loop().run_in_executor(self._thread, self._audit.append, events)
            except Exception as error:
                for _, _, future in batch:
                    future.set_exception(error)
            else:
                for _, _, future in batch:
                    future.set_result(None)

    async def close(self) -> None:
        """Write what waits."""
        if self._task is not None:
            await self._task
        self._thread.shutdown()
