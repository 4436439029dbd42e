"""The analytics lane: who is asked, who answers, and that a failing second engine harms nobody."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import pyoxigraph as ox
import pytest

from kg.errors import MedkgError, QuerySyntax, QueryTimeout, QueryTooLarge, StoreError
from kg.model.terms import Term
from kg.query.budget import Budget
from kg.query.frames import Question
from kg.query.lane import AT_ONCE, HERE, Lane
from kg.query.pool import QueryLimits, WorkerPool
from kg.query.portable import portable
from kg.store.base import Row, Snapshot

pytestmark = pytest.mark.slow
T = TypeVar("T")
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) }"
TOLD = "42"


class Second:
    """What a second engine may do: answer after a while, fail, or lose the generation meanwhile."""

    def __init__(
        self, seconds: float = 0.0, error: MedkgError | None = None, *, intact: bool = True, rows: int = 1
    ) -> None:
        self._seconds, self._error, self._intact, self._rows = seconds, error, intact, rows
        self.asked: list[str] = []

    def table(self, query: str) -> tuple[Sequence[str], Sequence[Row]]:
        self.asked.append(query)
        time.sleep(self._seconds)
        if self._error:
            raise self._error
        return ["n"], [{"n": Term(f'"{TOLD}"')}] * self._rows

    def intact(self) -> bool:
        return self._intact


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("lane")
    store = ox.Store(str(folder / "live"))
    p = ox.NamedNode("urn:p")
    store.bulk_extend([ox.Quad(ox.NamedNode(f"urn:s:{n}"), p, ox.Literal(str(n))) for n in range(2_000)])
    store.backup(str(folder / "checkpoint"))
    return Snapshot("oxigraph", folder / "checkpoint")


def asked(
    snapshot: Snapshot, second: Second, work: Callable[[Lane, WorkerPool], Awaitable[T]], seconds: float = 20.0
) -> T:
    async def run() -> T:
        limits = QueryLimits(workers=1, seconds=seconds, megabytes=300, rows=5_000, wait=5.0)
        pool = WorkerPool(snapshot, limits, Budget(1_000, 1_000))
        await pool.open()
        try:
            return await work(Lane(pool, lambda: second, "second", after=0.2), pool)
        finally:
            await pool.close()

    return asyncio.run(run())


def ask(snapshot: Snapshot, second: Second, text: str, seconds: float = 20.0, **more: object) -> tuple[str, str]:
    """(number that was answered, who answered)."""

    async def work(lane: Lane, pool: WorkerPool) -> tuple[str, str]:
        answer, engine = await lane.ask(Question(text, rows=5_000, **more), "somebody")  # type: ignore[arg-type]
        [row] = json.loads(answer.first)["results"]["bindings"]
        return row["n"]["value"], engine

    return asked(snapshot, second, work, seconds)


def test_what_is_short_is_answered_here_alone(snapshot: Snapshot) -> None:
    second = Second()
    assert ask(snapshot, second, COUNT) == ("2000", HERE)
    assert second.asked == []


def test_what_takes_long_is_answered_there_and_the_worker_is_free_again(snapshot: Snapshot) -> None:
    second = Second()

    async def work(lane: Lane, pool: WorkerPool) -> list[tuple[bytes, str]]:
        found = [await lane.ask(Question(text)) for text in (LONG, COUNT)]
        return [(answer.first, engine) for answer, engine in found]

    (told, engine), (counted, own) = asked(snapshot, second, work)
    assert (engine, own) == ("second", HERE)
    assert TOLD.encode() in told
    assert b'"2000"' in counted
    assert second.asked == [LONG]


def test_relative_names_are_those_of_the_graph(snapshot: Snapshot) -> None:
    second = Second()
    ask(snapshot, second, LONG, base="https://e.org/")
    assert second.asked == [f"BASE <https://e.org/> {LONG}"]


@pytest.mark.parametrize(
    "second",
    [
        Second(error=StoreError(path="x", reason="down")),
        Second(error=QuerySyntax(reason="not mine")),
        Second(intact=False),
        Second(rows=5_001),
        Second(seconds=8.0),
    ],
    ids=["down", "misread", "dropped meanwhile", "too many rows", "slower still"],
)
def test_a_second_engine_that_fails_changes_nothing(snapshot: Snapshot, second: Second) -> None:
    async def work(lane: Lane, pool: WorkerPool) -> float:
        start = time.monotonic()
        with pytest.raises(QueryTimeout):
            await lane.ask(Question(LONG, rows=5_000))
        assert json.loads((await pool.ask(Question(COUNT))).first)
        return time.monotonic() - start

    assert asked(snapshot, second, work, seconds=1.0) < 7.0  # a busy machine takes its time, the engine eight seconds
    assert second.asked == [LONG]


def test_it_waits_for_the_second_engine_when_memory_is_short_here(snapshot: Snapshot) -> None:
    greedy = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"
    assert ask(snapshot, Second(seconds=3.0), greedy) == (TOLD, "second")


def test_too_many_rows_and_wrong_text_are_told_at_once(snapshot: Snapshot) -> None:
    second = Second(seconds=0.5)

    async def work(lane: Lane, pool: WorkerPool) -> None:
        with pytest.raises(QueryTooLarge):
            await lane.ask(Question("SELECT ?s { ?s ?p ?o }", rows=10))
        with pytest.raises(QuerySyntax):
            await lane.ask(Question("SELECT ?s { ?s ?p"))

    asked(snapshot, second, work)
    assert second.asked == []


def test_work_there_is_taken_from_the_budget_and_only_some_of_it_runs_at_once(snapshot: Snapshot) -> None:
    second = Second(seconds=0.6)

    async def work(lane: Lane, pool: WorkerPool) -> None:
        # One worker: the others wait for it and are answered by the second engine, as far as it may be asked.
        many = [lane.ask(Question(LONG), "somebody") for _ in range(AT_ONCE + 2)]
        found = await asyncio.gather(*many, return_exceptions=True)
        engines = [one[1] for one in found if not isinstance(one, BaseException)]
        assert engines.count("second") >= AT_ONCE
        account = pool.budget._accounts["somebody"]
        assert account.seconds > 0.6 * AT_ONCE

    asked(snapshot, second, work, seconds=1.5)


def test_who_goes_away_leaves_nothing_running(snapshot: Snapshot) -> None:
    async def work(lane: Lane, pool: WorkerPool) -> str:
        task = asyncio.ensure_future(lane.ask(Question(LONG)))
        await asyncio.sleep(0.4)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        answer, engine = await lane.ask(Question(COUNT))
        return engine if b"2000" in answer.first else ""

    assert asked(snapshot, Second(seconds=1.0), work) == HERE


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s (COUNT(DISTINCT ?o) AS ?n) { ?s <x:p> ?o OPTIONAL { ?o <x:q> ?v } } GROUP BY ?s ORDER BY DESC(?n)",
        "SELECT * { ?s <x:p> ?o MINUS { ?s <x:q> ?v } FILTER(LANG(?o) = 'en' && ?s != <x:s>) } LIMIT 10",
        "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { ?s <x:q> ?o } FILTER NOT EXISTS { ?s <x:r> ?v } }",
    ],
)
def test_what_engines_agree_on(text: str) -> None:
    assert portable(text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * FROM <x:g> { ?s ?p ?o }",
        "SELECT * { ?s <x:p>* ?o }",
        "SELECT * { ?s <x:p>/<x:q> ?o }",
        "SELECT (AVG(?o) AS ?n) { ?s <x:p> ?o }",
        "SELECT * { ?s <x:p> ?o MINUS { ?a <x:q> ?b } }",
        "SELECT * { ?s <x:p> ?o OPTIONAL { ?o <x:q> ?a } MINUS { ?a <x:q> ?b } }",
        "SELECT * { ?s <x:p> ?o FILTER(?o > '2015'^^<http://www.w3.org/2001/XMLSchema#gYear>) }",
        "SELECT * { ?s <x:p> true }",
        "SELECT * { ?s ?p 'open }",
    ],
)
def test_what_they_do_not(text: str) -> None:
    assert not portable(text)
