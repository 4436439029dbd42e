"""The conditions of all rules as one network: what several rules ask is looked at once a case.

Conditions that say the same are one node, whoever asks. What a node comes to is what ``kg.rules.conditions.see`` says
of its condition (``tests/kg/rules/test_equivalence.py`` compares them); conditions on facts that are not there are
answered without looking further.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from kg.model.rule import Changed, Computed, Condition, Has, Measured
from kg.rules.allowance import Watch
from kg.rules.base import Key
from kg.rules.conditions import combined, looking, parts_of
from kg.rules.facts import Facts
from kg.rules.membership import gaps
from kg.rules.seen import Seen, Truth


class Sight:
    """What was seen of one case so far. ``present``: the conditions of which a fact is there."""

    def __init__(self, facts: Facts, watch: Watch, present: set[int]) -> None:
        self.facts, self.watch, self.present = facts, watch, present
        self.seen: dict[int, Seen] = {}
        self.truths: dict[int, Truth] = {}
        self._absent: dict[tuple[str, str], Seen] = {}

    def absent(self, condition: Has) -> Seen:
        """What a condition comes to whose concepts nobody has: the same for all of its kind."""
        found = self._absent.get((condition.kind, condition.among))
        if found is None:
            missing = tuple(gaps(self.facts, condition.kind, condition.among))
            found = Seen("has", None if missing else False, (), missing)
            self._absent[condition.kind, condition.among] = found
        return found


class Network:
    """Conditions by number; numbers stay."""

    def __init__(self) -> None:
        self._numbers: dict[Condition, int] = {}
        self._conditions: list[Condition] = []
        self._parts: list[tuple[int, ...]] = []
        self._looking: list[Callable[..., Seen] | None] = []
        self._absent: list[Seen | Has | None] = []
        self._by_key: defaultdict[Key, set[int]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._conditions)

    def add(self, condition: Condition) -> int:
        """The number of a condition; its parts get theirs."""
        number = self._numbers.get(condition)
        if number is None:
            parts = tuple(self.add(part) for part in parts_of(condition))
            number = self._numbers[condition] = len(self._conditions)
            self._conditions.append(condition)
            self._parts.append(parts)
            self._looking.append(None if parts else looking(condition))
            keys, absent = _unless(condition)
            self._absent.append(absent)
            for key in keys:
                self._by_key[key].add(number)
        return number

    def sight(self, facts: Facts, watch: Watch) -> Sight:
        """A case, of which nothing was seen."""
        there = (self._by_key[key] for key in facts.by_key if key in self._by_key)
        return Sight(facts, watch, set[int]().union(*there))

    def see(self, number: int, sight: Sight) -> Seen:
        """What a condition comes to; raises Cut where its rule has had its share of time."""
        found = sight.seen.get(number)
        if found is None:
            sight.watch.tick()
            absent, look = self._absent[number], self._looking[number]
            if absent is not None and number not in sight.present:
                found = absent if isinstance(absent, Seen) else sight.absent(absent)
            elif look is not None:
                found = look(self._conditions[number], sight.facts)
            else:
                parts = tuple([self.see(part, sight) for part in self._parts[number]])
                found = combined(self._conditions[number], parts)
            sight.seen[number] = found
            sight.truths[number] = found.truth
        return found

    def dear(self, number: int) -> bool:
        """Whether a condition is better looked at last."""
        return bool(self._parts[number]) or isinstance(self._conditions[number], Computed)


def _unless(condition: Condition) -> tuple[frozenset[Key], Seen | Has | None]:
    """Facts without which nobody need look, and what a condition then comes to: always the same, or (its own
    condition) the same as all of its kind in that case."""
    match condition:
        case Has(kind=kind, concepts=concepts):
            return frozenset((kind, concept) for concept in concepts), condition
        case Measured(tests=tests) | Changed(tests=tests):
            name = "measured" if isinstance(condition, Measured) else "changed"
            return frozenset(("test", test) for test in tests), Seen(name, None, (), tests)
        case _:
            return frozenset(), None
