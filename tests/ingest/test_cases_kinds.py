"""A list is whole where resources of its kind came, or none at all; what is only possible is no fact. All made up."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from ingest.cases.hooks import HookCall, Lacking, case_of
from ingest.cases.patients import Vitals
from ingest.cases.synthetic import bundle_cases
from kg.model.case import Amount, Case, Code, Entry, Event, Order, Patient

DRUG = {"medicationCodeableConcept": {"text": "示例素"}, "status": "active"}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}


def record(
    prefetch: dict[str, Any], *needed: str, event: Event = "patient-view", context: dict[str, Any] | None = None
) -> Case:
    call = {"hook": event, "hookInstance": "i", "context": {"patientId": "T-7"} | (context or {}), "prefetch": prefetch}
    return case_of(event, msgspec.json.decode(json.dumps(call), type=HookCall), needed).case


@pytest.mark.parametrize(
    ("section", "kind"),
    [("medications", "MedicationAdministration"), ("medications", "MedicationDispense"),
     ("medications", "MedicationOrder"), ("medications", "Medication"), ("conditions", "Encounter"),
     ("allergies", "Condition"), ("procedures", "ServiceRequest"), ("results", "DiagnosticReport"),
     ("conditions", "Bundle")],
)  # fmt: skip
def test_resources_of_other_kinds_are_no_list(section: str, kind: str) -> None:
    sent = {section: bundle({"resourceType": kind, **DRUG}, {"resourceType": "OperationOutcome", "issue": [
        {"severity": "information"}]})}  # fmt: skip
    if kind == "Bundle":
        sent = {section: bundle({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Encounter"}}]})}
    assert getattr(record(sent), section) is None
    with pytest.raises(Lacking) as found:
        record(sent, section)
    assert found.value.names == [section]


@pytest.mark.parametrize("answer", [{}, {"entry": []}, {"entry": [{"resource": {"resourceType": "OperationOutcome",
    "issue": [{"severity": "information"}]}}]}])  # fmt: skip
def test_a_search_without_hits_is_an_empty_list(answer: dict[str, Any]) -> None:
    assert record({"medications": {"resourceType": "Bundle"} | answer}, "medications").medications == ()


def test_what_has_no_kind_is_no_list() -> None:
    for sent in ({}, bundle({}), {"resourceType": "Bundle", "entry": [{"fullUrl": "urn:x"}]}):
        with pytest.raises(Lacking):
            record({"conditions": sent}, "conditions")


def test_administrations_beside_prescriptions_leave_the_list_open() -> None:
    both = bundle({"resourceType": "MedicationRequest", **DRUG}, {"resourceType": "MedicationAdministration", **DRUG})
    assert [one.name for one in record({"medications": both}).medications or ()] == ["示例素", ""]
    statement = bundle({"resourceType": "MedicationStatement", **DRUG})
    assert [one.name for one in record({"medications": statement}).medications or ()] == ["示例素"]


def test_drafts_of_an_earlier_version_are_orders_that_are_not_understood() -> None:
    drafts = bundle({"resourceType": "MedicationOrder", **DRUG})
    assert record({}, event="order-sign", context={"draftOrders": drafts}).orders == (Order(),)


def test_a_patient_who_was_given_medicines_is_not_one_who_takes_none() -> None:
    person = {"resourceType": "Patient", "id": "T-7"}
    for more, expected in (({"resourceType": "MedicationAdministration"}, None), ({"resourceType": "Encounter"}, ())):
        (case,) = bundle_cases(msgspec.json.encode(bundle(person, more)), ["patient-view"])
        assert case.medications == expected


@pytest.mark.parametrize(
    ("status", "uncertain"),
    [("differential", True), ("provisional", True), ("unconfirmed", True), ("confirmed", False), (None, False)],
)
def test_a_diagnosis_that_is_only_possible_is_uncertain(status: str | None, uncertain: bool) -> None:
    said: tuple[Any, ...] = (status, {"coding": [{"code": status}]} if status else None)
    for verified in said:
        row = {"resourceType": "Condition", "code": {"text": "样本炎"}, "verificationStatus": verified}
        assert record({"conditions": bundle(row)}).conditions == (Entry(name="样本炎", uncertain=uncertain),)


def test_an_allergy_that_only_the_family_tells_of_counts() -> None:
    row = {"resourceType": "AllergyIntolerance", "code": {"text": "示例素"},
           "verificationStatus": {"coding": [{"code": "unconfirmed"}]}}  # fmt: skip
    assert record({"allergies": bundle(row)}).allergies == (Entry(name="示例素"),)


def test_a_weight_or_a_status_dated_in_the_future_hides_the_older_one_and_is_told() -> None:
    vitals = Vitals(NOW)
    weight, pregnant = (Code(code="29463-7", system="LOINC"),), (Code(code="82810-3", system="LOINC"),)
    late, early = ((NOW + timedelta(days=days)).isoformat() for days in (5, -5))
    for time in (late, early):
        vitals.say(weight, Amount(60, "kg"), [], time)
        vitals.say(pregnant, None, ["N"], time)
    assert vitals.complete(Patient()) == Patient()
    row = {"resourceType": "Observation", "status": "final", "effectiveDateTime": "2999-01-01",
           "code": {"coding": [{"system": "http://loinc.org", "code": "82810-3"}]},
           "valueCodeableConcept": {"coding": [{"code": "77386006"}]}}  # fmt: skip
    assert [one.time for one in record({"results": bundle(row)}).results or ()] == ["2999-01-01"]
