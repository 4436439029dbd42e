"""Hybrid search, and the annotation of texts. What users write here is never kept, logged or repeated."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query, Request
from msgspec.structs import replace
from starlette.responses import Response

from api import exchange
from api.annotation import annotate_texts
from api.answers import Stream, knowledge, page
from api.knowledge import Knowledge
from api.library import Library
from api.problems import Refusal
from api.requests import MOST_CHARACTERS, AnnotateRequest, AnnotateText, TextMentions, read_json
from api.routes.corrections import Corrected
from api.routes.narrowed import Narrowed
from api.routes.parameters import AsOf, Cursor, Limit
from api.schemas import body, described, many
from ingest.text.claims.ledger import Ledger
from kg.index.base import Kind
from kg.query.pool import Answer
from kg.search.base import LONGEST_QUERY, SIGNALS, Hit, Interpretation, Results
from kg.search.base import Query as SearchQuery
from kg.search.reranking import MOST as MOST_RERANKED
from kg.search.signals import parsed

router = APIRouter(prefix="/api/v1")
Form = Annotated[
    str | None,
    Query(
        alias="format",
        description="Instead of Accept; an unknown one is a 406 like an Accept that takes none.",
        json_schema_extra={"enum": [*exchange.MEDIA]},
    ),
]
_DESCRIBED = described(many(TextMentions), exchange.MEDIA)
_KINDS: dict[str, Kind | None] = {"document": "document", "concept": "concept", "all": None}


@router.get("/search", tags=["search"], summary="Documents and concepts", responses=many(Hit, Interpretation))
async def search(
    request: Request,
    corrected: Corrected,
    narrowed: Narrowed,
    q: Annotated[str, Query(max_length=LONGEST_QUERY, description="In Chinese, English or both.")],
    kind: Literal["document", "concept", "all"] = "document",
    signals: Annotated[
        str | None,
        Query(max_length=200, description=f"By what to rank, with commas; all by default: {', '.join(SIGNALS)}."),
    ] = None,
    profile: Annotated[
        str | None, Query(max_length=40, description="For whom to rank: a name of `/api/v1/profiles`.")
    ] = None,
    rerank: Annotated[
        Literal["late", "cross"] | None,
        Query(
            description="Who looks at the first hits again: `late` (late interaction of the encoder's pieces) or "
            "`cross` (the cross-encoder of the settings)."
        ),
    ] = None,
    top: Annotated[int, Query(ge=1, le=MOST_RERANKED, description="Hits that `rerank` looks at.")] = 20,
    narrower: Annotated[
        bool | None,
        Query(
            description="Of a name: true asks for what is about narrower concepts, too, false for what is about just "
            "this one; without it the ranking serves both."
        ),
    ] = None,
    fold: Annotated[bool, Query(description="true folds what says nearly the same into one.")] = False,
    diverse: Annotated[bool, Query(description="true lets hits differ from those before them.")] = False,
    limit: Limit = 10,
    cursor: Cursor = None,
    as_of: AsOf = None,
) -> Response:
    """Each hit has the parts of its score, the best sentence, and the way from the concepts of the query to those that
    the document mentions; `interpretation` says how the query was read: its concepts with their role, and hints of
    years, study designs, exclusions and spellings with whether they act. `without_concept`, `concept` and `hints`
    correct it.
    A hint never leaves out a document whose year or kind of study is not known."""
    found, inner = await knowledge(request, as_of, cursor)
    by = parsed(signals)
    query = SearchQuery(q, _KINDS[kind], narrowed.plain, limit, inner, by, corrected, profile or "", fold, diverse,
                        rerank or "", top, narrower)  # fmt: skip

    def answered() -> Results:
        return found.searcher.search(replace(query, filters=narrowed.of(found.filtering)))

    results = await request.app.state.library.work(answered)
    return page(found, results.items, results.next, results.interpretation)


@router.post(
    "/annotate",
    tags=["annotation"],
    summary="Concepts that texts mention",
    responses=_DESCRIBED,
    openapi_extra=body(AnnotateRequest),
)
async def annotate(request: Request, form: Form = None, as_of: AsOf = None) -> Response:
    """Up to 100 texts in one request; offsets are code points of the text as sent. In the form that `format` or
    Accept asks for: `json` in the envelope of lists, `ndjson` one item of it a line, sent as each text is done,
    `bioc` (BioC JSON), `pubtator` (texts with PubMed numbers as ids, of one line or two) or `webannotation`."""
    chosen = exchange.chosen(form, request.headers.get("accept", ""))
    library = request.app.state.library
    asked = await read_json(request, AnnotateRequest, library.settings.body_bytes)
    texts = [AnnotateText(item) if isinstance(item, str) else item for item in asked.texts]
    if sum(len(item.text) for item in texts) > MOST_CHARACTERS:
        raise Refusal(413, limit=MOST_CHARACTERS)
    found, _ = await knowledge(request, as_of)
    ledger = Ledger() if asked.claims else None
    if chosen == "ndjson":
        return await _streamed(library, found, texts, asked, ledger)
    if chosen == "json":
        response = page(found, await library.work(lambda: _read(found, texts, asked, ledger)), None)
    else:
        text = await library.work(lambda: exchange.written(found, texts, chosen, ledger=ledger, nested=asked.nested))
        response = Response(text, media_type=exchange.MEDIA[chosen])
    response.headers["Vary"] = "Accept"
    return response


def _read(
    found: Knowledge, texts: Sequence[AnnotateText], asked: AnnotateRequest, ledger: Ledger | None
) -> list[TextMentions]:
    return annotate_texts(found, texts, ledger=ledger, nested=asked.nested, with_doses=asked.doses)


async def _streamed(
    library: Library, found: Knowledge, texts: list[AnnotateText], asked: AnnotateRequest, ledger: Ledger | None
) -> Response:
    """A line a text, each read in a turn of its own, so that other askers come in between."""

    async def line(item: AnnotateText) -> bytes:
        read = await library.work(lambda: _read(found, [item], asked, ledger))
        return msgspec.json.encode(read[0]) + b"\n"

    async def rest() -> AsyncGenerator[bytes, None]:
        for item in texts[1:]:
            yield await line(item)

    first = Answer("ndjson", await line(texts[0]), rest())
    return Stream(first, exchange.MEDIA["ndjson"], {"Vary": "Accept"})
