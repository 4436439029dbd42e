"""How much of something is given, how often and by which way, as a text says it."""

from __future__ import annotations

from typing import Literal

import msgspec

DoseKind = Literal["amount", "frequency", "route"]


class Dose(msgspec.Struct, frozen=True):
    """A stretch of a text: ``text[start:end] == surface``, offsets in code points.

    ``value`` is the number without signs between digits, ``high`` the upper end of a range, both as text and empty
    where there is none; ``unit`` is written as in UCUM (``mg/kg``, ``/d``, ``{tablet}``), without a code that UCUM does
    not have. ``name`` is what a table calls a way (``oral``) or a time (``at night``). No concept is named.
    """

    kind: DoseKind
    start: int
    end: int
    surface: str
    value: str = ""
    high: str = ""
    unit: str = ""
    name: str = ""
