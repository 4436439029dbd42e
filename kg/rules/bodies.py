"""Weight and height among results: which codes and names of results are those, whatever a vocabulary holds.

The codes are those of LOINC for body weight and body height; others of its codes (of a dry weight, of a child's length
lying) mean something else and are not read.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.model.case import Code

WEIGHT, HEIGHT = "LOINC:29463-7", "LOINC:8302-2"
"""As what they stand among the facts of a case."""
_SYSTEMS = frozenset({"loinc", "http://loinc.org", "urn:oid:2.16.840.1.113883.6.1"})
_CODES = {"29463-7": WEIGHT, "3141-9": WEIGHT, "8302-2": HEIGHT, "3137-7": HEIGHT}
_NAMES = {
    "体重": WEIGHT, "body weight": WEIGHT, "weight": WEIGHT, "身高": HEIGHT, "body height": HEIGHT, "height": HEIGHT,
}  # fmt: skip


def body_measures(codes: Iterable[Code], name: str) -> frozenset[str]:
    """``WEIGHT`` or ``HEIGHT``, where a result is one of them by its codes, or by its name where it has no code.

    >>> sorted(body_measures([Code("29463-7", "http://loinc.org")], "")), body_measures([Code("29463-7", "HIS")], "")
    (['LOINC:29463-7'], frozenset())
    """
    codes = tuple(codes)
    found = {_CODES[one.code] for one in codes if one.system.lower() in _SYSTEMS and one.code in _CODES}
    found.update(_CODES[one.code[6:]] for one in codes if one.code[:6] == "LOINC:" and one.code[6:] in _CODES)
    if not codes and (named := _NAMES.get(name.strip().lower())):
        found.add(named)
    return frozenset(found)
