"""How much of a drug, how often, which way and for how long, from FHIR R4's Dosage; what is not certain stays unknown.

``timing.code`` holds codes of http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation, the value set of R4's Timing.
"""

from __future__ import annotations

import math
from datetime import datetime

import msgspec

from ingest.cases import fhir
from kg.model.case import Amount, Order

DAYS = {"h": 1 / 24, "d": 1.0, "wk": 7.0, "min": 1 / 1440, "mo": 30.4375, "s": 1 / 86_400, "a": 365.25}
"""Length of a FHIR period unit in days."""
_ABBREVIATED = {
    "QD": 1.0, "BID": 2.0, "TID": 3.0, "QID": 4.0, "QOD": 0.5, "AM": 1.0, "PM": 1.0, "BED": 1.0, "WK": 1 / 7,
    "MO": 1 / 30.4375, "Q1H": 24.0, "Q2H": 12.0, "Q3H": 8.0, "Q4H": 6.0, "Q6H": 4.0, "Q8H": 3.0,
}  # fmt: skip


def dosed(order: Order, dosages: tuple[fhir.Dosage, ...] | None, supply: fhir.Quantity | None) -> Order:
    """``order`` with what its dosage says. Of several dosages (in the morning, at night) none is the dose, and their
    sum is not known."""
    dosage = dosages[0] if dosages and len(dosages) == 1 else fhir.Dosage()
    found = dosage.doseAndRate
    rates = (found,) if isinstance(found, fhir.DoseAndRate) else found or ()
    quantity = rates[0].doseQuantity if len(rates) == 1 else None
    timing = dosage.timing or fhir.Timing()
    return msgspec.structs.replace(
        order, dose=amount(quantity) if quantity else None, per_day=_per_day(timing), route=_route(dosage.route),
        days=_length(supply) or _bounds(timing.repeat),
    )  # fmt: skip


def amount(quantity: fhir.Quantity) -> Amount | None:
    """A number with its unit; None for a bound (``< 5``), which is no value."""
    if quantity.value is None or quantity.comparator:
        return None
    return Amount(quantity.value, quantity.code or quantity.unit or "1")


def _per_day(timing: fhir.Timing) -> float | None:
    """Doses a day; None for "two to three times", which is not one number."""
    repeat = timing.repeat or fhir.Repeat()
    if repeat.frequencyMax not in (None, repeat.frequency) or repeat.periodMax not in (None, repeat.period):
        return None
    hours = max(len(repeat.timeOfDay or ()), len(repeat.when or ()))
    if repeat.dayOfWeek or (repeat.frequency and hours > repeat.frequency):
        # On some days of the week, or more often than it says.
        return None
    times = repeat.frequency or hours
    if times:
        # "At 8 and at 20" needs no period to be every day.
        named = repeat.frequency is None and repeat.period is None
        length = 1.0 if named else (repeat.period or 0.0) * DAYS.get(repeat.periodUnit or "", 0.0)
        found = times / length if length > 0 else 0.0
        return found if found > 0 and math.isfinite(found) else None
    codes = [one.code for one in (timing.code.coding or ()) if one.code] if timing.code else []
    return next((_ABBREVIATED[code] for code in codes if code in _ABBREVIATED), None)


def _route(route: fhir.CodeableConcept | None) -> str:
    """As it is written, else by its code: what it means is the business of the rules (``kg.rules.routes``)."""
    if route is None:
        return ""
    codings = route.coding or ()
    shown = next((one.display for one in codings if one.display), None) or next((one.code for one in codings), None)
    return (route.text or shown or "")[:300]


def _bounds(repeat: fhir.Repeat | None) -> float | None:
    if repeat is None:
        return None
    period = repeat.boundsPeriod
    if period and period.start and period.end:
        try:
            ends = [datetime.fromisoformat(text[:10]) for text in (period.start, period.end)]
        except ValueError:
            return None
        days = float((ends[1] - ends[0]).days)
        return days if days > 0 else None
    return _length(repeat.boundsDuration)


def _length(quantity: fhir.Quantity | None) -> float | None:
    if quantity is None or quantity.value is None or quantity.comparator:
        return None
    found = quantity.value * DAYS.get(quantity.code or quantity.unit or "", 0.0)
    return found if found > 0 and math.isfinite(found) else None
