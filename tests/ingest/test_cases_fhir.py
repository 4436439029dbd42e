"""FHIR R4 resources as cases: odd shapes are located, and what is said is not turned round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from ingest.cases.chart import Chart, Unread, resources
from kg.model.case import Amount, Case, Order

ASPIRIN = {"text": "aspirin"}


def case(*found: dict[str, object], ordered: bool = False) -> Case:
    chart = Chart("order-sign")
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in found]}
    for _, resource in resources(msgspec.json.encode(bundle), "$"):
        chart.take(resource, ordered=ordered)
    return chart.case()


def request(**more: object) -> dict[str, object]:
    return {"resourceType": "MedicationRequest", "status": "active", "medicationCodeableConcept": ASPIRIN} | more


@pytest.mark.parametrize("kind", [[], {}, 7, [["Patient"]]])
def test_a_kind_that_is_no_name_is_located(kind: object) -> None:
    with pytest.raises(Unread):
        list(resources(msgspec.json.encode({"resourceType": kind}), "$"))


def test_bundles_within_bundles_without_end_are_refused() -> None:
    whole: dict[str, object] = {"resourceType": "Bundle"}
    for _ in range(60):
        whole = {"resourceType": "Bundle", "entry": [{"resource": whole}]}
    with pytest.raises(Unread):
        list(resources(msgspec.json.encode(whole), "$"))


def test_a_medicine_may_stand_after_what_refers_to_it() -> None:
    refers = {"resourceType": "MedicationRequest", "status": "active",
              "medicationReference": {"reference": "Medication/m1"}}  # fmt: skip
    medicine = {"resourceType": "Medication", "id": "m1", "code": ASPIRIN}
    for rows in ((refers, medicine), (medicine, refers)):
        found = case(*rows)
        assert [one.name for one in found.medications or ()] == ["aspirin"]


@pytest.mark.parametrize("kind", ["MedicationRequest", "ServiceRequest"])
def test_an_order_not_to_do_something_is_no_order(kind: str) -> None:
    found = case(request(resourceType=kind, doNotPerform=True, code=ASPIRIN), ordered=True)
    assert not found.orders
    assert not found.medications


@pytest.mark.parametrize(
    "repeat",
    [{"frequency": -1, "period": 1, "periodUnit": "d"}, {"frequency": 1, "period": 5e-324, "periodUnit": "min"},
     {"frequency": 1, "period": -1, "periodUnit": "d"}, {"frequency": 1e308, "period": 1e-5, "periodUnit": "d"}],
)  # fmt: skip
def test_timings_that_cannot_be_are_unknown(repeat: dict[str, object]) -> None:
    (order,) = case(request(dosageInstruction=[{"timing": {"repeat": repeat}}])).medications or ()
    assert order.per_day is None


def dosed(**dosage: object) -> Order:
    (order,) = case(request(dosageInstruction=[dosage])).medications or ()
    return order


@pytest.mark.parametrize(
    ("timing", "per_day"),
    [
        ({"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}, 3), ({"code": {"coding": [{"code": "BID"}]}}, 2),
        ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk"}}, 1 / 7),
        ({"repeat": {"timeOfDay": ["08:00:00", "20:00:00"]}}, 2), ({"repeat": {"when": ["MORN", "NIGHT"]}}, 2),
        ({"repeat": {"frequency": 1, "frequencyMax": 3, "period": 1, "periodUnit": "d"}}, None),
        ({"code": {"text": "as you like"}}, None), (None, None), ({"repeat": None}, None),
    ],
)  # fmt: skip
def test_how_often_a_day(timing: object, per_day: float | None) -> None:
    assert dosed(timing=timing).per_day == per_day


def test_how_long_and_which_way() -> None:
    bounds = {"boundsPeriod": {"start": "2026-01-01", "end": "2026-01-11"}}
    assert dosed(timing={"repeat": bounds}).days == 10
    assert dosed(timing={"repeat": {"boundsDuration": {"value": 2, "code": "wk"}}}).days == 14
    assert dosed(timing={"repeat": {"boundsPeriod": {"start": "x", "end": "y"}}}).days is None
    assert dosed(route={"coding": [{"code": "PO"}]}).route == "PO"
    assert dosed(doseAndRate={"doseQuantity": {"value": 5, "code": "mL"}}).dose == Amount(5, "mL")


@pytest.mark.parametrize(
    ("more", "time", "ended"),
    [
        ({"onsetDateTime": "2020"}, "2020", False), ({"onsetDateTime": "2020-05"}, "2020-05", False),
        ({"onsetPeriod": {"start": "2020-05-01"}}, "2020-05-01", False),
        ({"onsetDateTime": "2020-05-01", "abatementDateTime": "2021"}, "2020-05-01", True),
        ({"abatementPeriod": {"start": "2021-01-01"}}, "", True), ({"abatementString": "last year"}, "", True),
        ({"onsetDateTime": None, "recordedDate": "2022-02-02", "clinicalStatus": None}, "2022-02-02", False),
        ({"abatementDateTime": "2021", "clinicalStatus": {"coding": [{"code": "active"}]}}, "", False),
        ({"clinicalStatus": "resolved"}, "", True), ({"onsetDateTime": "20"}, "", False),
    ],
)  # fmt: skip
def test_since_when_and_whether_it_is_over(more: dict[str, object], time: str, ended: bool) -> None:
    (entry,) = case({"resourceType": "Condition", "code": ASPIRIN} | more).conditions or ()
    assert (entry.time, entry.ended) == (time, ended)


def observed(code: str, value: dict[str, object], days: float = 1) -> dict[str, object]:
    when = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
    return {"resourceType": "Observation", "status": "final", "effectiveDateTime": when,
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]}} | value  # fmt: skip


def answered(code: str) -> dict[str, object]:
    return {"valueCodeableConcept": {"coding": [{"code": code}]}}


def test_weight_height_pregnancy_and_lactation_come_from_observations() -> None:
    kilograms, other = ({"valueQuantity": {"value": number, "code": "kg"}} for number in (62, 70))
    patient = case(
        observed("29463-7", kilograms, 2), observed("29463-7", other, 90),
        observed("82810-3", answered("77386006"), 14),
        observed("8302-2", {"valueQuantity": {"value": 165, "code": "cm"}}),
        observed("11884-4", {"valueQuantity": {"value": 20, "code": "wk"}}, 14),
    ).patient  # fmt: skip
    assert (patient.weight, patient.height, patient.pregnant) == (Amount(62, "kg"), Amount(165, "cm"), True)
    assert patient.gestation_weeks == pytest.approx(22, abs=0.1)
    assert patient.lactating is None


@pytest.mark.parametrize(
    "row",
    [observed("82810-3", answered("77386006"), 400), observed("82810-3", answered("60001007"), 60),
     observed("82810-3", answered("261665006")), observed("82810-3", answered("77386006"), -5),
     observed("82810-3", answered("77386006")) | {"effectiveDateTime": None}],
    ids=["long ago", "may have changed", "unknown", "in the future", "no date"],
)  # fmt: skip
def test_a_status_that_cannot_be_relied_on_is_unknown(row: dict[str, object]) -> None:
    assert case(row).patient.pregnant is None


def test_a_period_of_a_measurement_ends_it() -> None:
    row = observed("1", {"valueQuantity": {"value": 1, "code": "kg"}}) | {
        "effectiveDateTime": None, "effectivePeriod": {"start": "2026-01-01", "end": "2026-01-03"}}  # fmt: skip
    assert [one.time for one in case(row).results or ()] == ["2026-01-03"]


def test_misfits_are_located_within_their_resource() -> None:
    with pytest.raises(Unread) as misfit:
        case(request(), request(dosageInstruction=[{"timing": {"repeat": {"period": "often"}}}]))
    assert misfit.value.place.startswith("$/entry/1/resource.dosageInstruction[")
    assert misfit.value.place.endswith(".timing.repeat.period")


def test_null_counts_as_absent() -> None:
    found = case({"resourceType": "Patient", "id": None, "gender": None, "birthDate": None},
                 {"resourceType": "Condition", "code": None, "subject": None, "onsetPeriod": None},
                 request(dosageInstruction=None, medicationReference=None, contained=None))  # fmt: skip
    assert found.patient.sex == "unknown"
    assert len(found.conditions or ()) == len(found.medications or ()) == 1


def test_of_several_dosages_none_is_the_dose() -> None:
    dosage = {"doseAndRate": [{"doseQuantity": {"value": 500, "code": "mg"}}]}
    (one,) = case(request(dosageInstruction=[dosage])).medications or ()
    assert one.dose is not None
    (two,) = case(request(dosageInstruction=[dosage, dosage])).medications or ()
    assert (two.dose, two.per_day) == (None, None)


def test_a_bound_is_no_value() -> None:
    quantity = {"value": 5, "code": "mmol/L", "comparator": "<"}
    found = case({"resourceType": "Observation", "status": "final", "code": {"text": "potassium"},
                  "valueQuantity": quantity})  # fmt: skip
    assert [one.value for one in found.results or ()] == [None]


@pytest.mark.parametrize("born", ["abc", "2000-01-01T00:00:00Z", "9" * 5000])
def test_a_birth_date_that_is_none_is_located(born: str) -> None:
    with pytest.raises(Unread):
        case({"resourceType": "Patient", "birthDate": born})


def test_more_than_a_case_may_hold_is_refused() -> None:
    with pytest.raises(Unread):
        case(*(request() for _ in range(501)))
