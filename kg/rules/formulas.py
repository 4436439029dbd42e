"""Published formulas over facts; a missing input makes the result unknown, and says which it is.

- eGFR, CKD-EPI 2021, creatinine, without race: Inker LA et al., N Engl J Med 2021;385:1737-1749.
- Creatinine clearance: Cockcroft DW, Gault MH, Nephron 1976;16:31-41.
- Body surface area: Mosteller RD, N Engl J Med 1987;317:1098.
- Body mass index: weight by height squared.
- FIB-4, for fibrosis of the liver: Sterling RK et al., Hepatology 2006;43:1317-1325.

The constants stand here as published; nobody at medkg compared them with the printed articles, so what rests on them
is an example until it is approved locally.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import msgspec

from kg.model.case import Amount
from kg.model.rule import CREATININE, LIVER, FunctionName
from kg.rules.facts import Fact, Facts

ADULT = 18.0
"""Years; the formulas for kidneys were made for adults."""


class Calculated(msgspec.Struct, frozen=True):
    """A value in ``unit``, or what was missing for it; ``used`` are the places of the facts."""

    value: float | None
    unit: str
    missing: tuple[str, ...] = ()
    used: tuple[str, ...] = ()


def calculate(name: FunctionName, facts: Facts, days: float) -> Calculated:
    """The value of a formula, with measurements not older than ``days``; worked out once a case."""
    found: Calculated | None = facts.worked_out.get((name, days))
    if found is None:
        found = facts.worked_out[name, days] = _FORMULAS[name](facts, days)
    return found


def _egfr(facts: Facts, days: float) -> Calculated:
    unit = "mL/min/{1.73_m2}"
    creatinine, place = _creatinine(facts, days)
    sex = facts.case.patient.sex
    known = {"patient.age": facts.age, "patient.sex": sex in ("female", "male"), CREATININE: creatinine}
    missing = tuple(name for name, there in known.items() if not there)
    if missing or creatinine is None or facts.age is None:
        return Calculated(None, unit, missing)
    if facts.age[0] < ADULT:
        return Calculated(None, unit, ("adult",))
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    ratio = creatinine / kappa
    years = math.floor(facts.age[0])
    value = 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**years * factor
    return Calculated(value, unit, used=(place,))


def _clearance(facts: Facts, days: float) -> Calculated:
    unit = "mL/min"
    creatinine, place = _creatinine(facts, days)
    sex, weight = facts.case.patient.sex, _patient(facts, facts.case.patient.weight, "kg")
    known = {
        "patient.age": facts.age, "patient.sex": sex in ("female", "male"), "patient.weight": weight,
        CREATININE: creatinine,
    }  # fmt: skip
    missing = tuple(name for name, there in known.items() if not there)
    if missing or creatinine is None or facts.age is None or weight is None:
        return Calculated(None, unit, missing)
    if facts.age[0] < ADULT:
        return Calculated(None, unit, ("adult",))
    value = max(0, 140 - math.floor(facts.age[0])) * weight / (72 * creatinine) * (0.85 if sex == "female" else 1)
    return Calculated(value, unit, used=(place, "/patient/weight"))


def _bmi(facts: Facts, days: float) -> Calculated:
    body = _body(facts)
    if isinstance(body, tuple):
        return Calculated(body[0] / (body[1] / 100) ** 2, "kg/m2", used=("/patient/weight", "/patient/height"))
    return Calculated(None, "kg/m2", tuple(body))


def _surface(facts: Facts, days: float) -> Calculated:
    body = _body(facts)
    if isinstance(body, tuple):
        return Calculated(math.sqrt(body[0] * body[1] / 3600), "m2", used=("/patient/weight", "/patient/height"))
    return Calculated(None, "m2", tuple(body))


def _fib4(facts: Facts, days: float) -> Calculated:
    found = [_newest(facts, test, days, unit) for test, unit in zip(LIVER, ("U/L", "U/L", "10*9/L"), strict=True)]
    missing = tuple(test for test, (value, _) in zip(LIVER, found, strict=True) if not value)
    missing = missing if facts.age else ("patient.age", *missing)
    if missing or facts.age is None:
        return Calculated(None, "1", missing)
    if facts.age[0] < ADULT:
        return Calculated(None, "1", ("adult",))
    aspartate, alanine, platelets = (value or 0.0 for value, _ in found)
    value = math.floor(facts.age[0]) * aspartate / (platelets * math.sqrt(alanine))
    return Calculated(value, "1", used=tuple(place for _, place in found))


_FORMULAS: dict[FunctionName, Callable[[Facts, float], Calculated]] = {
    "egfr-ckd-epi-2021": _egfr,
    "creatinine-clearance": _clearance,
    "bmi": _bmi,
    "bsa-mosteller": _surface,
    "fib-4": _fib4,
}


def _body(facts: Facts) -> tuple[float, float] | list[str]:
    """Weight (kg) and height (cm), or what of these is missing."""
    patient = facts.case.patient
    weight, height = _patient(facts, patient.weight, "kg"), _patient(facts, patient.height, "cm")
    if weight is None or height is None:
        return [name for name, value in (("patient.weight", weight), ("patient.height", height)) if value is None]
    return weight, height


_BODIES = {"kg": (0.1, 700.0), "cm": (10.0, 300.0)}
"""Weights and heights that people have; anything else was not meant."""


def _patient(facts: Facts, amount: Amount | None, unit: str) -> float | None:
    value = facts.units.convert(amount.value, amount.unit, unit) if amount else None
    low, high = _BODIES[unit]
    return value if value is not None and low <= value <= high else None


def _creatinine(facts: Facts, days: float) -> tuple[float | None, str]:
    """The newest, in mg/dL, and where it stands."""
    return _newest(facts, CREATININE, days, "mg/dL")


def _newest(facts: Facts, test: str, days: float, unit: str) -> tuple[float | None, str]:
    """The newest result of a test in ``unit``, and where it stands; nothing where it cannot be read, is 0, or where two
    of one time differ."""
    found = newest(usable(facts, (test,), days))
    if len({one.value for one in found}) != 1 or found[0].value is None:
        return None, ""
    fact, amount = found[0], found[0].value
    value = facts.units.convert(amount.value, amount.unit, unit, (test,))
    return (value if value else None), fact.place


def newest(rows: Iterable[Fact]) -> list[Fact]:
    """Those of the latest time, of which there may be several: laboratories and days without an hour."""
    found = sorted(rows, key=lambda fact: (fact.age, fact.place))
    return [fact for fact in found if fact.age == found[0].age]


def usable(facts: Facts, tests: tuple[str, ...], days: float) -> list[Fact]:
    """Results with a time within ``days``; those whose value is None could not be read, or had none."""
    return [
        fact
        for fact in facts.sent("test")
        if fact.age is not None and fact.age <= days and fact.within.intersection(tests)
    ]
