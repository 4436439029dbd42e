"""Infobutton: what is known of a coded thing, as Atom (RFC 4287) or as JSON of the same shape."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Literal
from xml.sax.saxutils import escape, quoteattr

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import knowledge
from api.decisions import Decisions
from api.infobutton import Known, Question, known
from api.library import Library
from api.negotiation import choose
from api.problems import Refusal, spoken
from api.routes.cdshooks import address
from api.routes.changes import clean
from api.routes.parameters import AsOf
from api.schemas import described, one
from api.texts import text
from kg.model.case import Amount

_ATOM, _JSON = "application/atom+xml", "application/json"
_OFFERS = ((_ATOM, "atom"), (_JSON, "json"), ("application/xml", "atom"), ("text/xml", "atom"))
_FORMS = {"atom": "atom", "json": "json", "xml": "atom", _ATOM: "atom", _JSON: "json"}
_SEXES: dict[str, Literal["female", "male", "other"]] = {"F": "female", "M": "male", "UN": "other"}
"""http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender."""
_SCHEME = "mainSearchCriteria.v"
_OLDEST = 60_000.0
"""Of an age in any unit: days of more than 150 years."""

router = APIRouter(tags=["rules"])


class FeedText(msgspec.Struct, frozen=True):
    """A text construct of Atom, as knowledge responses write it in JSON."""

    _value: str
    type: str = "text"


class FeedLink(msgspec.Struct, frozen=True):
    href: str
    rel: str = "alternate"


class FeedCategory(msgspec.Struct, frozen=True):
    term: str
    scheme: str


class FeedEntry(msgspec.Struct, frozen=True):
    """One thing that is known; its category says which kind it is."""

    id: FeedText
    title: FeedText
    summary: FeedText
    updated: FeedText
    link: tuple[FeedLink, ...]
    category: tuple[FeedCategory, ...]


class KnowledgeFeed(msgspec.Struct, frozen=True):
    """`category`: what was asked, what it was read as, and how many rules do not speak of such patients."""

    id: FeedText
    title: FeedText
    subtitle: FeedText
    updated: FeedText
    category: tuple[FeedCategory, ...]
    entry: tuple[FeedEntry, ...]


class KnowledgeResponse(msgspec.Struct, frozen=True):
    feed: KnowledgeFeed


RECORDS = (KnowledgeResponse,)


@router.get("/infobutton", summary="Infobutton: what is known of a code or a name",
            responses=described(one(KnowledgeResponse), {"atom": _ATOM}))  # fmt: skip
async def infobutton(
    request: Request,
    code: Annotated[str, Query(alias=f"{_SCHEME}.c", max_length=300)] = "",
    system: Annotated[str, Query(alias=f"{_SCHEME}.cs", max_length=300, description="OID, URI or name.")] = "",
    name: Annotated[str, Query(alias=f"{_SCHEME}.dn", max_length=300)] = "",
    original: Annotated[str, Query(alias=f"{_SCHEME}.ot", max_length=300)] = "",
    subtopic: Annotated[str, Query(alias="subTopic.v.dn", max_length=300)] = "",
    task: Annotated[str, Query(alias="taskContext.c.c", max_length=300)] = "",
    gender: Annotated[str, Query(alias="patientPerson.administrativeGenderCode.c", max_length=10)] = "",
    age: Annotated[float | None, Query(alias="age.v.v", ge=0, le=_OLDEST)] = None,
    unit: Annotated[Literal["a", "mo", "wk", "d"], Query(alias="age.v.u")] = "a",
    language: Annotated[str, Query(alias="informationRecipient.languageCode.c", max_length=40)] = "",
    response_type: Annotated[str, Query(alias="knowledgeResponseType", max_length=100)] = "",
    form: Annotated[str, Query(alias="_format", max_length=100)] = "",
    as_of: AsOf = None,
) -> Response:
    """The concept, rules that may fire, recommendations, claims and documents. What is not understood is told with what
    comes nearest. `taskContext` comes back; it changes nothing yet. Nothing of the patient is kept or sent back."""
    chosen = _form(form or response_type, request.headers.get("accept", ""))
    if not (code or name or original):
        raise Refusal(422, where=f"{_SCHEME}.c")
    spoke = language.partition("-")[0] if language.partition("-")[0] in ("zh", "en") else spoken(request)
    found, _ = await knowledge(request, as_of)
    library: Library = request.app.state.library
    decisions: Decisions = request.app.state.decisions
    question = Question(
        code=code, system=system, name=name or original, about=subtopic, sex=_SEXES.get(gender.upper(), "unknown"),
        age=None if age is None else Amount(age, unit),
    )  # fmt: skip
    told = await library.work(lambda: known(found, decisions, question, spoke))
    asked = {f"{_SCHEME}.c": code, f"{_SCHEME}.cs": system, f"{_SCHEME}.dn": name, "subTopic.v.dn": subtopic,
             "taskContext.c.c": task}  # fmt: skip
    feed = _feed(told, asked, address(request), found.id, found.manifest.published, spoke)
    headers = {"Content-Language": spoke, "Vary": "Accept, Accept-Language"}
    if chosen == "json":
        return Response(msgspec.json.encode(KnowledgeResponse(feed)), 200, headers, _JSON)
    return Response(_atom(feed, spoke), 200, headers, _ATOM)


def _form(named: str, accept: str) -> str:
    """``atom`` or ``json``; raises Refusal (406) for another format."""
    chosen = _FORMS.get(named.lower(), "") if named else choose(accept, _OFFERS)
    if not chosen:
        raise Refusal(406, known=f"{_ATOM}, {_JSON}")
    return chosen


def _feed(
    told: Known, asked: dict[str, str], root: str, generation: str, published: str, language: str
) -> KnowledgeFeed:  # fmt: skip
    when = FeedText(published)
    entries = tuple(
        FeedEntry(
            FeedText(f"urn:medkg:{generation}:{one.kind}:{one.id}"), FeedText(one.title), FeedText(one.summary), when,
            (FeedLink(root + one.path),), (FeedCategory(one.kind, f"{root}id/infobutton"),),
        )
        for one in told.entries
    )  # fmt: skip
    given = [FeedCategory(value, scheme) for scheme, value in asked.items() if value]
    given += [FeedCategory(name, f"{root}id/concept") for name in told.concepts]
    if told.others:
        given.append(FeedCategory(str(told.others), f"{root}id/rules-about-others"))
    state = "understood" if told.concepts else "not-understood"
    given.append(FeedCategory(state, f"{root}id/infobutton"))
    mark = sha256("\0".join((generation, language, *asked.values())).encode()).hexdigest()
    title = told.entries[0].title if told.concepts else next((value for value in asked.values() if value), "")
    return KnowledgeFeed(
        FeedText(f"urn:medkg:infobutton:{mark}"), FeedText(text("infobutton.title", language, name=title)),
        FeedText(text(f"infobutton.{state}", language)), when, tuple(given), entries,
    )  # fmt: skip


def _atom(feed: KnowledgeFeed, language: str) -> str:
    rows = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language)}>',
        *_texts(feed, ("id", "title", "subtitle", "updated")), *_categories(feed.category),
        "<author><name>medkg</name></author>",
    ]  # fmt: skip
    for entry in feed.entry:
        links = [f'<link rel="{one.rel}" href={quoteattr(clean(one.href))}/>' for one in entry.link]
        rows += ["<entry>", *_texts(entry, ("id", "title", "summary", "updated")), *links,
                 *_categories(entry.category), "</entry>"]  # fmt: skip
    return "\n".join([*rows, "</feed>\n"])


def _texts(record: KnowledgeFeed | FeedEntry, names: tuple[str, ...]) -> list[str]:
    return [f"<{name}>{escape(clean(getattr(record, name)._value))}</{name}>" for name in names]


def _categories(rows: tuple[FeedCategory, ...]) -> list[str]:
    return [f"<category scheme={quoteattr(one.scheme)} term={quoteattr(clean(one.term))}/>" for one in rows]
