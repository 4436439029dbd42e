"""Three-valued conditions: what each kind comes to when facts are there, absent, or not sent."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model.rule import Condition, Range
from kg.rules.conditions import see
from kg.rules.seen import over
from tests.kg.rules.known import facts

WARFARIN = {"is": "has", "kind": "drug", "concepts": ["medkg:drug-warfarin"]}
NSAID = {"is": "has", "kind": "drug", "concepts": ["medkg:drug-class-nsaid"]}
POTASSIUM = {
    "is": "measured", "tests": ["medkg:test-serum-potassium"], "range": {"unit": "mmol/L", "above": 5.5}, "days": 7,
}  # fmt: skip
EGFR = {
    "is": "computed",
    "function": "egfr-ckd-epi-2021",
    "range": {"unit": "mL/min/{1.73_m2}", "below": 30},
    "days": 90,
}


def truth(condition: object, **case: object) -> bool | None:
    return see(msgspec.convert(condition, Condition), facts(**case)).truth


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"orders": [{"name": "华法林"}]}, True),
        ({"orders": [{"codes": [{"code": "medkg:drug-warfarin"}]}]}, True),
        ({"orders": [{"name": "metformin"}], "medications": []}, False),
        ({"orders": [{"name": "metformin"}]}, None),
        ({"medications": []}, None),
        ({}, None),
    ],
)
def test_a_list_that_was_not_sent_is_unknown_and_an_empty_one_is_not(case: dict[str, object], expected: object) -> None:
    assert truth(WARFARIN, **case) is expected


def test_membership_follows_the_hierarchy_unless_exact() -> None:
    case = {"orders": [{"name": "ibuprofen"}], "medications": []}
    assert truth(NSAID, **case) is True
    assert truth(NSAID | {"exact": True}, **case) is False


@pytest.mark.parametrize(
    ("value", "time", "expected"),
    [
        ({"value": 6.0, "unit": "mmol/L"}, "2026-10-30", True),
        ({"value": 5.5, "unit": "mmol/L"}, "2026-10-30", False),
        ({"value": 6000, "unit": "umol/L"}, "2026-10-30", True),
        ({"value": 6.0, "unit": "mmol/L"}, "2026-10-01", None),
        ({"value": 6.0, "unit": "mmol/L"}, "", None),
        ({"value": 6.0, "unit": "kg"}, "2026-10-30", None),
        ({"value": 6.0, "unit": "bananas"}, "2026-10-30", None),
        ({"value": -6.0, "unit": "mmol/L"}, "2026-10-30", None),
        ({"value": 6.0, "unit": "mmol/L"}, "2026-12-30", None),
    ],
)
def test_results_count_with_value_unit_and_age(value: dict[str, object], time: str, expected: object) -> None:
    assert truth(POTASSIUM, results=[{"name": "potassium", "value": value, "time": time}]) is expected


def test_which_of_several_results_counts() -> None:
    rows = [
        {"name": "potassium", "value": {"value": 6.5, "unit": "mmol/L"}, "time": "2026-10-28"},
        {"name": "potassium", "value": {"value": 4.5, "unit": "mmol/L"}, "time": "2026-10-31"},
    ]
    assert truth(POTASSIUM, results=rows) is False
    assert truth(POTASSIUM | {"pick": "highest"}, results=rows) is True
    change = {"is": "changed", "tests": ["medkg:test-serum-potassium"], "days": 7}
    assert truth(change | {"range": {"unit": "mmol/L", "at_most": -2}}, results=rows) is True
    assert truth(change | {"range": {"unit": "%", "below": -50}}, results=rows) is False
    assert truth(change | {"range": {"unit": "%", "below": -50}}, results=rows[:1]) is None


def test_a_formula_needs_everything_that_it_needs() -> None:
    result = [{"name": "肌酐", "value": {"value": 300, "unit": "μmol/L"}, "time": "2026-10-30"}]
    patient = {"sex": "male", "age": {"value": 70, "unit": "a"}}
    assert truth(EGFR, patient=patient, results=result) is True
    seen = see(msgspec.convert(EGFR, Condition), facts(patient={"sex": "male"}, results=result))
    assert (seen.truth, seen.missing) == (None, ("patient.age",))
    child = {"sex": "male", "age": {"value": 7, "unit": "a"}}
    assert truth(EGFR, patient=child, results=result) is None


def test_ages_by_dates_that_are_known_in_part() -> None:
    adult = {"is": "aged", "range": {"unit": "a", "at_least": 18}}
    assert truth(adult, patient={"birth_date": "2007-01-01"}) is True
    assert truth(adult, patient={"birth_date": "2009-01"}) is False
    assert truth(adult, patient={"birth_date": "2008"}) is None
    assert truth(adult, patient={"age": {"value": 30, "unit": "mo"}}) is False
    assert truth(adult, patient={}) is None
    assert truth(adult, patient={"age": {"value": 40, "unit": "a"}, "birth_date": "2015-05-05"}) is None


def test_pregnancy_is_unknown_unless_somebody_said() -> None:
    for name in ("pregnant", "lactating"):
        assert truth({"is": name}, patient={"sex": "female"}) is None
        assert truth({"is": name}, patient={"sex": "male"}) is False
        assert truth({"is": name}, patient={name: True}) is True
    late = {"is": "pregnant", "weeks": {"unit": "wk", "at_least": 20}}
    assert truth(late, patient={"pregnant": True}) is None
    assert truth(late, patient={"pregnant": True, "gestation_weeks": 22}) is True


def test_doses_and_routes_that_are_missing_leave_it_open() -> None:
    high = {"is": "has", "kind": "drug", "concepts": ["medkg:drug-paracetamol"], "daily": {"unit": "g", "above": 4}}
    order = {"name": "paracetamol", "dose": {"value": 1000, "unit": "mg"}}
    assert truth(high, orders=[order | {"per_day": 5}], medications=[]) is True
    assert truth(high, orders=[order | {"per_day": 3}], medications=[]) is False
    assert truth(high, orders=[order], medications=[]) is None
    by_day = high | {"daily": {"unit": "g/d", "above": 4}}
    assert truth(by_day, orders=[order | {"per_day": 5}], medications=[]) is True
    assert truth(by_day, orders=[order | {"per_day": 3}], medications=[]) is False
    oral = {"is": "has", "kind": "drug", "concepts": ["medkg:drug-paracetamol"], "routes": ["oral"]}
    assert truth(oral, orders=[order], medications=[]) is None
    assert truth(oral, orders=[order | {"route": "rectal"}], medications=[]) is False
    assert truth(oral, orders=[order | {"route": "口服"}], medications=[]) is True
    assert truth(oral, orders=[order | {"route": "Oral route"}], medications=[]) is True
    assert truth(oral, orders=[order | {"route": "by carrier pigeon"}], medications=[]) is None


def test_history_counts_only_where_a_condition_looks_back() -> None:
    gout = {"is": "has", "kind": "condition", "concepts": ["medkg:disease-gout"]}
    past = [{"name": "gout", "ended": True, "time": "2026-01-01"}]
    assert truth(gout, conditions=past) is False
    assert truth(gout | {"days": 400}, conditions=past) is True
    assert truth(gout, conditions=[{"name": "gout", "absent": True}]) is False


def test_a_score_is_settled_when_what_is_missing_cannot_matter() -> None:
    def points(least: float) -> object:
        items = [
            {"points": 2, "when": {"is": "ofsex", "sex": "female"}, "name": {"zh": "女", "en": "female"}},
            {"points": 1, "when": {"is": "pregnant"}, "name": {"zh": "孕", "en": "pregnant"}},
        ]
        return {"is": "scored", "name": {"zh": "例", "en": "example"}, "items": items,
                "range": {"unit": "1", "at_least": least}}  # fmt: skip

    assert truth(points(2), patient={"sex": "female"}) is True
    assert truth(points(3), patient={"sex": "female"}) is None
    assert truth(points(4), patient={"sex": "female"}) is False


def test_duplicates_and_counts() -> None:
    same = {"is": "sameingredient"}
    assert truth(same, orders=[{"name": "ibuprofen"}], medications=[{"name": "ibuprofen"}]) is True
    assert truth(same, orders=[{"name": "ibuprofen"}], medications=[{"name": "naproxen"}]) is False
    assert truth(same, orders=[{"name": "ibuprofen"}]) is None
    two = {
        "is": "howmany",
        "kind": "drug",
        "concepts": ["medkg:drug-class-nsaid"],
        "range": {"unit": "1", "at_least": 2},
    }
    assert truth(two, orders=[{"name": "ibuprofen"}, {"name": "naproxen"}]) is True
    assert truth(two, orders=[{"name": "ibuprofen"}]) is None
    assert truth(two, orders=[{"name": "ibuprofen"}], medications=[]) is False


KLEENE = st.sampled_from([True, False, None])
PART = {
    True: {"is": "ofsex", "sex": "female"}, False: {"is": "ofsex", "sex": "male"}, None: {"is": "pregnant"},
}  # fmt: skip


@given(st.lists(KLEENE, min_size=1, max_size=4))
def test_parts_join_as_kleene_says(values: list[bool | None]) -> None:
    of = [PART[value] for value in values]
    case = {"patient": {"sex": "female"}}
    expected_all = False if False in values else None if None in values else True
    expected_any = True if True in values else None if None in values else False
    assert truth({"is": "all", "of": of}, **case) is expected_all
    assert truth({"is": "either", "of": of}, **case) is expected_any
    assert truth({"is": "not", "of": {"is": "all", "of": of}}, **case) is (
        None if expected_all is None else not expected_all
    )
    for count in range(1, len(values) + 1):
        least = truth({"is": "atleast", "count": count, "of": of}, **case)
        assert least is (True if values.count(True) >= count else None if len(values) - values.count(False) >= count
                         else False)  # fmt: skip


BOUND = st.none() | st.integers(-5, 5).map(float)


@given(BOUND, BOUND, BOUND, BOUND, st.integers(-6, 6), st.integers(0, 5))
def test_a_number_between_two_is_settled_only_where_all_between_agree(
    above: float | None, least: float | None, below: float | None, most: float | None, low: int, width: int
) -> None:
    if above is least is below is most is None:
        return
    bounds = Range(unit="1", above=above, at_least=least, below=below, at_most=most)
    within = {bounds.holds(low + step / 8) for step in range(width * 8 + 1)}
    found = over(bounds, low, low + width)
    if found is not None:
        assert within == {found}
