"""What is taken out of a text, and how overlapping finds become one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Kind = Literal["name", "identity", "phone", "address", "record", "date", "mail", "institution", "age"]
"""What was found; each has a word in both languages (``redacted.<kind>``)."""


class Span(msgspec.Struct, frozen=True, order=True):
    """Characters ``start`` to ``end`` (code points, end excluded) of the raw text."""

    start: int
    end: int
    kind: Kind


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, none over another: what overlaps becomes one of the kind that begins first, or is longer.

    >>> merged([Span(4, 9, "date"), Span(0, 5, "name"), Span(12, 13, "age")])
    (Span(start=0, end=9, kind='name'), Span(start=12, end=13, kind='age'))
    """
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if found and span.start < found[-1].end:
            last = found.pop()
            span = Span(last.start, max(last.end, span.end), last.kind)
        found.append(span)
    return tuple(found)
