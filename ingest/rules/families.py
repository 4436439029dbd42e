"""Families of rules that a row of a table makes: conditions, and the cases that every rule of the family must pass.

The cases follow from the condition, so they show that a row was read as it was meant, not that it is true.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kg.model.case import Amount, Case, Code, Entry, Order, Patient, Result
from kg.model.rule import (
    CREATININE,
    Aged,
    All,
    Computed,
    Condition,
    Either,
    Has,
    Lactating,
    Pregnant,
    Range,
    RuleCase,
    SameIngredient,
)  # fmt: skip

AT = "2026-11-01T00:00:00Z"
_SEASON = 90.0
"""How old a creatinine may be, in days."""


class Cells(msgspec.Struct, frozen=True):
    """What a row says: concepts, and a number with its unit."""

    drugs: tuple[str, ...]
    others: tuple[str, ...] = ()
    value: float | None = None
    unit: str = ""


class Made(msgspec.Struct, frozen=True):
    when: Condition
    cases: tuple[RuleCase, ...]


def interaction(cells: Cells) -> Made:
    """Both together, at least one of them ordered now."""
    one, other = Has(kind="drug", concepts=cells.drugs), Has(kind="drug", concepts=cells.others)
    ordered = Either(of=tuple(msgspec.structs.replace(part, among="orders") for part in (one, other)))
    a, b = _drug(cells.drugs[0]), _drug(cells.others[0])
    return Made(
        All(of=(one, other, ordered)),
        (
            _case("fires", orders=(a,), medications=(b,)),
            _case("fires", orders=(b,), medications=(a,)),
            _case("silent", orders=(a,), medications=()),
            _case("silent", orders=(), medications=(a, b)),
            _case("insufficient", orders=(a,)),
        ),
    )


def contraindication(cells: Cells) -> Made:
    """A drug is ordered for somebody with a disease."""
    when = All(of=(_ordered(cells), Has(kind="condition", concepts=cells.others)))
    return Made(when, _with("conditions", _drug(cells.drugs[0]), Entry(codes=_codes(cells.others[0]))))


def allergy(cells: Cells) -> Made:
    """A drug is ordered for somebody allergic to it, or to what ``others`` name."""
    against = cells.others or cells.drugs
    when = All(of=(_ordered(cells), Has(kind="allergy", concepts=against)))
    return Made(when, _with("allergies", _drug(cells.drugs[0]), Entry(codes=_codes(against[0]))))


def pregnancy(cells: Cells) -> Made:
    return _state(cells, Pregnant(), "pregnant")


def lactation(cells: Cells) -> Made:
    return _state(cells, Lactating(), "lactating")


def youngest(cells: Cells) -> Made:
    """A drug is ordered for somebody younger than ``value``."""
    return _by_age(cells, Range(unit=cells.unit or "a", below=_number(cells)), lower=True)


def oldest(cells: Cells) -> Made:
    """A drug is ordered for somebody of ``value`` or more."""
    return _by_age(cells, Range(unit=cells.unit or "a", at_least=_number(cells)), lower=False)


def renal(cells: Cells) -> Made:
    """A drug is ordered for an adult whose estimated filtration rate is below ``value``."""
    limit = Range(unit=cells.unit or "mL/min/{1.73_m2}", below=_number(cells))
    when = All(of=(_ordered(cells), Computed(function="egfr-ckd-epi-2021", range=limit, days=_SEASON)))
    drug, old = _drug(cells.drugs[0]), Patient(sex="male", age=Amount(80, "a"))
    return Made(
        when,
        (
            _case("fires", orders=(drug,), patient=old, results=(_creatinine(2_000),)),
            _case("silent", orders=(drug,), patient=msgspec.structs.replace(old, age=Amount(20, "a")),
                  results=(_creatinine(40),)),
            _case("silent", orders=(), patient=old, results=(_creatinine(2_000),)),
            _case("insufficient", orders=(drug,), patient=old, results=()),
        ),
    )  # fmt: skip


def daily_dose(cells: Cells) -> Made:
    """More of a drug a day than ``value``."""
    limit = _number(cells)
    when = Has(kind="drug", concepts=cells.drugs, among="orders", daily=Range(unit=cells.unit, above=limit))
    drug = msgspec.structs.replace(_drug(cells.drugs[0]), dose=Amount(limit, cells.unit))
    return Made(
        when,
        (
            _case("fires", orders=(msgspec.structs.replace(drug, per_day=2.0),)),
            _case("silent", orders=(msgspec.structs.replace(drug, per_day=1.0),)),
            _case("insufficient", orders=(drug,)),
        ),
    )


def duplicate(cells: Cells) -> Made:
    """Two drugs are, or hold, the same one."""
    drug = _drug(cells.drugs[0])
    return Made(
        SameIngredient(concepts=cells.drugs),
        (
            _case("fires", orders=(drug,), medications=(drug,)),
            _case("silent", orders=(drug,), medications=()),
            _case("insufficient", orders=(drug,)),
        ),
    )


FAMILIES: dict[str, Callable[[Cells], Made]] = {
    "interaction": interaction, "contraindication": contraindication, "allergy": allergy, "pregnancy": pregnancy,
    "lactation": lactation, "minimum-age": youngest, "maximum-age": oldest, "renal": renal, "daily-dose": daily_dose,
    "duplicate": duplicate,
}  # fmt: skip
NEEDS_OTHERS = frozenset({"interaction", "contraindication"})
NEEDS_VALUE = frozenset({"minimum-age", "maximum-age", "renal", "daily-dose"})


def _ordered(cells: Cells) -> Has:
    return Has(kind="drug", concepts=cells.drugs, among="orders")


def _state(cells: Cells, state: Condition, field: str) -> Made:
    drug = _drug(cells.drugs[0])

    def patient(value: bool | None) -> Patient:
        return msgspec.convert({"sex": "female", field: value}, Patient)

    return Made(
        All(of=(_ordered(cells), state)),
        (
            _case("fires", orders=(drug,), patient=patient(True)),
            _case("silent", orders=(drug,), patient=patient(False)),
            _case("silent", orders=(), patient=patient(True)),
            _case("insufficient", orders=(drug,), patient=patient(None)),
        ),
    )


def _by_age(cells: Cells, bounds: Range, *, lower: bool) -> Made:
    drug, limit = _drug(cells.drugs[0]), _number(cells)
    inside, outside = (limit / 2, limit + 1) if lower else (limit + 1, limit / 2)

    def patient(years: float) -> Patient:
        return Patient(age=Amount(years, bounds.unit))

    return Made(
        All(of=(_ordered(cells), Aged(range=bounds))),
        (
            _case("fires", orders=(drug,), patient=patient(inside)),
            _case("silent", orders=(drug,), patient=patient(outside)),
            _case("silent", orders=(), patient=patient(inside)),
            _case("insufficient", orders=(drug,)),
        ),
    )


def _with(section: str, drug: Order, entry: Entry) -> tuple[RuleCase, ...]:
    """Cases of a drug that is ordered where a list holds something, holds nothing, and was not sent."""
    return (
        _case("fires", orders=(drug,), **{section: (entry,)}),
        _case("silent", orders=(drug,), **{section: ()}),
        _case("silent", orders=(), **{section: (entry,)}),
        _case("insufficient", orders=(drug,)),
    )


def _case(expect: str, **fields: object) -> RuleCase:
    case = msgspec.structs.replace(Case(event="order-sign", at=AT), **fields)
    return RuleCase(expect=expect, case=case)  # type: ignore[arg-type]


def _number(cells: Cells) -> float:
    assert cells.value is not None
    return cells.value


def _codes(concept: str) -> tuple[Code, ...]:
    return (Code(code=concept),)


def _drug(concept: str) -> Order:
    return Order(codes=_codes(concept))


def _creatinine(value: float) -> Result:
    return Result(codes=_codes(CREATININE), value=Amount(value, "umol/L"), time="2026-10-30")
