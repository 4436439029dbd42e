"""Request bodies: read with a limit on the bytes that arrive, whatever the headers promise."""

from __future__ import annotations

import asyncio
from email.message import Message
from urllib.parse import parse_qs

from fastapi import Request

from api.problems import Refusal

FORM = "application/x-www-form-urlencoded"
_CHARSETS = ("gb18030", "gbk", "gb2312")
SECONDS = 30.0
"""In which a body must have arrived."""


async def read_body(request: Request, limit: int, seconds: float = SECONDS) -> bytes:
    """The whole body, in ``seconds``; raises Refusal: 413 over ``limit`` bytes, 415 for a compressed one, 408."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refusal(415, known="Content-Encoding: identity")
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdecimal() and int(declared) > limit:
        raise _too_large(limit)
    data = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for block in request.stream():
                data += block
                if len(data) > limit:
                    raise _too_large(limit)
    except TimeoutError as error:
        raise Refusal(408, {"Connection": "close"}, seconds=seconds) from error
    return bytes(data)


def media_type(request: Request) -> str:
    """The media type of the body without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def charset(request: Request) -> str:
    """The charset that the media type of the body names, empty where it names none; Refusal (415) for another than
    UTF-8 and those of GB18030."""
    given = Message()
    given["content-type"] = request.headers.get("content-type", "")
    found = str(given.get_param("charset", "")).strip().lower()
    if found and found not in ("utf-8", "utf8", *_CHARSETS):
        raise Refusal(415, known=", ".join(("utf-8", *_CHARSETS)))
    return found


def in_utf8(request: Request, data: bytes) -> bytes:
    """A body in UTF-8, from the charset that its media type names: hospital systems in China send GB18030, too.

    Raises Refusal: 415 for another charset, 400 for bytes that are not what they are said to be.
    """
    if charset(request) in ("", "utf-8", "utf8"):
        return data
    try:
        # GB 18030 holds all of GB 2312 and GBK.
        return data.decode("gb18030").encode("utf-8")
    except UnicodeError:
        raise Refusal(400) from None


def _too_large(limit: int) -> Refusal:
    return Refusal(413, {"Connection": "close"}, limit=limit)


async def read_fields(request: Request, limit: int, most: int) -> dict[str, str]:
    """The fields of an HTML form, the first of each name; raises Refusal: 415 for anything else, 413, and 422 for more
    than ``most``."""
    if media_type(request) != FORM:
        raise Refusal(415, known=FORM)
    body = (await read_body(request, limit)).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, max_num_fields=most)
    except ValueError as error:
        raise Refusal(422, where=str(error)) from error
    return {name: values[0] for name, values in fields.items()}
