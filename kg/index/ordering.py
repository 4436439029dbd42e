"""The columns of the text index that hits of a strategy are ordered by."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kg.index.base import TextEntry
from kg.index.boolean import Order

_LAST_ROW = (1 << 32) - 1
_MOST_CITED = (1 << 20) - 1
_LAST_YEAR = (1 << 12) - 1


class Column(NamedTuple):
    """A fast field, and whether its greatest values come first."""

    field: str
    descending: bool = False


COLUMNS: dict[Order, Column] = {
    "newest": Column("dated", descending=True),
    "oldest": Column("dated"),
    "cited-by": Column("cited", descending=True),
    "title-pinyin": Column("title_pinyin"),
    "title-stroke": Column("title_stroke"),
    "author-pinyin": Column("author_pinyin"),
    "author-stroke": Column("author_stroke"),
}
"""All orders but relevance."""
RANKED: dict[str, Callable[[TextEntry], str]] = {
    "title": lambda entry: entry.card.zh or entry.card.en,
    "author": lambda entry: entry.author,
}
"""What is ranked by ``kg.index.collation``: the title that a list shows first, the first author."""


def dated(entry: TextEntry, row: int) -> int:
    """By year, and the first rows first among the newest of a year; without a year before all."""
    return (_year(entry) << 32) + _LAST_ROW - row


def cited(entry: TextEntry, row: int) -> int:
    """By citations, then by year, then the first rows first."""
    return (((min(entry.cited, _MOST_CITED) << 12) + _year(entry)) << 32) + _LAST_ROW - row


def _year(entry: TextEntry) -> int:
    return min(max(entry.card.year or 0, 0), _LAST_YEAR)
