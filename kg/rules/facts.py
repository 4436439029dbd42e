"""The facts of a case as rules see them: coded, dated, in lists that were sent or not.

A list that was not sent is None: what might stand in it is unknown. What was sent and could not be understood is told
(``Facts.problems``), never dropped in silence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

import msgspec

from kg.model.case import Amount, Case, Code, Entry, Order, Result
from kg.model.rule import Among, FactKind
from kg.rules.base import CodeResolver, Meanings
from kg.rules.bodies import body_measures
from kg.rules.calendar import UTC_ZONE, days_meant, moment_of, months
from kg.rules.plausibility import disputed
from kg.rules.units import Units

Reason = Literal["not-understood", "future", "absurd", "unit", "contradiction", "uncertain"]
_DAY = 86_400.0
_OLDEST = 150.0
_YEARS = (1900, 2200)
"""Years in which a question may be asked; before and after, calendars come to their end."""
_RECENT = 3.0
"""Days within which hours matter."""
_AHEAD = -math.inf
"""The age of what is dated in the future."""


class Unused(msgspec.Struct, frozen=True, gc=False):
    """Something that was sent and not used: where it stands, why, and the concepts that come nearest to it."""

    place: str
    reason: Reason
    nearest: tuple[str, ...] = ()


class Fact(msgspec.Struct, frozen=True, gc=False):
    """One thing that is so. ``own``: its concepts; ``same`` and ``within``: of rules (``kg.rules.base.Meaning``).

    ``age``: days before the question, None where nobody said when; ``oldest``: at most so many, where only the year or
    the month is known. ``ended``: history, which counts only for conditions that look back over a time.
    ``since``: the time of an entry, as it was sent. ``uncertain``: it may be so or not: a diagnosis among others that
    are possible, a result dated in the future.
    """

    kind: FactKind
    place: str
    own: frozenset[str]
    same: frozenset[str]
    within: frozenset[str]
    ordered: bool = False
    age: float | None = None
    oldest: float | None = None
    ended: bool = False
    value: Amount | None = None
    order: Order | None = None
    uncertain: bool = False
    since: str = ""


class _Meant(msgspec.Struct, frozen=True, gc=False):
    """What codes and a name were read as, and the concepts of rules that this is (``same``) or is one of."""

    own: frozenset[str]
    nearest: tuple[str, ...]
    same: frozenset[str]
    within: frozenset[str]


class ReadFact(msgspec.Struct, frozen=True):
    """A diagnosis or an allergy that was read from text. ``place``: a note and characters of it (``/notes/0#char=3,9``,
    RFC 5147); ``time``: of the note; ``ended``: the text says that it was."""

    kind: Literal["condition", "allergy"]
    concepts: tuple[str, ...]
    place: str
    time: str = ""
    ended: bool = False


class Facts:
    """All facts of one case, by kind and by the concepts of rules that they are one of."""

    def __init__(self, case: Case, resolver: CodeResolver, meanings: Meanings, units: Units, now: datetime,
                 read: Sequence[ReadFact] = ()) -> None:  # fmt: skip
        """``read``: what text says beside the lists. It is put in, and no list is closed by it."""
        self.case = case
        self.units = units
        asked = moment_of(case.at, UTC_ZONE)
        meant = asked is not None and _YEARS[0] <= asked.year <= _YEARS[1]
        self.at = asked if asked is not None and meant else now
        self.now = now.astimezone(self.at.tzinfo)
        self.problems: list[Unused] = []
        if case.at and not meant:
            self.problems.append(Unused("/at", "absurd"))
        self._resolver = resolver
        self._meant: dict[tuple[FactKind, tuple[Code, ...], str], _Meant] = {}
        self._meanings = meanings
        self._lists: dict[tuple[FactKind, bool], list[Fact]] = {}
        self._unread: dict[tuple[FactKind, bool], list[str]] = {}
        self._born: tuple[date, date] | None = None
        self.unsent: set[str] = set()
        self._take_orders(case.orders, ordered=True)
        self._take_orders(case.medications, ordered=False)
        self._take_entries("condition", "conditions", case.conditions)
        self._take_entries("allergy", "allergies", case.allergies)
        self._take_entries("procedure", "procedures", case.procedures)
        self._take_results(case.results)
        for one in read:
            self._take_read(one)
        self.age = self._age()
        self.disputed = disputed(case.patient, self.age)
        self.problems += [Unused(place, "contradiction") for place in self.disputed.values()]
        self._sent: dict[tuple[FactKind, Among], list[Fact]] = {}
        self._ages: dict[str, tuple[float, float] | None] = {}
        self.worked_out: dict[tuple[str, float], Any] = {}

    def places(self) -> dict[str, Fact]:
        """Every fact by where it stands in what was sent."""
        return {fact.place: fact for rows in self._lists.values() for fact in rows}

    def sent(self, kind: FactKind, among: Among = "any") -> list[Fact]:
        """What is there of a kind, whether or not more could be."""
        found = self._sent.get((kind, among))
        if found is None:
            # Hundreds of rules ask for the same few lists.
            rows = [self._lists.get((kind, ordered), []) for ordered in (True, False)]
            found = [fact for one in rows for fact in one if among == "any" or fact.ordered is (among == "orders")]
            self._sent[kind, among] = found
        return found

    def unread(self, kind: FactKind, among: Among = "any") -> list[str]:
        """Where something stands that was sent and not understood, or is dated in the future: it may be any fact."""
        rows = [self._unread.get((kind, ordered), []) for ordered in (True, False)
                if among == "any" or ordered is (among == "orders") or kind not in ("drug", "procedure")]  # fmt: skip
        return [place for one in rows for place in one]

    def age_in(self, unit: str) -> tuple[float, float] | None:
        """Lowest and highest age; by a birth date years and months are those of the calendar, so that a year of life
        is over on the birthday."""
        if unit not in self._ages:
            self._ages[unit] = self._age_in(unit)
        return self._ages[unit]

    def _age_in(self, unit: str) -> tuple[float, float] | None:
        if self.age is None:
            return None
        if self._born is None:
            ends = tuple(self.units.convert(years, "a", unit) for years in self.age)
        else:
            today = self.at.date()
            ends = tuple(
                months(day, today) / (12 if unit == "a" else 1) if unit in ("a", "mo")
                else self.units.convert(float((today - day).days), "d", unit)
                for day in reversed(self._born)
            )  # fmt: skip
        low, high = ends
        return None if low is None or high is None else (max(0.0, low), high)

    @cached_property
    def by_key(self) -> dict[tuple[FactKind, str], list[Fact]]:
        """What the index of rules is asked for: each kind with each concept of a rule that is there, and the facts in
        the order of ``sent``."""
        found: dict[tuple[FactKind, str], list[Fact]] = {}
        for kind in dict.fromkeys(kind for kind, _ in self._lists):
            for fact in self.sent(kind):
                for concept in fact.within:
                    found.setdefault((kind, concept), []).append(fact)
        return found

    def _take_orders(self, orders: tuple[Order, ...] | None, *, ordered: bool) -> None:
        section = "orders" if ordered else "medications"
        if orders is None:
            self.unsent.add(section)
            return
        kinds: tuple[FactKind, ...] = ("drug", "procedure") if ordered else ("drug",)
        for kind in kinds:
            self._lists.setdefault((kind, ordered), [])
        for number, order in enumerate(orders):
            place = f"/{section}/{number}"
            kind = "procedure" if order.kind == "test" else order.kind
            if order.dose is not None and not _sound(order.dose.value):
                self.problems.append(Unused(f"{place}/dose", "absurd"))
                order = msgspec.structs.replace(order, dose=None)
            elif order.dose is not None and not self.units.known(order.dose.unit):
                self.problems.append(Unused(f"{place}/dose", "unit"))
                order = msgspec.structs.replace(order, dose=None)
            fact = self._fact(kind, place, order, order=order, ordered=ordered)
            if fact:
                self._lists.setdefault((kind, ordered), []).append(fact)

    def _take_entries(self, kind: FactKind, section: str, entries: tuple[Entry, ...] | None) -> None:
        if entries is None:
            self.unsent.add(section)
            return
        rows = self._lists.setdefault((kind, False), [])
        for number, entry in enumerate(entries):
            place = f"/{section}/{number}"
            age, oldest = self._since(entry.time, place)
            if entry.absent:
                continue
            if age == _AHEAD:
                self._unread.setdefault((kind, False), []).append(place)
                continue
            fact = self._fact(kind, place, entry, age=age, ended=entry.ended)
            if fact and entry.uncertain:
                self.problems.append(Unused(place, "uncertain"))
                fact = msgspec.structs.replace(fact, uncertain=True)
            if fact:
                rows.append(msgspec.structs.replace(fact, oldest=oldest) if oldest is not None else fact)

    def _take_results(self, results: tuple[Result, ...] | None) -> None:
        if results is None:
            self.unsent.add("results")
            return
        rows = self._lists.setdefault(("test", False), [])
        for number, result in enumerate(results):
            place = f"/results/{number}"
            age = self._days(result.time, place)
            # A result whose value cannot be read, or whose time is to come, is still the newest: an older one does not
            # stand in for it.
            value = None if age == _AHEAD else result.value
            if value is not None and not _sound(value.value):
                self.problems.append(Unused(f"{place}/value", "absurd"))
                value = None
            elif value is not None and not self.units.known(value.unit):
                self.problems.append(Unused(f"{place}/value", "unit"))
                value = None
            fact = self._fact("test", place, result, age=age, value=value)
            if fact:
                rows.append(msgspec.structs.replace(fact, uncertain=True) if age == _AHEAD else fact)

    def _take_read(self, read: ReadFact) -> None:
        meanings = [self._meanings.of(concept) for concept in read.concepts]
        moment = moment_of(read.time, self.at)
        age = (self.at - moment).total_seconds() / _DAY if moment else None
        self._lists.setdefault((read.kind, False), []).append(Fact(
            kind=read.kind, place=read.place, own=frozenset(read.concepts), age=age, ended=read.ended,
            same=frozenset().union(*(one.same for one in meanings)),
            within=frozenset().union(*(one.within for one in meanings)),
        ))  # fmt: skip

    def _fact(
        self, kind: FactKind, place: str, item: Order | Entry | Result, *, ordered: bool = False,
        age: float | None = None, ended: bool = False, value: Amount | None = None, order: Order | None = None,
    ) -> Fact | None:  # fmt: skip
        key = (kind, item.codes, item.name)
        meant = self._meant.get(key)
        if meant is None:
            # Thousands of results of a patient are of the same few tests.
            meant = self._meant[key] = self._read(*key)
        if not meant.own:
            self.problems.append(Unused(place, "not-understood", meant.nearest))
            self._unread.setdefault((kind, ordered), []).append(place)
            return None
        return Fact(
            kind=kind, place=place, own=meant.own, ordered=ordered, age=age, ended=ended, value=value, order=order,
            same=meant.same, within=meant.within, since=item.time if isinstance(item, Entry) else "",
        )  # fmt: skip

    def _read(self, kind: FactKind, codes: tuple[Code, ...], name: str) -> _Meant:
        body = body_measures(codes, name) if kind == "test" else frozenset[str]()
        own: set[str] = set(body)
        nearest: tuple[str, ...] = ()
        for code in codes:
            resolved = self._resolver.code(code)
            own.update(resolved.concepts)
            nearest += resolved.nearest
        if not own and name:
            found = self._resolver.name(name, kind)
            own.update(found.concepts)
            nearest = tuple(dict.fromkeys((*found.nearest, *nearest)))
        if len(own) == 1 and not body:
            (only,) = own
            meaning = self._meanings.of(only)
            return _Meant(frozenset(own), nearest, meaning.same, meaning.within)
        meanings = [self._meanings.of(concept) for concept in sorted(own)]
        return _Meant(
            frozenset(own), nearest, body.union(*(one.same for one in meanings)),
            body.union(*(one.within for one in meanings)),
        )  # fmt: skip

    def _since(self, text: str, place: str) -> tuple[float | None, float | None]:
        """The least days ago that a time may mean, and the most, None where both are the same."""
        meant = days_meant(text) if text and len(text) < len("2000-01-01") else None
        if meant is None:
            age = self._days(text, place)
            return self._hours(text, age) if text and age is not None and age < _RECENT else (age, None)
        today = self.at.date()
        if meant[0] > today:
            self.problems.append(Unused(f"{place}/time", "future"))
            return _AHEAD, None
        return float(max(0, (today - meant[1]).days)), float((today - meant[0]).days + 1)

    def _hours(self, text: str, age: float) -> tuple[float, float | None]:
        """What the last days hold, where a rule may ask for hours: a day may mean any hour of it, and a local time
        without its zone another hour."""
        if age == _AHEAD:
            return age, None
        day = 0.0 if "T" in text else 1.0
        zone = 14 / 24 if not self.case.at and datetime.fromisoformat(text).tzinfo is None else 0.0
        return (max(0.0, age - day - zone), age + zone) if day or zone else (age, None)

    def _days(self, text: str, place: str) -> float | None:
        moment = moment_of(text, self.at)
        if moment is None:
            if text:
                self.problems.append(Unused(f"{place}/time", "absurd"))
            return None
        days = (self.at - moment).total_seconds() / _DAY
        if days < -self._slack(text):
            self.problems.append(Unused(f"{place}/time", "future"))
            return _AHEAD
        return days

    def _slack(self, text: str) -> float:
        """Days that a time may lie ahead of the question without being in the future."""
        if "T" not in text:
            # A day without an hour may end after the question.
            return 1.0
        # Without a zone on either side, a local time is up to fourteen hours ahead; clocks differ by minutes.
        local = not self.case.at and datetime.fromisoformat(text).tzinfo is None
        return 14 / 24 if local else 5 / 1_440

    def _age(self) -> tuple[float, float] | None:
        """Lowest and highest age in years; None where nothing usable was sent."""
        patient = self.case.patient
        stated = None
        if patient.age is not None:
            years = self.units.convert(patient.age.value, patient.age.unit, "a")
            if years is None or not 0 <= years <= _OLDEST:
                self.problems.append(Unused("/patient/age", "unit" if years is None else "absurd"))
            else:
                stated = (years, years)
        meant = days_meant(patient.birth_date) if patient.birth_date else None
        born = None
        if meant:
            ages = [months(day, self.at.date()) / 12 for day in meant]
            born = (max(0.0, min(ages)), max(ages))
        if patient.birth_date and (born is None or not 0 <= born[1] <= _OLDEST):
            self.problems.append(Unused("/patient/birth_date", "absurd"))
            born = None
        if stated and born and not born[0] - 1 <= stated[0] <= born[1] + 1:
            self.problems.append(Unused("/patient/age", "contradiction"))
            return None
        self._born = meant if born else None
        return born or stated


def _sound(value: float) -> bool:
    return math.isfinite(value) and value >= 0
