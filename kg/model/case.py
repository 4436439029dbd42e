"""What is known of a patient at a moment: what rules are asked about, and nothing that they do not need.

A list that is absent (or null) was not looked at, and rules that need it cannot be judged. A list that is there, empty
or not, is all there is. Codes are strings and stay as they were sent; a name may stand for a code.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Event = Literal[
    "patient-view", "order-select", "order-sign", "order-dispatch", "encounter-start", "encounter-discharge",
    "allergyintolerance-create", "problem-list-item-create", "medication-refill", "appointment-book",
    "result-received", "prescription-review", "note-saved",
]  # fmt: skip
"""The moments of CDS Hooks and, last three, our own."""

_Text = Annotated[str, msgspec.Meta(max_length=300)]
_DAY, _HOUR = r"\d{4}-\d{2}-\d{2}", r"\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?"
_Time = Annotated[str, msgspec.Meta(pattern=f"^({_DAY}(T{_HOUR})?)?$")]
_Since = Annotated[str, msgspec.Meta(pattern=f"^(\\d{{4}}(-\\d{{2}})?|{_DAY}(T{_HOUR})?)?$")]
MOST = 500
"""Entries of one list."""


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One code of one system: an official URI, a CURIE prefix, or a local dictionary that was registered."""

    code: _Text
    system: _Text = ""


class Amount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number with its unit, UCUM or as laboratories write it."""

    value: float
    unit: Annotated[str, msgspec.Meta(max_length=60)]


class _Coded(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``codes`` mean the same thing; ``name`` is read where no code is understood."""

    codes: Annotated[tuple[Code, ...], msgspec.Meta(max_length=20)] = ()
    name: _Text = ""
    id: _Text = ""


class Order(_Coded, frozen=True, kw_only=True):
    """What is being ordered, or is taken. ``per_day``: how many doses a day; ``days``: for how long."""

    kind: Literal["drug", "procedure", "test"] = "drug"
    dose: Amount | None = None
    per_day: Annotated[float, msgspec.Meta(gt=0)] | None = None
    days: Annotated[float, msgspec.Meta(gt=0)] | None = None
    route: _Text = ""


class Entry(_Coded, frozen=True, kw_only=True):
    """A diagnosis, an allergy or a procedure. ``time``: since when, of which only year or month may be known.
    ``ended``: it was there; ``absent``: it was looked for and is not; ``uncertain``: it may be so, and nobody says that
    it is. ``principal``: the one that this stay is filed under; ``side``: of the body, empty where the record names
    none. Of both, None: the sender does not speak of it."""

    time: _Since = ""
    ended: bool = False
    absent: bool = False
    uncertain: bool = False
    principal: bool | None = None
    side: Literal["", "left", "right", "both"] | None = None


class Result(_Coded, frozen=True, kw_only=True):
    """A measurement. Without a time nothing is known of its age, so rules that ask for one do not use it."""

    value: Amount | None = None
    time: _Time = ""


class Patient(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``token`` comes back on every card and is kept nowhere. None: not known."""

    token: _Text = ""
    birth_date: Annotated[str, msgspec.Meta(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")] = ""
    age: Amount | None = None
    sex: Literal["female", "male", "other", "unknown"] = "unknown"
    pregnant: bool | None = None
    gestation_weeks: float | None = None
    lactating: bool | None = None
    weight: Amount | None = None
    height: Amount | None = None


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who asks, where rules hold for a part of a hospital."""

    site: _Text = ""
    department: _Text = ""
    role: _Text = ""


NoteKind = Literal["note", "present-illness", "past-history", "family-history", "allergies"]
"""What part of a chart a text is. What stands in a family history is nobody's own; in a list of allergies, a drug is
one."""


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Free text about the patient, in either language. Diagnoses and allergies are read from it, nothing else, and
    rules say less strongly what rests on them (ADR 40)."""

    text: Annotated[str, msgspec.Meta(max_length=10_000)]
    time: _Time = ""
    kind: NoteKind = "note"


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A patient at a moment. ``at``: the time of the question, now where it is empty."""

    event: Event = "patient-view"
    at: _Time = ""
    patient: Patient = Patient()
    orders: Annotated[tuple[Order, ...], msgspec.Meta(max_length=MOST)] | None = None
    medications: Annotated[tuple[Order, ...], msgspec.Meta(max_length=MOST)] | None = None
    conditions: Annotated[tuple[Entry, ...], msgspec.Meta(max_length=MOST)] | None = None
    allergies: Annotated[tuple[Entry, ...], msgspec.Meta(max_length=MOST)] | None = None
    procedures: Annotated[tuple[Entry, ...], msgspec.Meta(max_length=MOST)] | None = None
    results: Annotated[tuple[Result, ...], msgspec.Meta(max_length=5_000)] | None = None
    notes: Annotated[tuple[Note, ...], msgspec.Meta(max_length=10)] = ()
    scope: Scope = Scope()
