"""Searches in fields as tantivy runs them.

Only words in phrase fields give a score (BM25); keys, years and patterns restrict. Ties stand in the order of the
index, which one generation keeps.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

import tantivy

from kg.errors import QueryError, StoreError
from kg.index.boolean import Any, Boolean, Dates, Every, Except, Facet, Found, Keys, Order, Shape, Stretch, Years
from kg.index.fields import Place, shape
from kg.index.ordering import COLUMNS

_Query = tantivy.Query
_MORE = 50
"""Asked for besides, so that ties at the end are told in the order of their values."""
_SEGMENT = 2_000
"""Values that each part of the index counts before the rest is cut off."""


DEEPEST = 1_000_000
"""Hits that may be asked for: the engine keeps room for all of them, 24 bytes each."""


class Fielded:
    """Runs searches in the fields of one opened index; safe to use from several threads."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def search(self, query: Boolean, start: int, limit: int, order: Order = "relevance") -> Found:
        """``limit`` hits from ``start`` on, ``DEEPEST`` at most in all. ``oldest`` is ``newest`` from behind; what has
        no year comes last among the newest, what has no author last among the authors.

        Raises QueryError for a pattern that is too large or fits too many words, StoreError for a damaged index.
        """
        column, limit = COLUMNS.get(order), min(limit, DEEPEST - start)
        with _limits():
            compiled = self.compiled(query)
            if column is None:
                asked = self._searcher.search(compiled, limit, offset=start)
            else:
                way = tantivy.Order.Desc if column.descending else tantivy.Order.Asc
                asked = self._searcher.search(compiled, limit, offset=start, order_by_field=column.field, order=way)
        rows = self._searcher.fast_field_values("row", [address for _, address in asked.hits])
        scores = [0.0 if column else cast(float, score) for score, _ in asked.hits]
        return Found(tuple(zip((cast(int, row) for row in rows), scores, strict=True)), cast(int, asked.count))  # type: ignore[attr-defined]

    def facets(self, query: Boolean, fields: Sequence[str], size: int) -> tuple[Facet, ...]:
        """The ``size`` most frequent values of each field among all hits; ``year`` counts as a field.

        Raises QueryError as ``search`` does.
        """
        asked = {name: {"terms": {"field": name, "size": size + _MORE, "segment_size": _SEGMENT}} for name in fields}
        with _limits():
            answer = self._searcher.aggregate(self.compiled(query), asked)
        return tuple(_facet(name, answer[name], size) for name in fields)

    def compiled(self, query: Boolean) -> tantivy.Query:
        """The query of the engine."""
        match query:
            case Stretch(field, places):
                return self._stretch(field, places)
            case Keys(field, keys):
                return _restricting(_Query.term_set_query(self._schema, field, list(keys)))
            case Shape(field, pattern):
                return _restricting(_Query.regex_query(self._schema, field, pattern))
            case Years(start, end):
                return self._between("published", start, end)
            case Dates(start, end):
                return self._days(start, end)
            case Every(parts):
                return _Query.boolean_query([(tantivy.Occur.Must, self.compiled(part)) for part in parts])
            case Any(parts):
                if not parts:
                    return _Query.empty_query()
                return _Query.boolean_query([(tantivy.Occur.Should, self.compiled(part)) for part in parts])
            case Except(keep, without):
                clauses = [(tantivy.Occur.Must, self.compiled(keep)), (tantivy.Occur.MustNot, self.compiled(without))]
                return _Query.boolean_query(clauses)

    def _between(self, field: str, start: int | None, end: int | None) -> tantivy.Query:
        return _restricting(_Query.range_query(self._schema, field, tantivy.FieldType.Integer, start, end))

    def _days(self, start: int | None, end: int | None) -> tantivy.Query:
        """A date that tells no day may be of any day of its month, and so on: ``20210300`` and ``20210000`` stand
        before their days, of which the first asked for may be a later one."""
        wider = {start // 100 * 100, start // 10_000 * 10_000} - {start} if start is not None else set()
        found = [self._between("days", start, end), *(self._between("days", one, one) for one in sorted(wider))]
        return _restricting(_Query.boolean_query([(tantivy.Occur.Should, one) for one in found]))

    def _stretch(self, field: str, places: tuple[Place, ...]) -> tantivy.Query:
        if len(places) == 1:
            only = places[0]
            if only.shaped:
                return _restricting(_Query.regex_query(self._schema, field, only.text))
            return _Query.term_query(self._schema, field, only.text, index_option="freq")
        if not any(place.shaped for place in places):
            return _Query.phrase_query(self._schema, field, list[str | tuple[int, str]](place.text for place in places))
        patterns: list[str | tuple[int, str]] = [place.text if place.shaped else shape(place.text) for place in places]
        return _restricting(_Query.regex_phrase_query(self._schema, field, patterns))


@contextmanager
def _limits() -> Iterator[None]:
    """What tantivy says of patterns that are too large, or fit too many words, is the asker's matter."""
    try:
        yield
    except ValueError as error:
        if "exceed" in str(error):
            raise QueryError(why="strategy-wide") from error
        raise StoreError(path="text", reason=str(error)) from error


def _facet(name: str, answer: dict[str, typing.Any], size: int) -> Facet:
    # Years come as integers or floats.
    counts = [(_value(bucket["key"]), int(bucket["doc_count"])) for bucket in answer["buckets"]]
    counts.sort(key=lambda pair: (-pair[1], pair[0]))
    return Facet(name, tuple(counts[:size]), not answer["doc_count_error_upper_bound"])


def _value(key: str | float) -> str:
    return key if isinstance(key, str) else str(int(key))


def _restricting(query: tantivy.Query) -> tantivy.Query:
    return _Query.const_score_query(query, 0.0)
