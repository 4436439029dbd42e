"""Answers to calls of search inside SPARQL, as terms."""

from __future__ import annotations

from typing import cast

from kg.errors import NotFound, QueryError
from kg.index.base import Filters, Kind
from kg.model.ids import Ids
from kg.model.terms import Term, decimal, integer, iri, literal
from kg.query.calls import NEAREST, Call
from kg.query.inlining import Rows
from kg.search.base import Query, Scored
from kg.search.hints.base import Corrections
from kg.search.searcher import Searcher


def serve(call: Call, searcher: Searcher, ids: Ids) -> Rows:
    """The rows of one call, best first. Raises QueryError."""
    wanted = {name for _, name in call.outputs}
    if call.service == NEAREST:
        found = _nearest(call, searcher, ids)
    else:
        found = searcher.best(_query(call), excerpts="sentence" in wanted)
    return [_row(one, rank, wanted, ids) for rank, one in enumerate(found, 1)]


def _kind(call: Call, default: str) -> Kind:
    return cast(Kind, call.inputs.get("kind", default))


def _query(call: Call) -> Query:
    given = call.inputs
    years = [int(given[name]) if name in given else None for name in ("yearFrom", "yearTo")]
    filters = Filters(years[0], years[1], given.get("lang") or None)
    # No answer to a call could say which hints acted.
    return Query(given["query"], _kind(call, "document"), filters, call.limit, corrections=Corrections(hints=()))


def _nearest(call: Call, searcher: Searcher, ids: Ids) -> tuple[Scored, ...]:
    try:
        return searcher.nearest(ids.curie(call.inputs["near"]), _kind(call, "document"), call.limit)
    except NotFound as error:
        # Of the query's text, not of its address: no 404.
        raise QueryError(why="call-unknown", line=call.line, name=call.inputs["near"]) from error


def _row(one: Scored, rank: int, wanted: set[str], ids: Ids) -> dict[str, Term]:
    row = {"": iri(ids.expand(one.id)), "score": decimal(one.score), "rank": integer(rank)}
    if one.sentence:
        row["sentence"] = literal(one.sentence)
    return {name: term for name, term in row.items() if not name or name in wanted}
