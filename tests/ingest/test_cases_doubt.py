"""What a record does not say for certain: newest values that cannot be read, doses on some days, local times. All of it
is made up."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from ingest.cases.hooks import HookCall, case_of
from ingest.cases.patients import Vitals
from kg.model.case import Case, Code, Patient

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PREGNANT = (Code(code="82810-3", system="LOINC"),)


def record(section: str, *resources: dict[str, Any]) -> Case:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}
    call = {"hook": "patient-view", "hookInstance": "i", "context": {"patientId": "T-7"}, "prefetch": {section: bundle}}
    return case_of("patient-view", msgspec.json.decode(json.dumps(call), type=HookCall), ()).case


def observed(**more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://loinc.org", "code": "99999-9"}]}
    return {"resourceType": "Observation", "status": "final", "code": code, **more}


@pytest.mark.parametrize(
    "value", [{"valueString": ">12 mg/dL"}, {"dataAbsentReason": {"text": "x"}}, {"valueInteger": 7}]
)
def test_a_value_that_cannot_be_read_is_still_the_newest(value: dict[str, Any]) -> None:
    old = observed(effectiveDateTime="2026-11-01", valueQuantity={"value": 1, "code": "mg/dL"})
    found = record("results", old, observed(effectiveDateTime="2026-11-20", **value)).results
    assert found is not None
    assert [(one.time, one.value is None) for one in found] == [
        ("2026-11-01", False),
        ("2026-11-20", True),
    ]
    assert record("results", observed(valueCodeableConcept={"text": "x"}), observed(hasMember=[{}])).results == ()


@pytest.mark.parametrize(
    ("repeat", "per_day"),
    [
        ({"frequency": 1, "period": 1, "periodUnit": "d"}, 1),
        ({"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon"]}, None),
        ({"frequency": 1, "period": 1, "periodUnit": "d", "timeOfDay": ["08:00:00", "20:00:00"]}, None),
        ({"timeOfDay": ["08:00:00", "20:00:00"]}, 2),
    ],
)
def test_how_often_is_known_or_not(repeat: dict[str, Any], per_day: float | None) -> None:
    dosage = [{"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": {"value": 10, "code": "mg"}}]}]
    drug = {"resourceType": "MedicationRequest", "status": "active", "medicationCodeableConcept": {"text": "示例素"},
            "dosageInstruction": dosage}  # fmt: skip
    (order,) = record("medications", drug).medications or ()
    assert order.per_day == per_day


def test_a_pregnancy_that_was_found_an_hour_ago_by_the_clock_of_the_ward_counts() -> None:
    """China is eight hours ahead of UTC, and messages name no zone."""
    vitals = Vitals(NOW)
    old = (NOW - timedelta(days=9)).isoformat()
    vitals.say(PREGNANT, None, ["N"], old)
    vitals.say(PREGNANT, None, ["Y"], (NOW + timedelta(hours=7)).replace(tzinfo=None).isoformat())
    assert vitals.complete(Patient()).pregnant is True
    vitals.say(PREGNANT, None, ["N"], (NOW + timedelta(hours=7)).isoformat())
    assert vitals.complete(Patient()).pregnant is None


def test_two_answers_of_one_moment_are_none() -> None:
    vitals = Vitals(NOW)
    for answer in ("N", "Y"):
        vitals.say(PREGNANT, None, [answer], "2026-11-20")
    assert vitals.complete(Patient()).pregnant is None
