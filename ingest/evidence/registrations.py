"""The trial that a record reports: by its registration, as an identifier or in the abstract."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.reading.registries import number

MOST = 3
"""A record that names more trials reports none of them in particular: it speaks of them, or pools them."""
_IN_TEXT = re.compile(r"NCT[0-9]{8}(?![0-9])|ISRCTN[0-9]{8}(?![0-9])|ChiCTR(?:-[A-Za-z]{2,6}-)?[0-9]{8,10}(?![0-9])")
_EUDRACT = re.compile(r"\d{4}-\d{6}-\d{2}").search


def registered(identifiers: Iterable[str], abstracts: Iterable[str]) -> frozenset[str]:
    """The numbers of the trials that a record reports, from ``scheme:value`` and texts; none where it names too many.

    Identifiers are the cataloguer's. Of a text the number counts where it is the only one in it: a second trial that is
    named is most often somebody else's.

    >>> sorted(registered(["nct:NCT99999901", "pii:x"], ["Registered: ISRCTN99999901."]))
    ['ISRCTN99999901', 'NCT99999901']
    >>> registered([], ["Unlike NCT99999902, NCT99999903 was blinded."])
    frozenset()
    """
    found = {one for value in identifiers if (one := _number(value.partition(":")[2]))}
    for text in abstracts:
        named = {_number(match[0]) for match in _IN_TEXT.finditer(text)}
        if len(named) == 1:
            found |= named
    return frozenset(found) if len(found) <= MOST else frozenset()


def _number(value: str) -> str:
    """A registration in one spelling: EudraCT's without the country that a copy of it is from; empty for others."""
    scheme, text = number(value)
    if scheme == "eudract" and (core := _EUDRACT(text)):
        return core[0]
    return text.upper() if scheme else ""
