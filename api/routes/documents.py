"""Documents with their passages and mentions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.answers import json, knowledge
from api.routes.parameters import LONGEST_ID, AsOf
from api.schemas import one
from kg.query.records import DocumentRecord

router = APIRouter(prefix="/api/v1", tags=["documents"])
Id = Annotated[str, Path(max_length=LONGEST_ID, description="CURIE of the document, percent-encoded.")]


@router.get("/documents/{id:path}", summary="One document", responses=one(DocumentRecord))
async def document(request: Request, id: Id, as_of: AsOf = None) -> Response:
    """Passages with their text, and the mentions in them with offsets in code points."""
    found, _ = await knowledge(request, as_of)
    return json(await request.app.state.library.work(lambda: found.documents.record(id)))
