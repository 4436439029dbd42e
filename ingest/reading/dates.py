"""Dates as publishers give them, in ISO parts: ``2015``, ``2015-03``, ``2015-03-01``."""

from __future__ import annotations

import re
from calendar import monthrange

from ontology.reading.xml import Element

_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d|21\d\d)(?!\d)").search
_YEAR_MONTH = re.compile(r"^\s*(\d{4})\s+([A-Za-z]{3})[a-z]*\.?(?:\s+(\d{1,2}))?\s*$").match


def iso(year: str, month: str = "", day: str = "") -> str:
    """The longest part that is a real date; empty without a four-digit year.

    >>> iso("2017", "Feb", "30"), iso("1976", "9", "28"), iso("17")
    ('2017-02', '1976-09-28', '')
    """
    year = year.strip()
    if len(year) != 4 or not year.isdecimal() or not year.isascii() or year == "0000":
        return ""
    number = _month(month)
    if not number:
        return year
    day = day.strip()
    if day.isascii() and day.isdecimal() and 1 <= int(day) <= monthrange(int(year), number)[1]:
        return f"{year}-{number:02d}-{int(day):02d}"
    return f"{year}-{number:02d}"


def parts(element: Element) -> tuple[str, str]:
    """(ISO date, text that could not be read) of ``<Year>``, ``<Month>``, ``<Day>`` children.

    Tags of PubMed and of JATS; ``<Season>`` and PubMed's ``<MedlineDate>`` go into the text.
    """
    year = month = day = rest = ""
    for child in element:
        tag, value = child.tag, child.text or ""
        if tag == "Year" or tag == "year":
            year = value
        elif tag == "Month" or tag == "month":
            month = value
        elif tag == "Day" or tag == "day":
            day = value
        elif tag == "MedlineDate" or tag == "string-date":
            rest = value.strip()
        elif tag == "Season" or tag == "season":
            rest = f"{year} {value}".strip()
    date = iso(year, month, day)
    if rest and not date:
        date = iso_of_text(rest)
    return date, rest


def iso_of_text(value: str) -> str:
    """What can be read of a free date: year, month and day, or the first year in it.

    >>> iso_of_text("2000 Spring-Summer"), iso_of_text("1998 Dec-1999 Jan"), iso_of_text("2001 Mar 5")
    ('2000', '1998', '2001-03-05')
    """
    whole = _YEAR_MONTH(value)
    if whole and _month(whole[2]):
        return iso(whole[1], whole[2], whole[3] or "")
    found = _YEAR(value)
    return found[1] if found else ""


def _month(value: str) -> int:
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return int(value) if 1 <= int(value) <= 12 else 0
    at = _MONTHS.find(value[:3].lower()) if len(value) >= 3 else -1
    return at // 3 + 1 if at >= 0 and at % 3 == 0 else 0
