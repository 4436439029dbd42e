"""How often a day: interval codes of HL7 v2 (table 0335) and what prescriptions write, in either language."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import msgspec

_EVERY = re.compile(r"(?:q|每|every )\s*(\d{1,3})\s*(h|hours?|小时|d|days?|天|日|w|weeks?|周)(?:\s*(?:一|1)次)?")
_TIMES = re.compile(r"(?:每日|每天|一日|一天|日)\s*([一二三四五六七八九两\d])次|([1-9])\s*(?:x|times) (?:daily|a day)")
_DIGITS = {sign: number for number, sign in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_A_DAY = {"h": 24.0, "小": 24.0, "d": 1.0, "天": 1.0, "日": 1.0, "w": 1 / 7, "周": 1 / 7}
_HL7 = {"qam": 1.0, "qpm": 1.0, "qhs": 1.0, "qn": 1.0, "每晚": 1.0, "每晨": 1.0}
"""Once a day, at a certain time."""


class _Rows(msgspec.Struct, frozen=True):
    frequencies: dict[str, tuple[str, ...]]


def per_day(text: str) -> float | None:
    """Doses a day; None for what is not known, or is taken as needed.

    >>> per_day("BID"), per_day("Q8H"), per_day("qod"), per_day("每日三次"), per_day("q2d"), per_day("prn")
    (2.0, 3.0, 0.5, 3.0, 0.5, None)
    """
    plain = text.strip().casefold()
    if plain in _known():
        return _known()[plain]
    if match := _EVERY.fullmatch(plain):
        return _A_DAY[match[2][0]] / int(match[1]) if int(match[1]) else None
    if match := _TIMES.fullmatch(plain):
        sign = match[1] or match[2]
        return float(_DIGITS.get(sign) or int(sign)) or None
    return None


@cache
def _known() -> dict[str, float]:
    """Spellings of the table that texts are read by, which says ``2 /d``, ``1 /(2.d)``, ``1 /wk``."""
    rows = msgspec.toml.decode(files("ingest.text").joinpath("doses.toml").read_bytes(), type=_Rows).frequencies
    spans = {"/d": 1.0, "/(2.d)": 2.0, "/wk": 7.0}
    found = dict(_HL7)
    for written, spellings in rows.items():
        count, _, span = written.partition(" ")
        found |= {one.casefold(): float(count) / spans[span] for one in spellings}
    return found
