"""Orders of HL7 v2: groups that begin with ORC, with what is ordered (RXO, RXE, RXD, OBR), what it is mixed of (RXC),
how often (TQ1) and by which way (RXR). What was cancelled does not count; what a report of status says is under way
is what the patient takes.
"""

from __future__ import annotations

from collections.abc import Callable

from ingest.cases.adapted import LeftOutReason
from ingest.cases.er7 import Message, Segment
from ingest.cases.frequency import per_day
from ingest.cases.v2_fields import coded, number
from kg.model.case import Amount, Order

_CANCELLED = frozenset({"CA", "OC", "CR", "DC", "OD", "DR", "HD", "OH", "HR", "UA", "UC", "UD", "UH", "DE"})
"""ORC-1 (table 0119): cancelled, discontinued, held, refused."""
_RUNNING = frozenset({"SC", "SR", "SN"})
_UNDERWAY = frozenset({"A", "IP", "SC"})
"""ORC-5 (table 0038): what a report of status says of an order that the patient has."""
_LENGTHS = {"d": 1.0, "day": 1.0, "days": 1.0, "天": 1.0, "日": 1.0, "h": 1 / 24, "wk": 7.0, "w": 7.0, "周": 7.0,
            "mo": 30.4375, "月": 30.4375}  # fmt: skip


class _Group:
    """One order: its ORC with the segments behind it."""

    def __init__(self, control: Segment | None) -> None:
        self.control = control
        self.item: Segment | None = None
        self.parts: list[Segment] = []
        self.asked_parts: list[Segment] = []
        self.timings: list[Segment] = []
        self.routes: list[Segment] = []


class Orders:
    """The orders of one message. ``note`` is told what is left out: its place, and why."""

    def __init__(self, message: Message, note: Callable[[str, LeftOutReason], None]) -> None:
        self._segments, self._note = message.segments, note

    def read(self) -> tuple[tuple[Order, ...], tuple[Order, ...] | None]:
        """What is ordered, and what the patient takes; None where nobody said."""
        orders: list[Order] = []
        running: list[Order] = []
        for group in self._groups():
            rows = [*([group.item] if group.item else []), *(group.parts or group.asked_parts)]
            if not rows:
                continue
            control = group.control.text(1).upper() if group.control else ""
            status = group.control.text(5).upper() if group.control else ""
            if control in _CANCELLED or (control in _RUNNING and status not in _UNDERWAY):
                self._note(group.control.place if group.control else rows[0].place, "cancelled")
            else:
                # What is mixed into something is ordered, too.
                (running if control in _RUNNING else orders).extend(self._order(group, one) for one in rows)
        # Orders that run were told only where one was; otherwise nobody said what else is taken.
        return tuple(orders), tuple(running) if running else None

    def _groups(self) -> list[_Group]:
        found: list[_Group] = []
        for one in self._segments:
            if one.name == "ORC":
                found.append(_Group(one))
            elif one.name in ("RXO", "RXE", "RXD", "OBR"):
                # What was encoded for the pharmacy says more than what was asked of it.
                if not found or (found[-1].item is not None and {found[-1].item.name, one.name} != {"RXO", "RXE"}):
                    found.append(_Group(found[-1].control if found else None))
                found[-1].item = one
                found[-1].parts, found[-1].asked_parts = [], found[-1].parts
            elif one.name == "RXC":
                if not found:
                    found.append(_Group(None))
                found[-1].parts.append(one)
            elif one.name in ("TQ1", "RXR") and found:
                (found[-1].timings if one.name == "TQ1" else found[-1].routes).append(one)
        return found

    def _order(self, group: _Group, item: Segment) -> Order:
        name = group.control.text(2) if group.control else ""
        if item.name == "OBR":
            codes, text = coded(item, 4)
            return Order(kind="procedure", codes=codes, name=text, id=name)
        code, low, high, units = {"RXO": (1, 2, 3, 4), "RXE": (2, 3, 4, 5), "RXD": (2, 4, 4, 5),
                                  "RXC": (2, 3, 3, 4)}[item.name]  # fmt: skip
        codes, text = coded(item, code)
        if not codes and not text:
            self._note(f"{item.place}-{code}", "no-code")
        value = number(item.text(low))
        ranged = item.text(high) not in ("", item.text(low))
        if item.text(low) and (value is None or ranged):
            self._note(f"{item.place}-{low}", "several" if ranged else "unreadable")
        unit = item.text(units) or item.text(units, 2)
        dose = Amount(value, unit) if value is not None and unit and not ranged else None
        often, days = self._timing(group, group.item or item)
        routes = [one.text(1, 2) or one.text(1) for one in group.routes]
        return Order(codes=codes, name=text, id=name, dose=dose, per_day=often, days=days,
                     route=routes[0] if len(routes) == 1 else "")  # fmt: skip

    def _timing(self, group: _Group, item: Segment) -> tuple[float | None, float | None]:
        """Doses a day and days: by TQ1, or as before v2.5 by RXE-1 and ORC-7."""
        if len(group.timings) > 1 or (group.timings and group.timings[0].repeats(3) > 1):
            self._note(group.timings[-1].place, "several")
            return None, None
        if group.timings:
            timing = group.timings[0]
            length, unit = number(timing.text(6)), _LENGTHS.get(timing.text(6, 2).casefold())
            return _positive(per_day(timing.text(3))), _positive(length * unit if length and unit else None)
        places = ((item if item.name == "RXE" else None, 1), (group.control, 7))
        for one, field in ((one, field) for one, field in places if one is not None):
            if one.repeats(field) == 1 and one.text(field, 2):
                length = number(one.text(field, 3)[1:])
                unit = {"D": 1.0, "W": 7.0, "H": 1 / 24, "L": 30.4375}.get(one.text(field, 3)[:1])
                return _positive(per_day(one.text(field, 2))), _positive(length * unit if length and unit else None)
        return None, None


def _positive(number: float | None) -> float | None:
    return number if number is not None and number > 0 else None
