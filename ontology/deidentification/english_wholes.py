"""What belongs to an English name found in part: *van der* before it, initials behind it, a nickname beside it."""

from __future__ import annotations

import re

from ontology.deidentification.span import Span

_PARTICLE = re.compile(
    r"(?<![\w'.-])(?<!et )(?:van der|van den|van de|van|von|de la|de los|del|della|de|di|da|dos|al|el|bin|ibn|"
    r"binti|ap|ter|ten|St\.)"
    r"\s\Z"
)
_NICKNAME = re.compile(r"(?<!\w)[\"']([A-Z][a-zà-ÿ]{1,12})[\"']\s\Z")
_INITIALS = re.compile(
    r"(?<=[a-z]),\s(?:[A-Z]\.\s?){1,3}(?=[,;\s)]|$)|\s[\"'][A-Z][a-zà-ÿ]{1,12}[\"'](?:\s[A-Z][a-zà-ÿ'-]{2,})?"
)
_WINDOW = 24


def whole_name(text: str, span: Span) -> Span:
    """The name with what stands close before and behind it.

    >>> text = '"Tiny" Achebe, Pieter van der Byl'
    >>> wholes = [whole_name(text, Span(start, end, "name")) for start, end in ((7, 13), (30, 33))]
    >>> [text[one.start : one.end] for one in wholes]
    ['"Tiny" Achebe', 'van der Byl']
    """
    start, end = span.start, span.end
    for pattern in (_PARTICLE, _NICKNAME):
        if found := pattern.search(text, max(0, start - _WINDOW), start):
            start = found.start()
    if found := _INITIALS.match(text, end):
        end = start + len(text[start : found.end()].rstrip())
    return Span(start, end, span.kind)
