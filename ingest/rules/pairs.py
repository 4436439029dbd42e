"""Families about two things that do not go together: two drugs, a drug and a disease, a drug and an allergy."""

from __future__ import annotations

import msgspec

from ingest.rules.rows import Cells, Made, case, drug, entry, number, order, ordered
from kg.model.case import Entry, Order
from kg.model.rule import All, Either, Has, HowMany, Range, RuleCase, SameIngredient

_LIFE = 54_750.0
"""Days of 150 years: what is over counts only for conditions that look back."""


def interaction(cells: Cells) -> Made:
    """Both together, at least one of them ordered now."""
    one, other = Has(kind="drug", concepts=cells.drugs), Has(kind="drug", concepts=cells.others)
    now = Either(of=tuple(msgspec.structs.replace(part, among="orders") for part in (one, other)))
    a, b = drug(cells.drugs[0]), drug(cells.others[0])
    return Made(
        All(of=(one, other, now)),
        (
            case("fires", orders=(a,), medications=(b,)),
            case("fires", orders=(b,), medications=(a,)),
            case("silent", orders=(a,), medications=()),
            case("silent", orders=(), medications=(a, b)),
            case("insufficient", orders=(a,)),
        ),
    )


def iv_compatibility(cells: Cells) -> Made:
    """Both ordered at once by ``routes``, into a vein where the row names none."""
    by = cells.routes or ("intravenous",)
    sides = [Has(kind="drug", concepts=names, among="orders", routes=by) for names in (cells.drugs, cells.others)]
    a, b = (msgspec.structs.replace(drug(names[0]), route=by[0]) for names in (cells.drugs, cells.others))
    return Made(
        All(of=tuple(sides)),
        (
            case("fires", orders=(a, b)),
            case("silent", orders=(a,)),
            case("silent", orders=(b,)),
            case("insufficient", orders=(a, msgspec.structs.replace(b, route=""))),
        ),
    )


def accumulation(cells: Cells) -> Made:
    """At least ``value`` different ones of the drugs together, at least one of them ordered now."""
    least = int(number(cells))
    several = HowMany(kind="drug", concepts=cells.drugs, range=Range(unit="1", at_least=least))
    drugs = tuple(drug(name) for name in cells.drugs[:least])
    return Made(
        All(of=(ordered(cells), several)),
        (
            case("fires", orders=drugs[:1], medications=drugs[1:]),
            case("silent", orders=drugs[:1], medications=drugs[1:-1]),
            case("silent", orders=(), medications=drugs),
            case("insufficient", orders=drugs[:1]),
        ),
    )


def contraindication(cells: Cells) -> Made:
    """A drug is ordered for somebody with a disease."""
    when = All(of=(ordered(cells), Has(kind="condition", concepts=cells.others)))
    return Made(when, _with("conditions", order(cells), entry(cells.others[0])))


def history(cells: Cells) -> Made:
    """A drug is ordered for somebody who has or ever had a disease, with which it is over for good."""
    ever = Has(kind="condition", concepts=cells.others, days=_LIFE)
    over = Entry(codes=entry(cells.others[0]).codes, time="2010-01-01", ended=True)
    cases = _with("conditions", order(cells), entry(cells.others[0]))
    return Made(All(of=(ordered(cells), ever)), (*cases, case("fires", orders=(order(cells),), conditions=(over,))))


def allergy(cells: Cells) -> Made:
    """A drug is ordered for somebody allergic to it, or to what ``others`` name."""
    against = cells.others or cells.drugs
    when = All(of=(ordered(cells), Has(kind="allergy", concepts=against)))
    return Made(when, _with("allergies", order(cells), entry(against[0])))


def duplicate(cells: Cells) -> Made:
    """Two drugs are, or hold, the same one."""
    one = drug(cells.drugs[0])
    return Made(
        SameIngredient(concepts=cells.drugs),
        (
            case("fires", orders=(one,), medications=(one,)),
            case("silent", orders=(one,), medications=()),
            case("insufficient", orders=(one,)),
        ),
    )


def _with(section: str, asked: Order, found: Entry) -> tuple[RuleCase, ...]:
    """Cases of a drug that is ordered where a list holds something, holds nothing, and was not sent."""
    return (
        case("fires", orders=(asked,), **{section: (found,)}),
        case("silent", orders=(asked,), **{section: ()}),
        case("silent", orders=(), **{section: (found,)}),
        case("insufficient", orders=(asked,)),
    )
