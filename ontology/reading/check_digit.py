"""Check digits of codes: Verhoeff's for SNOMED CT, mod 10 for LOINC."""

from __future__ import annotations

_D = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
"""The dihedral group of order 10 (Verhoeff 1969)."""
_P = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip
_INVERSE = "0432156789"
_STEP = tuple(
    tuple(tuple(int(_D[state][int(permuted[digit])]) for digit in range(10)) for state in range(10)) for permuted in _P
)
"""Place modulo 8, state, digit -> next state: both tables in one."""
_CONCEPT = frozenset({"00", "10"})
"""Partition of concept ids: of the core, and with a namespace."""


def verhoeff(digits: str) -> bool:
    """Whether the last of ``digits`` is the right check digit.

    >>> verhoeff("2363"), verhoeff("2364")
    (True, False)
    """
    state = 0
    for place, digit in enumerate(reversed(digits.encode())):
        state = _STEP[place & 7][state][digit - 48]
    return state == 0


def with_verhoeff(digits: str) -> str:
    """``digits`` with their check digit.

    >>> with_verhoeff("236")
    '2363'
    """
    state = 0
    for place, digit in enumerate(reversed(digits.encode()), 1):
        state = _STEP[place & 7][state][digit - 48]
    return digits + _INVERSE[state]


def is_concept_id(text: str) -> bool:
    """Whether ``text`` is a SNOMED CT identifier of a concept: 6 to 18 digits, partition, check digit.

    SNOMED CT Release File Specification, section 6 (Component identifiers).

    >>> is_concept_id("999990009999999103"), is_concept_id("0123456789")
    (False, False)
    """
    plain = 6 <= len(text) <= 18 and text.isdecimal() and text.isascii() and text[0] != "0"
    return plain and text[-3:-1] in _CONCEPT and verhoeff(text)


def mod10(code: str) -> bool:
    """Whether a LOINC code (``12345-7``) ends in its check digit: LOINC Users' Guide, appendix C.

    >>> mod10("12345-5"), mod10("12345-6"), mod10("12345")
    (True, False, False)
    """
    number, dash, digit = code.partition("-")
    if not dash or not number.isdecimal() or not number.isascii():
        return False
    return with_mod10(number) == f"{number}-{digit}"


def with_mod10(number: str) -> str:
    """The LOINC code of ``number``: every other digit from the right is doubled, then all digits are summed.

    >>> with_mod10("12345")
    '12345-5'
    """
    odd = str(int(number[::-1][::2]) * 2)
    total = sum(map(int, odd)) + sum(map(int, number[::-1][1::2]))
    return f"{number}-{-total % 10}"
