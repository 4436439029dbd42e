"""Published formulas over facts; a missing input makes the result unknown, and says which it is.

- eGFR, CKD-EPI 2021, creatinine, without race: Inker LA et al., N Engl J Med 2021;385:1737-1749.
- Creatinine clearance: Cockcroft DW, Gault MH, Nephron 1976;16:31-41.
- Body surface area: Mosteller RD, N Engl J Med 1987;317:1098.
- Body mass index: weight by height squared.
- FIB-4, for fibrosis of the liver: Sterling RK et al., Hepatology 2006;43:1317-1325.
- MELD and MELD-Na: ``kg.rules.meld``.

Weight and height are those of the patient; where none are given, the newest results of them (``kg.rules.bodies``).

The constants stand here as published; nobody at medkg compared them with the printed articles, so what rests on them
is an example until it is approved locally.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import msgspec

from kg.model.rule import CREATININE, FORMULA_TESTS, LIVER, MELD, SODIUM, FunctionName
from kg.rules.bodies import HEIGHT, WEIGHT
from kg.rules.facts import Fact, Facts
from kg.rules.meld import meld, meld_sodium

_BODY_FIELDS = (("patient.weight", WEIGHT), ("patient.height", HEIGHT))
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
        found = _FORMULAS[name](facts, days)
        if found.value is None:
            # Which results it was that are dated in the future, beside the tests that are missing for it.
            bodies = tuple(test for field, test in _BODY_FIELDS if field in found.missing)
            late = ahead(usable(facts, (*FORMULA_TESTS[name], *bodies), days))
            found = msgspec.structs.replace(found, missing=(*found.missing, *late))
        facts.worked_out[name, days] = found
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
    return Calculated(value, unit, used=(place, *_whose(facts)))


def _clearance(facts: Facts, days: float) -> Calculated:
    unit = "mL/min"
    creatinine, place = _creatinine(facts, days)
    sex, (weight, scales) = facts.case.patient.sex, _weight(facts, days)
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
    return Calculated(value, unit, used=(place, scales, *_whose(facts)))


def _bmi(facts: Facts, days: float) -> Calculated:
    weight, height, used, missing = _body(facts, days)
    if missing:
        return Calculated(None, "kg/m2", missing)
    return Calculated(weight / (height / 100) ** 2, "kg/m2", used=used)


def _surface(facts: Facts, days: float) -> Calculated:
    weight, height, used, missing = _body(facts, days)
    if missing:
        return Calculated(None, "m2", missing)
    return Calculated(math.sqrt(weight * height / 3600), "m2", used=used)


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
    return Calculated(value, "1", used=(*(place for _, place in found), _whose(facts)[0]))


def _meld(facts: Facts, days: float) -> Calculated:
    return _liver(facts, days, MELD, ("mg/dL", "1", "mg/dL"), meld)


def _meld_sodium(facts: Facts, days: float) -> Calculated:
    return _liver(facts, days, (*MELD, SODIUM), ("mg/dL", "1", "mg/dL", "mmol/L"), meld_sodium)


def _liver(
    facts: Facts, days: float, tests: tuple[str, ...], units: tuple[str, ...], score: Callable[..., float]
) -> Calculated:  # fmt: skip
    """A score over results of adults, in the order in which they are named."""
    found = [_newest(facts, test, days, unit) for test, unit in zip(tests, units, strict=True)]
    missing = tuple(test for test, (value, _) in zip(tests, found, strict=True) if not value)
    missing = missing if facts.age else ("patient.age", *missing)
    if missing or facts.age is None:
        return Calculated(None, "1", missing)
    if facts.age[0] < ADULT:
        return Calculated(None, "1", ("adult",))
    return Calculated(score(*(value for value, _ in found)), "1", used=tuple(place for _, place in found))


_FORMULAS: dict[FunctionName, Callable[[Facts, float], Calculated]] = {
    "egfr-ckd-epi-2021": _egfr,
    "creatinine-clearance": _clearance,
    "bmi": _bmi,
    "bsa-mosteller": _surface,
    "fib-4": _fib4,
    "meld": _meld,
    "meld-na": _meld_sodium,
}


def _whose(facts: Facts) -> tuple[str, str]:
    """Where age and sex stand."""
    return "/patient/birth_date" if facts.case.patient.birth_date else "/patient/age", "/patient/sex"


def _body(facts: Facts, days: float) -> tuple[float, float, tuple[str, str], tuple[str, ...]]:
    """Weight (kg), height (cm), where they stand, and what of these is missing."""
    (weight, scales), (height, rod) = _weight(facts, days), _height(facts, days)
    missing = [name for name, value in (("patient.weight", weight), ("patient.height", height)) if value is None]
    return weight or 0.0, height or 0.0, (scales, rod), tuple(missing)


def _weight(facts: Facts, days: float) -> tuple[float | None, str]:
    """In kg, and where it stands."""
    given = facts.case.patient.weight
    if given is not None:
        return _human(facts.units.convert(given.value, given.unit, "kg"), "kg"), "/patient/weight"
    value, place = _newest(facts, WEIGHT, days, "kg")
    return _human(value, "kg"), place


def _height(facts: Facts, days: float) -> tuple[float | None, str]:
    """In cm, and where it stands."""
    given = facts.case.patient.height
    if given is not None:
        return _human(facts.units.convert(given.value, given.unit, "cm"), "cm"), "/patient/height"
    value, place = _newest(facts, HEIGHT, days, "cm")
    return _human(value, "cm"), place


_BODIES = {"kg": (0.1, 700.0), "cm": (10.0, 300.0)}
"""Weights and heights that people have; anything else was not meant."""


def _human(value: float | None, unit: str) -> float | None:
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


def ahead(rows: Iterable[Fact]) -> tuple[str, ...]:
    """Where the times of results stand that are in the future."""
    return tuple(f"{fact.place}/time" for fact in rows if fact.uncertain)


def newest(rows: Iterable[Fact]) -> list[Fact]:
    """Those of the latest time, of which there may be several: laboratories and days without an hour."""
    found = sorted(rows, key=lambda fact: (fact.age, fact.place))
    return [fact for fact in found if fact.age == found[0].age]


def usable(facts: Facts, tests: tuple[str, ...], days: float) -> list[Fact]:
    """Results with a time within ``days``; those whose value is None could not be read, had none, or are dated in the
    future (``ahead``)."""
    return [
        fact
        for fact in facts.sent("test")
        if fact.age is not None and fact.age <= days and fact.within.intersection(tests)
    ]
