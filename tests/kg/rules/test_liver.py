"""FIB-4 over facts: the published formula, and what it needs."""

from __future__ import annotations

import msgspec
import pytest

from kg.model.case import Case
from kg.model.rule import LIVER
from kg.rules.facts import Facts
from kg.rules.formulas import calculate
from tests.kg.rules.known import NOW, UNITS, Table

NAMES = {"AST": LIVER[0], "ALT": LIVER[1], "PLT": LIVER[2]}
RESULTS = [
    {"name": "AST", "value": {"value": 40, "unit": "U/L"}, "time": "2026-10-30"},
    {"name": "ALT", "value": {"value": 25, "unit": "U/L"}, "time": "2026-10-30"},
    {"name": "PLT", "value": {"value": 200, "unit": "10*9/L"}, "time": "2026-10-30"},
]


def facts(results: list[dict[str, object]], years: float = 50) -> Facts:
    case = msgspec.convert({"results": results, "patient": {"age": {"value": years, "unit": "a"}}}, Case)
    table = Table(NAMES, {})
    return Facts(case, table, table, UNITS, NOW)


def test_age_by_enzymes_and_platelets() -> None:
    found = calculate("fib-4", facts(RESULTS), 90)
    # 50 * 40 / (200 * sqrt(25))
    assert found.value == pytest.approx(2.0)
    assert found.used == ("/results/0", "/results/1", "/results/2", "/patient/age")
    thousands = [*RESULTS[:2], RESULTS[2] | {"value": {"value": 200_000, "unit": "/uL"}}]
    assert calculate("fib-4", facts(thousands), 90).value == pytest.approx(2.0)


@pytest.mark.parametrize("left_out", range(3))
def test_what_is_missing_is_named(left_out: int) -> None:
    rest = [row for number, row in enumerate(RESULTS) if number != left_out]
    assert calculate("fib-4", facts(rest), 90).missing == (LIVER[left_out],)
    zero = [*rest, RESULTS[left_out] | {"value": {"value": 0, "unit": "U/L" if left_out < 2 else "10*9/L"}}]
    assert calculate("fib-4", facts(zero), 90).value is None


def test_it_is_for_adults_and_recent_results() -> None:
    assert calculate("fib-4", facts(RESULTS, 9), 90).missing == ("adult",)
    assert set(calculate("fib-4", facts(RESULTS), 1).missing) == set(LIVER)
