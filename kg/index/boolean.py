"""A search in the fields of the text index, before an engine is asked."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from kg.index.fields import Place

Order = Literal[
    "relevance", "newest", "oldest", "cited-by", "title-pinyin", "title-stroke", "author-pinyin", "author-stroke"
]


class Stretch(msgspec.Struct, frozen=True, tag="stretch"):
    """Words at places side by side in a phrase field."""

    field: str
    places: tuple[Place, ...]


class Keys(msgspec.Struct, frozen=True, tag="keys"):
    """Any of these keys in a key field."""

    field: str
    keys: tuple[str, ...]


class Shape(msgspec.Struct, frozen=True, tag="shape"):
    """A key of this form (a regular expression) in a key field."""

    field: str
    pattern: str


class Years(msgspec.Struct, frozen=True, tag="years"):
    """Published in these years, both included; None is open."""

    start: int | None
    end: int | None


class Dates(msgspec.Struct, frozen=True, tag="dates"):
    """Published on these days (``20210305``), both included, as far as the date tells; None is open. Day 0 stands
    before the days of its month."""

    start: int | None
    end: int | None


class Every(msgspec.Struct, frozen=True, tag="every"):
    parts: tuple[Boolean, ...]


class Any(msgspec.Struct, frozen=True, tag="any"):
    """Nothing at all without parts."""

    parts: tuple[Boolean, ...]


class Except(msgspec.Struct, frozen=True, tag="except"):
    keep: Boolean
    without: Boolean


Boolean: TypeAlias = "Stretch | Keys | Shape | Years | Dates | Every | Any | Except"


class Facet(msgspec.Struct, frozen=True):
    """How many hits have a value of a field: the most frequent ones, in order. ``exact`` is False where there are so
    many values that a count may be too low."""

    field: str
    counts: tuple[tuple[str, int], ...]
    exact: bool


class Found(msgspec.Struct, frozen=True):
    """A stretch of the hits in order, as (row, score), and how many there are in all."""

    hits: tuple[tuple[int, float], ...]
    total: int
