"""What the adapters give: a case, and what of the message did not go into it."""

from __future__ import annotations

from typing import Literal

import msgspec

from kg.model.case import Case

LeftOutReason = Literal[
    "ignored", "deleted", "cancelled", "contradiction", "unreadable", "no-code", "not-a-value", "several", "not-here",
]  # fmt: skip


class PartLeftOut(msgspec.Struct, frozen=True):
    """A place of a message that was not used, and why; never what stands there.

    ``ignored``: of no use to rules, or the sender's own (Z segments). ``deleted``: ``""``. ``not-a-value``: a bound or
    a text where a number is meant. ``several``: more than one where one is meant. ``not-here``: a section that says
    that nothing is known.
    """

    place: str
    reason: LeftOutReason


class Adapted(msgspec.Struct, frozen=True):
    case: Case
    notes: tuple[PartLeftOut, ...]


class Misread(ValueError):
    """A message that is no case: ``place`` within it."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place
