"""Infobutton: what is known of a coded thing, as Atom (RFC 4287) or as JSON of the same shape."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Literal
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape, quoteattr

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import knowledge
from api.bodies import charset, in_utf8, media_type, read_body
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
_FORM = "application/x-www-form-urlencoded"
_LONGEST_FORM, _MOST_FIELDS = 50_000, 200
"""Bytes and fields of a form."""
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

_Words = Annotated[str, msgspec.Meta(max_length=300)]


class KnowledgeForm(msgspec.Struct, frozen=True):
    """What is asked, by the names of the URL-based implementation guide; the same in a URL and in a form."""

    code: _Words = msgspec.field(default="", name=f"{_SCHEME}.c")
    system: _Words = msgspec.field(default="", name=f"{_SCHEME}.cs")
    name: _Words = msgspec.field(default="", name=f"{_SCHEME}.dn")
    original: _Words = msgspec.field(default="", name=f"{_SCHEME}.ot")
    subtopic: _Words = msgspec.field(default="", name="subTopic.v.dn")
    task: _Words = msgspec.field(default="", name="taskContext.c.c")
    gender: Annotated[str, msgspec.Meta(max_length=10)] = msgspec.field(
        default="", name="patientPerson.administrativeGenderCode.c"
    )
    age: Annotated[float, msgspec.Meta(ge=0, le=_OLDEST)] | None = msgspec.field(default=None, name="age.v.v")
    unit: Literal["a", "mo", "wk", "d"] = msgspec.field(default="a", name="age.v.u")
    language: Annotated[str, msgspec.Meta(max_length=40)] = msgspec.field(
        default="", name="informationRecipient.languageCode.c"
    )
    response_type: Annotated[str, msgspec.Meta(max_length=100)] = msgspec.field(
        default="", name="knowledgeResponseType"
    )
    form: Annotated[str, msgspec.Meta(max_length=100)] = msgspec.field(default="", name="_format")


_NAMES = tuple(one.encode_name for one in msgspec.structs.fields(KnowledgeForm))
_FORM_FIELDS = {"type": "object", "properties": {name: {"type": "string"} for name in _NAMES}}
_FORM_BODY = {"requestBody": {"required": True, "content": {_FORM: {"schema": _FORM_FIELDS}}}}


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
    given = KnowledgeForm(
        code, system, name, original, subtopic, task, gender, age, unit, language, response_type, form
    )  # fmt: skip
    return await _answered(request, given, as_of)


@router.post("/infobutton", summary="Infobutton: the same, form-encoded",
             responses=described(one(KnowledgeResponse), {"atom": _ATOM}), openapi_extra=_FORM_BODY)  # fmt: skip
async def infobutton_form(request: Request, as_of: AsOf = None) -> Response:
    """The parameters of the URL in the body, so that nothing of a patient stands in an address or in the log of a
    proxy. Further parameters of the guide are passed over; one that is there twice is refused."""
    if media_type(request) != _FORM:
        raise Refusal(415, known=_FORM)
    data = in_utf8(request, await read_body(request, _LONGEST_FORM))
    return await _answered(request, _read(data, charset(request) or "utf-8"), as_of)


def _read(data: bytes, encoding: str) -> KnowledgeForm:
    """The fields of a form whose escapes are of ``encoding``; empty ones count as absent. Raises Refusal (400, 422)
    with the place."""
    try:
        rows = parse_qsl(data.decode(), keep_blank_values=True, strict_parsing=bool(data), encoding=encoding,
                         errors="strict", max_num_fields=_MOST_FIELDS)  # fmt: skip
    except ValueError:
        raise Refusal(400) from None
    fields: dict[str, str] = {}
    for name, value in rows:
        if name in _NAMES and name in fields:
            raise Refusal(422, where=name)
        fields[name] = value
    try:
        return msgspec.convert({name: fields[name] for name in _NAMES if fields.get(name)}, KnowledgeForm, strict=False)
    except msgspec.ValidationError as error:
        place = str(error).rpartition("at `$.")[2].rstrip("`")
        raise Refusal(422, where=place) from None


async def _answered(request: Request, given: KnowledgeForm, as_of: str | None) -> Response:
    chosen = _form(given.form or given.response_type, request.headers.get("accept", ""))
    if not (given.code or given.name or given.original):
        raise Refusal(422, where=f"{_SCHEME}.c")
    primary = given.language.partition("-")[0]
    spoke = primary if primary in ("zh", "en") else spoken(request)
    found, _ = await knowledge(request, as_of)
    library: Library = request.app.state.library
    decisions: Decisions = request.app.state.decisions
    question = Question(
        code=given.code, system=given.system, name=given.name or given.original, about=given.subtopic,
        sex=_SEXES.get(given.gender.upper(), "unknown"),
        age=None if given.age is None else Amount(given.age, given.unit),
    )  # fmt: skip
    told = await library.judge(lambda: known(found, decisions, question, spoke))
    asked = {f"{_SCHEME}.c": given.code, f"{_SCHEME}.cs": given.system, f"{_SCHEME}.dn": given.name,
             "subTopic.v.dn": given.subtopic, "taskContext.c.c": given.task}  # fmt: skip
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
