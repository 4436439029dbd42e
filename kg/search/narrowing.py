"""What hints that act add to the filters of the caller: years, and kinds of study that are left out."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from kg.index.base import Filters
from kg.index.boolean import Any, Boolean, Keys
from kg.search.hints.base import Hint
from kg.search.hints.designs import other_than, types


def narrowed(filters: Filters, acting: Sequence[Hint]) -> Filters:
    """``filters`` with the dates and designs of hints that act; a hint of a date lets undated documents through."""
    first, last = filters.year_from, filters.year_to
    undated = filters.undated
    for hint in acting:
        if hint.kind == "date":
            start, _, end = hint.value.partition("-")
            first = max(first or 0, int(start)) if start else first
            last = min(last or 9999, int(end)) if end else last
            undated = True
    wanted = [hint.value for hint in acting if hint.kind == "design" and not hint.value.startswith("not ")]
    unwanted = [hint.value.removeprefix("not ") for hint in acting if hint.kind == "design" and " " in hint.value]
    dropped: list[Boolean] = [other_than(wanted)] if wanted else []
    if unwanted:
        dropped.append(Keys("pt", types(unwanted, alone=True)))
    return replace(filters, year_from=first, year_to=last, undated=undated, drop=joined(filters.drop, dropped))


def joined(drop: Boolean | None, more: Sequence[Boolean]) -> Boolean | None:
    """What is dropped by any of these; None for nothing."""
    every = (*(() if drop is None else (drop,)), *more)
    return Any(every) if every else None
