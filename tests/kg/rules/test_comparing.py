"""Results held against each other, scores of the liver, and weight and height that stand among the results."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from kg.model.case import Case
from kg.model.rule import Condition
from kg.rules.conditions import see
from kg.rules.facts import Facts
from kg.rules.formulas import calculate
from kg.rules.meld import meld, meld_sodium
from kg.rules.ruleset import Asked
from kg.rules.seen import Seen
from tests.kg.rules.known import NAMES, NOW, PARENTS, UNITS, Table, engine, rule
from tests.kg.rules.test_ruleset import WARFARIN

TABLE = Table(
    NAMES | {name: f"medkg:test-{name}" for name in ("total-bilirubin", "international-normalized-ratio", "urea",
                                                     "serum-sodium")}, PARENTS)  # fmt: skip
CREATININE = "medkg:test-creatinine"
CHANGED = {"is": "changed", "tests": [CREATININE], "days": 7, "range": {"unit": "%", "at_least": 50}}
RATIO = {"is": "ratio", "tests": ["medkg:test-urea"], "by": [CREATININE], "unit": "mg/dL", "days": 2,
         "range": {"unit": "1", "above": 20}}  # fmt: skip


def result(test: str, value: float, day: str = "2026-10-31", unit: str = "mg/dL") -> dict[str, Any]:
    return {"name": test, "value": {"value": value, "unit": unit}, "time": day}


def facts(*results: dict[str, Any], **patient: Any) -> Facts:
    body = {"results": list(results), "patient": {"age": {"value": 50, "unit": "a"}, "sex": "male"} | patient}
    return Facts(msgspec.convert(body, Case), TABLE, TABLE, UNITS, NOW)


def seen(condition: object, *results: dict[str, Any]) -> Seen:
    return see(msgspec.convert(condition, Condition), facts(*results))


@pytest.mark.parametrize(
    ("against", "change", "place"),
    # 1.5 by 1.4, 1.0, 0.8 and 1.6, each less one, in hundredths.
    [("previous", 100 / 14, 3), ("earliest", 50.0, 0), ("lowest", 87.5, 1), ("highest", -6.25, 2)],
)
def test_the_newest_result_is_held_against_the_one_that_is_named(against: str, change: float, place: int) -> None:
    rows = [result("creatinine", value, f"2026-10-{day}")
            for value, day in ((1.0, 26), (0.8, 27), (1.6, 28), (1.4, 29), (1.5, 31))]  # fmt: skip
    rows.append(result("creatinine", 9, "2026-10-01"))
    found = seen(CHANGED | {"against": against}, *rows)
    assert found.value == pytest.approx(change)
    assert found.truth is (change >= 50)
    assert found.used == (("/results/4", f"/results/{place}") if found.truth else ())


def test_a_difference_may_be_asked_for_in_another_unit() -> None:
    rise = CHANGED | {"days": 2, "range": {"unit": "umol/L", "at_least": 26.5}, "against": "lowest"}
    low, high = result("creatinine", 1.0, "2026-10-31"), result("creatinine", 1.3, "2026-11-01")
    # 0.3 mg/dL by 113.12 g/mol are 26.52 umol/L.
    assert seen(rise, low, high).value == pytest.approx(0.3 * 10_000 / 113.12)
    assert seen(rise, low, high).truth is True


@pytest.mark.parametrize("against", ["previous", "earliest", "lowest", "highest"])
def test_what_cannot_be_compared_is_unknown(against: str) -> None:
    asked = CHANGED | {"against": against}
    one, other = result("creatinine", 1.0, "2026-10-30"), result("creatinine", 2.0, "2026-10-31")
    assert seen(asked, one, other).truth is True
    for rows in ((), (one,), (one, other, result("creatinine", 1.0, "2026-10-31")),
                 (one | {"value": {"value": 1, "unit": "drops"}}, other),
                 (result("creatinine", 0, "2026-10-30"), other), (one | {"time": ""}, other)):  # fmt: skip
        found = seen(asked, *rows)
        assert (found.truth, found.missing[:1]) == (None, (CREATININE,)), rows


@pytest.mark.parametrize("against", ["lowest", "highest"])
def test_an_earlier_result_that_cannot_be_read_may_lie_further_out(against: str) -> None:
    rows = (result("creatinine", 1.0, "2026-10-29"), result("creatinine", 1, "2026-10-30", "drops"),
            result("creatinine", 2.0, "2026-10-31"))  # fmt: skip
    assert seen(CHANGED | {"against": against}, *rows).truth is None


def test_two_tests_are_divided_in_one_unit() -> None:
    found = seen(RATIO, result("urea", 50), result("creatinine", 2))
    assert (found.truth, found.value, found.used) == (True, 25.0, ("/results/0", "/results/1"))
    assert seen(RATIO, result("urea", 40), result("creatinine", 2)).truth is False
    # 176.78 umol/L of creatinine are 2 mg/dL.
    found = seen(RATIO, result("urea", 0.5, unit="g/L"), result("creatinine", 20_000 / 113.12, unit="umol/L"))
    assert found.value == pytest.approx(25.0)
    for rows in ((result("urea", 50),), (result("creatinine", 2),), (result("urea", 50), result("creatinine", 0)),
                 (result("urea", 50), result("creatinine", 2, "2026-10-01")),
                 (result("urea", 50, "2026-11-01"), result("creatinine", 2, "2026-10-30T20:00:00Z")),
                 (result("urea", 50), result("urea", 60), result("creatinine", 2))):  # fmt: skip
        found = seen(RATIO, *rows)
        assert found.truth is None
        assert found.missing, rows
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(RATIO | {"range": {"unit": "%", "above": 20}}, Condition)


@pytest.mark.parametrize(
    ("values", "plain", "sodium"),
    # By hand: 10 (0.957 ln Cr + 0.378 ln Bi + 1.12 ln INR + 0.643); then + 1.32 (137 - Na) - 0.033 MELD (137 - Na).
    [
        ((1.0, 1.0, 1.0, 137), 6, 6),  # 6.43
        ((0.4, 0.8, 0.5, 110), 6, 6),  # at least 1 each; up to 11 sodium does not count
        ((3.0, 2.0, 2.0, 130), 25, 28),  # 6.633 + 4.153 + 7.763 + 6.43 = 24.98; 25 + 9.24 - 5.775 = 28.465
        ((3.0, 2.0, 2.0, 120), 25, 31),  # sodium as 125: 25 + 15.84 - 9.9 = 30.94
        ((10.0, 3.0, 8.0, 137), 40, 40),  # creatinine as 4: 13.267 + 8.704 + 12.304 + 6.43 = 40.7, at most 40
        ((1.5, 1.5, 1.0, 135), 13, 15),  # 0 + 1.533 + 4.541 + 6.43 = 12.504, rounded 13; 13 + 2.64 - 0.858 = 14.78
    ],
)
def test_scores_of_the_liver(values: tuple[float, float, float, float], plain: float, sodium: float) -> None:
    bilirubin, inr, creatinine, natrium = values
    assert (meld(bilirubin, inr, creatinine), meld_sodium(*values)) == (plain, sodium)
    rows = (result("total-bilirubin", bilirubin), result("international-normalized-ratio", inr, unit="1"),
            result("creatinine", creatinine), result("serum-sodium", natrium, unit="mmol/L"))  # fmt: skip
    found = calculate("meld-na", facts(*rows), 7)
    assert (found.value, found.used) == (sodium, tuple(f"/results/{number}" for number in range(4)))
    assert calculate("meld", facts(*rows), 7).value == plain
    assert calculate("meld-na", facts(*rows[:3]), 7).missing == ("medkg:test-serum-sodium",)
    assert calculate("meld", facts(*rows, age={"value": 9, "unit": "a"}), 7).missing == ("adult",)


def test_bilirubin_is_read_in_the_unit_of_the_laboratory() -> None:
    rows = (result("total-bilirubin", 30_000 / 584.66, unit="umol/L"),
            result("international-normalized-ratio", 2, unit="1"),
            result("creatinine", 20_000 / 113.12, unit="umol/L"))  # fmt: skip
    assert calculate("meld", facts(*rows), 7).value == 25


KILOGRAMS = {"codes": [{"code": "29463-7", "system": "http://loinc.org"}], "time": "2026-10-31",
             "value": {"value": 80, "unit": "kg"}}  # fmt: skip
METRES = {"name": "身高", "time": "2026-10-31", "value": {"value": 2, "unit": "m"}}


def test_weight_and_height_are_found_among_the_results() -> None:
    old = KILOGRAMS | {"time": "2026-10-01", "value": {"value": 50, "unit": "kg"}}
    given = facts(KILOGRAMS, METRES, old)
    assert given.problems == []
    assert (calculate("bmi", given, 90).value, calculate("bmi", given, 90).used) == (20.0, ("/results/0", "/results/1"))
    assert calculate("bsa-mosteller", given, 90).value == pytest.approx(math.sqrt(80 * 200 / 3600))
    # 90 years of 140 left, 80 kg, 1 mg/dL.
    found = calculate("creatinine-clearance", facts(KILOGRAMS, result("creatinine", 1.0)), 90)
    assert found.value == pytest.approx(100.0)
    assert found.used[:2] == ("/results/1", "/results/0")
    # What is said of the patient goes first, and what is too old, absurd or contradicted is nothing.
    assert calculate("bmi", facts(KILOGRAMS, METRES, weight={"value": 60, "unit": "kg"}), 90).value == 15.0
    assert calculate("bmi", facts(KILOGRAMS, METRES, weight={"value": 60, "unit": "drops"}), 90).value is None
    for rows in ((old, METRES), (KILOGRAMS | {"value": {"value": 8_000, "unit": "kg"}}, METRES),
                 (KILOGRAMS, old | {"time": "2026-10-31"}, METRES),
                 (old, KILOGRAMS | {"time": "2026-11-09"}, METRES)):  # fmt: skip
        found = calculate("bmi", facts(*rows), 20)
        assert (found.value, found.missing[:1]) == (None, ("patient.weight",)), rows
    assert calculate("bmi", facts(METRES | {"codes": [{"code": "8302-2", "system": "HIS"}]}), 20).value is None


def test_a_new_weight_among_the_results_is_a_new_card() -> None:
    heavy = {"is": "all", "of": [WARFARIN, {"is": "computed", "function": "bmi", "days": 90,
                                            "range": {"unit": "kg/m2", "above": 18}}]}  # fmt: skip
    made, cards = engine(rule(heavy)), []
    for kilograms in (80, 90, 80):
        row = KILOGRAMS | {"value": {"value": kilograms, "unit": "kg"}}
        body = {"event": "order-sign", "orders": [{"name": "warfarin"}], "results": [row, METRES]}
        (card,) = made.decide(msgspec.convert(body, Case), Asked(), NOW).cards
        cards.append(card.id)
    assert cards[0] == cards[2] != cards[1]
