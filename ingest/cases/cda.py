"""From CDA R2 documents (ISO/HL7 27932:2009) to a case: sections by LOINC code or template, entries by class.

Entries are read by their shape (an ``observation`` with a coded ``value``, a ``substanceAdministration`` with a
material), not by a profile, so documents after C-CDA and after the Chinese national specifications are read alike where
they give codes. Narrative text is never read. ``nullFlavor`` is no value; a section that says that it knows nothing was
not sent.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from enum import Enum
from typing import Literal

import msgspec

from ingest.cases.adapted import Adapted, LeftOutReason, Misread, PartLeftOut
from ingest.cases.cda_elements import (
    NS,
    a_day,
    acts,
    clinical_status,
    denied,
    display,
    ends,
    every,
    first,
    id_of,
    is_coded,
    kind_of,
    names_something,
    number,
    status,
    text,
)
from ingest.cases.codings import of_cda
from ingest.cases.markup import Element
from ingest.cases.national import DIAGNOSIS_CODE, DIAGNOSIS_NAME, ELEMENTS, PRESCRIPTION
from ingest.cases.patients import Vitals
from ingest.cases.patients import moment_of as instant
from ingest.cases.person import checked, day_of, moment_of, sex_of, since_of
from kg.model.case import Amount, Case, Code, Entry, Event, Order, Patient, Result, Scope

Section = Literal["conditions", "allergies", "medications", "orders", "procedures", "results"]
_SECTIONS: dict[str, Section] = {
    "11450-4": "conditions", "46241-6": "conditions", "11535-2": "conditions", "29548-5": "conditions",
    "11348-0": "conditions", "48765-2": "allergies", "10160-0": "medications", "18776-5": "orders",
    "46209-3": "orders", "47519-4": "procedures", "30954-2": "results", "8716-3": "results",
}  # fmt: skip
"""LOINC codes of sections: problems, admission, discharge and other diagnoses, past illness; allergies; medications;
plan and orders; procedures; results and vital signs."""
_TEMPLATES: dict[str, Section] = {
    "2.16.840.1.113883.10.20.22.2.5": "conditions", "2.16.840.1.113883.10.20.22.2.6": "allergies",
    "2.16.840.1.113883.10.20.22.2.1": "medications", "2.16.840.1.113883.10.20.22.2.10": "orders",
    "2.16.840.1.113883.10.20.22.2.7": "procedures", "2.16.840.1.113883.10.20.22.2.3": "results",
    "2.16.840.1.113883.10.20.22.2.4": "results",
}  # fmt: skip
"""Beginnings of C-CDA template ids, whose last part says whether entries are required."""
_DROPPED = frozenset({"aborted", "cancelled", "nullified", "held", "suspended", "obsolete"})
_NOT_MEANT = frozenset({"DEF", "GOL", "PRP", "OPT"})
"""Moods: definitions, goals, proposals. RQO, PRMS and INT in a plan are orders."""
_ANY_PROBLEM = frozenset({"55607006", "64572001"})
"""SNOMED CT *problem* and *disease*: where that is denied, there is none."""
_CLASSES: dict[Section, tuple[str, ...]] = {
    "conditions": ("observation",), "allergies": ("observation",), "medications": ("substanceAdministration",),
    "orders": ("substanceAdministration", "procedure", "observation"), "procedures": ("procedure",),
    "results": ("observation",),
}  # fmt: skip
_WORDS = frozenset({"", "ST", "ED", "SC"})
"""Data types of text."""
_DAYS = {"h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.4375}


def read(root: Element, event: Event | None = None, at: str = "") -> Adapted:
    """``event``: where none is given, ``order-sign`` of a prescription and ``patient-view`` of others; ``at``: the time
    of the question.

    Raises Misread for what is no ClinicalDocument or has several patients; msgspec.ValidationError where the case would
    not fit its limits.
    """
    if root.tag != f"{NS}ClinicalDocument":
        raise Misread("/ClinicalDocument")
    reading = _Reading(root, instant(at) or datetime.now(UTC))
    usual: Event = "order-sign" if reading.prescribing else "patient-view"
    case = msgspec.structs.replace(reading.case(), event=event or usual, at=at)
    return Adapted(msgspec.convert(msgspec.to_builtins(case), Case), tuple(reading.notes))


class Said(Enum):
    """What an act says that is no row of a list: nothing that counts, or that there is none."""

    NOTHING = "nothing"
    NONE = "none"


class _Reading:
    def __init__(self, root: Element, now: datetime) -> None:
        self.notes: list[PartLeftOut] = []
        self._root = root
        self._steps: dict[Element, dict[Element, str]] = {}
        self._partial: set[Section] = set()
        self._vitals = Vitals(now)
        self.prescribing = any(one.get("root") == PRESCRIPTION for one in every(root, "templateId"))
        self._patient = self._identified()
        self._orders: dict[str, list[Order]] = {}
        self._entries: dict[str, list[Entry]] = {}
        self._results: list[Result] | None = None
        for section in root.iter(f"{NS}section"):
            self._section(section)

    def case(self) -> Case:
        # Beside what another section tells, one that was not read may tell more: something that is not understood.
        def orders(name: Section) -> tuple[Order, ...] | None:
            more = (Order(),) if name in self._partial else ()
            return (*self._orders[name], *more) if name in self._orders else None

        def entries(name: Section) -> tuple[Entry, ...] | None:
            more = (Entry(),) if name in self._partial else ()
            return (*self._entries[name], *more) if name in self._entries else None

        if self._results is not None and "results" in self._partial:
            self._results.append(Result())

        custodian = first(self._root, "custodian", "assignedCustodian", "representedCustodianOrganization", "name")
        return Case(
            patient=self._vitals.complete(self._patient), scope=Scope(site=text(custodian)), orders=orders("orders"),
            medications=orders("medications"), conditions=entries("conditions"), allergies=entries("allergies"),
            procedures=entries("procedures"), results=None if self._results is None else tuple(self._results),
        )  # fmt: skip

    def _identified(self) -> Patient:
        targets = self._root.findall(f"{NS}recordTarget")
        if len(targets) != 1:
            raise Misread("/ClinicalDocument/recordTarget")
        role = first(targets[0], "patientRole")
        person = first(role, "patient")
        gender, born = first(person, "administrativeGenderCode"), first(person, "birthTime")
        ids = [one.get("extension", "") for part in (role, person) for one in every(part, "id")]
        patient = Patient(
            token=next((one for one in ids if one and len(one) < 18), ""),
            sex=sex_of(gender.get("code", "")) if gender is not None else "unknown",
            birth_date=day_of(born.get("value", "")) if born is not None else "",
        )
        if born is not None and born.get("value") and not patient.birth_date:
            self._note(born, "unreadable")
        found, contradicted = checked(patient, ids)
        if contradicted and role is not None:
            self._note(role, "contradiction")
        return found

    def _section(self, section: Element) -> None:
        code = first(section, "code")
        templates = [one.get("root", "") for one in every(section, "templateId")]
        kind = _SECTIONS.get(code.get("code", "") if code is not None else "")
        kind = kind or next((name for root, name in _TEMPLATES.items() for one in templates
                             if f"{one}.".startswith(f"{root}.")), None)  # fmt: skip
        if kind is None:
            self._note(section, "ignored")
            return
        if kind == "medications" and self.prescribing:
            kind = "orders"
        entries = every(section, "entry")
        if section.get("nullFlavor"):
            self._note(section, "not-here")
            self._partial.add(kind)
            return
        if not entries:
            # Only the narrative could say whether there is nothing, and that is not read.
            self._note(section, "no-code")
            self._partial.add(kind)
            return
        for entry in entries:
            self._statements(entry, kind)

    def _statements(self, entry: Element, kind: Section) -> None:
        """What an entry says. One in which nothing is recognised may say anything, so it stands as not understood."""
        tags = _CLASSES[kind]
        every_act = [one for tag in tags for one in acts(entry, tag) if not one.get("nullFlavor")]
        # What stands within something that is denied or not known is neither so nor not so.
        stated = [one for one in every_act if not _unsure(one, entry)]
        match kind:
            case "conditions" | "procedures" | "allergies":
                rows = self._entries.setdefault(kind, [])
                read = self._allergy if kind == "allergies" else self._problem if kind == "conditions" else self._done
                found = [read(one) for one in stated]
                rows += [one for one in found if isinstance(one, Entry)]
                if all(one is None for one in found) or len(stated) < len(every_act):
                    self._note(entry, "no-code")
                    rows.append(Entry())
            case "medications" | "orders":
                given = self._orders.setdefault(kind, [])
                made = [self._given(one) if one.tag.endswith("Administration") else self._asked(one) for one in stated]
                given += [one for one in made if isinstance(one, Order)]
                if all(one is None for one in made) or len(stated) < len(every_act):
                    self._note(entry, "no-code")
                    given.append(Order())
            case "results":
                self._results = self._results or []
                for one in stated:
                    self._observe(one)
                if not stated or len(stated) < len(every_act):
                    self._note(entry, "no-code")
                    self._results.append(Result())

    def _problem(self, one: Element) -> Entry | Said | None:
        value = first(one, "value")
        if self._void(one):
            return Said.NOTHING
        if value is None or not is_coded(value):
            return self._named_by_elements(one, value) or self._uncoded(one, value)
        not_so = denied(one)
        if not_so and value.get("code") in _ANY_PROBLEM:
            return Said.NONE
        codes, name = self._named(value, one)
        low, high = ends(first(one, "effectiveTime"))
        over = bool(high) or clinical_status(one) in ("inactive", "resolved", "remission")
        return Entry(codes=codes, name=name, time=since_of(low), absent=not_so, ended=over)

    def _named_by_elements(self, one: Element, value: Element | None) -> Entry | None:
        """A diagnosis as the national documents write it: its name as text, and within it the code; None for what is
        none."""
        if value is None or not _is_element(one, DIAGNOSIS_NAME):
            return None
        coded = next((part for part in one.iter(f"{NS}observation") if _is_element(part, DIAGNOSIS_CODE)), None)
        within = first(coded, "value")
        codes, name = self._named(within, one) if within is not None else ((), "")
        low, high = ends(first(one, "effectiveTime"))
        name = text(value) or name
        return Entry(codes=codes, name=name, time=since_of(low), absent=denied(one), ended=bool(high))

    def _uncoded(self, one: Element, value: Element | None) -> Entry | None:
        """What an observation without a code says: numbers and dates (of onset, of severity) are no entry; words, or
        nothing at all, may be one that stands in text alone, and it is not understood."""
        if value is not None and kind_of(value) not in _WORDS:
            return None
        self._note(one, "no-code")
        return Entry()

    def _done(self, one: Element) -> Entry | Said | None:
        if self._void(one):
            return Said.NOTHING
        codes, name = self._named(first(one, "code"), one)
        not_so = denied(one)
        return Entry(codes=codes, name=name, time=since_of(ends(first(one, "effectiveTime"))[0]), absent=not_so)

    def _allergy(self, one: Element) -> Entry | Said | None:
        if self._void(one):
            return Said.NOTHING
        substance = next(
            (
                found
                for part in every(one, "participant")
                if (found := first(part, "participantRole", "playingEntity", "code")) is not None
            ),
            None,
        )
        value = first(one, "value")
        if substance is None and (value is None or not is_coded(value)):
            return self._uncoded(one, value)
        not_so = denied(one)
        if not_so and (substance is None or not names_something(substance)):
            # "No known allergies"; where a substance is named, that one is denied and no other.
            return Said.NONE
        codes, name = self._named(substance if substance is not None else value, one)
        low, high = ends(first(one, "effectiveTime"))
        return Entry(codes=codes, name=name, time=since_of(low), absent=not_so,
                     ended=bool(high) or clinical_status(one) in ("inactive", "resolved"))  # fmt: skip

    def _given(self, one: Element) -> Order | Said:
        if self._void(one) or denied(one):
            return Said.NOTHING
        made = first(one, "consumable", "manufacturedProduct")
        code, label = first(made, "manufacturedMaterial", "code"), first(made, "manufacturedMaterial", "name")
        if code is None:
            code, label = (first(made, "manufacturedLabeledDrug", part) for part in ("code", "name"))
        codes, name = self._named(code, one, text(label))
        times = every(one, "effectiveTime")
        bounds = next((time for time in times if not kind_of(time).startswith(("PIVL", "EIVL"))), None)
        high = ends(bounds)[1]
        if status(one) == "completed" and high:
            self._note(one, "cancelled")
            return Said.NOTHING
        dose = first(one, "doseQuantity")
        route = first(one, "routeCode")
        width = first(bounds, "width")
        days = number(width.get("value", "")) if width is not None else None
        length = _DAYS.get(width.get("unit", "")) if width is not None else None
        periodic = [time for time in times if kind_of(time).startswith("PIVL")]
        return Order(
            codes=codes, name=name, dose=self._amount(dose), route=display(route), id=id_of(one),
            days=days * length if days and length and days > 0 else None,
            per_day=a_day(periodic[0]) if len(periodic) == 1 else None,
        )  # fmt: skip

    def _asked(self, one: Element) -> Order | Said:
        if self._void(one) or one.get("moodCode") in ("EVN", None):
            return Said.NOTHING
        codes, name = self._named(first(one, "code"), one)
        return Order(kind="procedure", codes=codes, name=name, id=id_of(one))

    def _observe(self, one: Element) -> None:
        if self._void(one) or denied(one):
            return
        codes, name = self._named(first(one, "code"), one)
        time, _ = ends(first(one, "effectiveTime"))
        for value in every(one, "value") or [None]:
            amount = self._amount(value) if value is not None else None
            told = (value.get("code", ""), value.get("displayName", "")) if value is not None else ()
            vital = self._vitals.say(codes, amount, told, moment_of(time))
            if amount is None and not vital:
                self._note(one if value is None else value, "not-a-value")
            if self._results is not None:
                self._results.append(Result(codes=codes, name=name, value=amount, time=moment_of(time), id=id_of(one)))

    def _void(self, one: Element) -> bool:
        """Whether an act was cancelled, or is no statement about the patient; told."""
        if status(one) in _DROPPED or one.get("moodCode") in _NOT_MEANT:
            self._note(one, "cancelled")
            return True
        return False

    def _named(self, code: Element | None, one: Element, label: str = "") -> tuple[tuple[Code, ...], str]:
        """Codes of a CD with its translations, and the name that a person would read; ``label``: a name beside it."""
        if code is None and label:
            return (), label
        if code is None:
            self._note(one, "no-code")
            return (), ""
        found = [
            part for part in (code, *every(code, "translation")) if part.get("code") and not part.get("nullFlavor")
        ]
        codes = tuple(
            Code(code=part.get("code", ""), system=of_cda(part.get("codeSystem", ""), part.get("codeSystemName", "")))
            for part in found
        )
        original = first(code, "originalText")
        name = code.get("displayName") or next((part.get("displayName", "") for part in found), "") or text(original)
        name = name or label
        if not codes and not name:
            self._note(code, "no-code")
        return codes, name

    def _amount(self, value: Element | None) -> Amount | None:
        if value is None or value.get("nullFlavor") or kind_of(value) not in ("PQ", "INT", "REAL", ""):
            return None
        found = number(value.get("value", ""))
        return None if found is None else Amount(found, value.get("unit") or "1")

    def _note(self, element: Element, reason: LeftOutReason) -> None:
        self.notes.append(PartLeftOut(f"/ClinicalDocument/{self._place(element)}", reason))

    def _place(self, element: Element) -> str:
        """The path from the root. Siblings are counted once: a document may have hundreds of thousands."""
        path = []
        while (above := element.getparent()) is not None:
            if above not in self._steps:
                self._steps[above] = _numbered(above)
            path.append(self._steps[above][element])
            element = above
        return "/".join(reversed(path))


def _numbered(above: Element) -> dict[Element, str]:
    """Children -> their step in a path, with a number where there are several of a name."""
    children = list(above)
    totals, counts = Counter(str(one.tag) for one in children), Counter[str]()
    steps = {}
    for one in children:
        tag = str(one.tag)
        counts[tag] += 1
        steps[one] = tag.replace(NS, "") + (f"[{counts[tag]}]" if totals[tag] > 1 else "")
    return steps


def _is_element(one: Element, name: str) -> bool:
    """Whether an observation is of a data element of the national catalogue."""
    code = first(one, "code")
    return code is not None and (code.get("codeSystem"), code.get("code")) == (ELEMENTS, name)


def _unsure(one: Element, entry: Element) -> bool:
    """Whether an act stands in another one, or in an entry, that is denied or has no value."""
    while one is not entry and (above := one.getparent()) is not None:
        one = above
        if one.get("nullFlavor") or denied(one):
            return True
    return False
