"""What one request asked of the rules, counted where they are asked, whichever door it came through."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from starlette.types import Scope

from api.actor import KEY, Actor
from kg.workflow.asked import RuleQuery


class Counted:
    """``rules`` stands for those that could fire; ``cases`` were judged and ``cards`` came of them."""

    def __init__(self) -> None:
        self.generation, self.rules, self.cases, self.cards = "", "", 0, 0
        self.pending: list[Callable[[], None]] = []

    def settle(self) -> None:
        """Do what was to be done once the answer was given. An answer that nobody got, as one that came too late, must
        silence no card and count as no card shown."""
        for call in self.pending:
            call()

    def line(self, scope: Scope, door: str, status: int) -> RuleQuery:
        """The line of a request that was answered with ``status``."""
        who: Actor = scope[KEY]
        return RuleQuery(
            minute=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M"), actor=who.name, role=who.role, door=door,
            generation=self.generation, rules=self.rules, cases=self.cases, cards=self.cards, status=status,
        )  # fmt: skip


_COUNTED: ContextVar[Counted | None] = ContextVar("medkg.asked", default=None)


def counting() -> Counted:
    """Count what is asked from here on, in this task and in the threads that it waits for."""
    made = Counted()
    _COUNTED.set(made)
    return made


def count(generation: str, rules: str, cards: int) -> None:
    """One case was judged; nothing where nobody counts."""
    found = _COUNTED.get()
    if found is not None:
        found.generation, found.rules = generation, rules
        found.cases += 1
        found.cards += cards


def afterwards(call: Callable[[], None]) -> None:
    """Do something once the answer is given; now where nobody waits for one."""
    found = _COUNTED.get()
    if found is None:
        call()
    else:
        found.pending.append(call)
