"""Documents as references: files for reference managers, and formatted lists."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import knowledge
from api.routes.parameters import LONGEST_ID, AsOf
from api.schemas import media
from kg.references.formats import FORMATS

MOST = 200
"""Documents of one request; more is an export (``/api/v1/export``)."""
router = APIRouter(prefix="/api/v1", tags=["documents"])
Name = Literal[
    "ris", "endnote", "refworks", "noteexpress", "nbib", "bibtex", "csl", "csv", "gbt7714", "vancouver"
]  # fmt: skip
Ids = Annotated[
    list[Annotated[str, Query(max_length=LONGEST_ID)]],
    Query(alias="id", min_length=1, max_length=MOST, description="CURIEs of documents, in the order of the list."),
]
Written = Annotated[Name, Query(alias="format", description="`gbt7714` and `vancouver` are numbered lists.")]


@router.get(
    "/references",
    summary="Documents as references",
    responses=media({name: form.media_type for name, form in FORMATS.items()}),
)
async def references(request: Request, ids: Ids, form: Written = "ris", as_of: AsOf = None) -> Response:
    """For RIS, EndNote, RefWorks, NoteExpress, PubMed, BibTeX, CSL-JSON and spreadsheets, or formatted after
    GB/T 7714-2015 or Vancouver. A document that is not in the graph is an error: no list is silently shorter."""
    found, _ = await knowledge(request, as_of)
    chosen = FORMATS[form]

    def work() -> str:
        return chosen.write([found.documents.record(curie) for curie in dict.fromkeys(ids)])

    text = await request.app.state.library.work(work)
    name = f'attachment; filename="references.{chosen.extension}"'
    return Response(text, 200, {"Content-Disposition": name}, chosen.media_type)
