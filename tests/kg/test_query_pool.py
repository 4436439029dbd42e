"""Query workers: whole answers or errors, limits that hold, and no way out."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox
import pytest

from kg.errors import (
    BudgetSpent,
    Overloaded,
    QueryError,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    QueryTooLarge,
    StoreError,
)
from kg.query.answering import answer
from kg.query.budget import Budget
from kg.query.frames import Question
from kg.query.pool import QueryLimits, WorkerPool
from kg.store.base import Snapshot
from tests.conftest import ROOT
from tests.requirement import absent

T = TypeVar("T")
ROWS = 4_000
EVERYTHING = "SELECT * { ?s ?p ?o }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) }"
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"


def quads() -> list[ox.Quad]:
    made = [
        ox.Quad(
            ox.NamedNode(f"urn:s:{number}"), ox.NamedNode("urn:p"), ox.Literal(f"value {number} 糖尿病", language="zh")
        )
        for number in range(ROWS)
    ]
    odd = ['a "quote", a\tTab', "line\nfeed\r", "<&>", "", "\\", "😀"]
    made += [ox.Quad(ox.NamedNode("urn:odd"), ox.NamedNode("urn:o"), ox.Literal(text)) for text in odd]
    made += [
        ox.Quad(ox.NamedNode("urn:odd"), ox.NamedNode("urn:n"), ox.Literal("1.5", datatype=ox.NamedNode("urn:type"))),
        ox.Quad(ox.NamedNode("urn:odd"), ox.NamedNode("urn:b"), ox.BlankNode("b")),
    ]
    return made


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("workers")
    store = ox.Store(str(folder / "live"))
    store.bulk_extend(quads())
    store.flush()
    store.backup(str(folder / "checkpoint"))
    return Snapshot("oxigraph", folder / "checkpoint")


def with_pool(snapshot: Snapshot, work: Callable[[WorkerPool], Awaitable[T]], **limits: float) -> T:
    """Run ``work`` with an opened pool in a loop of its own."""

    async def run() -> T:
        given = {"workers": 1, "seconds": 20.0, "megabytes": 200, "wait": 5.0} | limits
        pool = WorkerPool(snapshot, QueryLimits(**given))  # type: ignore[arg-type]
        await pool.open()
        try:
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(run())


async def whole(pool: WorkerPool, text: str, **more: object) -> bytes:
    found = await pool.ask(Question(text, **more))  # type: ignore[arg-type]
    blocks = [found.first]
    if found.rest is not None:
        blocks += [block async for block in found.rest]
    return b"".join(blocks)


@pytest.mark.parametrize("name", ["JSON", "XML", "CSV", "TSV"])
@pytest.mark.parametrize(
    "query", ["SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o", "SELECT ?x { <urn:odd> ?p ?o OPTIONAL { ?o ?q ?x } }"]
)
def test_tables_are_what_the_engine_itself_writes(name: str, query: str) -> None:
    store = ox.Store()
    store.bulk_extend([*quads()[-9:-1], quads()[0]])
    expected = store.query(query).serialize(format=getattr(ox.QueryResultsFormat, name))  # type: ignore[union-attr]
    blocks: list[bytes] = []
    answer(store, Question(query, results=name.lower()), lambda _: None, blocks.append)
    written = b"".join(blocks)
    if name == "XML":
        # The engine escapes quotes in text as well; what is read back is the same.
        assert read(written) == read(expected)
    else:
        assert written == expected


def read(data: bytes) -> list[tuple[object, ...]]:
    return [tuple(row) for row in ox.parse_query_results(data, format=ox.QueryResultsFormat.XML)]  # type: ignore[union-attr]


def test_graphs_in_every_format(snapshot: Snapshot) -> None:
    async def work(pool: WorkerPool) -> list[bytes]:
        text = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(ISIRI(?s) && !ISBLANK(?o)) }"
        return [await whole(pool, text, graph=name) for name in ("turtle", "ntriples", "jsonld")]

    formats = (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.JSON_LD)
    graphs = [set(ox.parse(data, format=kind)) for data, kind in zip(with_pool(snapshot, work), formats, strict=True)]
    assert graphs[0] == graphs[1] == graphs[2]
    assert len(graphs[0]) == ROWS + 7


def test_ask_describe_and_the_wrong_kind_of_format(snapshot: Snapshot) -> None:
    async def work(pool: WorkerPool) -> None:
        assert await whole(pool, "ASK { <urn:odd> ?p ?o }") == b'{"head":{},"boolean":true}'
        assert b"urn:s:7" in await whole(pool, "DESCRIBE <urn:s:7>", graph="ntriples")
        with pytest.raises(QueryRefused):
            await pool.ask(Question("ASK {}", results=""))
        with pytest.raises(QueryRefused):
            await pool.ask(Question("DESCRIBE <urn:s:7>", graph=""))
        with pytest.raises(QuerySyntax):
            await pool.ask(Question("SELECT ?x { ?s ?p ?o } GROUP BY ?s"))
        with pytest.raises(QuerySyntax):
            await pool.ask(Question("ASK {} # " + "x" * 5_000 + "\n}"))
        with pytest.raises(QueryError):
            await pool.ask(Question(EVERYTHING, default_graphs=("not an iri",)))

    with_pool(snapshot, work)


def test_too_many_rows_is_an_error_never_a_part(snapshot: Snapshot) -> None:
    async def work(pool: WorkerPool) -> None:
        total = ROWS + 8
        assert (await whole(pool, EVERYTHING, results="csv", rows=total)).count(b"urn:") > ROWS
        for text in (EVERYTHING, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"):
            with pytest.raises(QueryTooLarge) as caught:
                await pool.ask(Question(text, rows=total - 1))
            assert caught.value.params == {"why": "rows", "limit": total - 1}

    with_pool(snapshot, work)


def test_long_answers_come_in_blocks(snapshot: Snapshot) -> None:
    async def work(pool: WorkerPool) -> bytes:
        found = await pool.ask(Question("SELECT * { ?s <urn:p> ?o . VALUES ?x { 1 2 3 4 } }", results="xml"))
        assert found.rest is not None
        assert len(found.first) < 3_000_000
        return found.first + b"".join([block async for block in found.rest])

    data = with_pool(snapshot, work)
    assert data.count(b"<result>") == 4 * ROWS
    assert data.endswith(b"</results></sparql>")


def test_a_reader_that_stops_frees_the_worker(snapshot: Snapshot) -> None:
    async def work(pool: WorkerPool) -> None:
        for _ in range(3):
            found = await pool.ask(Question("SELECT * { ?s <urn:p> ?o . VALUES ?x { 1 2 3 4 } }", results="xml"))
            assert found.rest is not None
            await found.rest.__anext__()
            await found.rest.aclose()
        assert await whole(pool, "ASK {}")

    with_pool(snapshot, work)


def test_a_pool_without_workers_takes_no_query(snapshot: Snapshot) -> None:
    async def ask(pool: WorkerPool) -> None:
        assert pool.walls.no_network
        with pytest.raises(QueryError, match="query_workers") as refused:
            await pool.ask(Question(EVERYTHING))
        assert "query_workers" in refused.value.text("zh")

    with_pool(snapshot, ask, workers=0)


def test_time_is_limited(snapshot: Snapshot) -> None:
    async def work(pool: WorkerPool) -> None:
        start = time.monotonic()
        with pytest.raises(QueryTimeout):
            await pool.ask(Question(CROSS))
        assert 0.5 <= time.monotonic() - start < 10  # it would take minutes
        assert await whole(pool, "ASK {}")

    with_pool(snapshot, work, seconds=0.5)


def test_more_than_the_workers_can_take_is_refused_in_time(snapshot: Snapshot) -> None:
    async def work(pool: WorkerPool) -> None:
        start = time.monotonic()
        found = await asyncio.gather(*(pool.ask(Question(CROSS)) for _ in range(4)), return_exceptions=True)
        assert time.monotonic() - start < 10  # one alone would take minutes
        assert sorted(type(error).__name__ for error in found) == ["Overloaded"] * 3 + ["QueryTimeout"]

    with_pool(snapshot, work, seconds=1.0, wait=0.3)


def test_deadly_queries_of_one_client_leave_a_worker_to_others(snapshot: Snapshot) -> None:
    async def work(pool: WorkerPool) -> None:
        # The first may take both workers; from then on this client is known for long queries.
        with pytest.raises(QueryTimeout):
            await pool.ask(Question(CROSS), "deadly")
        deadly = [asyncio.create_task(pool.ask(Question(CROSS), "deadly")) for _ in range(8)]
        await asyncio.sleep(0.1)
        for _ in range(20):
            assert (await pool.ask(Question("ASK {}"), "other")).rows == 1
        assert not any(task.done() and not isinstance(task.exception(), Overloaded) for task in deadly)
        outcomes = await asyncio.gather(*deadly, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {QueryTimeout, Overloaded}

    with_pool(snapshot, work, seconds=1.0, workers=2, wait=0.5)


def test_the_work_of_a_client_is_counted(snapshot: Snapshot) -> None:
    async def run() -> None:
        budget = Budget(0.4, 100)
        pool = WorkerPool(snapshot, QueryLimits(workers=1, seconds=0.3, megabytes=200), budget)
        await pool.open()
        for _ in range(2):
            with pytest.raises(QueryTimeout):
                await pool.ask(Question(CROSS), "a")
        with pytest.raises(BudgetSpent) as caught:
            await pool.ask(Question("ASK {}"), "a")
        assert 20 < float(str(caught.value.params["seconds"])) < 60
        assert (await pool.ask(Question("ASK {}"), "b")).rows == 1
        assert (await pool.ask(Question("ASK {}"))).rows == 1
        await pool.close()

    asyncio.run(run())


def test_who_waits_while_the_budget_runs_out_does_not_run(snapshot: Snapshot) -> None:
    async def run() -> None:
        pool = WorkerPool(snapshot, QueryLimits(workers=1, seconds=0.5, megabytes=200, wait=5), Budget(0.4, 100))
        await pool.open()
        found = await asyncio.gather(*(pool.ask(Question(CROSS), "a") for _ in range(4)), return_exceptions=True)
        assert [type(error) for error in found] == [QueryTimeout] + [BudgetSpent] * 3
        await pool.close()

    asyncio.run(run())


def test_an_answer_that_nobody_reads_frees_its_worker(snapshot: Snapshot) -> None:
    async def work(pool: WorkerPool) -> None:
        for _ in range(3):
            found = await pool.ask(Question("SELECT * { ?s <urn:p> ?o . VALUES ?x { 1 2 3 4 } }", results="xml"))
            assert found.rest is not None
            await found.rest.aclose()
        assert await whole(pool, "ASK {}")

    with_pool(snapshot, work, wait=1.0)


def test_memory_is_limited(snapshot: Snapshot) -> None:
    async def work(pool: WorkerPool) -> None:
        with pytest.raises(QueryTooLarge) as caught:
            await pool.ask(Question(GREEDY))
        assert caught.value.params == {"why": "memory", "limit": 100}
        assert await whole(pool, "ASK {}")

    with_pool(snapshot, work, seconds=60.0, megabytes=100)


def test_a_killed_worker_is_replaced(snapshot: Snapshot) -> None:
    async def work(pool: WorkerPool) -> None:
        await asyncio.sleep(0.5)
        for worker in list(pool._all):
            os.kill(worker.process.pid, signal.SIGKILL)
        await asyncio.sleep(0.2)
        assert await whole(pool, "ASK {}")

    with_pool(snapshot, work)


def test_workers_die_with_their_pool(snapshot: Snapshot) -> None:
    async def work(pool: WorkerPool) -> list[int]:
        await asyncio.sleep(0.5)
        return [worker.process.pid for worker in pool._all]

    pids = with_pool(snapshot, work)
    assert pids
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_a_missing_checkpoint_says_so(tmp_path: Path) -> None:
    async def nothing(pool: WorkerPool) -> None:
        pytest.fail("it must not open")

    with pytest.raises(StoreError):
        with_pool(Snapshot("oxigraph", tmp_path / "none"), nothing)


def test_a_store_of_another_kind_opens_without_workers(tmp_path: Path) -> None:
    async def ask(pool: WorkerPool) -> None:
        with pytest.raises(QueryError, match="reference"):
            await pool.ask(Question("ASK {}"))

    with_pool(Snapshot("reference", tmp_path), ask)


def test_past_the_gate_stand_walls(snapshot: Snapshot) -> None:
    """A worker that is told that its text went through the gate still reaches nobody; the bare engine does."""
    server = socket.create_server(("127.0.0.1", 0))
    seen: list[str] = []

    def serve() -> None:
        while True:
            try:
                connection, address = server.accept()
            except OSError:
                return
            seen.append(str(address))
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    call = f"SELECT * {{ SERVICE <http://127.0.0.1:{server.getsockname()[1]}/> {{ ?s ?p ?o }} }}"

    async def work(pool: WorkerPool) -> bool:
        walls = pool.walls.no_network or pool.walls.no_calls
        # Only texts longer than SHORT go on without the pool's own look at them.
        with pytest.raises(QueryError):
            await pool.ask(Question(call + " #" + "x" * 5_000, gated=True))
        return walls

    assert with_pool(snapshot, work), "no wall stands on this machine"
    assert seen == []
    with pytest.raises((OSError, RuntimeError)):
        next(iter(ox.Store().query(call)))  # type: ignore[call-overload]
    assert seen
    server.close()


WALLS = """
import socket, subprocess, sys
from kg.query import confinement
server = socket.create_server(("127.0.0.1", 0))
address = server.getsockname()
socket.create_connection(address).close()
{wall}
for attempt in (lambda: socket.create_connection(address), lambda: subprocess.run(["/bin/true"])):
    try:
        attempt()
    except {error}:
        print("denied")
"""


@pytest.mark.parametrize(
    ("wall", "error", "denied"),
    [("assert confinement.deny_calls()", "PermissionError", 2), ("assert confinement.leave_network()", "OSError", 1)],
)
def test_each_wall_stands_alone(wall: str, error: str, denied: int) -> None:
    code = WALLS.format(wall=wall, error=error)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    if "AssertionError" in done.stderr:
        absent("this machine does not allow that wall")
    assert done.stdout.count("denied") == denied, done.stderr
