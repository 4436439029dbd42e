"""Hits of a strategy counted by year, journal, type, language, author and list of journals."""

from __future__ import annotations

import msgspec

from kg.index.boolean import Boolean, Facet
from kg.index.fielded import Fielded
from kg.search.strategy.tree import Field, FieldName, Phrase, Range
from kg.search.strategy.writing import write

_FIELDS: dict[str, FieldName] = {
    "published": "py",
    "by_journal": "jo",
    "by_type": "pt",
    "by_language": "la",
    "by_author": "au",
    "by_list": "jl",
}
_VALUES = 20
"""Of each field, the most frequent ones."""


class Counted(msgspec.Struct, frozen=True):
    """A value with how many hits have it, and the clause that restricts a strategy to them."""

    value: str
    count: int
    clause: str


class StrategyFacet(msgspec.Struct, frozen=True):
    """The most frequent values of a field among all hits. ``exact`` is False where counts may be too low."""

    field: FieldName
    values: tuple[Counted, ...]
    exact: bool


def facets(engine: Fielded, query: Boolean) -> tuple[StrategyFacet, ...]:
    """Every facet of the hits of ``query``; raises QueryError as ``Fielded.facets`` does."""
    found = engine.facets(query, tuple(_FIELDS), _VALUES)
    return tuple(_facet(_FIELDS[one.field], one) for one in found)


def _facet(field: FieldName, facet: Facet) -> StrategyFacet:
    values = tuple(Counted(value, count, _clause(field, value)) for value, count in facet.counts)
    return StrategyFacet(field, values, facet.exact)


def _clause(field: FieldName, value: str) -> str:
    """The clause that narrows to a value, empty for one that no strategy can name."""
    try:
        leaf = Range(int(value), int(value)) if field == "py" else Phrase(" ".join(value.split()))
    except ValueError:
        return ""
    return write(Field(field, leaf))
