"""Conditions on the record itself: what it says, what it lacks, and what nobody knows."""

from __future__ import annotations

import msgspec
import pytest

from kg.model.rule import Condition, Written
from kg.rules.anchors import anchor
from kg.rules.conditions import see
from kg.rules.needs import sections
from kg.rules.seen import Truth
from tests.kg.rules.known import facts, rule

WARFARIN = {"name": "warfarin"}
DOSED = WARFARIN | {"dose": {"value": 3, "unit": "mg"}, "per_day": 1, "days": 14, "route": "po"}
ICD = "urn:illustration:icd"


def test_a_condition_needs_a_field_that_the_section_has() -> None:
    for wrong in (
        {"section": "patient", "field": "dose"},
        {"section": "orders", "field": "side"},
        {"section": "orders", "field": "dose", "state": "absent", "values": ["3"]},
        {"section": "orders", "field": "dose", "range": {"unit": "mg", "above": 1}},
        {"section": "orders", "field": "dose", "systems": ["x"]},
        {"section": "allergies", "field": "name", "principal": True},
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"is": "written"} | wrong, Condition)  # type: ignore[arg-type]


def truth(case: dict[str, object], **condition: object) -> Truth:
    found = see(msgspec.convert(condition, Written), facts(**case))
    # Whatever is unknown says what would settle it, and whatever is true where it was seen.
    assert bool(found.missing) is (found.truth is None)
    assert bool(found.used) is (found.truth is True)
    return found.truth


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, None),
        ({"orders": []}, False),
        ({"orders": [WARFARIN]}, True),
        ({"orders": [DOSED]}, False),
        ({"orders": [DOSED, WARFARIN]}, True),
        # A test has no dose.
        ({"orders": [{"kind": "test", "name": "creatinine"}]}, False),
        # A dose that cannot be read is not one that is absent.
        ({"orders": [WARFARIN | {"dose": {"value": 3, "unit": "blob"}}]}, False),
    ],
)
def test_an_order_without_a_dose(case: dict[str, object], expected: Truth) -> None:
    assert truth(case, section="orders", field="dose", state="absent") is expected


@pytest.mark.parametrize(
    ("field", "order", "expected"),
    [
        ("dose", WARFARIN | {"dose": {"value": 3, "unit": "blob"}}, True),
        ("dose", WARFARIN | {"dose": {"value": -3, "unit": "mg"}}, True),
        ("dose", DOSED, False),
        ("route", WARFARIN | {"route": "somehow"}, True),
        ("route", WARFARIN, False),
        ("route", DOSED, False),
        ("name", {"name": "xyzzy"}, True),
        ("name", WARFARIN, False),
    ],
)
def test_what_cannot_be_read(field: str, order: dict[str, object], expected: Truth) -> None:
    assert truth({"orders": [order]}, section="orders", field=field, state="unreadable") is expected


def test_only_entries_of_the_concepts_are_meant_and_what_is_not_understood_may_be_one() -> None:
    of = {"section": "orders", "field": "days", "state": "absent", "concepts": ["medkg:drug-class-nsaid"]}
    assert truth({"orders": [{"name": "ibuprofen"}]}, **of) is True
    assert truth({"orders": [{"name": "ibuprofen", "days": 3}, WARFARIN]}, **of) is False
    assert truth({"orders": [WARFARIN, {"name": "xyzzy"}]}, **of) is None
    found = anchor(msgspec.convert(of, Written))
    assert found is not None
    assert found.keys == {("drug", "medkg:drug-class-nsaid")}
    assert anchor(Written(section="orders", field="days", state="absent")) is None


def test_a_number_that_is_not_there_is_not_a_small_one() -> None:
    above = {"section": "orders", "field": "days", "range": {"unit": "d", "above": 7}}
    assert truth({"orders": [DOSED]}, **above) is True
    assert truth({"orders": [DOSED | {"days": 3}]}, **above) is False
    assert truth({"orders": [WARFARIN]}, **above) is None
    assert truth({"orders": [WARFARIN, DOSED]}, **above) is True


def test_a_principal_diagnosis_and_its_code() -> None:
    first = {"name": "gout", "principal": True, "codes": [{"system": ICD.upper(), "code": "M10.9"}]}
    none = {"section": "conditions", "field": "entry", "state": "absent", "principal": True}
    assert truth({}, **none) is None
    assert truth({"conditions": []}, **none) is True
    assert truth({"conditions": [{"name": "gout", "principal": False}]}, **none) is True
    # FHIR and CDA do not say which one is the principal: that is no fault of the record.
    assert truth({"conditions": [{"name": "gout"}]}, **none) is None
    assert truth({"conditions": [{"name": "gout", "principal": False}, {"name": "gout"}]}, **none) is None
    assert truth({"conditions": [first]}, **none) is False
    assert truth({"conditions": [first | {"absent": True}]}, **none) is True
    coded = {"section": "conditions", "field": "codes", "principal": True, "systems": [ICD], "beginning": ["m10"]}
    assert truth({"conditions": [first]}, **coded) is True
    assert truth({"conditions": [first]}, **coded | {"beginning": ["M1", "M11"]}) is True
    assert truth({"conditions": [first]}, **coded | {"beginning": ["N"]}) is False
    # Only in another system: nobody knows what it would be in this one.
    assert truth({"conditions": [{"name": "gout", "principal": True}]}, **coded) is None
    assert truth({"conditions": [first | {"principal": False}]}, **coded) is False


def test_the_patient_the_asker_and_sides() -> None:
    sex = {"section": "patient", "field": "sex", "state": "absent"}
    assert truth({}, **sex) is True
    assert truth({"patient": {"sex": "female"}}, **sex) is False
    assert truth({"patient": {"birth_date": "1970"}}, section="patient", field="age", state="absent") is False
    assert truth({"patient": {"birth_date": "3000"}}, section="patient", field="age", state="unreadable") is True
    site = {"section": "scope", "field": "site", "values": ["north"]}
    assert truth({}, **site) is None
    assert truth({"scope": {"site": "North"}}, **site) is True
    assert truth({"scope": {"site": "north-2"}}, **site) is False
    side = {"section": "conditions", "field": "side", "values": ["left"]}
    assert truth({"conditions": [{"name": "gout", "side": "left"}]}, **side) is True
    assert truth({"conditions": [{"name": "gout", "side": "right"}]}, **side) is False
    assert truth({"conditions": [{"name": "gout"}]}, **side) is None
    unsaid = {"section": "conditions", "field": "side", "state": "absent"}
    assert truth({"conditions": [{"name": "gout", "side": ""}]}, **unsaid) is True
    assert truth({"conditions": [{"name": "gout"}]}, **unsaid) is None


def test_that_nothing_was_found_is_an_entry_of_the_list_of_allergies() -> None:
    empty = {"section": "allergies", "field": "entry", "state": "absent"}
    assert truth({"allergies": []}, **empty) is True
    assert truth({"allergies": [{"name": "penicillin", "absent": True}]}, **empty) is False
    present = {"section": "allergies", "field": "entry"}
    assert truth({"allergies": []}, **present) is False
    assert truth({}, **present) is None


def test_what_a_rule_looks_at_is_asked_for() -> None:
    parts = [
        {"section": "scope", "field": "site", "values": ["x"]},
        {"section": "procedures", "field": "entry", "state": "absent"},
        {"section": "patient", "field": "sex", "state": "absent"},
    ]
    made = rule({"is": "all", "of": [{"is": "written"} | part for part in parts]})
    assert sections([made], "order-sign") == {"procedures", "patient"}
