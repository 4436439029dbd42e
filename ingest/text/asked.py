"""What an English *whether* asks: a clause that asks whether something is absent does not say that it is."""

from __future__ import annotations

import re

from kg.model.attribute import Attribute

_ASKS = re.compile(r"whether\b", re.IGNORECASE)
_PREDICATE = re.compile(r"\b(?:is|are|was|were|be|been|being|not|never|absent)\b|n't", re.IGNORECASE)
"""What a clause says of its subject. What only narrows a word of it (*patients without X*) is not asked, but so."""


def is_asked(text: str, supposed: Attribute, denied: Attribute) -> bool:
    """Whether the cue of a condition asks what the cue of a negation says; both are of one mention of ``text``.

    >>> text = "Whether asthma was absent is not known."
    >>> is_asked(text, Attribute("conditional", 0, 7), Attribute("negated", 15, 25))
    True
    >>> text = "If asthma is absent, stop."
    >>> is_asked(text, Attribute("conditional", 0, 2), Attribute("negated", 10, 19))
    False
    """
    if denied.start < supposed.end or not _ASKS.match(text, supposed.start, supposed.end):
        return False
    return _PREDICATE.search(text, denied.start, denied.end) is not None
