"""Units in capitals alone: the case-insensitive codes of UCUM (https://ucum.org/ucum), as its table has them.

Older systems send ``MG/DL``. Whatever has a small letter was written with case in mind and is not read here. The table
is the one that ``ucumvert`` brings.
"""

from __future__ import annotations

import re
from functools import cache

_PARTS = re.compile(r"(\{[^{}]*\}|[./()]|[0-9]*\*[0-9]+|10\^[0-9]+)")
"""What is not a unit with its prefix and exponent: remarks, operators, powers of ten."""
_ATOM = re.compile(r"([0-9]*)([^0-9+-]+.*?)([+-]?[0-9]*)")
_REMARK = re.compile(r"\{[^{}]*\}")
_DECIMAL = re.compile(r"[0-9]\.[0-9]")
"""A point is multiplication in UCUM, and whoever writes 1.73 means a number."""
_HOURS = "H"
"""Henry by the table; whoever writes it of a medicine means hours (``HR``), so it is neither."""


def small(unit: str) -> str | None:
    """A unit in capitals by its case-sensitive codes; None for what is not in capitals, or has no such code.

    >>> small("MG/DL"), small("10*9/L"), small("Mg/dL"), small("XYZ"), small("MG/{dose}")
    ('mg/dL', '10*9/L', None, None, 'mg/{dose}')
    """
    found = []
    if _DECIMAL.search(_REMARK.sub("", unit)):
        return None
    for part in _PARTS.split(unit):
        if not part or _PARTS.fullmatch(part):
            found.append(part)
            continue
        match = _ATOM.fullmatch(part)
        if match is None:
            found.append(part)
            continue
        atoms = _codes().get(match[2], ())
        if part.upper() != part or len(atoms) != 1:
            return None
        found.append(f"{match[1]}{atoms[0]}{match[3]}")
    return "".join(found)


@cache
def _codes() -> dict[str, tuple[str, ...]]:
    """Case-insensitive code, with each prefix -> the case-sensitive codes; a unit's own code goes before a prefixed
    one, as it does in UCUM (``MIN``, ``CD``)."""
    from ucumvert.xml_util import root

    def rows(path: str) -> list[tuple[str, str, bool]]:
        return [(one.attrib["CODE"], one.attrib["Code"], one.get("isMetric", "yes") == "yes")
                for one in root.findall(path) if "CODE" in one.attrib]  # fmt: skip

    units = rows(".//{*}base-unit[@Code]") + rows(".//{*}unit[@Code]")
    prefixes = rows(".//{*}prefix[@Code]")
    own: dict[str, set[str]] = {}
    made: dict[str, set[str]] = {}
    for code, sensitive, metric in units:
        own.setdefault(code, set()).add(sensitive)
        for before, small_before, _ in prefixes if metric else ():
            made.setdefault(before + code, set()).add(small_before + sensitive)
    found = made | own
    found.pop(_HOURS, None)
    # Litres have two case-sensitive codes (l, L) and one meaning; so have international units.
    return {code: tuple(sorted(_one_of(names))) for code, names in found.items()}


def _one_of(names: set[str]) -> set[str]:
    folded: dict[str, str] = {}
    for name in sorted(names):
        folded.setdefault(name.casefold(), name)
    return set(folded.values())
