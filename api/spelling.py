"""In which spelling a question to the rules comes, JSON or its XML twin, and in which its answer goes back.

The answer is spelled like the question unless Accept says otherwise. Accept-Charset may ask for GB18030 or GBK: for
systems that know no other. Errors are problem documents in UTF-8 all the same.
"""

from __future__ import annotations

import codecs
import json
from typing import TypeVar

import msgspec
from fastapi import Request
from lxml.etree import _Element
from starlette.responses import Response

from api.bodies import charset, media_type, read_body
from api.negotiation import choose, ranges
from api.problems import Refusal
from api.requests import located, read_json
from ingest.cases import twin
from ingest.cases.markup import parsed

T = TypeVar("T", bound=msgspec.Struct)
XML = ("application/xml", "text/xml")
_JSON = "application/json"
_ESCAPING = "medkg-json"
_WRITTEN = {"utf-8": "utf-8", "gb18030": "gb18030", "gbk": "gbk", "gb2312": "gbk"}
"""Charsets that answers are written in; what one lacks is escaped."""


async def asked(request: Request, kind: type[T], limit: int, within: type[msgspec.Struct]) -> T:
    """The body as ``kind``; ``within`` as for ``twin.read``.

    Raises Refusal (406, 408, 413, 415, 400, 422 with the place that does not fit); InputError with line and column.
    """
    _chosen(request)
    if media_type(request) not in XML:
        return await read_json(request, kind, limit, also=", ".join(XML))
    root = await markup(request, limit)
    try:
        return twin.read(root, kind, within)
    except msgspec.ValidationError as error:
        raise Refusal(422, where=located(error, kind)) from None


async def markup(request: Request, limit: int) -> _Element:
    """The root of an XML body; raises Refusal, ForbiddenXml, InputError."""
    return parsed(await read_body(request, limit), charset(request))


def told(request: Request, record: msgspec.Struct) -> Response:
    """A record as the caller wants it; raises Refusal (406)."""
    form = _chosen(request)
    wanted = (name for name, _ in ranges(request.headers.get("accept-charset", "")))
    encoding = next((_WRITTEN[name] for name in wanted if name in _WRITTEN), "utf-8")
    tail = "" if encoding == "utf-8" and form == _JSON else f"; charset={encoding}"
    if form == XML[0]:
        return Response(twin.written(record, encoding), headers={"Content-Type": f"{form}{tail}"})
    data = msgspec.json.encode(record)
    if encoding != "utf-8":
        data = data.decode().encode(encoding, _ESCAPING)
    return Response(data, headers={"Content-Type": f"{form}{tail}"})


def _chosen(request: Request) -> str:
    """The media type of the answer."""
    order = (XML[0], _JSON) if media_type(request) in XML else (_JSON, XML[0])
    offers = [(name, name) for name in order] + [("text/xml", XML[0])]
    found = choose(request.headers.get("accept", ""), offers)
    if not found:
        raise Refusal(406, known=", ".join(order))
    return found


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """What a charset has no bytes for as JSON writes it; only texts of a document hold such characters."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(json.dumps(sign)[1:-1] for sign in error.object[error.start : error.end]), error.end


codecs.register_error(_ESCAPING, _escaped)
