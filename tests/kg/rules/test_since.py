"""A diagnosis of which only the year or the month is known: within a time, not within it, or nobody can tell."""

from __future__ import annotations

import msgspec
import pytest

from kg.model.rule import Condition
from kg.rules.conditions import see
from tests.kg.rules.known import facts


@pytest.mark.parametrize(
    ("since", "days", "truth"),
    [
        ("2026", 30, None), ("2026", 400, True), ("2026-11", 30, True), ("2026-10", 10, None), ("2026-10", 40, True),
        ("2025", 30, False), ("2025-12", 365, True), ("2024", 400, False), ("2026-10-25", 30, True), ("", 30, True),
    ],
)  # fmt: skip
def test_a_year_or_a_month_is_a_span(since: str, days: int, truth: bool | None) -> None:
    condition = msgspec.convert(
        {"is": "has", "kind": "condition", "concepts": ["medkg:disease-gout"], "days": days}, Condition
    )
    found = facts(conditions=[{"name": "gout", "time": since}])
    assert see(condition, found).truth is truth


def test_a_year_to_come_is_in_the_future() -> None:
    found = facts(conditions=[{"name": "gout", "time": "2027"}])
    assert [(one.place, one.reason) for one in found.problems] == [("/conditions/0/time", "future")]
