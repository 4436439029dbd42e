"""Before approval: what the gate says against edits, what they change elsewhere, and how good the whole is."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.answers import json, knowledge
from api.consequences import MOST_SAMPLES, SAMPLES, Consequences, consequences
from api.curating import Curating
from api.knowledge import Knowledge
from api.library import Library
from api.requests import read_json
from api.routes.parameters import AsOf
from api.schemas import body, one
from api.survey import SAMPLES as MOST_FOUND
from api.survey import QualityReport, Surveys, report
from kg.impact.base import World
from kg.model.edit import Edit
from kg.workflow.proposals import MOST_EDITS

router = APIRouter(prefix="/api/v1", tags=["curation"])
Number = Annotated[int, Path(ge=1, lt=2**31, description="The number of a proposal.")]
Samples = Annotated[int, Query(ge=0, le=MOST_SAMPLES, description="How many of each kind are shown.")]


class PreviewRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Edits as a proposal has them."""

    edits: Annotated[tuple[Edit, ...], msgspec.Meta(min_length=1, max_length=MOST_EDITS)]


RECORDS = (PreviewRequest, Consequences, QualityReport)


@router.post(
    "/proposals/preview",
    summary="What edits would do, without proposing them",
    responses=one(Consequences),
    openapi_extra=body(PreviewRequest),
)
async def previewed(request: Request, samples: Samples = SAMPLES, as_of: AsOf = None) -> Response:
    """The verdict of the gate, and by kind how much hangs on the concepts that change: documents, claims, mappings,
    concept sets, queries, and the documents that will be linked again. Nothing is kept."""
    library: Library = request.app.state.library
    asked = await read_json(request, PreviewRequest, library.settings.body_bytes)
    found, _ = await knowledge(request, as_of)
    return json(await asyncio.to_thread(_asked, asked.edits, found, library, samples))


@router.get("/proposals/{number}/impact", summary="What a proposal would do", responses=one(Consequences))
async def of_proposal(request: Request, number: Number, samples: Samples = SAMPLES, as_of: AsOf = None) -> Response:
    """The same for the edits of a proposal, against the generation that is served."""
    library: Library = request.app.state.library
    desk: Curating = request.app.state.curating
    found, _ = await knowledge(request, as_of)
    edits = (await asyncio.to_thread(desk.proposals.content, number)).edits
    return json(await asyncio.to_thread(_asked, edits, found, library, samples))


@router.get("/curation/quality", summary="Quality of the terminologies", responses=one(QualityReport))
async def quality(
    request: Request,
    code: Annotated[str | None, Query(max_length=64, description="Only this finding.")] = None,
    samples: Annotated[int, Query(ge=0, le=MOST_FOUND, description="How many of each finding are shown.")] = SAMPLES,
    as_of: AsOf = None,
) -> Response:
    """The quality list (ADR 30) over every concept of a generation. The first answer for a generation takes seconds."""
    found, _ = await knowledge(request, as_of)
    surveys: Surveys = request.app.state.surveys
    return json(report(await surveys.get(found.id), found.id, samples, code))


def _asked(edits: tuple[Edit, ...], found: Knowledge, library: Library, samples: int) -> Consequences:
    """Not in the threads of the library, which are few: a proposal of thousands of edits takes a minute."""
    world = World(found.reader, found.naming, found.indexes.text)
    return consequences(edits, world, found.id, found.annotator.lexicon, library.settings.folder, samples)
