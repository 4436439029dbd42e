"""Files for ingest, sent by curators, and what became of them."""

from __future__ import annotations

import asyncio
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from starlette.responses import Response

from api import wiring
from api.answers import Page, json
from api.bodies import read_body
from api.ingests import Ingests
from api.problems import Refusal, spoken
from api.schemas import many, one
from api.settings import Settings
from kg.messages import Catalogue
from kg.model.source import Reject
from kg.workflow.jobs import Job

router = APIRouter(prefix="/api/v1", tags=["ingest"])
_SHOWN = 1_000
_SECONDS = 600.0
_NAME = r"^[^/\\\x00-\x1f.][^/\\\x00-\x1f]*$"
Number = Annotated[int, InPath(ge=1, lt=2**31, description="The number of a job.")]
Word = Annotated[str, Query(max_length=200, pattern=r"^[^/\\\x00-\x1f]*$")]


class Ingested(msgspec.Struct, frozen=True):
    """Records of one input: ``read`` is ``stored`` and ``rejected`` and ``replaced`` by later ones in it."""

    name: str
    read: int
    stored: int
    rejected: int
    replaced: int
    quads: int


class IngestJob(msgspec.Struct, frozen=True):
    """A job. ``files``: what it reads; ``format`` and ``encoding`` are guessed where nobody told.

    ``inputs``: what came of each, once it is done.
    """

    id: int
    kind: str
    state: str
    started: str
    ended: str
    files: tuple[str, ...]
    format: str
    encoding: str
    inputs: tuple[Ingested, ...]
    generation: str
    message: str


class LeftOut(msgspec.Struct, frozen=True):
    """A record that was left out: where it stands, and why."""

    file: str
    position: str
    key: str
    reason: str
    detail: str


RECORDS = (IngestJob, Ingested, LeftOut)
_BINARY = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}


@router.post("/ingest", summary="Add a file", responses=one(IngestJob, 202), openapi_extra=_BINARY)
async def send(
    request: Request,
    file: Annotated[str, Query(min_length=1, max_length=100, pattern=_NAME, description="What the file is called.")],
    format: Annotated[Word, Query(description="Its format; guessed when empty.")] = "",
    name: Annotated[Word, Query(description="Name of the source; a newer file of a name replaces the older.")] = "",
    version: Annotated[Word, Query(description="Version of the source; the digest of the file when empty.")] = "",
    licence: Annotated[Word, Query(description="SPDX identifier or IRI.")] = "unknown",
) -> Response:
    """The body is the file. It is read and published in the background: the answer names the job."""
    ingests: Ingests = request.app.state.ingests
    data = await read_body(request, _settings(request).upload_bytes, _SECONDS)
    if not data:
        raise Refusal(400)
    options = {"format_": format, "name": name, "version": version, "licence": licence}
    number = await ingests.enter(file, data, options)
    answer = json(_shown(await asyncio.to_thread(lambda: wiring.jobs(_settings(request)).get(number))))
    answer.status_code = 202
    answer.headers["Location"] = f"/api/v1/jobs/{number}"
    return answer


@router.get("/jobs", summary="The newest jobs", responses=many(IngestJob))
async def listed(request: Request) -> Response:
    """Builds of the command line, too."""
    found = await asyncio.to_thread(lambda: wiring.jobs(_settings(request)).list())
    return json(Page([_shown(job) for job in found], None, ""))


@router.get("/jobs/{number}", summary="A job", responses=one(IngestJob))
async def job(request: Request, number: Number) -> Response:
    return json(_shown(await asyncio.to_thread(lambda: wiring.jobs(_settings(request)).get(number))))


@router.get("/jobs/{number}/rejects", summary="What a job left out", responses=many(LeftOut))
async def rejects(request: Request, number: Number) -> Response:
    """The first thousand of each input; all are in the folder `rejects` beside the data."""
    settings, language = _settings(request), spoken(request)
    found = await asyncio.to_thread(lambda: wiring.jobs(settings).get(number))
    names = [row.name for row in _inputs(found) if row.rejected]
    left = await asyncio.to_thread(lambda: [one for name in names for one in _left_out(settings, name, language)])
    return json(Page(left, None, ""))


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.library.settings
    return settings


def _left_out(settings: Settings, name: str, language: str) -> list[LeftOut]:
    file = settings.folder / "rejects" / f"{name}.jsonl"
    if not file.is_file():
        return []
    with file.open("rb") as lines:
        found = [msgspec.json.decode(line, type=Reject) for line in islice(lines, _SHOWN)]
    texts = Catalogue("kg")
    return [
        LeftOut(
            one.path, one.position, one.key, one.reason, texts.text(f"reject.{one.reason}", language, detail=one.detail)
        )
        for one in found
    ]


def _inputs(job: Job) -> tuple[Ingested, ...]:
    return msgspec.convert(job.result.get("inputs", ()), tuple[Ingested, ...])


def _shown(job: Job) -> IngestJob:
    """A job without the folders of this machine."""
    paths = job.arguments.get("paths")
    files = tuple(Path(str(path)).name for path in paths) if isinstance(paths, list) else ()
    return IngestJob(
        id=job.id, kind=job.kind, state=job.state, started=job.started, ended=job.ended, files=files,
        format=str(job.arguments.get("format_", "")), encoding=str(job.arguments.get("encoding", "")),
        inputs=_inputs(job),
        generation=str(job.result.get("generation", "")), message=job.message,
    )  # fmt: skip
