"""The Graph Store Protocol on the published graphs: they are read only, whoever asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from fastapi import Request
from starlette.responses import Response

from api.answers import Stream, knowledge
from api.sparql.preconditions import unchanged
from api.sparql.replies import WRITABLE, graph_format
from kg.errors import Overloaded, UnknownGraph
from kg.generation.pointer import Shelf
from kg.model.terms import iri
from kg.query.frames import GRAPH_FORMATS, Question
from kg.query.pool import Answer, QueryLimits, WorkerPool
from kg.store.base import Snapshot
from kg.store.state import INTERNAL

SECONDS = 600.0
"""That a worker may need for one graph; waiting for a slow reader does not count."""
AT_ONCE = 2
_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class Dumps:
    """Writes out whole graphs: a worker of its own for each, apart from those that answer queries."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)

    async def answer(self, request: Request, graph: str, as_of: str | None) -> Response:
        """A named graph of a generation, or its default graph for "".

        Raises UnknownGeneration, UnknownGraph, Refusal (406), Overloaded.
        """
        format_ = graph_format(request, tuple(GRAPH_FORMATS))
        found, _ = await knowledge(request, as_of)
        headers = {"Vary": "Accept", "ETag": f'"{found.id}"'}
        if graph:
            named = "SELECT ?g { GRAPH ?g { ?s ?p ?o } } LIMIT 1"
            if graph in INTERNAL or not found.reader.select(named, {"g": iri(graph)}):
                raise UnknownGraph(name=graph)
        if unchanged(request, headers["ETag"]):
            return Response(None, 304, headers)
        if request.method == "HEAD":
            return Response(None, 200, headers, WRITABLE[format_])
        if self._free.locked():
            raise Overloaded
        await self._free.acquire()
        limits = QueryLimits(
            workers=1, seconds=SECONDS, megabytes=found.pool.limits.megabytes, rows=2**53, spares=0
        )  # fmt: skip
        folder = Shelf(request.app.state.library.settings.folder).path(found.id)
        pool = WorkerPool(Snapshot(store=found.manifest.store, path=folder / "store"), limits)
        try:
            await pool.open()
            question = Question(_ALL, results="", graph=format_, default_graphs=(graph,) if graph else (), rows=2**53)
            whole = await pool.ask(question)
        except BaseException:
            await self._close(pool)
            raise
        return Stream(Answer(whole.format, whole.first, self._rest(pool, whole)), WRITABLE[format_], headers)

    async def _rest(self, pool: WorkerPool, whole: Answer) -> AsyncGenerator[bytes, None]:
        try:
            if whole.rest is not None:
                async for block in whole.rest:
                    yield block
        finally:
            if whole.rest is not None:
                await whole.rest.aclose()
            await self._close(pool)

    async def _close(self, pool: WorkerPool) -> None:
        self._free.release()
        await pool.close()
