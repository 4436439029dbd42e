"""Conditions on the patient: age, sex, pregnancy, lactation."""

from __future__ import annotations

from kg.model.rule import Aged, Lactating, OfSex, Pregnant
from kg.rules.facts import Facts
from kg.rules.seen import Seen, over

_LONGEST = 45.0
"""Weeks of a pregnancy; what is beyond was not meant."""


def aged(condition: Aged, facts: Facts) -> Seen:
    ends = facts.age_in(condition.range.unit)
    if ends is None:
        return Seen("aged", None, (), ("patient.age",))
    truth = over(condition.range, ends[0], ends[1])
    place = ("/patient/birth_date" if facts.case.patient.birth_date else "/patient/age",)
    missing = ("patient.age",) if truth is None else ()
    return Seen("aged", truth, place if truth else (), missing, ends[0], condition.range.unit)


def of_sex(condition: OfSex, facts: Facts) -> Seen:
    sex = facts.case.patient.sex
    if sex not in ("female", "male"):
        return Seen("ofsex", None, (), ("patient.sex",))
    return Seen("ofsex", sex == condition.sex, ("/patient/sex",) if sex == condition.sex else ())


def pregnant(condition: Pregnant, facts: Facts) -> Seen:
    patient = facts.case.patient
    if "pregnant" in facts.disputed:
        return Seen("pregnant", None, (), ("patient.pregnant",))
    if patient.pregnant is None:
        return _unasked("pregnant", patient.sex)
    if not patient.pregnant or condition.weeks is None:
        return Seen("pregnant", patient.pregnant, ("/patient/pregnant",) if patient.pregnant else ())
    if patient.gestation_weeks is None or not 0 <= patient.gestation_weeks <= _LONGEST:
        return Seen("pregnant", None, (), ("patient.gestation_weeks",))
    value = facts.units.convert(patient.gestation_weeks, "wk", condition.weeks.unit)
    truth = None if value is None else condition.weeks.holds(value)
    return Seen("pregnant", truth, ("/patient/gestation_weeks",) if truth else (), (), value, condition.weeks.unit)


def lactating(condition: Lactating, facts: Facts) -> Seen:
    patient = facts.case.patient
    if "lactating" in facts.disputed:
        return Seen("lactating", None, (), ("patient.lactating",))
    if patient.lactating is None:
        return _unasked("lactating", patient.sex)
    return Seen("lactating", patient.lactating, ("/patient/lactating",) if patient.lactating else ())


def _unasked(name: str, sex: str) -> Seen:
    """Whoever is known to be male need not be asked."""
    return Seen(name, False) if sex == "male" else Seen(name, None, (), (f"patient.{name}",))
