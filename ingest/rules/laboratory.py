"""Families about tests: asked for again too soon, disturbed by a drug, asked for in vain, and results that cannot wait.

The first column of concepts names tests. What is ordered has the kind ``procedure`` among the facts of a case.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from ingest.rules.rows import AT, Cells, Made, case, codes, drug, number, result
from kg.model.case import Amount, Event, Order, Patient, Result
from kg.model.rule import Aged, All, Has, Measured, Not, Range, RuleCase

EVENTS: tuple[Event, ...] = ("order-select", "order-sign")
RECEIVED: tuple[Event, ...] = ("result-received",)
_FRESH = 2.0
"""How old a result may be, in days, that somebody is to be called about."""
_ADULT = Range(unit="a", at_least=18)


def asked_for(cells: Cells) -> Made:
    """A test is ordered: how to prepare for it, or what is better."""
    return Made(
        _ordered(cells),
        (case("fires", orders=(_order(cells),)), case("silent", orders=()), case("insufficient")),
        EVENTS,
    )


def repeat(cells: Cells) -> Made:
    """A test is ordered of which there is a result not older than ``value`` days."""
    days = number(cells)
    when = All(of=(_ordered(cells), Has(kind="test", concepts=cells.drugs, days=days)))
    recent, old = _dated(cells.drugs[0], days / 2), _dated(cells.drugs[0], days + 2)
    later = case("silent", orders=(_order(cells),), results=(old,))
    return Made(when, (*_cases(cells, "results", recent), later), EVENTS)


def without_result(cells: Cells) -> Made:
    """A test is ordered, and one of ``others``, which comes first, has no result of the last ``value`` days."""
    days = number(cells)
    when = All(of=(_ordered(cells), Not(of=Has(kind="test", concepts=cells.others, days=days))))
    asked, recent, old = _order(cells), _dated(cells.others[0], days / 2), _dated(cells.others[0], days + 2)
    return Made(
        when,
        (
            case("fires", orders=(asked,), results=()),
            case("fires", orders=(asked,), results=(old,)),
            case("silent", orders=(asked,), results=(recent,)),
            case("silent", orders=(), results=()),
            case("insufficient", orders=(asked,)),
        ),
        EVENTS,
    )


def both_ordered(cells: Cells) -> Made:
    """Two tests are ordered of which one would do."""
    when = All(of=(_ordered(cells), _ordered(msgspec.structs.replace(cells, drugs=cells.others))))
    one, other = _order(cells), _test(cells.others[0])
    return Made(
        when,
        (
            case("fires", orders=(one, other)),
            case("silent", orders=(one,)),
            case("silent", orders=(other,)),
            case("insufficient"),
        ),
        EVENTS,
    )


def interference(cells: Cells) -> Made:
    """A test is ordered whose result a drug of ``others`` changes, and the patient takes or gets it."""
    when = All(of=(_ordered(cells), Has(kind="drug", concepts=cells.others)))
    asked, taken = _order(cells), drug(cells.others[0])
    more = case("fires", orders=(asked, taken), medications=())
    return Made(when, (*_cases(cells, "medications", taken), more), EVENTS)


def critical_high(cells: Cells) -> Made:
    """A fresh result of an adult is above ``value``."""
    limit = number(cells)
    return _critical(cells, Range(unit=cells.unit, above=limit), limit * 1.2, limit)


def critical_low(cells: Cells) -> Made:
    """A fresh result of an adult is below ``value``."""
    limit = number(cells)
    return _critical(cells, Range(unit=cells.unit, below=limit), limit / 1.2, limit)


def _critical(cells: Cells, bounds: Range, beyond: float, within: float) -> Made:
    when = All(of=(Measured(tests=cells.drugs, range=bounds, days=_FRESH), Aged(range=_ADULT)))
    test, adult, child = cells.drugs[0], Patient(age=Amount(60, "a")), Patient(age=Amount(6, "a"))
    found = result(test, beyond, cells.unit)
    return Made(
        when,
        (
            case("fires", event="result-received", patient=adult, results=(found,)),
            case("silent", event="result-received", patient=adult, results=(result(test, within, cells.unit),)),
            case("silent", event="result-received", patient=child, results=(found,)),
            case("insufficient", event="result-received", patient=adult, results=()),
            case("insufficient", event="result-received", results=(found,)),
        ),
        RECEIVED,
    )


def _ordered(cells: Cells) -> Has:
    return Has(kind="procedure", concepts=cells.drugs, among="orders")


def _order(cells: Cells) -> Order:
    return _test(cells.drugs[0])


def _test(concept: str) -> Order:
    return Order(kind="test", codes=codes(concept))


def _dated(concept: str, days: float) -> Result:
    """A result of so many days before the cases are asked; its value does not matter."""
    when = date.fromisoformat(AT[:10]) - timedelta(days=max(1, round(days)))
    return Result(codes=codes(concept), time=when.isoformat())


def _cases(cells: Cells, section: str, there: Order | Result) -> tuple[RuleCase, ...]:
    """Cases of a test that is ordered where a list holds something, holds nothing, and was not sent."""
    asked = _order(cells)
    return (
        case("fires", orders=(asked,), **{section: (there,)}),
        case("silent", orders=(asked,), **{section: ()}),
        case("silent", orders=(), **{section: (there,)}),
        case("insufficient", orders=(asked,)),
    )
