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


class Period(msgspec.Struct, frozen=True):
    start: str | None = None
    end: str | None = None


class Repeat(msgspec.Struct, frozen=True):
    boundsDuration: Quantity | None = None  # noqa: N815 - FHIR's own names
    boundsPeriod: Period | None = None  # noqa: N815
    frequency: float | None = None
    frequencyMax: float | None = None  # noqa: N815
    period: float | None = None
    periodMax: float | None = None  # noqa: N815
    periodUnit: str | None = None  # noqa: N815
    timeOfDay: tuple[str, ...] | None = None  # noqa: N815
    when: tuple[str, ...] | None = None
    dayOfWeek: tuple[str, ...] | None = None  # noqa: N815


class Timing(msgspec.Struct, frozen=True):
    repeat: Repeat | None = None
    code: CodeableConcept | None = None


class DoseAndRate(msgspec.Struct, frozen=True):
    doseQuantity: Quantity | None = None  # noqa: N815


class Dosage(msgspec.Struct, frozen=True):
    """``doseAndRate`` is a list in R4; one that stands alone, as in published requests of CDS Hooks, is read, too."""

    timing: Timing | None = None
    route: CodeableConcept | None = None
    doseAndRate: tuple[DoseAndRate, ...] | DoseAndRate | None = None  # noqa: N815


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
    subject: Reference | None = None
    status: str | None = None
    doNotPerform: bool | None = None  # noqa: N815
    medicationCodeableConcept: CodeableConcept | None = None  # noqa: N815
    medicationReference: Reference | None = None  # noqa: N815
    contained: tuple[msgspec.Raw, ...] | None = None
    dosageInstruction: tuple[Dosage, ...] | None = None  # noqa: N815
    dispenseRequest: Supply | None = None  # noqa: N815


class MedicationStatement(_Resource, frozen=True, kw_only=True):
    subject: Reference | None = None
    status: str | None = None
    medicationCodeableConcept: CodeableConcept | None = None  # noqa: N815
    medicationReference: Reference | None = None  # noqa: N815
    contained: tuple[msgspec.Raw, ...] | None = None
    dosage: tuple[Dosage, ...] | None = None


class ServiceRequest(_Resource, frozen=True, kw_only=True):
    subject: Reference | None = None
    status: str | None = None
    doNotPerform: bool | None = None  # noqa: N815
    code: CodeableConcept | None = None


Status = CodeableConcept | str | None
"""A status with codings as of R4, or the bare code of earlier versions."""


class Condition(_Resource, frozen=True, kw_only=True):
    subject: Reference | None = None
    clinicalStatus: Status = None  # noqa: N815
    verificationStatus: Status = None  # noqa: N815
    code: CodeableConcept | None = None
    onsetDateTime: str | None = None  # noqa: N815
    onsetPeriod: Period | None = None  # noqa: N815
    abatementDateTime: str | None = None  # noqa: N815
    abatementPeriod: Period | None = None  # noqa: N815
    abatementString: str | None = None  # noqa: N815
    abatementAge: Quantity | None = None  # noqa: N815
    recordedDate: str | None = None  # noqa: N815


class AllergyIntolerance(_Resource, frozen=True, kw_only=True):
    patient: Reference | None = None
    clinicalStatus: Status = None  # noqa: N815
    verificationStatus: Status = None  # noqa: N815
    onsetDateTime: str | None = None  # noqa: N815
    onsetPeriod: Period | None = None  # noqa: N815
    code: CodeableConcept | None = None
    recordedDate: str | None = None  # noqa: N815


class Component(msgspec.Struct, frozen=True):
    code: CodeableConcept | None = None
    valueQuantity: Quantity | None = None  # noqa: N815
    valueCodeableConcept: CodeableConcept | None = None  # noqa: N815


class Observation(_Resource, frozen=True, kw_only=True):
    subject: Reference | None = None
    status: str | None = None
    code: CodeableConcept | None = None
    valueQuantity: Quantity | None = None  # noqa: N815
    valueCodeableConcept: CodeableConcept | None = None  # noqa: N815
    effectiveDateTime: str | None = None  # noqa: N815
    effectiveInstant: str | None = None  # noqa: N815
    effectivePeriod: Period | None = None  # noqa: N815
    issued: str | None = None
    component: tuple[Component, ...] | None = None
    hasMember: tuple[Reference, ...] | None = None  # noqa: N815


class Procedure(_Resource, frozen=True, kw_only=True):
    subject: Reference | None = None
    status: str | None = None
    code: CodeableConcept | None = None
    performedDateTime: str | None = None  # noqa: N815
    performedPeriod: Period | None = None  # noqa: N815


class Entry(msgspec.Struct, frozen=True):
    fullUrl: str | None = None  # noqa: N815
    resource: msgspec.Raw = msgspec.Raw(b"null")


class Bundle(_Resource, frozen=True, kw_only=True):
    entry: tuple[Entry, ...] | None = None


Resource = (
    Patient | Medication | MedicationRequest | MedicationStatement | ServiceRequest | Condition | AllergyIntolerance
    | Observation | Procedure | Bundle
)  # fmt: skip
