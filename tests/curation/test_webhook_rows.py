"""The rows of webhooks, on SQLite and, in the slow suite, on PostgreSQL. Deliveries: ``tests.api.test_changes``."""

from __future__ import annotations

import threading

import pytest

from kg.errors import UnknownName
from kg.workflow.webhooks import ATTEMPTS, Webhooks
from tests.curation.test_workflow import Desk, desk, postgres

__all__ = ["desk", "postgres"]


def test_a_hook_is_told_until_it_was_told_everything(desk: Desk) -> None:
    hooks = Webhooks(desk.engine)
    made = hooks.add("https://listener.example/", "Li", "c0")
    assert made.secret not in str(hooks.all()), "it is shown once"
    (due,) = hooks.take("c1")
    assert (due.id, due.cursor, due.secret) == (made.hook.id, "c0", made.secret)
    assert hooks.take("c1") == [], "another process waits"
    hooks.delivered(due.id, "c1")
    assert hooks.take("c1") == []
    assert [one.cursor for one in hooks.take("c2")] == ["c1"]


def test_several_processes_take_each_hook_once(desk: Desk) -> None:
    hooks = Webhooks(desk.engine)
    wanted = {hooks.add(f"https://listener.example/{number}", "Li", "c0").hook.id for number in range(12)}
    taken: list[int] = []
    start = threading.Barrier(4)

    def take() -> None:
        start.wait()
        taken.extend(one.id for one in Webhooks(desk.engine).take("c1"))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(taken) == sorted(wanted)


def test_a_hook_that_fails_waits_and_is_switched_off(desk: Desk) -> None:
    hooks = Webhooks(desk.engine)
    number = hooks.add("https://listener.example/", "Li", "c0").hook.id
    for _ in range(ATTEMPTS - 1):
        hooks.failed(number, "x" * 1_000)
    (one,) = hooks.all()
    assert (one.state, one.failures, len(one.message)) == ("active", ATTEMPTS - 1, 300)
    assert hooks.take("c1") == [], "it waits"
    hooks.failed(number, "gone")
    assert hooks.all()[0].state == "off"
    assert hooks.resume(number).state == "active"
    assert [due.id for due in hooks.take("c1")] == [number]
    hooks.remove(number)
    with pytest.raises(UnknownName):
        hooks.remove(number)
