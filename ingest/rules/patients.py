"""Families about a drug and the patient who gets it: pregnancy, breast feeding, age, kidneys, results."""

from __future__ import annotations

import msgspec

from ingest.rules.rows import Cells, Made, case, number, order, ordered, result
from kg.model.case import Amount, Patient, Result
from kg.model.rule import CREATININE, Aged, All, Computed, Condition, FunctionName, Lactating, Measured, Pregnant, Range

_SEASON, _MONTH = 90.0, 30.0
"""How old a creatinine, and any other result, may be, in days."""


def pregnancy(cells: Cells) -> Made:
    """A drug is ordered in pregnancy, from week ``value`` on where the row has one."""
    if cells.value is None:
        return _state(cells, Pregnant(), Patient(sex="female", pregnant=True), Patient(sex="female", pregnant=False))
    return _state(
        cells,
        Pregnant(weeks=Range(unit="wk", at_least=cells.value)),
        Patient(sex="female", pregnant=True, gestation_weeks=cells.value),
        Patient(sex="female", pregnant=True, gestation_weeks=cells.value - 1),
    )


def lactation(cells: Cells) -> Made:
    return _state(cells, Lactating(), Patient(sex="female", lactating=True), Patient(sex="female", lactating=False))


def youngest(cells: Cells) -> Made:
    """A drug is ordered for somebody younger than ``value``."""
    limit, unit = number(cells), cells.unit or "a"
    return _state(cells, Aged(range=Range(unit=unit, below=limit)), _aged(limit / 2, unit), _aged(limit + 1, unit))


def oldest(cells: Cells) -> Made:
    """A drug is ordered for somebody of ``value`` or more."""
    limit, unit = number(cells), cells.unit or "a"
    return _state(cells, Aged(range=Range(unit=unit, at_least=limit)), _aged(limit + 1, unit), _aged(limit / 2, unit))


def renal(cells: Cells) -> Made:
    """A drug is ordered for an adult whose estimated filtration rate is below ``value``."""
    return _kidneys(cells, "egfr-ckd-epi-2021", Range(unit=cells.unit or "mL/min/{1.73_m2}", below=number(cells)))


def clearance(cells: Cells) -> Made:
    """A drug is ordered for an adult whose creatinine clearance (Cockcroft and Gault) is below ``value``."""
    return _kidneys(cells, "creatinine-clearance", Range(unit=cells.unit or "mL/min", below=number(cells)))


def clearance_up_to(cells: Cells) -> Made:
    """A drug is ordered for an adult whose creatinine clearance is ``value`` or less."""
    return _kidneys(cells, "creatinine-clearance", Range(unit=cells.unit or "mL/min", at_most=number(cells)))


def result_above(cells: Cells) -> Made:
    """A drug is ordered while the newest result of ``others`` is above ``value``."""
    limit = number(cells)
    return _result(cells, Range(unit=cells.unit, above=limit), limit * 1.5, limit)


def result_below(cells: Cells) -> Made:
    """A drug is ordered while the newest result of ``others`` is below ``value``."""
    limit = number(cells)
    return _result(cells, Range(unit=cells.unit, below=limit), limit / 2, limit)


def _state(cells: Cells, state: Condition, inside: Patient, outside: Patient) -> Made:
    asked = order(cells)
    return Made(
        All(of=(ordered(cells), state)),
        (
            case("fires", orders=(asked,), patient=inside),
            case("silent", orders=(asked,), patient=outside),
            case("silent", orders=(), patient=inside),
            case("insufficient", orders=(asked,), patient=Patient(sex=inside.sex)),
        ),
    )


def _aged(years: float, unit: str) -> Patient:
    return Patient(age=Amount(years, unit))


def _kidneys(cells: Cells, function: FunctionName, limit: Range) -> Made:
    when = All(of=(ordered(cells), Computed(function=function, range=limit, days=_SEASON)))
    asked = order(cells)
    old = Patient(sex="male", age=Amount(80, "a"), weight=Amount(60, "kg"))
    young = msgspec.structs.replace(old, age=Amount(20, "a"))
    return Made(
        when,
        (
            case("fires", orders=(asked,), patient=old, results=(_creatinine(2_000),)),
            case("silent", orders=(asked,), patient=young, results=(_creatinine(40),)),
            case("silent", orders=(), patient=old, results=(_creatinine(2_000),)),
            case("insufficient", orders=(asked,), patient=old, results=()),
        ),
    )


def _result(cells: Cells, limit: Range, inside: float, outside: float) -> Made:
    when = All(of=(ordered(cells), Measured(tests=cells.others, range=limit, days=_MONTH)))
    asked, test = order(cells), cells.others[0]
    return Made(
        when,
        (
            case("fires", orders=(asked,), results=(result(test, inside, cells.unit),)),
            case("silent", orders=(asked,), results=(result(test, outside, cells.unit),)),
            case("silent", orders=(), results=(result(test, inside, cells.unit),)),
            case("insufficient", orders=(asked,), results=()),
        ),
    )


def _creatinine(value: float) -> Result:
    return result(CREATININE, value, "umol/L")
