"""What dated observations say of the patient as such: weight, height, pregnancy and lactation.

The newest counts, and only as long as it can still be so: afterwards it is unknown again, and never the opposite.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from ingest.cases import fhir
from ingest.cases.dosing import amount
from ingest.cases.vitals import Field, field_of, taken
from kg.model.case import Amount, Code, Patient

Value = Amount | bool | float
_MEASURED: dict[Field, float] = {"weight": 365.0, "height": 365.0, "gestation_weeks": 315.0}
"""Days for which a measurement is taken to hold."""
_STATUS: dict[tuple[Field, bool], float] = {
    ("pregnant", True): 315.0, ("pregnant", False): 30.0, ("lactating", True): 180.0, ("lactating", False): 30.0,
}  # fmt: skip
"""Days for which a status is taken to hold."""
_LOCAL, _CLOCKS = timedelta(hours=14), timedelta(minutes=5)
"""By how much a moment may lie ahead: a local time without its zone, and another clock."""


class _Said(msgspec.Struct, frozen=True):
    moment: datetime
    value: Value | None


class Vitals:
    """Gathers them, and then completes a patient: what the patient's own record says goes first."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._said: dict[Field, _Said] = {}

    def take(self, resource: fhir.Observation, time: str) -> None:
        """Look at one observation; ``time`` as it was read, empty where nothing says when."""
        quantity = amount(resource.valueQuantity) if resource.valueQuantity else None
        self.say(_codes(resource.code), quantity, [one.code for one in _codes(resource.valueCodeableConcept)], time)

    def say(self, codes: Iterable[Code], quantity: Amount | None, answers: Iterable[str], time: str) -> bool:
        """The same for any door; whether it is said of the patient as such."""
        field = field_of(codes)
        if field is None:
            return False
        moment = moment_of(time)
        if moment is None:
            return True
        if self.ahead(time):
            # Nobody knows when that was said, and it may be the newest: an older one does not stand in for it.
            self._said[field] = _Said(moment, None)
            return True
        made = taken(Patient(), field, quantity, answers)
        value = getattr(made, field) if made is not None else None
        known = self._said.get(field)
        if known is not None and known.moment == moment and isinstance(value, bool) and known.value != value:
            # Of two that were said at once nobody knows which is so.
            self._said[field] = _Said(moment, None)
        # A status that cannot be read is still the newest: an older one does not stand in for it.
        if known is None or moment > known.moment:
            self._said[field] = _Said(moment, value)
        return True

    def ahead(self, time: str) -> bool:
        """Whether a time is in the future."""
        moment = moment_of(time)
        return moment is not None and moment > self._now + (_LOCAL if _unzoned(time) else _CLOCKS)

    def complete(self, patient: Patient) -> Patient:
        """``patient`` with what was found and still holds."""
        found: dict[str, Value] = {}
        for field, said in self._said.items():
            days = max(0.0, (self._now - said.moment).total_seconds() / 86_400)
            limit = _STATUS[field, said.value] if isinstance(said.value, bool) else _MEASURED.get(field, 0.0)
            if said.value is not None and days <= limit and getattr(patient, field) is None:
                # A pregnancy goes on since it was measured.
                found[field] = said.value + days / 7 if field == "gestation_weeks" else said.value  # type: ignore[operator]
        return msgspec.structs.replace(patient, **found)


def moment_of(text: str) -> datetime | None:
    """A moment, in UTC where no zone is written; None for what is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _unzoned(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is None


def _codes(concept: fhir.CodeableConcept | None) -> list[Code]:
    codings = (concept.coding or ()) if concept else ()
    return [Code(code=one.code, system=one.system or "") for one in codings if one.code]
