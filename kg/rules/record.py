"""Conditions on the record itself: what was sent says or lacks, before anybody asks what it means."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import msgspec

from kg.model.case import Code, Entry, Order, Result
from kg.model.rule import SECTION_KIND, Written
from kg.rules.facts import Facts
from kg.rules.membership import route_named
from kg.rules.seen import Seen, Truth


class _Item(msgspec.Struct, frozen=True):
    """An entry of a list, and where it stands."""

    place: str
    entry: Order | Entry | Result


def written(condition: Written, facts: Facts) -> Seen:
    """Three values: what a list lacks is a fact about the list, and nothing is known of a list that was not sent."""
    if condition.section in ("patient", "scope"):
        return _alone(condition, facts)
    if condition.section in facts.unsent:
        return Seen("written", None, (), (condition.section,))
    rows = [_Item(f"/{condition.section}/{number}", entry)
            for number, entry in enumerate(getattr(facts.case, condition.section) or ())]  # fmt: skip
    chosen = [(row, truth) for row in rows if (truth := _meant(row, condition, facts)) is not False]
    if condition.field == "entry":
        return _listed(condition, [row for row, truth in chosen if truth], [row for row, truth in chosen if not truth])
    used: list[str] = []
    missing: list[str] = []
    for row, meant in chosen:
        truth = _states(condition, row, facts)
        if truth and meant:
            used.append(row.place)
        elif truth is not False:
            missing.append(row.place if meant is None else f"{row.place}/{condition.field}")
    if used:
        return Seen("written", True, tuple(used))
    return Seen("written", None if missing else False, (), tuple(missing))


def _alone(condition: Written, facts: Facts) -> Seen:
    """A field that there is once."""
    place = f"/{condition.section}/{condition.field}"
    value = getattr(getattr(facts.case, condition.section), condition.field)
    if condition.field == "age":
        value = value or facts.case.patient.birth_date
    if condition.field == "sex" and value == "unknown":
        value = None
    truth: Truth
    if condition.state == "unreadable":
        birth = "/patient/birth_date" if condition.field == "age" else place
        truth = any(problem.place in (place, birth) for problem in facts.problems)
    else:
        truth = _said(condition, _texts(value))
    missing = (place[1:].replace("/", "."),) if truth is None else ()
    return Seen("written", truth, (place,) if truth else (), missing)


def _listed(condition: Written, sure: list[_Item], unsure: list[_Item]) -> Seen:
    """Whether there is such an entry at all."""
    if sure:
        there = condition.state != "absent"
        return Seen("written", there, tuple(row.place for row in sure) if there else ())
    if unsure:
        tail = "/principal" if condition.principal else ""
        return Seen("written", None, (), tuple(f"{row.place}{tail}" for row in unsure))
    return Seen(
        "written", condition.state == "absent", (f"/{condition.section}",) if condition.state == "absent" else ()
    )


def _meant(row: _Item, condition: Written, facts: Facts) -> Truth:
    """Whether the condition speaks of an entry; None where nobody knows what it is."""
    entry = row.entry
    if isinstance(entry, Order) and entry.kind != "drug":
        return False
    # That an allergy was asked for and is not there is an entry of the list of allergies, and no diagnosis.
    if isinstance(entry, Entry) and entry.absent and condition.section != "allergies":
        return False
    principal = entry.principal if isinstance(entry, Entry) else False
    if condition.principal and principal is False:
        return False
    if condition.principal and principal is None:
        # Many senders do not mark which diagnosis is the principal one: that says nothing about the record.
        return None
    if not condition.concepts:
        return True
    fact = next((fact for fact in facts.sent(SECTION_KIND[condition.section]) if fact.place == row.place), None)
    if fact is None:
        return None
    one_of = bool(fact.within.intersection(condition.concepts))
    return None if one_of and fact.uncertain else one_of


def _states(condition: Written, row: _Item, facts: Facts) -> Truth:
    if condition.state == "unreadable":
        return _unreadable(condition.field, row, facts)
    if condition.field == "name":
        return _said(condition, [row.entry.name] if row.entry.name else [])
    if condition.field == "codes":
        return _said(condition, [code.code for code in row.entry.codes if _of(code, condition.systems)])
    value = attrgetter(condition.field)(row.entry)
    if condition.field == "side" and value is None:
        return None
    if condition.range is None:
        return _said(condition, _texts(value))
    return condition.range.holds(value) if value is not None else None


def _unreadable(field: str, row: _Item, facts: Facts) -> bool:
    if field == "route" and isinstance(row.entry, Order):
        return bool(row.entry.route) and route_named(row.entry.route) is None
    place = row.place if field in ("name", "codes") else f"{row.place}/{field}"
    return any(problem.place == place for problem in facts.problems)


def _said(condition: Written, texts: list[str]) -> Truth:
    if condition.state == "absent":
        return not texts
    wanted = frozenset(value.casefold() for value in condition.values)
    begins = tuple(value.casefold() for value in condition.beginning)
    if not texts and (wanted or begins):
        return None
    if not wanted and not begins:
        return bool(texts)
    return any(text.casefold() in wanted or (bool(begins) and text.casefold().startswith(begins)) for text in texts)


def _texts(value: Any) -> list[str]:
    """What stands in a field, as text; nothing where it is empty."""
    return [] if value is None or value == "" else [str(value)]


def _of(code: Code, systems: tuple[str, ...]) -> bool:
    return not systems or code.system.casefold() in {system.casefold() for system in systems}


def fields(condition: Written) -> Iterator[str]:
    """What of a case the condition looks at, for the least prefetch."""
    if condition.section != "scope":
        yield condition.section
