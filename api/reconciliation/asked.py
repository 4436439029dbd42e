"""What clients send: batches of queries and data extension queries, JSON in a form or in the address.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/, sections 4.1 and 7.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar
from urllib.parse import parse_qsl

import msgspec
from fastapi import Request

from api.bodies import media_type, read_body
from api.problems import Refusal
from kg.search.facts import FACTS
from kg.search.reconciling import Cell, Constraint

BATCH = 50
"""Queries of one batch; OpenRefine sends ten."""
MOST_IDS = 500
MOST_COLUMNS = 20
MOST_CANDIDATES = 50
CANDIDATES = 5
"""Where no limit is given."""
_FORM = "application/x-www-form-urlencoded"

T = TypeVar("T")
Text = Annotated[str, msgspec.Meta(max_length=1_000)]


class Entity(msgspec.Struct, frozen=True):
    """A value that was reconciled already."""

    id: Text
    name: Text = ""


Value = Text | float | bool | Entity


class Column(msgspec.Struct, frozen=True):
    pid: Text
    v: Text | float | bool | Entity | Annotated[list[Value], msgspec.Meta(max_length=MOST_COLUMNS)]


class ReconcileQuery(msgspec.Struct, frozen=True):
    """One query of a batch. Fields that the specification does not have are passed over."""

    query: Text = ""
    type: Text | Annotated[list[Text | Entity], msgspec.Meta(max_length=MOST_COLUMNS)] | None = None
    limit: Annotated[float, msgspec.Meta(ge=1)] | None = None
    properties: Annotated[list[Column], msgspec.Meta(max_length=MOST_COLUMNS)] = []
    type_strict: Literal["any", "all", "should"] | None = None


class ExtendColumn(msgspec.Struct, frozen=True):
    """A property; of its settings ``limit``, the most values of one, is known."""

    id: Text
    settings: dict[str, object] = {}


class ExtendQuery(msgspec.Struct, frozen=True):
    ids: Annotated[list[Text], msgspec.Meta(max_length=MOST_IDS)]
    properties: Annotated[list[ExtendColumn], msgspec.Meta(max_length=MOST_COLUMNS)]


async def form_of(request: Request, limit: int) -> Mapping[str, str]:
    """The fields of the body; raises Refusal: 415 for another media type, 413 over ``limit`` bytes, 400."""
    if media_type(request) != _FORM:
        raise Refusal(415, known=_FORM)
    data = await read_body(request, limit)
    try:
        return dict(parse_qsl(data.decode(), keep_blank_values=True, errors="strict", max_num_fields=20))
    except ValueError:
        raise Refusal(400) from None


def batch(text: str) -> dict[str, ReconcileQuery]:
    """Queries by their keys; raises Refusal: 400 for what is no JSON, 422 naming the place that does not fit, 413 for
    more than ``BATCH``."""
    found = _decoded(text, dict[str, ReconcileQuery], "queries")
    if len(found) > BATCH:
        raise Refusal(413, limit=BATCH)
    if any(not query.query and not query.properties for query in found.values()):
        raise Refusal(422, where="queries: query | properties")
    return found


def extension(text: str) -> ExtendQuery:
    """What to add to rows; raises Refusal as ``batch`` does, and 422 for a property that is not known."""
    found = _decoded(text, ExtendQuery, "extend")
    if any(column.id not in FACTS for column in found.properties):
        raise Refusal(422, where=f"extend.properties: {', '.join(FACTS)}")
    return found


def cell(query: ReconcileQuery) -> Cell:
    """The query as it is looked for."""
    types = [query.type] if isinstance(query.type, str) else query.type or []
    return Cell(
        text=query.query.strip(),
        types=tuple(one if isinstance(one, str) else one.id for one in types if one),
        constraints=tuple(Constraint(column.pid, _values(column)) for column in query.properties),
        limit=min(int(query.limit or CANDIDATES), MOST_CANDIDATES),
    )


def _values(column: Column) -> tuple[str, ...]:
    values = column.v if isinstance(column.v, list) else [column.v]
    texts = (one.id if isinstance(one, Entity) else _written(one) for one in values)
    return tuple(text for text in texts if text)


def _written(value: str | float | bool) -> str:
    """A number as a table shows it: 5, not 5.0."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else value.strip()


def _decoded(text: str, kind: type[T], where: str) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        _, mark, place = str(error).rpartition(" - at `")
        raise Refusal(422, where=f"{where}: {place.rstrip('`')}" if mark else where) from None
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise Refusal(400) from None
