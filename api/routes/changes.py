"""The change feed: as JSON with a cursor, and as Atom."""

from __future__ import annotations

from typing import Annotated
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import Page, json
from api.library import Library
from api.problems import spoken
from api.routes.parameters import Limit
from api.schemas import many, media
from api.texts import text
from kg.generation.feed import ChangeEvent, Feed, FeedItem
from kg.generation.kinds import FieldChange

router = APIRouter(tags=["changes"])
RECORDS = (ChangeEvent, FeedItem, FieldChange)
_ATOM = "application/atom+xml; charset=utf-8"
_ENTRIES = 100


@router.get("/api/v1/changes", summary="What changed in concepts and mappings, in order", responses=many(FeedItem))
async def changes(
    request: Request,
    after: Annotated[
        str | None, Query(max_length=40, description="The `next` of the answer before, or the cursor of an item.")
    ] = None,
    limit: Limit = 100,
) -> Response:
    """Keep `next` and ask again with it: nothing is missed and nothing comes twice, also after a restart of either
    side. An answer without items means that nothing is new. `reset` says that a generation has none before it to
    compare with: take a dump of it. Without `after` the feed begins with the oldest that is kept (410 where a cursor
    is older)."""
    library: Library = request.app.state.library
    found = await library.work(lambda: Feed(library.settings.folder).read(after, limit))
    current = library.current
    following = found[-1].cursor if found else after
    return json(Page(found, following, current.id if current else ""))


@router.get("/feeds/changes", summary="The newest changes as Atom", responses=media({"atom": _ATOM}))
async def atom(request: Request) -> Response:
    """The last 100, newest first (RFC 4287); texts by Accept-Language."""
    library: Library = request.app.state.library
    found = await library.work(lambda: Feed(library.settings.folder).newest(_ENTRIES))
    language = spoken(request)
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    return Response(_feed(found, str(request.base_url).rstrip("/"), language), 200, headers, _ATOM)


def _feed(found: list[FeedItem], root: str, language: str) -> str:
    updated = found[0].event.published if found else "1970-01-01T00:00:00+00:00"
    rows = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language)}>',
        f"<id>{escape(root)}/feeds/changes</id>",
        f"<title>{escape(text('feed.title', language))}</title>",
        f"<updated>{updated}</updated>",
        "<author><name>medkg</name></author>",
        f'<link rel="self" href={quoteattr(f"{root}/feeds/changes")}/>',
    ]
    for item in found:
        rows += _entry(item.event, root, language)
    return "\n".join([*rows, "</feed>\n"])


def _entry(event: ChangeEvent, root: str, language: str) -> list[str]:
    order = (event.label.zh, event.label.en) if language == "zh" else (event.label.en, event.label.zh)
    name = " ".join(part for part in (event.thing, order[0] or order[1] or "") if part)
    told = text(f"feed.{event.kind}-{event.action}", language, name=name, generation=event.generation)
    lines = [
        f"{field.field}{f' ({field.language})' if field.language else ''}: "
        + "; ".join([*(f"− {value}" for value in field.removed), *(f"+ {value}" for value in field.added)])
        for field in event.fields
    ]
    paths = {"concept": f"concepts/{event.thing}", "rule": f"rules/{event.thing}/evidence"}
    address = f"{root}/api/v1/{paths.get(event.kind, 'generations')}"
    return [
        "<entry>",
        f"<id>urn:medkg:change:{event.id}</id>",
        f"<title>{escape(clean(told))}</title>",
        f"<updated>{event.published}</updated>",
        f'<link rel="alternate" href={quoteattr(address)}/>',
        f'<content type="text">{escape(clean(chr(10).join(lines)))}</content>',
        "</entry>",
    ]


def clean(value: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return "".join(one for one in value if one in "\t\n" or (one >= " " and one not in "\ufffe\uffff"))
