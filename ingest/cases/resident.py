"""What a resident identity number of mainland China says of its bearer (GB 11643-1999): date of birth and sex.

Used to notice that a message contradicts itself. The number goes no further.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

_NUMBER = re.compile(r"[1-9]\d{5}(\d{4})(\d{2})(\d{2})\d{2}(\d)[\dXx]", re.ASCII).fullmatch
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""ISO 7064, MOD 11-2."""


class Resident(msgspec.Struct, frozen=True):
    birth_date: str
    sex: Literal["female", "male"]


def resident(number: str) -> Resident | None:
    """None for what is no such number, or has a wrong check digit.

    >>> resident("11010519491231002X"), resident("110105194912310021")
    (Resident(birth_date='1949-12-31', sex='female'), None)
    """
    match = _NUMBER(number)
    if match is None:
        return None
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    if _CHECKS[total % 11] != number[-1].upper():
        return None
    return Resident(f"{match[1]}-{match[2]}-{match[3]}", "male" if int(match[4]) % 2 else "female")
