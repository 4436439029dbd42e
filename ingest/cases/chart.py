"""From FHIR R4 resources to a case: which resource stands in which list, and what of it matters.

Statuses follow the value sets of FHIR R4: what was entered in error or refuted is not a fact, what is resolved or
inactive is history.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from ingest.cases import fhir
from kg.model.case import MOST, Amount, Case, Code, Entry, Event, Order, Patient, Result

T = TypeVar("T", Order, Entry, Result)
_DROPPED = ("entered-in-error", "cancelled", "nullified")
_OVER = ("completed", "stopped", "not-taken", "rejected", "revoked")
_PAST = ("inactive", "resolved", "remission")
_DAYS = {"h": 1 / 24, "d": 1.0, "wk": 7.0, "min": 1 / 1440, "mo": 30.4375}
"""Length of a FHIR period unit in days."""

_DEEPEST = 4
"""Bundles within each other."""
_BIRTH = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")

_Kind = msgspec.json.Decoder(type=dict[str, msgspec.Raw])


class Unread(ValueError):
    """A resource that does not fit its type: ``place`` within what was sent."""

    def __init__(self, place: str, misfit: str) -> None:
        super().__init__(f"{place}: {misfit}")
        self.place = place


def resources(raw: bytes | msgspec.Raw, place: str, depth: int = _DEEPEST) -> Iterator[tuple[str, fhir.Resource]]:
    """(place, resource) of a resource, or of everything in a bundle, whose kinds rules use; raises Unread."""
    try:
        kind = _Kind.decode(raw).get("resourceType", b"null")
        if msgspec.json.decode(kind, type=str | None) not in _KINDS:
            return
        if not depth:
            raise Unread(place, "a bundle within bundles")
        resource = msgspec.json.decode(raw, type=fhir.Resource)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Unread(place, str(error)) from None
    if isinstance(resource, fhir.Bundle):
        for number, entry in enumerate(resource.entry or ()):
            if bytes(entry.resource) != b"null":
                yield from resources(entry.resource, f"{place}/entry/{number}/resource", depth - 1)
        return
    yield place, resource


_KINDS = frozenset({
    "Patient", "Medication", "MedicationRequest", "MedicationStatement", "ServiceRequest", "Condition",
    "AllergyIntolerance", "Observation", "Procedure", "Bundle",
})  # fmt: skip


_Requested = fhir.MedicationRequest | fhir.MedicationStatement | fhir.ServiceRequest


class Chart:
    """Gathers a case. A list that nobody opened stays unsent, so rules know that it is unknown."""

    def __init__(self, event: Event, token: str = "", at: str = "") -> None:
        self._event, self._at = event, at
        self._patient = Patient(token=token)
        self._medicines: dict[str, fhir.CodeableConcept] = {}
        self._orders: list[_Requested] | None = None
        self._current: list[_Requested] | None = None
        self._conditions: list[Entry] | None = None
        self._allergies: list[Entry] | None = None
        self._procedures: list[Entry] | None = None
        self._results: list[Result] | None = None

    def open(self, section: str) -> None:
        """Say that a list is there, and all of it."""
        match section:
            case "orders":
                self._orders = self._orders or []
            case "medications":
                self._current = self._current or []
            case "conditions":
                self._conditions = self._conditions or []
            case "allergies":
                self._allergies = self._allergies or []
            case "procedures":
                self._procedures = self._procedures or []
            case "results":
                self._results = self._results or []
            case _:
                pass

    def take(self, resource: fhir.Resource, *, ordered: bool = False) -> None:
        """Add one resource; ``ordered``: it is being ordered now. Raises Unread for a birth date that is none."""
        match resource:
            case fhir.Medication(id=name, code=code) if name and code:
                self._medicines[f"Medication/{name}"] = code
            case fhir.Patient(birthDate=born) if born and not _BIRTH.fullmatch(born):
                raise Unread("birthDate", "no date")
            case fhir.Patient():
                sex = resource.gender if resource.gender in ("female", "male", "other") else "unknown"
                self._patient = msgspec.structs.replace(
                    self._patient, sex=sex, birth_date=resource.birthDate or ""
                )  # fmt: skip
            case fhir.MedicationRequest() | fhir.MedicationStatement():
                self._drug(resource, ordered=ordered)
            case fhir.ServiceRequest(status=status, doNotPerform=denied) if ordered and status not in _DROPPED:
                self.open("orders")
                if self._orders is not None and not denied:
                    self._orders.append(resource)
            case fhir.Condition():
                self.open("conditions")
                self._entry(self._conditions, resource, resource.onsetDateTime or resource.recordedDate)
            case fhir.AllergyIntolerance():
                self.open("allergies")
                self._entry(self._allergies, resource, resource.recordedDate)
            case fhir.Procedure(status=status) if status not in _DROPPED and status != "not-done":
                self.open("procedures")
                if self._procedures is not None:
                    time = _time(resource.performedDateTime)
                    self._procedures.append(_named(Entry(time=time), resource.code, resource.id))
            case fhir.Observation(status=status) if status not in _DROPPED and status != "registered":
                self.open("results")
                self._observed(resource)
            case _:
                pass

    def case(self) -> Case:
        """What was gathered, whichever came first: medications may stand after what refers to them.

        Raises Unread for more orders or medications than a case may hold.
        """

        def rows(found: list[_Requested] | None) -> tuple[Order, ...] | None:
            if found is not None and len(found) > MOST:
                raise Unread("$", f"more than {MOST} orders or medications")
            return None if found is None else tuple(self._order(one) for one in found)

        return Case(
            event=self._event, at=self._at, patient=self._patient, orders=rows(self._orders),
            medications=rows(self._current),
            conditions=None if self._conditions is None else tuple(self._conditions),
            allergies=None if self._allergies is None else tuple(self._allergies),
            procedures=None if self._procedures is None else tuple(self._procedures),
            results=None if self._results is None else tuple(self._results),
        )  # fmt: skip

    def _drug(self, resource: fhir.MedicationRequest | fhir.MedicationStatement, *, ordered: bool) -> None:
        request = isinstance(resource, fhir.MedicationRequest)
        section = "orders" if ordered and request else "medications"
        self.open(section)
        if resource.status in _DROPPED or (not ordered and resource.status in _OVER):
            return
        if isinstance(resource, fhir.MedicationRequest) and resource.doNotPerform:
            return
        rows = self._orders if section == "orders" else self._current
        if rows is not None:
            rows.append(resource)

    def _order(self, resource: _Requested) -> Order:
        if isinstance(resource, fhir.ServiceRequest):
            return _named(Order(kind="procedure"), resource.code, resource.id)
        concept = resource.medicationCodeableConcept or self._referred(resource)
        dosages = resource.dosageInstruction if isinstance(resource, fhir.MedicationRequest) else resource.dosage
        supply = resource.dispenseRequest.expectedSupplyDuration if (
            isinstance(resource, fhir.MedicationRequest) and resource.dispenseRequest) else None  # fmt: skip
        # Of several dosages (in the morning, at night) none is the dose, and their sum is not known.
        dosage = dosages[0] if dosages and len(dosages) == 1 else fhir.Dosage()
        return _named(_dosed(Order(days=_days(supply)), dosage), concept, resource.id)

    def _referred(self, resource: fhir.MedicationRequest | fhir.MedicationStatement) -> fhir.CodeableConcept | None:
        """The medication that a resource refers to: within it, or sent beside it."""
        reference = resource.medicationReference
        if reference is None:
            return None
        for raw in resource.contained or ():
            for _, inner in resources(raw, "contained"):
                if isinstance(inner, fhir.Medication) and reference.reference == f"#{inner.id}":
                    return inner.code
        name = "/".join((reference.reference or "").split("/")[-2:])
        return self._medicines.get(name) or fhir.CodeableConcept(text=reference.display)

    @staticmethod
    def _entry(rows: list[Entry] | None, resource: fhir.Condition | fhir.AllergyIntolerance, time: str | None) -> None:
        verified, clinical = resource.verificationStatus, resource.clinicalStatus
        if rows is None or (verified and verified.says("entered-in-error")):
            return
        entry = Entry(
            time=_time(time),
            ended=bool(clinical and clinical.says(*_PAST)),
            absent=bool(verified and verified.says("refuted")),
        )
        rows.append(_named(entry, resource.code, resource.id))

    def _observed(self, resource: fhir.Observation) -> None:
        time = _time(resource.effectiveDateTime)
        parts = [(resource.code, resource.valueQuantity)]
        parts += [(part.code, part.valueQuantity) for part in resource.component or ()]
        for code, quantity in parts:
            if self._results is not None and code is not None and quantity is not None:
                self._results.append(_named(Result(value=_amount(quantity), time=time), code, resource.id))


def _named(item: T, concept: fhir.CodeableConcept | None, name: str | None) -> T:
    """``item`` with the codes and the name of something coded; the name is what a person would read."""
    codings = (concept.coding or ()) if concept else ()
    text = (concept.text if concept else None) or next((one.display for one in codings if one.display), None)
    codes = tuple(Code(code=one.code, system=one.system or "") for one in codings if one.code)
    return msgspec.structs.replace(item, codes=codes, name=text or "", id=name or "")


def _dosed(order: Order, dosage: fhir.Dosage) -> Order:
    rates = dosage.doseAndRate or ()
    rate = rates[0] if len(rates) == 1 else fhir.DoseAndRate()
    repeat = dosage.timing.repeat if dosage.timing else None
    per_day = None
    if repeat and repeat.frequency and repeat.period and repeat.periodUnit in _DAYS:
        length = repeat.period * _DAYS[repeat.periodUnit]
        found = repeat.frequency / length if length > 0 else 0.0
        per_day = found if found > 0 and math.isfinite(found) else None
    route = dosage.route
    text = (route.text or next((one.display for one in route.coding or () if one.display), "")) if route else ""
    dose = _amount(rate.doseQuantity) if rate.doseQuantity else None
    return msgspec.structs.replace(order, dose=dose, per_day=per_day, route=text or "")


def _days(quantity: fhir.Quantity | None) -> float | None:
    if quantity is None or quantity.value is None:
        return None
    length = _DAYS.get(quantity.code or quantity.unit or "")
    return quantity.value * length if length and quantity.value > 0 else None


def _amount(quantity: fhir.Quantity) -> Amount | None:
    # With a comparator it is a bound, not a value.
    if quantity.value is None or quantity.comparator:
        return None
    return Amount(quantity.value, quantity.code or quantity.unit or "1")


def _time(text: str | None) -> str:
    """A day or a moment; a year or a month alone says too little to judge an age by."""
    return text if text and len(text) >= len("2000-01-01") else ""
