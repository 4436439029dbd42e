"""A FHIR library accepts every fixture and reads the same from it as we do (fhir.resources, R4B; what rules use is the
same in R4)."""

from __future__ import annotations

import gzip
import importlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ingest.cases.chart import Chart, resources
from kg.model.case import Case
from tests.api.test_cdshooks import pages

KINDS = frozenset({
    "Patient", "Medication", "MedicationRequest", "MedicationStatement", "ServiceRequest", "Condition",
    "AllergyIntolerance", "Observation", "Procedure",
})  # fmt: skip
SUBJECT = {"reference": "Patient/p1"}
MG = {"system": "http://unitsofmeasure.org", "unit": "mg", "code": "mg"}
_STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical"
OWN: list[dict[str, Any]] = [
    {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1950-03"},
    {"resourceType": "Medication", "id": "d1", "code": {"text": "demonstratin"}},
    {"resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order", "subject": SUBJECT,
     "medicationReference": {"reference": "Medication/d1"},
     "dosageInstruction": [{
         "route": {"text": "oral route"}, "doseAndRate": [{"doseQuantity": {"value": 250, **MG}}],
         "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d",
                               "boundsPeriod": {"start": "2026-01-01", "end": "2026-01-08"}}}}]},
    {"resourceType": "MedicationRequest", "id": "m2", "status": "draft", "intent": "order", "subject": SUBJECT,
     "contained": [{"resourceType": "Medication", "id": "c1", "code": {"text": "showmycin"}}],
     "medicationReference": {"reference": "#c1"},
     "dosageInstruction": [{"timing": {"code": {"coding": [{"code": "BID"}]}}, "doseAndRate": [
         {"doseQuantity": {"value": 12.5, **MG}}]}],
     "dispenseRequest": {"expectedSupplyDuration": {"value": 2, "unit": "weeks", "code": "wk"}}},
    {"resourceType": "MedicationStatement", "id": "s1", "status": "active", "subject": SUBJECT,
     "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "Z99ZZ99"}]}},
    {"resourceType": "ServiceRequest", "id": "r1", "status": "active", "intent": "order", "subject": SUBJECT,
     "code": {"text": "illustrative scan"}},
    {"resourceType": "Condition", "id": "c1", "subject": SUBJECT, "code": {"text": "illustrative disease"},
     "onsetPeriod": {"start": "2019-05", "end": "2019-06"},
     "clinicalStatus": {"coding": [{"system": _STATUS, "code": "active"}]}},
    {"resourceType": "Condition", "id": "c2", "subject": SUBJECT, "code": {"text": "another disease"},
     "onsetDateTime": "2012", "abatementDateTime": "2013-02-01",
     "clinicalStatus": {"coding": [{"system": _STATUS, "code": "resolved"}]}},
    {"resourceType": "AllergyIntolerance", "id": "a1", "patient": SUBJECT, "code": {"text": "demonstratin"},
     "onsetDateTime": "2001"},
    {"resourceType": "Observation", "id": "o1", "status": "final", "subject": SUBJECT,
     "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}, "effectiveDateTime": "2026-10-01",
     "valueQuantity": {"value": 61.5, "unit": "kg", "code": "kg", "system": "http://unitsofmeasure.org"}},
    {"resourceType": "Observation", "id": "o2", "status": "final", "subject": SUBJECT,
     "code": {"text": "illustrative test"}, "effectivePeriod": {"start": "2026-09-01", "end": "2026-09-02"},
     "valueQuantity": {"value": 3, "unit": "mmol/L", "comparator": "<"}},
    {"resourceType": "Procedure", "id": "q1", "status": "completed", "subject": SUBJECT,
     "code": {"text": "illustrative operation"}, "performedPeriod": {"start": "2020-02-02", "end": "2020-02-03"}},
]  # fmt: skip


def by_library(resource: dict[str, Any]) -> dict[str, Any]:
    """A resource read and written again by the library; raises ValueError for one that it does not accept."""
    kind = resource["resourceType"]
    model = getattr(importlib.import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    found: dict[str, Any] = json.loads(model.model_validate_json(json.dumps(resource)).model_dump_json())
    return found


def read(rows: list[dict[str, Any]]) -> Case:
    chart = Chart("order-sign", at="2026-11-01")
    for row in rows:
        for _, resource in resources(json.dumps(row).encode(), "$"):
            chart.take(resource, ordered=row.get("status") == "draft" or row["resourceType"] == "ServiceRequest")
    return chart.case()


def plain(value: Any) -> Any:
    """Times as moments: writers write one and the same in several ways."""
    if isinstance(value, dict):
        return {key: _moment(inner) if key == "time" else plain(inner) for key, inner in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def _moment(text: str) -> object:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def same(rows: list[dict[str, Any]]) -> None:
    ours, theirs = read(rows), read([by_library(row) for row in rows])
    assert plain(msgspec.to_builtins(ours)) == plain(msgspec.to_builtins(theirs))


def inner(value: Any) -> Iterator[dict[str, Any]]:
    """Every resource of our kinds within something, those of bundles and contexts among them."""
    if isinstance(value, dict):
        if value.get("resourceType") in KINDS:
            yield value
        else:
            for one in value.values():
                yield from inner(one)
    for one in value if isinstance(value, list) else ():
        yield from inner(one)


def test_the_library_reads_our_own_fixtures_as_we_do() -> None:
    same(OWN)
    case = read(OWN)
    assert [one.name for one in case.orders or ()] == ["showmycin", "illustrative scan"]
    (taken, _) = case.medications or ()
    assert (taken.name, taken.dose.value if taken.dose else None, taken.per_day, taken.days) == (
        "demonstratin",
        250,
        2,
        7,
    )
    assert [(one.time, one.ended) for one in case.conditions or ()] == [("2019-05", False), ("2012", True)]


def test_the_library_finds_what_is_no_fhir() -> None:
    """The control."""
    with pytest.raises(ValueError):
        by_library({"resourceType": "Observation", "status": 7})


@pytest.mark.parametrize("name", ["r4-02", "r4-03", "r4-04", "r4-05"])
def test_the_library_reads_synthetic_patients_as_we_do(data_folder: Path, name: str) -> None:
    whole = json.loads(gzip.decompress((data_folder / "synthea-fhir" / f"{name}.json.gz").read_bytes()))
    rows = list(inner(whole))
    assert len(rows) > 10
    same(rows)


def test_the_library_reads_the_requests_of_the_test_data_as_we_do(data_folder: Path) -> None:
    """Some of these are of earlier versions of FHIR, or hold one thing where R4 has a list: the library refuses them,
    and we read what is meant."""
    refused, taken = set(), 0
    for name, body in pages(data_folder).items():
        for row in inner(body):
            try:
                by_library(row)
            except ValueError:
                refused.add(name)
            else:
                same([row])
                taken += 1
    assert taken > 0
    assert not any(name.startswith("crd-appointment") for name in refused)
