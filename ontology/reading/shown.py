"""What cells of a sheet show, as far as that is what they hold."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from ontology.reading.table import Fault


def taken(cell: Any, column: int, place: str, whole_numbers: bool) -> tuple[str, Fault | None]:
    """What a cell shows, and why it cannot be taken so; ``whole_numbers``: whether a whole number may be a code."""
    kind, said = cell.data_type, shown(cell)
    if kind == "f":
        return "", Fault(column, place, "formula", str(getattr(cell.value, "text", cell.value))[:80])
    if said is None or kind == "e":
        return "", Fault(column, place, "cell-error", str(cell.value)[:80])
    if kind == "s":
        return said, None
    if kind == "n" and _zeros(cell) is None:
        whole = whole_numbers and said.isdigit() and len(said) <= 15
        return said, None if whole else Fault(column, place, "number-for-code", said, codes=True)
    if kind == "d":
        return said, Fault(column, place, "number-for-code", said, codes=True)
    return said, None


def shown(cell: Any) -> str | None:
    """The text that a cell shows, as far as it is plain; None where it is not."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return value.replace("\0", "").strip()
        case datetime():
            return (value.date() if value.time() == time() else value).isoformat()
        case date() | time():
            return value.isoformat()
        case int() | float():
            whole = int(value) if value == value and abs(value) < 1e15 and int(value) == value else None
            zeros = _zeros(cell)
            if whole is None:
                return repr(value)
            return str(whole).zfill(zeros) if zeros and whole >= 0 else str(whole)
    return None


def _zeros(cell: Any) -> int | None:
    """How many digits a format of nothing but zeros shows; None for any other format, and for broken numbers."""
    form, value = str(cell.number_format or ""), cell.value
    if form and set(form) == {"0"} and len(form) > 1 and not isinstance(value, bool) and value == int(value):
        return len(form)
    return None
