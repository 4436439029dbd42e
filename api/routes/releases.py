"""Releases of curation: made, listed, looked at."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.answers import Page, json
from api.curating import ReleaseStarted
from api.requests import read_json
from api.routes.proposals import desk, person
from api.schemas import body, many, one
from kg.model.edit import ReleasedEdit
from kg.workflow.releases import CurationRelease
from ontology.curation.shelf import ReleaseFiles

router = APIRouter(prefix="/api/v1", tags=["curation"])
Version = Annotated[str, Path(max_length=64, pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
_LONGEST = 100_000


class ReleaseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is accepted, or only the ``proposals`` with these numbers."""

    version: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    note: Annotated[str, msgspec.Meta(max_length=4_000)] = ""
    proposals: Annotated[tuple[Annotated[int, msgspec.Meta(ge=1, lt=2**31)], ...], msgspec.Meta(max_length=10_000)] = ()


RECORDS = (CurationRelease, ReleaseRequest, ReleaseStarted, ReleasedEdit)


@router.get("/releases", summary="Releases of curation, newest first", responses=many(CurationRelease))
async def listed(request: Request) -> Response:
    return json(Page(await asyncio.to_thread(lambda: desk(request).releases.list()), None, ""))


@router.get("/releases/{version}", summary="One release", responses=one(CurationRelease))
async def shown(request: Request, version: Version) -> Response:
    found = await asyncio.to_thread(lambda: desk(request).releases.find(version))
    return json(found)


@router.get("/releases/{version}/edits", summary="The edits of a release, in order", responses=many(ReleasedEdit))
async def edits(request: Request, version: Version) -> Response:
    folder = request.app.state.library.settings.folder

    def read() -> list[ReleasedEdit]:
        desk(request).releases.find(version)
        return ReleaseFiles(folder).edits(version)

    return json(Page(await asyncio.to_thread(read), None, ""))


@router.post("/releases", summary="Release what is accepted", responses=one(ReleaseStarted, 202),
             openapi_extra=body(ReleaseRequest))  # fmt: skip
async def made(request: Request) -> Response:
    """A build in a process of its own; the release is there when its generation is served. An edit that does not fit
    any more takes all of it back and is named in the release's `message`."""
    asked = await read_json(request, ReleaseRequest, _LONGEST)
    started = await desk(request).release(asked.version, person(request), asked.note, asked.proposals)
    return Response(msgspec.json.encode(started), 202, media_type="application/json")
