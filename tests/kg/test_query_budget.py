"""Budgets of clients, and turns at the workers."""

from __future__ import annotations

import asyncio

import pytest

from kg.errors import BudgetSpent, Overloaded
from kg.query.budget import Budget
from kg.query.turns import LONG, Turns


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_seconds_leak_and_the_wait_is_exact() -> None:
    clock = Clock()
    budget = Budget(60, 30, clock=clock)
    budget.check("a")
    budget.charge("a", 59.9)
    budget.check("a")
    budget.charge("a", 5.1)
    with pytest.raises(BudgetSpent) as caught:
        budget.check("a")
    assert caught.value.params == {"seconds": 5.0}
    assert "5.0 seconds" in str(caught.value)
    assert "5.0 秒" in caught.value.text("zh")
    clock.now += 4.9
    with pytest.raises(BudgetSpent):
        budget.check("a")
    clock.now += 0.2
    budget.check("a")
    budget.check("b")


def test_errors_leak_too() -> None:
    clock = Clock()
    budget = Budget(60, 30, clock=clock)
    for _ in range(29):
        budget.charge("a", 0, failed=True)
    budget.check("a")
    budget.charge("a", 0, failed=True)
    with pytest.raises(BudgetSpent) as caught:
        budget.check("a")
    assert caught.value.params == {"seconds": 2.0}
    clock.now += 2.0
    budget.check("a")
    clock.now += 60
    for _ in range(29):
        budget.charge("a", 0, failed=True)
    budget.check("a")


def test_nobody_and_no_limit_are_never_counted() -> None:
    budget = Budget(1, 1)
    budget.charge("", 100, failed=True)
    budget.check("")
    for unlimited in (Budget(0, 0), Budget(0, 5), Budget(5, 0)):
        unlimited.charge("a", 0, failed=False)
        unlimited.check("a")
    free = Budget(0, 5)
    free.charge("a", 10_000)
    free.check("a")


def test_memory_is_bounded() -> None:
    budget = Budget(1, 1, most=100)
    for number in range(10_000):
        budget.charge(f"client {number}", 2)
    assert len(budget) == 100
    with pytest.raises(BudgetSpent):
        budget.check("client 9999")
    budget.check("client 1")


def test_turns_go_round_by_client() -> None:
    """One client has sent twenty, two others one each: they are served second and third."""

    async def run() -> list[str]:
        turns = Turns(1, 100)
        await turns.take("busy", 1)
        served: list[str] = []

        async def ask(client: str) -> None:
            await turns.take(client, 5)
            served.append(client)
            await asyncio.sleep(0)
            turns.give(client)

        tasks = [asyncio.create_task(ask("greedy")) for _ in range(20)]
        await asyncio.sleep(0)
        tasks += [asyncio.create_task(ask(client)) for client in ("one", "two")]
        await asyncio.sleep(0)
        turns.give("busy")
        await asyncio.gather(*tasks)
        await turns.idle()
        return served

    served = asyncio.run(run())
    assert served[:3] == ["greedy", "one", "two"]
    assert served[3:] == ["greedy"] * 19


def test_the_queue_is_limited_and_nobody_fills_it_alone() -> None:
    async def run() -> None:
        turns = Turns(1, 4)
        await turns.take("a", 1)
        waiting = [asyncio.create_task(turns.take("a", 0.3)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await turns.take("a", 0.3)
        waiting += [asyncio.create_task(turns.take(name, 0.3)) for name in "bc"]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await turns.take("d", 0.3)
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [Overloaded] * 4
        # Whoever gave up left no trace: the turn is there again.
        turns.give("a")
        await turns.take("d", 0.3)

    asyncio.run(run())


def test_a_client_with_long_queries_leaves_the_last_worker() -> None:
    async def run() -> None:
        turns = Turns(2, 10)
        await turns.take("slow", 1)
        await asyncio.sleep(LONG + 0.05)
        with pytest.raises(Overloaded):
            await turns.take("slow", 0.05)
        await turns.take("other", 0.05)
        turns.give("other")
        turns.give("slow")
        # It is known for it now: one of two, not both.
        await turns.take("slow", 0.05)
        with pytest.raises(Overloaded):
            await turns.take("slow", 0.05)
        turns.give("slow")
        # A short one later both are there for it.
        await turns.take("slow", 0.05)
        await turns.take("slow", 0.05)

    asyncio.run(run())


def test_short_queries_may_take_every_worker() -> None:
    async def run() -> None:
        turns = Turns(3, 10)
        for _ in range(3):
            await turns.take("quick", 0.05)

    asyncio.run(run())


def test_a_cancelled_wait_loses_no_turn() -> None:
    async def run() -> None:
        turns = Turns(1, 10)
        await turns.take("a", 1)
        for _ in range(50):
            waiting = asyncio.create_task(turns.take("b", 5))
            await asyncio.sleep(0)
            waiting.cancel()
            turns.give("a")
            await asyncio.gather(waiting, return_exceptions=True)
            await turns.take("a", 0.5)
        turns.give("a")
        async with asyncio.timeout(1):
            await turns.idle()

    asyncio.run(run())
