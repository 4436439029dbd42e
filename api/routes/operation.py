"""Health and readiness."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import json
from api.library import Library
from api.schemas import one
from api.status import Health, Readiness, Walls
from kg.generation.pointer import Shelf

router = APIRouter(tags=["operation"])


@router.get("/health", summary="Does the process answer?", responses=one(Health))
async def health() -> Response:
    return json(Health("ok"))


@router.get("/ready", summary="Can questions be answered, and from what?", responses=one(Readiness))
async def ready(request: Request) -> Response:
    library: Library = request.app.state.library
    found = library.current
    if found is None:
        return Response(msgspec.json.encode(Health("starting")), 503, media_type="application/json")
    manifest = found.manifest
    pool = found.pool
    return json(
        Readiness(
            ready=True,
            generation=found.id,
            generations=tuple(Shelf(library.settings.folder).ids()),
            published=manifest.published,
            statements=manifest.counts.get("", 0),
            documents=found.indexes.text.count("document"),
            concepts=found.indexes.text.count("concept"),
            vectors=found.encoder.id if found.indexes.passages is not None and found.encoder else "",
            search=library.search,
            workers=pool.limits.workers,
            walls=Walls(network_namespace=pool.walls.no_network, system_call_filter=pool.walls.no_calls),
        )
    )
