"""FHIR R4 resources as cases: odd shapes are located, and what is said is not turned round."""

from __future__ import annotations

import msgspec
import pytest

from ingest.cases.chart import Chart, Unread, resources
from kg.model.case import Case

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
