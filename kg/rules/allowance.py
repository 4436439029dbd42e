"""How long a rule and a whole answer may take: a rule that takes longer is cut and named, a late answer is an error.

A rule's share is time of the processor, so that a busy machine cuts nobody; what an answer may take is time on the
clock, because that is what who asks waits for.
"""

from __future__ import annotations

from threading import Lock
from time import perf_counter, thread_time

import msgspec

from kg.breaker import Breaker
from kg.errors import DecisionTimeout
from kg.rules.firing import Firing

EVERY = 32
"""Conditions between two looks at the clock."""


class Allowance(msgspec.Struct, frozen=True):
    """``rule``: seconds of the processor that one rule may take; ``answer``: seconds of the clock for all, None for
    what nobody waits for."""

    rule: float = 0.05
    answer: float | None = None


class Cut(Exception):
    """A rule had its share."""


class Watch:
    """Looks at the clock while one case is judged."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._late = None if allowance.answer is None else perf_counter() + allowance.answer
        self._until = 0.0
        self.ticks = 0
        """Conditions that were looked at for this rule; set to 0 where another begins."""

    def tick(self) -> None:
        """A condition is looked at; raises Cut, DecisionTimeout."""
        self.ticks += 1
        if self.ticks % EVERY:
            return
        now = thread_time()
        if self.ticks == EVERY:
            # Only a rule of many conditions is timed: one of few cannot take long.
            self._until = now + self._allowance.rule
        elif now > self._until:
            raise Cut
        self.check()

    def check(self) -> None:
        """Raises DecisionTimeout where the answer would come too late."""
        if self._late is not None and perf_counter() > self._late:
            raise DecisionTimeout(seconds=self._allowance.answer)


class Slow:
    """Which rules were cut, by pack: while a pack's breaker rests, these are cut at once instead of being tried again.

    The pack's other rules are judged as ever.
    """

    def __init__(self) -> None:
        self._breakers: dict[str, Breaker] = {}
        self._rules: dict[str, frozenset[str]] = {}
        self._lock = Lock()
        self.any = False
        """Whether there are such rules; there hardly ever are."""

    def resting(self, rule: Firing) -> bool:
        """Whether a rule is left alone for now."""
        pack = rule.installed.pack
        return rule.rule.id in self._rules.get(pack, ()) and self._breakers[pack].rest() > 0

    def cut(self, rule: Firing) -> None:
        """A rule had to be cut."""
        self._note(rule, {rule.rule.id})
        self._breakers[rule.installed.pack].report(good=False)

    def judged(self, rule: Firing) -> None:
        """A rule came to its end; that of one that was cut before is good news of its pack."""
        if rule.rule.id in self._rules.get(rule.installed.pack, ()):
            self._breakers[rule.installed.pack].report(good=True)
            self._note(rule, set())

    def known(self) -> dict[str, tuple[str, ...]]:
        """Pack -> rules that were cut and have not come to their end since."""
        return {pack: tuple(sorted(rules)) for pack, rules in sorted(self._rules.items()) if rules}

    def _note(self, rule: Firing, now: set[str]) -> None:
        with self._lock:
            pack = rule.installed.pack
            self._breakers.setdefault(pack, Breaker())
            self._rules[pack] = self._rules.get(pack, frozenset()) - {rule.rule.id} | now
            self.any = any(self._rules.values())
