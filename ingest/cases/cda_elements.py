"""What CDA R2 acts are made of: coded values, times, status, names; ``nullFlavor`` is never a value.

Elements are found by their place within another (``first``, ``every``); all of them are in the namespace of HL7 v3.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ingest.cases.frequency import per_day
from ingest.cases.markup import Element

NS = "{urn:hl7-org:v3}"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_PERIODS = {"h": 24.0, "d": 1.0, "wk": 1 / 7, "min": 1440.0, "mo": 1 / 30.4375}


def first(element: Element | None, *path: str) -> Element | None:
    """The element at the end of a path of names; None where there is none."""
    for name in path:
        element = element.find(f"{NS}{name}") if element is not None else None
    return element


def every(element: Element | None, name: str) -> list[Element]:
    """The children of a name."""
    return [] if element is None else element.findall(f"{NS}{name}")


def acts(entry: Element, tag: str) -> Iterator[Element]:
    """Acts of a class in an entry, but not those that are parts of another of the class (severity, status)."""
    for one in entry.iter(f"{NS}{tag}"):
        if not any(above.tag == one.tag for above in one.iterancestors()):
            yield one


def names_something(code: Element) -> bool:
    """Whether a CD has a code, a name or words, its own or of a translation."""
    parts = (code, *every(code, "translation"))
    coded = any(part.get("displayName") or (part.get("code") and not part.get("nullFlavor")) for part in parts)
    return coded or bool(text(first(code, "originalText")))


def kind_of(value: Element) -> str:
    """The data type of a value (`xsi:type`) without its prefix."""
    return str(value.get(_TYPE, "")).rpartition(":")[2]


def is_coded(value: Element) -> bool:
    """Whether a value is a code."""
    return kind_of(value) in ("CD", "CE", "CV", "CO", "CS")


def denied(one: Element) -> bool:
    """Whether an act says of itself that it is not so (``negationInd``, a boolean of XML)."""
    return str(one.get("negationInd", "")).strip() in ("true", "1")


def ends(time: Element | None) -> tuple[str, str]:
    """Beginning and end of an effectiveTime; a point in time is a beginning."""
    if time is None or time.get("nullFlavor"):
        return "", ""
    low, high = first(time, "low"), first(time, "high")
    return (time.get("value") or (low.get("value", "") if low is not None else ""),
            high.get("value", "") if high is not None else "")  # fmt: skip


def status(one: Element) -> str:
    """The code of statusCode."""
    found = first(one, "statusCode")
    return found.get("code", "") if found is not None else ""


def clinical_status(one: Element) -> str:
    """The clinical status of a problem or allergy: an observation within it, LOINC 33999-4 (C-CDA)."""
    for part in one.iter(f"{NS}observation"):
        code, value = first(part, "code"), first(part, "value")
        if part is not one and code is not None and code.get("code") == "33999-4" and value is not None:
            known = {"73425007": "inactive", "413322009": "resolved", "277022003": "remission"}
            return known.get(value.get("code", ""), "")
    return ""


def a_day(time: Element) -> float | None:
    """How often a day a PIVL_TS says; None where that is not known."""
    period = first(time, "period")
    if period is None:
        return per_day(display(time))
    length, once = number(period.get("value", "")), _PERIODS.get(period.get("unit", ""))
    return once / length if length and length > 0 and once else None


def display(code: Element | None) -> str:
    """How a code is called, else the code."""
    return "" if code is None or code.get("nullFlavor") else code.get("displayName") or code.get("code", "")


def id_of(one: Element) -> str:
    """The id that a sender gave to an act."""
    found = first(one, "id")
    return "" if found is None else (found.get("extension") or found.get("root", ""))


def text(element: Element | None) -> str:
    """All text within, white space collapsed."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def number(text: str) -> float | None:
    """A finite number; None for what is none."""
    try:
        value = float(text) if len(text) <= 40 and text.isascii() and "_" not in text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None
