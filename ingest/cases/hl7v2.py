"""From HL7 v2 messages (ADT, OMP, OMG, OML, ORM, RDE, RDS, ORU; v2.3 to v2.8) to a case.

Segments that are there are the whole list (snapshot mode, v2.5.1, 2.10.4.1), unless one says that it was deleted or
updated: DG1 conditions, AL1 and IAM allergies, PR1 procedures, OBX results, ORC groups orders. A kind of segment that
is absent was not sent. ``""`` means deleted.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from ingest.cases.adapted import Adapted, LeftOutReason, Misread, PartLeftOut
from ingest.cases.er7 import DELETED, Message, Segment
from ingest.cases.patients import Vitals
from ingest.cases.patients import moment_of as instant
from ingest.cases.person import checked, day_of, moment_of, sex_of, since_of
from ingest.cases.v2_fields import coded, number
from ingest.cases.v2_orders import Orders
from kg.model.case import Amount, Case, Entry, Event, Patient, Result, Scope

_EVENTS: dict[str, Event] = {
    "ADT": "patient-view", "OMP": "order-sign", "RDE": "order-sign", "OMG": "order-sign", "OML": "order-sign",
    "ORM": "order-sign", "RDS": "order-dispatch", "ORU": "result-received",
}  # fmt: skip
_TRIGGERS: dict[str, Event] = {"A01": "encounter-start", "A04": "encounter-start", "A03": "encounter-discharge"}
_NO_RESULT = frozenset({"D", "I", "N", "O", "W", "X"})
"""OBX-11 (table 0085): deleted, pending, not asked, wrong, cannot be had."""
_CHANGES = frozenset({"D", "U"})
"""Table 0323: deleted, updated. Who says what changed does not say what else there is: the rest is unknown."""
_USED = frozenset({"MSH", "EVN", "PID", "PV1", "ORC", "TQ1", "RXO", "RXE", "RXR", "RXC", "RXD", "OBR", "OBX", "DG1",
                   "AL1", "IAM", "PR1"})  # fmt: skip


def read(message: Message, event: Event | None = None, at: str = "") -> Adapted:
    """``event``: instead of that which follows from the type of the message; ``at``: the time of the question.

    Raises Misread for a type of message that rules have no use for, and for several patients; msgspec.ValidationError
    where the case would not fit its limits.
    """
    moment = event or _TRIGGERS.get(message.trigger if message.kind == "ADT" else "") or _EVENTS.get(message.kind)
    if moment is None or message.kind not in _EVENTS:
        raise Misread("MSH-9")
    if sum(1 for _ in message.all("PID")) > 1:
        raise Misread("PID[2]")
    reading = _Reading(message, instant(at) or datetime.now(UTC))
    case = msgspec.structs.replace(reading.case(), event=moment, at=at)
    return Adapted(msgspec.convert(msgspec.to_builtins(case), Case), tuple(reading.notes))


class _Reading:
    def __init__(self, message: Message, now: datetime) -> None:
        self.notes: list[PartLeftOut] = []
        self._message = message
        self._patient = Patient()
        self._vitals = Vitals(now)
        self._scope = Scope(site=message.segments[0].text(4))
        self._rows: dict[str, list[Entry]] = {}
        self._results: list[Result] | None = None
        self._observed = ""
        for one in message.segments:
            self._take(one)

    def case(self) -> Case:
        orders, running = (
            Orders(self._message, self._note).read() if self._message.kind not in ("ORU", "ADT") else (None, None)
        )
        return Case(
            patient=self._vitals.complete(self._patient), scope=self._scope, orders=orders, medications=running,
            conditions=self._list("conditions"), allergies=self._list("allergies"),
            procedures=self._list("procedures"), results=None if self._results is None else tuple(self._results),
        )  # fmt: skip

    def _take(self, one: Segment) -> None:
        match one.name:
            case "PID":
                self._identify(one)
            case "PV1":
                self._scope = msgspec.structs.replace(self._scope, department=one.text(3))
            case "DG1":
                self._entry(
                    "conditions", one, 3, one.text(5), one.text(4), action=one.text(21), first=_first(one.text(15))
                )
            case "AL1":
                self._entry("allergies", one, 3, one.text(6))
            case "IAM":
                self._entry("allergies", one, 3, one.text(11), action=one.text(6), dropped=one.text(17) == "E",
                            ended=one.text(17) == "I")  # fmt: skip
            case "PR1":
                self._entry("procedures", one, 3, one.text(5), one.text(4), first=_first(one.text(14)))
            case "OBR":
                self._observed = one.text(7)
            case "OBX":
                self._observe(one)
            case name if name not in _USED:
                self._note(one.place, "ignored")

    def _identify(self, one: Segment) -> None:
        numbers = [one.text(3, 1, repeat) for repeat in range(one.repeats(3))]
        identities = [*numbers, one.text(19)]
        plain = next((text for text in numbers if text != DELETED and len(text) < 18), "")
        sexes = {sex_of(one.text(8, 1, repeat)) for repeat in range(one.repeats(8))} - {"unknown"}
        if len(sexes) > 1:
            self._note(f"{one.place}-8", "contradiction")
        for field in (7, 8):
            if one.text(field) == DELETED:
                self._note(f"{one.place}-{field}", "deleted")
        born = day_of(one.text(7))
        if one.text(7) not in ("", DELETED) and not born:
            self._note(f"{one.place}-7", "unreadable")
        patient = Patient(token=plain, birth_date=born, sex=sexes.pop() if len(sexes) == 1 else "unknown")
        self._patient, contradicted = checked(patient, identities)
        if contradicted:
            self._note(f"{one.place}-3", "contradiction")

    def _entry(
        self, section: str, one: Segment, field: int, time: str, name: str = "", *, action: str = "",
        dropped: bool = False, ended: bool = False, first: bool | None = None,
    ) -> None:  # fmt: skip
        rows = self._rows.setdefault(section, [])
        if action in _CHANGES:
            rows.append(Entry())
        if dropped or action == "D":
            self._note(one.place, "cancelled")
        elif one.text(field) == DELETED:
            self._note(f"{one.place}-{field}", "deleted")
        elif one.repeats(field) > 1:
            # Of repeats nobody says whether they are one thing or several; one that is not understood is unknown.
            self._note(f"{one.place}-{field}", "several")
            rows.append(Entry())
        else:
            codes, text = coded(one, field)
            if not codes and not (text or name):
                self._note(f"{one.place}-{field}", "no-code")
            rows.append(Entry(codes=codes, name=text or name, time=since_of(time), ended=ended, principal=first))

    def _observe(self, one: Segment) -> None:
        self._results = self._results or []
        if one.text(11) in _NO_RESULT:
            self._note(one.place, "cancelled")
            return
        codes, name = coded(one, 3)
        time = moment_of(one.text(14) or self._observed)
        unit = one.text(6) or one.text(6, 2)
        for repeat in range(max(1, one.repeats(5))):
            amount = _amount(one, repeat, unit)
            answers = (one.text(5, 1, repeat), one.text(5, 2, repeat))
            vital = self._vitals.say(codes, amount, answers, time)
            if amount is None and not vital:
                reason: LeftOutReason = "deleted" if answers[0] == DELETED else "not-a-value"
                self._note(f"{one.place}-5", reason)
            # A result without a value is still the newest: an older one does not stand in for it.
            self._results.append(Result(codes=codes, name=name, value=amount, time=time))

    def _list(self, section: str) -> tuple[Entry, ...] | None:
        return tuple(self._rows[section]) if section in self._rows else None

    def _note(self, place: str, reason: LeftOutReason) -> None:
        self.notes.append(PartLeftOut(place, reason))


def _first(priority: str) -> bool | None:
    """Whether an entry is the principal one; None where nobody said which place it has."""
    return None if priority in ("", DELETED) else priority == "1"


def _amount(one: Segment, repeat: int, unit: str) -> Amount | None:
    """A number: of SN only without a comparator or a second number, of others where the whole text is one."""
    if one.text(2) == "SN":
        if one.text(5, 1, repeat) not in ("", "=") or one.text(5, 3, repeat):
            return None
        value = number(one.text(5, 2, repeat))
    elif one.text(2) in ("NM", "ST", "TX", "FT", ""):
        value = number(one.text(5, 1, repeat))
    else:
        value = None
    return None if value is None else Amount(value, unit or "1")
