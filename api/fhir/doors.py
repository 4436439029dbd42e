"""The routes below ``/fhir``: bare ASGI applications, since parameters by annotation would cost more than a look-up."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.bodies import media_type, read_body
from api.fhir.batch import answer, batch_of
from api.fhir.calls import Call, perform, values_of
from api.fhir.description import INSTANCE_PATHS, METADATA, OPERATION_PATHS, READ_PATHS, REST, TYPE_PATHS
from api.knowledge import Knowledge
from api.library import Library
from api.negotiation import choose
from api.outcomes import MEDIA_TYPE, PREFIX
from api.problems import Refusal
from kg.errors import CodesMissing

_OFFERS = ((MEDIA_TYPE, "json"), ("application/json", "json"), ("text/json", "json"))
_BODIES = (MEDIA_TYPE, "application/json")
_LARGE = 200
"""Codes from which an expansion is made in a thread, beside other requests, as lists and resources are."""
_AT_ONCE = 20
"""Entries of a batch after which others get their turn."""
_ENCODER = msgspec.json.Encoder()


class Fhir:
    """Answers one call. Errors go up to the application, which makes OperationOutcomes of them."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        library: Library = scope["app"].state.library
        _check_accept(request)
        body = await _body(request, library) if scope["method"] == "POST" else None
        values, generation = values_of(scope["query_string"].decode("latin-1"), body)
        found = await _found(scope, library, generation)
        path = scope["path"][len(PREFIX) + 1 :]
        base = f"{request.url.scheme}://{request.url.netloc}{PREFIX}"
        accept = request.headers.get("accept-language", "")
        call = Call(scope["method"], path, tuple(values), base, accept)
        held = found.terminology
        if held is None:
            raise CodesMissing
        if _long(path, values):
            made = await library.work(lambda: perform(held, found.manifest, call))
        else:
            made = perform(held, found.manifest, call)
        await _response(made)(scope, receive, send)


class Batches:
    """``POST /fhir``: a Bundle of calls, all answered from one generation."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        library: Library = scope["app"].state.library
        _check_accept(request)
        _, generation = values_of(scope["query_string"].decode("latin-1"))
        batch = batch_of(await _body(request, library))
        found = await _found(scope, library, generation)
        if found.terminology is None:
            raise CodesMissing
        base = f"{request.url.scheme}://{request.url.netloc}{PREFIX}"
        accept = request.headers.get("accept-language", "")
        entries = []
        for number, entry in enumerate(batch.entry, start=1):
            entries.append(answer(found.terminology, found.manifest, entry, base, accept))
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
        made: dict[str, Any] = {"resourceType": "Bundle", "type": "batch-response"}
        if entries:
            made["entry"] = entries
        await _response(made)(scope, receive, send)


async def _found(scope: Scope, library: Library, generation: str) -> Knowledge:
    found = await library.at(generation or None)
    scope["medkg.generation"] = found.id
    return found


def _check_accept(request: Request) -> None:
    accept = request.headers.get("accept", "")
    # What nearly everybody sends is not worth a look at weights.
    if accept not in ("", "*/*", MEDIA_TYPE) and not choose(accept, _OFFERS):
        raise Refusal(406, known=MEDIA_TYPE)


async def _body(request: Request, library: Library) -> object:
    if media_type(request) not in _BODIES:
        raise Refusal(415, known=", ".join(_BODIES))
    data = await read_body(request, library.settings.body_bytes)
    try:
        found: object = msgspec.json.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise Refusal(400) from None
    return found


def _long(path: str, values: list[tuple[str, object]]) -> bool:
    """Whether an answer may take long: a resource or a list of them, or an expansion of many codes, or of all."""
    if "$" not in path:
        return True
    if not path.endswith("$expand"):
        return False
    count = next((str(value) for name, value in values if name == "count"), "")
    return not (count.isascii() and count.isdecimal() and len(count) < 10 and int(count) <= _LARGE)


def _response(made: dict[str, Any]) -> Response:
    return Response(_ENCODER.encode(made), 200, {"Vary": "Accept-Language"}, MEDIA_TYPE)


def routes() -> list[Route]:
    """The routes of this module. Operations have paths of their own, which are found without a pattern."""
    fhir, batches = Fhir(), Batches()
    both, one = ("GET", "HEAD", "POST"), ("GET", "HEAD")
    found = [Route(path, fhir, methods=both) for path in (*OPERATION_PATHS, *INSTANCE_PATHS)]
    found += [Route(path, fhir, methods=one) for path in (METADATA, *TYPE_PATHS, *READ_PATHS)]
    return [*found, Route(PREFIX, batches, methods=("POST",)), Route(REST, fhir, methods=both)]
