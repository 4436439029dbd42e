"""Lists of concepts: what is new, modified, deprecated or gone between two generations, and what lacks something."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as File
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import json, knowledge, page
from api.diffs import Diffs
from api.library import Library
from api.routes.parameters import AsOf, Cursor, Limit
from api.schemas import many
from kg.errors import QueryError, UnknownGeneration
from kg.generation.diff import Change
from kg.generation.differ import CHANGES
from kg.query.gaps import Gap, GapRecord
from kg.vocab import CATEGORIES

router = APIRouter(prefix="/api/v1/concepts", tags=["concepts"])
RECORDS = (GapRecord,)
What = Literal["new", "modified", "deprecated", "removed"]
Generation = Annotated[str | None, Query(max_length=64, description="A generation: id, tag or ISO date.")]
Prefix = Annotated[str, Query(max_length=200, description="Beginning of a CURIE: `DOID:`.")]


class ChangesPage(msgspec.Struct, frozen=True):
    """The envelope of lists, and the two generations that were compared."""

    items: Sequence[object]
    next: str | None
    generation: str
    before: str
    after: str
    interpretation: None = None


@router.get(
    "/changes", summary="New, modified, deprecated and removed concepts between two generations", responses=many(Change)
)
async def changes(
    request: Request,
    what: Annotated[list[What] | None, Query(description="All of them without it.")] = None,
    since: Generation = None,
    until: Generation = None,
    prefix: Prefix = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """By IRI, each with the values that came and went. `since` is by default the generation before `until`, which is
    by default the current one; a tag names a release, so `since=2026.10` tells what is new after that.
    `deprecated`: those that became so. A concept that was deprecated when it came is both new and deprecated."""
    library: Library = request.app.state.library
    diffs: Diffs = request.app.state.diffs
    pair, start = _place(cursor)
    after = library.shelf.find(pair[1] if pair else until)
    before = library.shelf.find(pair[0]) if pair else _before(library, since, after)
    if pair and (since, until) != (None, None) and (_before(library, since, after), after) != (before, after):
        raise QueryError(why="cursor")
    request.scope["medkg.generation"] = after
    folder = await diffs.get(library, before, after, CHANGES)
    wanted = frozenset(what or ("new", "modified", "deprecated", "removed"))
    items, following = await library.work(lambda: _some(folder / CHANGES, wanted, prefix, start, limit))
    after_this = None if following is None else f"{before}..{after}~{following}"
    return json(ChangesPage(items=items, next=after_this, generation=after, before=before, after=after))


def _before(library: Library, since: str | None, after: str) -> str:
    """The generation that ``since`` names, or that before ``after``; raises UnknownGeneration."""
    if since is not None:
        return library.shelf.find(since)
    kept = library.shelf.ids()
    place = kept.index(after)
    if place == 0:
        raise UnknownGeneration(name=f"< {after}", known=", ".join(kept))
    return kept[place - 1]


def _place(cursor: str | None) -> tuple[tuple[str, str] | None, int]:
    """The generations and the offset in the file of changes that a cursor holds; raises QueryError."""
    if cursor is None:
        return None, 0
    name, mark, offset = cursor.partition("~")
    before, dots, after = name.partition("..")
    if not (mark and dots and before and after and offset.isascii() and offset.isdecimal() and len(offset) < 13):
        raise QueryError(why="cursor")
    return (before, after), int(offset)


def _some(path: File, wanted: frozenset[What], prefix: str, start: int, limit: int) -> tuple[list[Change], int | None]:
    """Changes of concepts from a byte offset on, the beginning of a line, and the offset to go on from."""
    decode = msgspec.json.Decoder(Change).decode
    found: list[Change] = []
    with path.open("rb") as lines:
        if start:
            lines.seek(start - 1)
            if lines.read(1) != b"\n":
                raise QueryError(why="cursor")
        at = start
        for line in iter(lines.readline, b""):
            change = decode(line)
            if change.kind != "concept":
                break  # concepts come first
            if change.id.startswith(prefix) and not wanted.isdisjoint(kinds(change)):
                if len(found) == limit:
                    return found, at
                found.append(change)
            at += len(line)
    return found, None


def kinds(change: Change) -> set[What]:
    """What a change is to a reader of lists."""
    status = next((field for field in change.fields if field.field == "status"), None)
    became = status is not None and "deprecated" in status.added
    match change.action:
        case "added":
            return {"new", "deprecated"} if became else {"new"}
        case "removed":
            return {"removed"}
    return {"deprecated", "modified"} if became else {"modified"}


@router.get("/gaps", summary="Concepts that lack something, most mentioned first", responses=many(GapRecord))
async def gaps(
    request: Request,
    lacking: Gap,
    prefix: Prefix = "",
    category: Annotated[str, Query(max_length=40, description=f"{', '.join(CATEGORIES)}.")] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """Without a preferred label in a language, a definition, anything above, or any mapping."""
    found, inner = await knowledge(request, as_of, cursor)
    if inner is not None and not (inner.isascii() and inner.isdecimal() and len(inner) < 10):
        raise QueryError(why="cursor")
    start = int(inner or 0)
    rows, following = await request.app.state.library.work(
        lambda: found.gaps.some(lacking, start, limit, prefix, category)
    )
    return page(found, rows, None if following is None else str(following))
