"""What may be so or not, and results of days to come: neither fires nor silences a rule, and is told."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kg.model.rule import CREATININE, Condition
from kg.rules.conditions import see
from kg.rules.ruleset import Asked
from kg.rules.seen import Truth
from tests.kg.rules.known import NOW, engine, facts, rule

GOUT = {"is": "has", "kind": "condition", "concepts": ["medkg:disease-gout"]}
POTASSIUM = "medkg:test-serum-potassium"
HIGH = {"is": "measured", "tests": [POTASSIUM], "range": {"unit": "mmol/L", "above": 5.5}, "days": 30}


def truth(condition: dict[str, Any], **case: Any) -> Truth:
    return see(msgspec.convert(condition, Condition), facts(**case)).truth


def decided(condition: dict[str, Any], **case: Any) -> Any:
    found = facts(event="order-sign", **case).case
    return engine(rule(condition)).decide(found, Asked(), NOW)


def potassium(value: float, time: str) -> dict[str, Any]:
    return {"name": "potassium", "value": {"value": value, "unit": "mmol/L"}, "time": time}


def test_a_diagnosis_that_is_only_possible_is_unknown_and_others_are_not() -> None:
    possible = {"name": "gout", "uncertain": True}
    assert truth(GOUT, conditions=[possible]) is None
    assert truth({"is": "not", "of": GOUT}, conditions=[possible]) is None
    assert truth(GOUT, conditions=[possible, {"name": "gout"}]) is True
    assert truth(GOUT, conditions=[possible | {"absent": True}]) is False
    assert truth(GOUT | {"concepts": ["medkg:disease-other"]}, conditions=[possible]) is False
    several = {"is": "howmany", "kind": "condition", "range": {"unit": "1", "at_least": 1}}
    assert truth(several, conditions=[possible]) is None
    written = {"is": "written", "section": "conditions", "field": "entry", "concepts": ["medkg:disease-gout"]}
    assert truth(written, conditions=[possible]) is None
    assert truth(written | {"concepts": []}, conditions=[possible]) is True


def test_a_diagnosis_that_is_only_possible_is_told() -> None:
    found = decided(GOUT, conditions=[{"name": "gout", "uncertain": True}])
    assert [one.missing for one in found.insufficient] == [("/conditions/0",)]
    assert [(one.place, one.reason) for one in found.problems] == [("/conditions/0", "uncertain")]


@pytest.mark.parametrize("late", [potassium(4, "2026-12-24"), potassium(7, "2026-12-24T09:00:00+08:00")])
@pytest.mark.parametrize("early", [4.0, 7.0])
def test_a_result_of_a_day_to_come_lets_no_older_one_decide_and_is_named(late: dict[str, Any], early: float) -> None:
    for rows in ([late, potassium(early, "2026-10-30")], [potassium(early, "2026-10-30"), late]):
        found = decided(HIGH, results=rows)
        place = f"/results/{rows.index(late)}/time"
        assert not found.cards
        assert [one.missing for one in found.insufficient] == [(POTASSIUM, place)]
        assert (place, "future") in [(one.place, one.reason) for one in found.problems]


def test_what_does_not_hang_on_the_newest_is_decided_all_the_same() -> None:
    rows = [potassium(7, "2026-10-30"), potassium(4, "2026-12-24")]
    assert truth(HIGH | {"pick": "highest"}, results=rows) is True
    assert truth(HIGH | {"pick": "lowest"}, results=rows) is None
    assert truth(HIGH | {"tests": [CREATININE], "range": {"unit": "umol/L", "above": 1}}, results=rows) is None


def test_changes_formulas_and_tests_that_were_done_need_to_know_when() -> None:
    late = {"name": "creatinine", "value": {"value": 1, "unit": "mg/dL"}, "time": "2027-01-01"}
    early = [late | {"time": f"2026-10-{day}"} for day in (28, 29)]
    patient = {"sex": "male", "age": {"value": 60, "unit": "a"}}
    change = {"is": "changed", "tests": [CREATININE], "range": {"unit": "%", "below": 50}, "days": 30}
    formula = {"is": "computed", "function": "egfr-ckd-epi-2021", "days": 30,
               "range": {"unit": "mL/min/{1.73_m2}", "above": 10}}  # fmt: skip
    done = {"is": "has", "kind": "test", "concepts": [CREATININE], "days": 7}
    for condition, expected in ((change, True), (formula, True), (done, True)):
        assert truth(condition, patient=patient, results=early) is expected
    for condition in (change, formula):
        seen = see(msgspec.convert(condition, Condition), facts(patient=patient, results=[*early, late]))
        assert (seen.truth, seen.missing) == (None, (CREATININE, "/results/2/time"))
    assert truth(done, results=[late]) is None
    assert truth(done, results=[late, *early]) is True


def test_a_weight_of_a_day_to_come_is_named_where_a_formula_needs_one() -> None:
    bodies = (("29463-7", 70, "kg"), ("8302-2", 170, "cm"))
    rows = [{"codes": [{"system": "LOINC", "code": code}], "value": {"value": value, "unit": unit},
             "time": "2026-10-30"} for code, value, unit in bodies]  # fmt: skip
    index = {"is": "computed", "function": "bmi", "range": {"unit": "kg/m2", "above": 18}, "days": 90}
    assert truth(index, results=rows) is True
    seen = see(msgspec.convert(index, Condition), facts(results=[*rows, rows[0] | {"time": "2027-10-30"}]))
    assert (seen.truth, seen.missing) == (None, ("patient.weight", "/results/2/time"))
