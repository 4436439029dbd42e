"""Coded values and numbers of HL7 v2 fields."""

from __future__ import annotations

import math

from ingest.cases.codings import of_v2
from ingest.cases.er7 import DELETED, Segment
from kg.model.case import Code


def coded(one: Segment, field: int) -> tuple[tuple[Code, ...], str]:
    """Codes and name of a CWE: the first triplet and the alternate one."""
    found = []
    for code, system in ((1, 3), (4, 6)):
        text = one.text(field, code)
        if text and text != DELETED and one.text(field, system):
            found.append(Code(code=text, system=of_v2(one.text(field, system))))
    name = one.text(field, 2) or one.text(field, 5)
    if not found and not name:
        name = one.text(field)
    return tuple(found), "" if name == DELETED else name


def number(text: str) -> float | None:
    """A plain number; None for what is none (HL7 v2 has no exponents)."""
    if not text.isascii() or len(text) > 40 or not text.strip("+-").replace(".", "", 1).isdecimal():
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
