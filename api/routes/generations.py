"""The generations that are kept, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path as File
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import FileResponse, Response

from api.answers import json, knowledge, page, slice_of
from api.diffs import Diffs
from api.library import Library
from api.problems import spoken
from api.routes.parameters import Cursor, Limit
from api.schemas import many
from kg.errors import QueryError
from kg.generation.diff import Change
from kg.generation.differ import CHANGES, PATCH, read_summary
from kg.generation.pointer import Kept
from kg.generation.rdf_patch import MEDIA_TYPE

router = APIRouter(prefix="/api/v1", tags=["generations"])
AsOf = Annotated[str, Path(max_length=64, description="A generation: id, tag or ISO date.")]
Format = Annotated[Literal["json", "patch", "markdown"], Query(description="`patch` and `markdown` are not paged.")]


class DiffPage(msgspec.Struct, frozen=True):
    """The envelope of lists, and with it how many changes there are: kind -> action -> number."""

    items: Sequence[object]
    next: str | None
    generation: str
    before: str
    after: str
    counts: dict[str, dict[str, int]]
    interpretation: None = None


@router.get("/generations", summary="The generations that are kept, newest first", responses=many(Kept))
async def generations(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Each with its tags; any id or tag here can be given as `as_of`."""
    found, inner = await knowledge(request, None, cursor)
    library: Library = request.app.state.library
    rows = await library.work(library.shelf.kept)
    return page(found, *slice_of(rows[::-1], inner, limit))


@router.get(
    "/generations/{before}/diff/{after}", summary="What changed between two generations", responses=many(Change)
)
async def diff(
    request: Request,
    before: AsOf,
    after: AsOf,
    format: Format = "json",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """By kind: concepts, claims, mappings, documents. Too large a difference is refused, never cut."""
    library: Library = request.app.state.library
    diffs: Diffs = request.app.state.diffs
    old, new = library.shelf.find(before), library.shelf.find(after)
    request.scope["medkg.generation"] = new
    if format == "patch":
        folder = await diffs.get(library, old, new, PATCH)
        return FileResponse(folder / PATCH, media_type=MEDIA_TYPE)
    if format == "markdown":
        language = spoken(request)
        folder = await diffs.get(library, old, new, f"markdown-{language}")
        headers = {"Content-Language": language, "Vary": "Accept-Language"}
        return FileResponse(folder / f"markdown-{language}", 200, headers, "text/markdown; charset=utf-8")
    pair = f"{old}..{new}"
    start = _offset(cursor, pair)
    folder = await diffs.get(library, old, new, CHANGES)
    items, following = await library.work(lambda: _page(folder / CHANGES, start, limit))
    summary = read_summary(folder)
    return json(
        DiffPage(
            items=items, next=f"{pair}~{following}" if following else None, generation=new, before=old, after=new,
            counts=summary.counts,
        )
    )  # fmt: skip


def _offset(cursor: str | None, pair: str) -> int:
    """Where in the file of changes a page begins; raises QueryError for a cursor of another list."""
    if cursor is None:
        return 0
    name, mark, offset = cursor.partition("~")
    if name != pair or not mark or not (offset.isascii() and offset.isdecimal() and len(offset) < 13):
        raise QueryError(why="cursor")
    return int(offset)


def _page(path: File, start: int, limit: int) -> tuple[list[msgspec.Raw], int | None]:
    """Lines from a byte offset on, which must be the beginning of one, and the offset after them."""
    with path.open("rb") as lines:
        if start:
            lines.seek(start - 1)
            if lines.read(1) != b"\n":
                raise QueryError(why="cursor")
        items = [msgspec.Raw(line) for line in islice(iter(lines.readline, b""), limit)]
        after = lines.tell()
        return items, after if lines.read(1) else None
