"""Where facts of one case do not say which of two is so, the order in which they were sent decides nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kg.model.case import Amount, Code, Order, Patient
from kg.model.rule import CREATININE, Condition, Has, Measured, Range
from kg.rules.cardmaking import card
from kg.rules.conditions import see
from kg.rules.facts import Fact, Facts
from kg.rules.firing import Firing, Installed
from tests.kg.rules.known import NOW, TABLE, UNITS, facts, rule

AT = "2026-11-22T15:00:00Z"
HIGH = Measured(tests=(CREATININE,), range=Range(unit="umol/L", above=200), days=30)


def results(*rows: tuple[float, str]) -> Facts:
    return facts(at=AT, results=[
        {"codes": [{"code": CREATININE}], "value": {"value": value, "unit": "umol/L"}, "time": time}
        for value, time in rows
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "truth"),
    [
        (((80, "2026-11-20"), (400, "2026-11-20")), None), (((400, "2026-11-20"), (80, "2026-11-20")), None),
        (((300, "2026-11-20"), (400, "2026-11-20")), True), (((80, "2026-11-20"), (80, "2026-11-20")), False),
        (((80, "2026-11-19"), (400, "2026-11-20")), True),
    ],
)  # fmt: skip
def test_of_two_results_of_one_time_nobody_knows_which_is_newer(
    rows: tuple[tuple[float, str], ...], truth: bool | None
) -> None:
    assert see(HIGH, results(*rows)).truth is truth


def test_a_result_that_was_sent_twice_hides_no_change() -> None:
    condition = msgspec.convert(
        {"is": "changed", "tests": [CREATININE], "range": {"unit": "umol/L", "above": 50}, "days": 30}, Condition
    )
    new, old = (300.0, "2026-11-20"), (80.0, "2026-11-18")
    assert see(condition, results(new, new, old)).truth is True
    assert see(condition, results(new, (100.0, "2026-11-20"), old)).truth is None
    assert see(condition, results(new, new)).truth is None


def test_a_formula_takes_no_side_either() -> None:
    condition = msgspec.convert(
        {"is": "computed", "function": "egfr-ckd-epi-2021", "range": {"unit": "mL/min/{1.73_m2}", "below": 30},
         "days": 30}, Condition,
    )  # fmt: skip
    for rows, truth in ((((400, "2026-11-20"),), True), (((400, "2026-11-20"), (80, "2026-11-20")), None)):
        found = results(*rows)
        case = msgspec.structs.replace(
            found.case, patient=msgspec.structs.replace(found.case.patient, sex="male", age=Amount(60, "a"))
        )
        assert see(condition, Facts(case, TABLE, TABLE, UNITS, NOW)).truth is truth


@pytest.mark.parametrize(
    ("onset", "at", "truth"),
    [
        ("2026-11-22", AT, None), ("2026-11-22T14:00:00Z", AT, True), ("2026-11-22T09:00:00Z", AT, False),
        ("2026-11-21", AT, False), ("2026-11-22T14:00:00", AT, True),
    ],
)  # fmt: skip
def test_of_a_day_nobody_knows_the_hour(onset: str, at: str, truth: bool | None) -> None:
    """A window of hours is neither open nor over where only the day of the onset is known."""
    condition = Has(kind="condition", concepts=("medkg:disease-gout",), days=0.1875)
    assert see(condition, facts(at=at, conditions=[{"name": "gout", "time": onset}])).truth is truth


def test_a_local_time_without_its_zone_leaves_hours_open() -> None:
    condition = Has(kind="condition", concepts=("medkg:disease-gout",), days=0.1875)
    time = NOW.replace(tzinfo=None).isoformat(timespec="seconds")
    assert see(condition, facts(conditions=[{"name": "gout", "time": time}])).truth is None
    assert see(msgspec.structs.replace(condition, days=30), facts(conditions=[{"name": "gout", "time": time}])).truth


@pytest.mark.parametrize("unit", ["Mg", "Mg/dL", "Mmol/L", "MU", "Pmol/L", "Ml"])
def test_a_slip_of_the_shift_key_is_no_unit(unit: str) -> None:
    assert not UNITS.known(unit)


def test_a_card_of_another_use_is_another_card() -> None:
    """Who was told of five grams a day has not been told of twelve."""
    installed = Installed("p", rule({"is": "pregnant"}))

    def name(tier: Any = None, **order: Any) -> str:
        given = Order(codes=(Code(code="x"),), dose=Amount(1, "g"), **order)
        fact = Fact("drug", "/orders/0", frozenset({"x"}), frozenset(), frozenset(), True, order=given)
        return card(Firing(installed, "active", tier=tier), ["/orders/0"], {"/orders/0": fact}, Patient()).id

    names = {name(), name(per_day=5), name(per_day=12), name(per_day=12, days=3), name(route="口服"), name("block")}
    assert len(names) == 6
    assert name(per_day=5) == name(per_day=5)
