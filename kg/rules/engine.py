"""One generation's rules, asked about cases: the engine behind every door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from kg.model.case import Case
from kg.rules.allowance import Allowance
from kg.rules.base import CodeResolver, Meanings
from kg.rules.decision import Decision
from kg.rules.facts import Facts, ReadFact
from kg.rules.firing import Firing
from kg.rules.ruleset import Asked, Ruleset
from kg.rules.understood import Understood
from kg.rules.units import Units


class Engine:
    """The same case at the same time gives the same answer: nothing of a case is remembered and nothing is written."""

    def __init__(
        self, rules: Iterable[Firing], meanings: Meanings, resolver: CodeResolver, units: Units,
        allowance: Allowance | None = None,
    ) -> None:  # fmt: skip
        self.ruleset = Ruleset(rules, meanings, allowance)
        self._meanings, self._resolver, self._units = meanings, Understood(resolver), units

    def decide(self, case: Case, asked: Asked, now: datetime, read: Sequence[ReadFact] = ()) -> Decision:
        """The answer to one case; ``now`` is the time of the question where the case names none. ``read``: what its
        notes say, too. Raises DecisionTimeout."""
        return self.ruleset.evaluate(Facts(case, self._resolver, self._meanings, self._units, now, read), asked)
