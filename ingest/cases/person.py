"""Sex and birth as HL7 v2 and CDA write them, and what to make of it when a message contradicts itself."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from ingest.cases.resident import resident
from kg.model.case import Patient

Sex = Literal["female", "male", "other", "unknown"]
_SEXES: dict[str, Sex] = {
    "f": "female", "m": "male", "o": "other", "a": "other", "un": "other", "女": "female", "男": "male",
    "女性": "female", "男性": "male", "2": "female", "1": "male", "female": "female", "male": "male",
}  # fmt: skip
"""HL7 table 0001, AdministrativeGender, and GB/T 2261.1 (1 male, 2 female); all others say nothing."""
_STAMP = re.compile(
    r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,9}))?)?)?)?)?)?([+-]\d{4}|Z)?", re.ASCII
).fullmatch


def sex_of(text: str) -> Sex:
    return _SEXES.get(text.strip().casefold(), "unknown")


def day_of(text: str) -> str:
    """A date as far as a time stamp of HL7 tells it; empty for what is none.

    >>> day_of("19500102"), day_of("1950"), day_of("1950-01-02")
    ('1950-01-02', '1950', '')
    """
    match = _STAMP(text.strip())
    return "-".join(part for part in match.groups()[:3] if part) if match else ""


def moment_of(text: str) -> str:
    """A day or a moment of ISO 8601; empty for what is neither, and for a year or a month alone.

    >>> moment_of("202611011030+0800"), moment_of("20261101"), moment_of("2026110110"), moment_of("202611")
    ('2026-11-01T10:30+0800', '2026-11-01', '2026-11-01', '')
    """
    match = _STAMP(text.strip())
    if match is None or match[3] is None:
        return ""
    day = "-".join(match.groups()[:3])
    if match[5] is None:
        return day
    seconds = f":{match[6]}" + (f".{match[7]}" if match[7] else "") if match[6] else ""
    return f"{day}T{match[4]}:{match[5]}{seconds}{match[8] or ''}"


def since_of(text: str) -> str:
    """The same, or the year or month alone, which is enough to say since when something is.

    >>> since_of("202611"), since_of("20261101")
    ('2026-11', '2026-11-01')
    """
    return moment_of(text) or day_of(text)


def checked(patient: Patient, identities: list[str]) -> tuple[Patient, bool]:
    """The patient without what its identity number contradicts, and whether it did so."""
    for one in (found for text in identities if (found := resident(text)) is not None):
        sex = patient.sex in ("female", "male") and patient.sex != one.sex
        born = bool(patient.birth_date) and not one.birth_date.startswith(patient.birth_date)
        if sex or born:
            kept = msgspec.structs.replace(
                patient, sex="unknown" if sex else patient.sex, birth_date="" if born else patient.birth_date
            )
            return kept, True
    return patient, False
