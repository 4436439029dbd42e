"""Concept sets: definitions, members with their reasons, membership, exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.answers import json, knowledge, page, slice_of
from api.conceptsets import MEDIA, Export, exported
from api.knowledge import Knowledge
from api.library import Library
from api.routes.parameters import LONGEST_ID, AsOf, Cursor, Limit
from api.schemas import many, media, one
from kg.query.records import LabelPair
from kg.sets.compilation import Became, Compiled, SetReason
from kg.sets.shown import (
    ConceptSetRecord,
    RemovedMember,
    SetMember,
    SetPartRecord,
    SetSummary,
    member,
    record,
    removed,
    summary,
)

router = APIRouter(prefix="/api/v1", tags=["concept sets"])
Identifier = Annotated[str, Path(max_length=100, description="The id of a concept set.")]
Version = Annotated[
    str, Query(max_length=40, description="One version; without it the one in force: the newest that is active.")
]


class SetTest(msgspec.Struct, frozen=True):
    """Whether a concept is in a set, and why; for one that was taken away ``excluded`` says by which lines."""

    id: str
    label: LabelPair
    member: bool
    reasons: Sequence[SetReason]
    excluded: Sequence[SetReason]
    set: SetSummary


RECORDS = (
    ConceptSetRecord, SetPartRecord, SetMember, RemovedMember, SetSummary, SetTest, SetReason, Became,
)  # fmt: skip


async def _compiled(request: Request, found: Knowledge, identifier: str, version: str) -> tuple[Compiled, SetSummary]:
    library: Library = request.app.state.library
    made = await library.work(lambda: found.sets.compiled(identifier, version))
    return made, summary(found.sets.find(identifier, made.version), made)


@router.get("/concept-sets", summary="Concept sets, every version", responses=many(ConceptSetRecord))
async def listed(request: Request, limit: Limit = 50, cursor: Cursor = None, as_of: AsOf = None) -> Response:
    """By id, oldest version first, as they are defined; who the members are is one step further."""
    found, inner = await knowledge(request, as_of, cursor)
    rows, following = slice_of(await request.app.state.library.work(found.sets.all), inner, limit)
    return page(found, [record(row, found.naming.label) for row in rows], following)


@router.get("/concept-sets/{id}", summary="One concept set as it is defined", responses=one(ConceptSetRecord))
async def shown(request: Request, id: Identifier, version: Version = "", as_of: AsOf = None) -> Response:
    found, _ = await knowledge(request, as_of)
    definition = await request.app.state.library.work(lambda: found.sets.find(id, version))
    return json(record(definition, found.naming.label))


@router.get(
    "/concept-sets/{id}/members",
    summary="The members of a concept set, and why each is one",
    responses=many(SetMember, SetSummary),
)
async def listed_members(
    request: Request, id: Identifier, version: Version = "", limit: Limit = 50, cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:  # fmt: skip
    """Sorted by id. `interpretation` pins the list: version, generation and a digest of all ids, and tells what became
    of unknown and deprecated codes. The same version in the same generation is always the same list."""
    found, inner = await knowledge(request, as_of, cursor)
    made, pinned = await _compiled(request, found, id, version)
    rows, following = slice_of(made.members, inner, limit)
    return page(found, [member(row, found.naming.label) for row in rows], following, pinned)


@router.get(
    "/concept-sets/{id}/removed",
    summary="Concepts that a concept set includes and takes away again",
    responses=many(RemovedMember, SetSummary),
)
async def listed_removed(
    request: Request, id: Identifier, version: Version = "", limit: Limit = 50, cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:  # fmt: skip
    """Sorted by id, with the lines of both sides."""
    found, inner = await knowledge(request, as_of, cursor)
    made, pinned = await _compiled(request, found, id, version)
    rows, following = slice_of(made.removed, inner, limit)
    return page(found, [removed(row, found.naming.label) for row in rows], following, pinned)


@router.get("/concept-sets/{id}/contains", summary="Whether a concept is in a concept set", responses=one(SetTest))
async def contains(
    request: Request,
    id: Identifier,
    concept: Annotated[str, Query(min_length=1, max_length=LONGEST_ID, description="CURIE.")],
    version: Version = "",
    as_of: AsOf = None,
) -> Response:
    found, _ = await knowledge(request, as_of)
    made, pinned = await _compiled(request, found, id, version)
    curie = found.naming.curie(found.concepts.node(concept))
    label = found.naming.label(curie)
    if curie in found.sets.membership(id, made.version):
        own = next(row for row in made.members if row.id == curie)
        return json(SetTest(curie, label, True, own.reasons, (), pinned))
    gone = next((row for row in made.removed if row.id == curie), None)
    return json(SetTest(curie, label, False, gone.included if gone else (), gone.excluded if gone else (), pinned))


@router.get(
    "/concept-sets/{id}/export",
    summary="A concept set as FHIR ValueSet, OMOP concept set or CSV",
    responses=media({str(name): kind for name, kind in MEDIA.items()}),
)
async def export(
    request: Request,
    id: Identifier,
    format: Annotated[Export, Query(description="`fhir`: compose and expansion; `omop`: as ATLAS imports it.")],
    version: Version = "",
    as_of: AsOf = None,
) -> Response:
    found, _ = await knowledge(request, as_of)
    made, _pinned = await _compiled(request, found, id, version)
    definition = found.sets.find(id, made.version)
    library: Library = request.app.state.library
    content = await library.work(lambda: exported(format, definition, made, found.naming, found.manifest))
    suffix = "csv" if format == "csv" else "json"
    name = f"{definition.id}-{definition.version}.{format}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, MEDIA[format])
