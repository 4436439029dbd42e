"""Filters by name: what hits must satisfy, as a caller writes it.

``NAME:VALUE``; several of one name: any of them, several names: all of them. They hold before anything is ranked, for
words and vectors alike, and are exact however few documents they let through. Concepts among hits are not filtered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import get_args

from msgspec.structs import replace

from kg.errors import QueryError
from kg.index.base import Filters
from kg.index.boolean import Any, Boolean, Every, Keys
from kg.index.fields import SHARED, heading_key, key, shared_key
from kg.index.text import TextIndex
from kg.model.document import Standing
from kg.model.ids import Ids
from kg.search.hints.designs import table
from kg.search.strategy.headings import Headings
from kg.store.base import Reader

FILTERS = ("year", "type", "design", "heading", "heading-only", "journal", "language", "licence", "standing", "source")
"""A generation is asked for as such (``as_of``)."""
MOST = 40
LONGEST = 400
"""Characters of one filter."""
STANDINGS: tuple[str, ...] = get_args(Standing)
_YEARS = re.compile(r"(\d{4})?\s*-\s*(\d{4})?|(\d{4})")
_DESIGNS = {name: row.types for name, row in table().items() if row.types}
DESIGNS = tuple(_DESIGNS)
"""Study designs that can be filtered by: those that a publication type tells."""


class Filtering:
    """Reads filters for one generation, whose names of headings count."""

    def __init__(self, text: TextIndex, reader: Reader, ids: Ids) -> None:
        self._text = text
        self._headings = Headings(text, reader, ids)
        self._kinds: dict[str, Callable[[str], Boolean]] = {
            "type": lambda value: held("pt", key("pt", value)),
            "design": lambda value: held("pt", *_DESIGNS[_known("design", value, tuple(_DESIGNS))]),
            "heading": lambda value: self._heading(value, below=True),
            "heading-only": lambda value: self._heading(value, below=False),
            "journal": lambda value: Any((held("jo", key("jo", value)), held("is", key("is", value)))),
            "language": lambda value: held("la", key("la", value)),
            "licence": lambda value: held("li", key("li", value)),
            "standing": lambda value: held("st", _known("standing", value, STANDINGS)),
            "source": lambda value: held("so", key("so", value)),
        }

    def of(self, written: Sequence[str], filters: Filters) -> Filters:
        """``filters`` with what is ``written``.

        Raises QueryError for a filter that is not known, with those that are, for a value that can be none, and for
        more than ``MOST``; FieldsMissing for a generation whose index has no fields to filter by.
        """
        if len(written) > MOST:
            raise QueryError(why="too-many-filters", limit=MOST)
        asked: dict[str, list[Boolean]] = {}
        for one in written:
            name, value = _parted(one)
            if name == "year":
                filters = _between(filters, value)
            else:
                asked.setdefault(name.removesuffix("-only"), []).append(self._kinds[name](value))
        if not asked:
            return filters
        self._text.fielded("document")
        kept = tuple(parts[0] if len(parts) == 1 else Any(tuple(parts)) for parts in asked.values())
        before = () if filters.keep is None else (filters.keep,)
        return replace(filters, keep=Every((*before, *kept)))

    def _heading(self, name: str, *, below: bool) -> Boolean:
        found = self._headings.find(name)
        keys = {heading_key(one) for one in (name, *found.names, *found.concepts)}
        if below:
            keys |= {heading_key(one, below=True) for one in found.concepts}
        return held("mh", *sorted(keys))


def held(field: str, *keys: str) -> Boolean:
    """Records that have one of these keys themselves or, in a shared field, by their work."""
    kept = tuple(one for one in keys if one)
    own = Keys(field, kept) if kept else Any(())
    if field not in SHARED or not kept:
        return own
    return Any((own, Keys("of", tuple(shared_key(field, one) for one in kept))))


def _parted(written: str) -> tuple[str, str]:
    name, colon, value = (part.strip() for part in written.replace("：", ":", 1).partition(":"))
    name = name.lower().replace("license", "licence")
    if name not in FILTERS:
        raise QueryError(why="unknown-filter", name=name[:40], known=", ".join(FILTERS))
    if not colon or not value or len(written) > LONGEST:
        raise QueryError(why="filter-value", name=name, value=value[:40])
    return name, value


def _known(name: str, value: str, known: Sequence[str]) -> str:
    if value.lower() not in known:
        raise QueryError(why="filter-choice", name=name, value=value[:40], known=", ".join(known))
    return value.lower()


def _between(filters: Filters, value: str) -> Filters:
    """Years of several filters together are those that all of them let through."""
    found = _YEARS.fullmatch(value) if value.isascii() else None
    first, last, only = found.groups() if found else (None, None, None)
    start, end = (int(one) if one else None for one in (only or first, only or last))
    if (start is None and end is None) or (start is not None and end is not None and start > end):
        raise QueryError(why="filter-value", name="year", value=value[:40])
    starts = [one for one in (filters.year_from, start) if one is not None]
    ends = [one for one in (filters.year_to, end) if one is not None]
    return replace(filters, year_from=max(starts, default=None), year_to=min(ends, default=None))
