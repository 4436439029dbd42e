"""API keys, for admins: made, listed, revoked. A key is shown once, in the answer that makes it."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api import wiring
from api.answers import Page, json
from api.problems import Refusal
from api.requests import read_json
from api.schemas import body, many, one
from kg.errors import ConfigError
from kg.workflow.keys import LONGEST_NAME, Key, Keys, Role

router = APIRouter(prefix="/api/v1", tags=["keys"])
_LONGEST = 10_000
Number = Annotated[int, Path(ge=1, lt=2**31, description="The number of a key.")]


class KeyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a new key is called, what it may do, and who holds it: the same name for all keys of one person, who never
    judges the own work with another key. Empty: the key's name is that of its person."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
    role: Role
    person: Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)] = ""


class NewKey(msgspec.Struct, frozen=True):
    """``key`` is not kept anywhere."""

    id: int
    name: str
    role: str
    key: str
    person: str


RECORDS = (Key, KeyRequest, NewKey)


def _keys(request: Request) -> Keys:
    return wiring.keys(request.app.state.library.settings)


@router.get("/keys", summary="The keys, without what opens", responses=many(Key))
async def listed(request: Request) -> Response:
    return json(Page(await asyncio.to_thread(lambda: _keys(request).list()), None, ""))


@router.post("/keys", summary="A new key", responses=one(NewKey, 201), openapi_extra=body(KeyRequest))
async def created(request: Request) -> Response:
    """Keep the answer's `key`: it is not shown again."""
    asked = await read_json(request, KeyRequest, _LONGEST)
    try:
        made = await asyncio.to_thread(lambda: _keys(request).create(asked.name, asked.role, asked.person))
    except ConfigError:
        raise Refusal(422, where="name") from None
    content = msgspec.json.encode(NewKey(made.key.id, made.key.name, made.key.role, made.text, made.key.person))
    return Response(content, 201, {"Cache-Control": "no-store"}, "application/json")


@router.delete("/keys/{number}", summary="Revoke a key", responses={204: {"description": "It opens nothing any more"}})
async def revoked(request: Request, number: Number) -> Response:
    """Within a second, in every process."""
    await asyncio.to_thread(lambda: _keys(request).revoke(number))
    return Response(status_code=204)
