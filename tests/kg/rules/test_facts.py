"""What is sent wrong, in part or at the edge: never a false where nobody knows, never an exception."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from kg.model.rule import Condition, Rule
from kg.rules.conditions import see
from kg.rules.ruleset import Asked
from kg.rules.units import Units
from tests.kg.rules.known import NOW, UNITS, engine, facts, rule
from tests.kg.rules.test_ruleset import GOUT, WARFARIN, decide

POTASSIUM = {
    "is": "measured", "tests": ["medkg:test-serum-potassium"], "range": {"unit": "mmol/L", "above": 5.5}, "days": 7,
}  # fmt: skip
ADULT = {"is": "aged", "range": {"unit": "a", "at_least": 18}}


def truth(condition: object, **case: object) -> bool | None:
    return see(msgspec.convert(condition, Condition), facts(**case)).truth


def potassium(value: float, unit: str, time: str) -> dict[str, object]:
    return {"name": "potassium", "value": {"value": value, "unit": unit}, "time": time}


def test_a_list_with_something_that_was_not_understood_may_hold_anything() -> None:
    assert truth(GOUT, conditions=[{"name": "xyzzy"}]) is None
    assert truth({"is": "not", "of": GOUT}, conditions=[{"name": "xyzzy"}]) is None
    assert truth(GOUT, conditions=[{"name": "xyzzy", "absent": True}]) is False
    assert truth(GOUT, conditions=[{"name": "xyzzy"}, {"name": "gout"}]) is True
    few = {"is": "howmany", "kind": "drug", "range": {"unit": "1", "at_most": 1}}
    assert truth(few, orders=[{"name": "warfarin"}, {"name": "xyzzy"}], medications=[]) is None
    assert truth({"is": "sameingredient"}, orders=[{"name": "warfarin"}, {"name": "xyzzy"}], medications=[]) is None
    found = decide(
        engine(rule({"is": "all", "of": [WARFARIN, {"is": "not", "of": GOUT}]})),
        orders=[{"name": "warfarin"}], medications=[], conditions=[{"name": "xyzzy"}],
    )  # fmt: skip
    assert [one.missing for one in found.insufficient] == [("/conditions/0",)]


def test_a_test_that_is_ordered_does_not_hide_which_drugs_are() -> None:
    case = {"orders": [{"name": "xyzzy", "kind": "test"}], "medications": []}
    assert truth(WARFARIN, **case) is False


def test_what_is_dated_in_the_future_leaves_it_open() -> None:
    assert truth(GOUT, conditions=[{"name": "gout", "time": "2027-05-01"}]) is None
    assert truth(GOUT, conditions=[{"name": "gout", "time": "2027-05-01", "absent": True}]) is False


@pytest.mark.parametrize("time", ["2026-11-01T19:30:00", "2026-11-01T20:00", "2026-11-02"])
def test_a_local_time_without_zone_is_not_the_future_elsewhere(time: str) -> None:
    # The question came at noon UTC, without a time of its own; in Shanghai it is 20:00.
    assert truth(GOUT, conditions=[{"name": "gout", "time": time}]) is True
    assert truth(POTASSIUM, results=[potassium(6, "mmol/L", time)]) is True


@pytest.mark.parametrize(
    "newest", [potassium(250, "xyzzy", "2026-10-31"), potassium(6, "kg", "2026-10-31"),
               potassium(-6, "mmol/L", "2026-10-31"), {"name": "potassium", "time": "2026-10-31"}],
)  # fmt: skip
def test_an_older_result_does_not_stand_in_for_a_newest_that_cannot_be_read(newest: dict[str, object]) -> None:
    rows = [potassium(4, "mmol/L", "2026-10-30"), newest]
    assert truth(POTASSIUM, results=rows) is None
    change = {"is": "changed", "tests": ["medkg:test-serum-potassium"], "days": 7,
              "range": {"unit": "mmol/L", "above": 1}}  # fmt: skip
    assert truth(change, results=[potassium(4, "mmol/L", "2026-10-29"), *rows]) is None
    assert truth(POTASSIUM | {"pick": "highest"}, results=rows) is None
    assert truth(POTASSIUM | {"pick": "highest"}, results=[potassium(7, "mmol/L", "2026-10-30"), newest]) is True
    assert truth(POTASSIUM | {"pick": "lowest"}, results=[potassium(7, "mmol/L", "2026-10-30"), newest]) is None


@pytest.mark.parametrize("years", range(1, 100))
def test_a_year_of_life_is_over_on_the_birthday_and_not_before(years: int) -> None:
    aged = {"is": "aged", "range": {"unit": "a", "at_least": years}}
    born = date(NOW.year - years, NOW.month, NOW.day)
    assert truth(aged, patient={"birth_date": born.isoformat()}) is True
    assert truth(aged, patient={"birth_date": born.replace(day=born.day + 1).isoformat()}) is False


def test_months_and_days_of_life_are_counted_by_the_calendar() -> None:
    def aged(unit: str, **bounds: float) -> object:
        return {"is": "aged", "range": {"unit": unit, **bounds}}

    assert truth(aged("d", at_most=28), patient={"birth_date": "2026-10-04"}) is True
    assert truth(aged("d", at_most=28), patient={"birth_date": "2026-10-03"}) is False
    assert truth(aged("mo", at_least=6), patient={"birth_date": "2026-05-01"}) is True
    assert truth(aged("mo", at_least=6), patient={"birth_date": "2026-05-02"}) is False
    assert truth(aged("a", at_least=2), patient={"birth_date": "2024-02-29"}) is True


@pytest.mark.parametrize(
    "born", ["x", "2000-01-01T00:00:00Z", "2000-01-01-01", "9" * 30, "9999", "0000", "--", "2000-13"]
)
def test_birth_dates_that_are_none_are_told(born: str) -> None:
    case = msgspec.convert({"patient": {}}, facts(patient={}).case.__class__)
    case = msgspec.structs.replace(case, patient=msgspec.structs.replace(case.patient, birth_date=born))
    found = engine(rule(ADULT)).decide(msgspec.structs.replace(case, event="order-sign"), Asked(), NOW)
    assert [(one.place, one.reason) for one in found.problems] == [("/patient/birth_date", "absurd")]
    assert [one.missing for one in found.insufficient] == [("patient.age",)]


def test_a_time_of_the_question_that_is_none_is_told() -> None:
    for at in ("2026-02-30", "0001-01-01", "9999-12-31T23:59:59-14:00"):
        case = {"at": at, "patient": {"birth_date": "2001-01"}, "conditions": [{"name": "gout", "time": "0001-01-01"}]}
        found = facts(**case)
        assert [(one.place, one.reason) for one in found.problems] == [("/at", "absurd")]
        assert found.at == NOW


@pytest.mark.parametrize("weight", [1e-320, 1e200, 1e308])
@pytest.mark.parametrize("height", [1e-200, 1e200, 1e308])
@pytest.mark.parametrize("function", ["bmi", "bsa-mosteller"])
def test_absurd_bodies_are_unknown(function: str, weight: float, height: float) -> None:
    computed = {"is": "computed", "function": function, "days": 1, "range": {"unit": "1", "at_least": 0}}
    computed["range"] = {"unit": "kg/m2" if function == "bmi" else "m2", "at_least": 0}
    patient = {"weight": {"value": weight, "unit": "kg"}, "height": {"value": height, "unit": "cm"}}
    assert truth(computed, patient=patient) is None


def test_weeks_that_no_pregnancy_has_are_unknown() -> None:
    early = {"is": "pregnant", "weeks": {"unit": "wk", "below": 14}}
    assert truth(early, patient={"pregnant": True, "gestation_weeks": -5}) is None
    assert truth(early, patient={"pregnant": True, "gestation_weeks": 12}) is True


def test_drugs_that_nobody_sent_may_be_twice() -> None:
    assert truth({"is": "sameingredient"}, medications=[]) is None
    assert truth({"is": "sameingredient"}, orders=[]) is False


def test_undated_facts_are_counted_as_they_are_elsewhere() -> None:
    once = {"is": "howmany", "kind": "condition", "concepts": ["medkg:disease-gout"], "days": 30,
            "range": {"unit": "1", "at_least": 1}}  # fmt: skip
    assert truth(once, conditions=[{"name": "gout"}]) is True
    assert truth(once, conditions=[{"name": "gout", "ended": True}]) is None
    assert truth(once, conditions=[{"name": "gout", "time": "2026-01-01"}]) is False


def test_a_rule_about_a_result_is_not_silent_for_want_of_it() -> None:
    many = {"is": "has", "kind": "condition", "concepts": ["medkg:disease-gout", "medkg:disease-other"]}
    found = decide(
        engine(rule({"is": "all", "of": [many, POTASSIUM]}), rule(POTASSIUM, id="test:applies", applies=many)),
        conditions=[{"name": "gout"}], results=[],
    )  # fmt: skip
    assert [one.rule for one in found.insufficient] == ["test:applies", "test:one"]


def test_rules_that_nobody_could_judge_are_not_called_silent() -> None:
    found = decide(engine(rule(GOUT), rule(WARFARIN, id="test:two")), orders=[{"name": "warfarin"}])
    assert [card.rule for card in found.cards] == ["test:two"]
    assert found.silent == 0
    assert [(one.list, one.rules) for one in found.unjudged] == [("conditions", 1)]


def test_rules_that_silence_each_other_silence_nobody() -> None:
    def made(name: str, loses_to: str) -> Rule:
        return rule(WARFARIN, id=f"test:{name}", tier="block", loses_to=[f"test:{loses_to}"])

    found = decide(engine(made("a", "b"), made("b", "a"), made("c", "c")), orders=[{"name": "warfarin"}])
    assert {card.rule for card in found.cards} == {"test:a", "test:b", "test:c"}


def test_answers_come_in_one_order() -> None:
    made = engine(*(rule(GOUT if number % 2 else WARFARIN, id=f"test:{number}") for number in range(9)))
    found = decide(made, Asked(explain=True), orders=[{"name": "warfarin"}], conditions=[{"name": "gout"}])
    assert [one.rule for one in found.explained] == [f"test:{number}" for number in range(9)]


def test_percent_is_no_amount_of_substance() -> None:
    # Glycated haemoglobin: 53 mmol/mol are 7 %, by an equation between two ways to measure, not 5.3 %.
    assert UNITS.convert(53, "mmol/mol", "%") is None
    assert UNITS.convert(53, "mmol/mol", "mol/mol") == pytest.approx(0.053)
    assert UNITS.convert(50, "%", "1") == pytest.approx(0.5)


def test_equivalents_are_no_amount_of_substance() -> None:
    assert UNITS.convert(4, "mEq/L", "mmol/L") is None
    assert UNITS.convert(4, "mmol/L", "meq/L") is None
    assert UNITS.convert(4, "mEq/L", "eq/L") == pytest.approx(0.004)


def test_units_of_callers_are_not_kept() -> None:
    units = Units()
    for unit in ("canary-771", "mg{canary-772}", "{canary-773}"):
        units.convert(1, unit, "mg")
        units.known(unit)
    kept = repr(vars(units))
    assert "canary" not in kept
    assert units.convert(2, "mg{canary-772}", "mg") == 2
    assert units.convert(1e308, "kg", "mg") is None
