"""FHIR R4 resources, as far as rules use them (https://hl7.org/fhir/R4/resourcelist.html).

Typed structs of the fields that matter: what is sent beside them is passed over, what is sent in them and has another
type is an error with its place. Null counts as absent.
"""

from __future__ import annotations

import msgspec


class Coding(msgspec.Struct, frozen=True):
    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(msgspec.Struct, frozen=True):
    coding: tuple[Coding, ...] | None = None
    text: str | None = None

    def says(self, *codes: str) -> bool:
        """Whether one of its codings has one of ``codes``."""
        return any(one.code in codes for one in self.coding or ())


class Quantity(msgspec.Struct, frozen=True):
    value: float | None = None
    comparator: str | None = None
    unit: str | None = None
    code: str | None = None


class Reference(msgspec.Struct, frozen=True):
    reference: str | None = None
    display: str | None = None


class Repeat(msgspec.Struct, frozen=True):
    frequency: float | None = None
    period: float | None = None
    periodUnit: str | None = None  # noqa: N815 - FHIR's own name


class Timing(msgspec.Struct, frozen=True):
    repeat: Repeat | None = None


class DoseAndRate(msgspec.Struct, frozen=True):
    doseQuantity: Quantity | None = None  # noqa: N815


class Dosage(msgspec.Struct, frozen=True):
    timing: Timing | None = None
    route: CodeableConcept | None = None
    doseAndRate: tuple[DoseAndRate, ...] | None = None  # noqa: N815


class Supply(msgspec.Struct, frozen=True):
    expectedSupplyDuration: Quantity | None = None  # noqa: N815


class _Resource(msgspec.Struct, frozen=True, tag_field="resourceType", kw_only=True):
    id: str | None = None


class Patient(_Resource, frozen=True, kw_only=True):
    gender: str | None = None
    birthDate: str | None = None  # noqa: N815


class Medication(_Resource, frozen=True, kw_only=True):
    code: CodeableConcept | None = None


class MedicationRequest(_Resource, frozen=True, kw_only=True):
    status: str | None = None
    doNotPerform: bool | None = None  # noqa: N815
    medicationCodeableConcept: CodeableConcept | None = None  # noqa: N815
    medicationReference: Reference | None = None  # noqa: N815
    contained: tuple[msgspec.Raw, ...] | None = None
    dosageInstruction: tuple[Dosage, ...] | None = None  # noqa: N815
    dispenseRequest: Supply | None = None  # noqa: N815


class MedicationStatement(_Resource, frozen=True, kw_only=True):
    status: str | None = None
    medicationCodeableConcept: CodeableConcept | None = None  # noqa: N815
    medicationReference: Reference | None = None  # noqa: N815
    contained: tuple[msgspec.Raw, ...] | None = None
    dosage: tuple[Dosage, ...] | None = None


class ServiceRequest(_Resource, frozen=True, kw_only=True):
    status: str | None = None
    doNotPerform: bool | None = None  # noqa: N815
    code: CodeableConcept | None = None


class Condition(_Resource, frozen=True, kw_only=True):
    clinicalStatus: CodeableConcept | None = None  # noqa: N815
    verificationStatus: CodeableConcept | None = None  # noqa: N815
    code: CodeableConcept | None = None
    onsetDateTime: str | None = None  # noqa: N815
    recordedDate: str | None = None  # noqa: N815


class AllergyIntolerance(_Resource, frozen=True, kw_only=True):
    clinicalStatus: CodeableConcept | None = None  # noqa: N815
    verificationStatus: CodeableConcept | None = None  # noqa: N815
    code: CodeableConcept | None = None
    recordedDate: str | None = None  # noqa: N815


class Component(msgspec.Struct, frozen=True):
    code: CodeableConcept | None = None
    valueQuantity: Quantity | None = None  # noqa: N815


class Observation(_Resource, frozen=True, kw_only=True):
    status: str | None = None
    code: CodeableConcept | None = None
    valueQuantity: Quantity | None = None  # noqa: N815
    effectiveDateTime: str | None = None  # noqa: N815
    component: tuple[Component, ...] | None = None


class Procedure(_Resource, frozen=True, kw_only=True):
    status: str | None = None
    code: CodeableConcept | None = None
    performedDateTime: str | None = None  # noqa: N815


class Entry(msgspec.Struct, frozen=True):
    resource: msgspec.Raw = msgspec.Raw(b"null")


class Bundle(_Resource, frozen=True, kw_only=True):
    entry: tuple[Entry, ...] | None = None


Resource = (
    Patient | Medication | MedicationRequest | MedicationStatement | ServiceRequest | Condition | AllergyIntolerance
    | Observation | Procedure | Bundle
)  # fmt: skip
