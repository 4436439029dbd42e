"""Documents as references: files for reference managers, and formatted lists."""

from __future__ import annotations

from asyncio import Semaphore
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import bibliography
from api.answers import knowledge
from api.bibliography import Work
from api.library import Library
from api.problems import Refusal
from api.routes.parameters import LONGEST_ID, AsOf
from api.schemas import media
from kg.errors import Overloaded
from kg.index.boolean import Order
from kg.query.documents import Documents
from kg.query.records import DocumentRecord
from kg.references.formats import FORMATS
from kg.search.strategy.grammar import MOST_CHARACTERS
from kg.search.strategy.history import MOST_EARLIER
from kg.search.strategy.searching import Strategy

router = APIRouter(prefix="/api/v1", tags=["documents"])
Name = Literal[
    "ris", "endnote", "refworks", "noteexpress", "sinomed", "nbib", "pubmed", "jats", "bibtex", "crossref", "datacite",
    "openalex", "clinicaltrials", "chictr", "marc21", "cnmarc", "records", "csl", "csv", "gbt7714", "vancouver",
]  # fmt: skip
Ids = Annotated[
    list[Annotated[str, Query(max_length=LONGEST_ID)]] | None,
    Query(
        alias="id",
        min_length=1,
        max_length=bibliography.LONG,
        description="CURIEs of documents, in the order of the list.",
    ),
]
Text = Annotated[
    str | None,
    Query(max_length=MOST_CHARACTERS, description="Instead of `id`: every document that this search strategy finds."),
]
Earlier = Annotated[
    list[str] | None,
    Query(max_length=MOST_EARLIER, description="Earlier strategies in their order: `#1`, `#2` and so on."),
]
Sort = Annotated[Order, Query(description="The order of what the strategy finds.")]
Written = Annotated[Name, Query(alias="format", description="`gbt7714` and `vancouver` are numbered lists.")]


@router.get(
    "/references",
    summary="Documents as references",
    responses=media({name: form.media_type for name, form in FORMATS.items()}),
)
async def references(
    request: Request,
    ids: Ids = None,
    q: Text = None,
    history: Earlier = None,
    sort: Sort = "relevance",
    form: Written = "ris",
    as_of: AsOf = None,
) -> Response:
    """For RIS, EndNote, RefWorks, NoteExpress, SinoMed, PubMed (`nbib`, `pubmed`), JATS, BibTeX, Crossref, DataCite,
    OpenAlex, registries of trials, CSL-JSON and spreadsheets, or formatted after GB/T 7714-2015 or Vancouver: the
    documents of `id`, or all that a search strategy finds, up to 5,000. A document that is not in the graph, one that
    the format cannot hold and a strategy that finds more are errors: no list is silently shorter."""
    if (ids is None) == (q is None):
        raise Refusal(422, where="query.id, query.q")
    found, _ = await knowledge(request, as_of)
    if q is not None:
        asked = Strategy(q, tuple(history or ()), sort)
        most = bibliography.MOST
        works = await request.app.state.library.work(partial(bibliography.hits, found.strategies, asked, most))
    else:
        works = [(curie,) for curie in dict.fromkeys(ids or ())]
    chosen = FORMATS[form]
    text = await _written(request, found.documents, works, form)
    name = f'attachment; filename="references.{chosen.extension}"'
    return Response(text, 200, {"Content-Disposition": name}, chosen.media_type)


async def _written(request: Request, documents: Documents, works: list[Work], form: str) -> str:
    """The list; raises Overloaded where it is long, and as many long ones as may be are under way."""
    if len(works) <= bibliography.LONG:
        return await _list(request.app.state.library, documents, works, form)
    under_way: Semaphore = request.app.state.long_lists
    if under_way.locked():
        raise Overloaded
    async with under_way:
        return await _list(request.app.state.library, documents, works, form)


async def _list(library: Library, documents: Documents, works: list[Work], form: str) -> str:
    records: list[DocumentRecord] = []
    for block in bibliography.blocks(works):
        records += await library.work(partial(bibliography.read, documents, block, form))
    return await library.work(partial(FORMATS[form].write, records))
