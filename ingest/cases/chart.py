"""From FHIR R4 resources to a case: which resource stands in which list, and what of it matters.

Statuses follow the value sets of FHIR R4: what was entered in error or refuted is not a fact, what is resolved or
inactive is history.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from ingest.cases import fhir
from ingest.cases.dosing import amount, dosed
from ingest.cases.patients import Vitals, moment_of
from kg.model.case import MOST, Case, Code, Entry, Event, Order, Patient, Result

T = TypeVar("T", Order, Entry, Result)
_DROPPED = ("entered-in-error", "cancelled", "nullified")
_OVER = ("completed", "stopped", "not-taken", "rejected", "revoked")
_PAST = ("inactive", "resolved", "remission")
_OPEN = ("unconfirmed", "provisional", "differential")
"""Of a diagnosis (http://terminology.hl7.org/CodeSystem/condition-ver-status): it may be so. Of an allergy
``unconfirmed`` is what patients and families say, and that counts."""
DEEPEST = 4
"""Bundles within each other."""
_BIRTH = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_WITHIN = re.compile(r" - at `\$([^`]*)`$")

_Kind = msgspec.json.Decoder(type=dict[str, msgspec.Raw])


class Unread(ValueError):
    """A resource that does not fit its type: ``place`` within what was sent."""

    def __init__(self, place: str, misfit: str) -> None:
        super().__init__(f"{place}: {misfit}")
        self.place = place


def resources(raw: bytes | msgspec.Raw, place: str, depth: int = DEEPEST) -> Iterator[tuple[str, fhir.Resource]]:
    """(place, resource) of a resource, or of everything in a bundle, whose kinds rules use; raises Unread."""
    try:
        kind = _Kind.decode(raw).get("resourceType", b"null")
        if msgspec.json.decode(kind, type=str | None) not in _KINDS:
            return
        if not depth:
            raise Unread(place, "a bundle within bundles")
        resource = msgspec.json.decode(raw, type=fhir.Resource)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        # The names in it are those of our structs: nothing of what was sent is repeated.
        inner = _WITHIN.search(str(error))
        raise Unread(place + (inner[1] if inner else ""), str(error)) from None
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
        self._vitals = Vitals(moment_of(at) or datetime.now(UTC))
        self._patient = Patient(token=token)
        self._medicines: dict[str, fhir.CodeableConcept] = {}
        self._orders: list[_Requested] | None = None
        self._current: list[_Requested] | None = None
        self._conditions: list[Entry] | None = None
        self._allergies: list[Entry] | None = None
        self._procedures: list[Entry] | None = None
        self._results: list[Result] | None = None
        self._open: set[str] = set()

    def leave_open(self, section: str) -> None:
        """Say that a list has more than what is taken, which nobody reads: something that is not understood."""
        self._open.add(section)

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
                over = (resource.abatementDateTime, resource.abatementPeriod, resource.abatementString,
                        resource.abatementAge)  # fmt: skip
                since = resource.onsetDateTime or _start(resource.onsetPeriod) or resource.recordedDate
                # Who says that something is active and when it abated means a time to come, or a slip.
                active = says(resource.clinicalStatus, "active", "recurrence", "relapse")
                self._entry(self._conditions, resource, since, over=any(over) and not active)
            case fhir.AllergyIntolerance():
                self.open("allergies")
                since = resource.onsetDateTime or _start(resource.onsetPeriod) or resource.recordedDate
                self._entry(self._allergies, resource, since)
            case fhir.Procedure(status=status) if status not in _DROPPED and status != "not-done":
                self.open("procedures")
                if self._procedures is not None:
                    time = _since(resource.performedDateTime or _start(resource.performedPeriod))
                    self._procedures.append(_named(Entry(time=time), resource.code, resource.id))
            case fhir.Observation(status=status) if status not in _DROPPED and status != "registered":
                self.open("results")
                self._observed(resource)
            case _:
                pass

    def pend(self, resource: fhir.Resource) -> None:
        """Add an order that is drafted beside those that are asked about: it counts as one that is taken already."""
        if isinstance(resource, fhir.MedicationRequest) and self._current is not None:
            self._drug(resource, ordered=False)

    def case(self) -> Case:
        """What was gathered, whichever came first: medications may stand after what refers to them.

        Raises Unread for more orders or medications than a case may hold.
        """

        def rows(found: list[_Requested] | None, section: str) -> tuple[Order, ...] | None:
            if found is not None and len(found) > MOST:
                raise Unread("$", f"more than {MOST} orders or medications")
            more = (Order(),) if section in self._open else ()
            return None if found is None else (*(self._order(one) for one in found), *more)

        return Case(
            event=self._event, at=self._at, patient=self._vitals.complete(self._patient),
            orders=rows(self._orders, "orders"), medications=rows(self._current, "medications"),
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
        return _named(dosed(Order(), dosages, supply), concept, resource.id)

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
    def _entry(
        rows: list[Entry] | None, resource: fhir.Condition | fhir.AllergyIntolerance, time: str | None, *,
        over: bool = False,
    ) -> None:  # fmt: skip
        verified = resource.verificationStatus
        if rows is None or says(verified, "entered-in-error"):
            return
        ended = over or says(resource.clinicalStatus, *_PAST)
        uncertain = isinstance(resource, fhir.Condition) and says(verified, *_OPEN)
        entry = Entry(time=_since(time), ended=ended, absent=says(verified, "refuted"), uncertain=uncertain)
        rows.append(_named(entry, resource.code, resource.id))

    def _observed(self, resource: fhir.Observation) -> None:
        period = resource.effectivePeriod
        when = resource.effectiveDateTime or resource.effectiveInstant or (period and (period.end or period.start))
        time = _time(when or resource.issued)
        self._vitals.take(resource, time)
        panel = bool(resource.component or resource.hasMember)
        parts = [(resource.code, resource.valueQuantity, panel or resource.valueCodeableConcept is not None)]
        parts += [(part.code, part.valueQuantity, part.valueCodeableConcept is not None)
                  for part in resource.component or ()]  # fmt: skip
        for code, quantity, otherwise in parts:
            # A measurement whose value cannot be read is still the newest: an older one does not stand in for it.
            # A status that is dated in the future is told like a measurement.
            shown = quantity is not None or not otherwise or self._vitals.ahead(time)
            if self._results is not None and code is not None and shown:
                value = amount(quantity) if quantity is not None else None
                self._results.append(_named(Result(value=value, time=time), code, resource.id))


def _named(item: T, concept: fhir.CodeableConcept | None, name: str | None) -> T:
    """``item`` with the codes and the name of something coded; the name is what a person would read."""
    codings = (concept.coding or ()) if concept else ()
    text = (concept.text if concept else None) or next((one.display for one in codings if one.display), None)
    codes = tuple(Code(code=one.code, system=one.system or "") for one in codings if one.code)
    return msgspec.structs.replace(item, codes=codes, name=text or "", id=name or "")


def says(status: fhir.Status, *codes: str) -> bool:
    """Whether a status is one of ``codes``."""
    return status in codes if isinstance(status, str) else status is not None and status.says(*codes)


def _start(period: fhir.Period | None) -> str | None:
    return period.start if period else None


def _time(text: str | None) -> str:
    """A day or a moment; of measurements a year or a month alone says too little to judge an age by."""
    return text if text and len(text) >= len("2000-01-01") else ""


def _since(text: str | None) -> str:
    """Since when something is so: a moment, a day, a month or a year; empty for what is none of them."""
    return text if text and (len(text) >= len("2000-01-01") or _BIRTH.fullmatch(text)) else ""
