"""Rules that fired and do not agree: where a rule names what it loses to, and where nobody named anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.rules.base import Meanings
from kg.rules.decision import Conflict, Contradiction
from kg.rules.facts import Fact
from kg.rules.firing import Firing
from kg.rules.ranking import SEVERITY

_WARNS = SEVERITY["warn"]


def named_conflicts(fired: Mapping[str, Firing]) -> tuple[list[Conflict], set[str]]:
    """Rules that say what they lose to, and which of them are silenced: what is weaker may contradict what is stronger,
    and never hides it. Rules that silence each other silence nobody."""
    conflicts = [
        Conflict(winner, name, one.rule.message)
        for name, one in fired.items()
        for winner in one.rule.loses_to
        if winner in fired and not _before(name, winner, fired)
    ]
    rank = {name: SEVERITY[fired[name].strength] for row in conflicts for name in (row.winner, row.loser)}
    return conflicts, {row.loser for row in conflicts if rank[row.winner] <= rank[row.loser]}


def contradictions(
    rules: Iterable[Firing], drugs: Mapping[str, Iterable[Fact]], meanings: Meanings
) -> Iterator[Contradiction]:
    """One rule suggests what another, which fired on the same case, warns about. Both are shown: nobody decided.

    ``rules``: those that are shown; ``drugs``: by rule, the drugs that made it fire. A suggestion contradicts a warning
    where it is what the patient gets, or is one of the concepts that the warning names among its conditions.
    """
    rules = list(rules)
    if not any(suggestion.concepts for one in rules for suggestion in one.rule.suggestions):
        return
    warned: dict[str, set[str]] = {}
    for one in rules:
        if SEVERITY[one.strength] <= _WARNS and not one.rule.no_recommendation:
            suggested = {name for suggestion in one.rule.suggestions for name in suggestion.concepts}
            named = frozenset(one.rule.concepts) - suggested
            facts = drugs.get(one.rule.id, ())
            against = {concept for fact in facts for concept in (fact.within & named) | fact.own}
            warned[one.rule.id] = against - suggested
    for one in rules:
        for concept in dict.fromkeys(name for suggestion in one.rule.suggestions for name in suggestion.concepts):
            meant = meanings.of(concept).within | {concept}
            for name, against in warned.items():
                if name != one.rule.id and meant & against:
                    yield Contradiction(one.rule.id, name, concept)


def _before(first: str, second: str, fired: Mapping[str, Firing]) -> bool:
    """Whether ``second`` loses to ``first`` in turn: rules that silence each other silence nobody."""
    seen, ahead = set[str](), [second]
    while ahead:
        name = ahead.pop()
        if name == first:
            return True
        if name in fired and name not in seen:
            seen.add(name)
            ahead.extend(fired[name].rule.loses_to)
    return False
