"""Observations that a case keeps with the patient: weight, height, pregnancy, lactation, by LOINC code.

The same table serves HL7 v2 and CDA. What it does not know stays a result.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from kg.model.case import Amount, Code, Patient

Field = Literal["weight", "height", "pregnant", "gestation_weeks", "lactating"]
_LOINC: dict[str, Field] = {
    "29463-7": "weight", "3141-9": "weight", "8302-2": "height", "82810-3": "pregnant", "11884-4": "gestation_weeks",
    "18185-9": "gestation_weeks", "63895-7": "lactating",
}  # fmt: skip
_SYSTEMS = frozenset({"LOINC", "http://loinc.org"})
_YES = frozenset({"77386006", "la15173-0", "la33-6", "y", "yes", "1", "true", "pregnant", "是", "妊娠", "怀孕", "哺乳"})
"""Answers that say so: SNOMED CT *patient currently pregnant*, LOINC answers *pregnant* and *yes*, and plain words."""
_NO = frozenset({"60001007", "la26683-5", "la32-8", "n", "no", "0", "false", "not pregnant", "否", "未孕", "未妊娠"})
_WEEKS = {"wk": 1.0, "周": 1.0, "weeks": 1.0, "d": 1 / 7, "天": 1 / 7, "days": 1 / 7}


def field_of(codes: Iterable[Code]) -> Field | None:
    """Which field of the patient an observation of these codes is."""
    return next((_LOINC[one.code] for one in codes if one.system in _SYSTEMS and one.code in _LOINC), None)


def taken(patient: Patient, field: Field, amount: Amount | None, answers: Iterable[str]) -> Patient | None:
    """The patient with one more field; None where the value says nothing. ``answers``: codes and words of a value."""
    if field in ("weight", "height"):
        return None if amount is None else msgspec.structs.replace(patient, **{field: amount})
    if field == "gestation_weeks":
        factor = _WEEKS.get(amount.unit) if amount else None
        return None if amount is None or factor is None else msgspec.structs.replace(
            patient, gestation_weeks=amount.value * factor
        )  # fmt: skip
    told = {one.strip().casefold() for one in answers}
    if bool(told & _YES) == bool(told & _NO):
        return None
    return msgspec.structs.replace(patient, **{field: bool(told & _YES)})
