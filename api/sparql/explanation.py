"""``/sparql/explain``: why a query takes its time, as JSON. The forms of a request are those of ``/sparql``."""

from __future__ import annotations

from time import perf_counter

import msgspec
from fastapi import Request
from starlette.responses import Response

from api.answers import knowledge
from api.sparql.calls import Called, resolve
from api.sparql.request import SparqlRequest
from kg.errors import Overloaded, QueryError
from kg.query.frames import Explanation, Question
from kg.query.gate import GateLimits
from kg.query.pool import WorkerPool


class RunLimits(msgspec.Struct, frozen=True):
    """Of one query: seconds, megabytes of a worker, rows of an answer."""

    seconds: float
    megabytes: int
    rows: int


class Run(msgspec.Struct, frozen=True):
    """The query itself, run to its end and thrown away. ``outcome``: ``ok``, or the name of the error."""

    seconds: float
    rows: int | None
    outcome: str
    detail: str = ""


class Explained(msgspec.Struct, frozen=True):
    """An answer of ``/sparql/explain``."""

    generation: str
    explanation: Explanation
    calls: tuple[Called, ...]
    run: Run
    limits: RunLimits
    gate_limits: GateLimits


async def explain(request: Request, asked: SparqlRequest, question: Question, client: str) -> Response:
    """Explain a query, then run it. Its own errors are part of the answer; those of its text are raised."""
    found, _ = await knowledge(request, asked.as_of)
    pool = found.pool
    question, called = await resolve(request, found, question, client)
    plan = await pool.ask(msgspec.structs.replace(question, explain=True, results="json"), client)
    blocks = [plan.first]
    if plan.rest is not None:
        blocks += [block async for block in plan.rest]
    limits = pool.limits
    explained = Explained(
        generation=found.id,
        explanation=msgspec.json.decode(b"".join(blocks), type=Explanation),
        calls=called,
        run=await _run(pool, msgspec.structs.replace(question, results="tsv", graph="ntriples"), client),
        limits=RunLimits(limits.seconds, limits.megabytes, limits.rows),
        gate_limits=GateLimits(),
    )
    return Response(msgspec.json.encode(explained), 200, {"Cache-Control": "no-store"}, "application/json")


async def _run(pool: WorkerPool, question: Question, client: str) -> Run:
    start = perf_counter()
    rows, outcome, detail = None, "ok", ""
    try:
        answer = await pool.ask(question, client)
        if answer.rest is not None:
            async for _ in answer.rest:
                pass
        rows = answer.rows
    except Overloaded:
        raise
    except QueryError as error:
        outcome, detail = error.slug, str(error)
    return Run(round(perf_counter() - start, 4), rows, outcome, detail)
