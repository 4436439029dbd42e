"""The door: finds who asks, whether they may, and has it recorded."""

from __future__ import annotations

import math

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.credentials import presented
from api.access.gate import DISCOVERY, Gate, Limited, Rejected
from api.access.recording import TEMPLATE, TRAIL, begun, ended, record
from api.access.rights import CHALLENGE, GRANTED, PAGES, PAGES_CHALLENGE, WRITES, WRITING
from api.access.table import Found, Routes
from api.actor import KEY, Actor
from api.asking import counting
from api.budget import bounded
from api.negotiation import wants_page
from api.pages import refused
from api.problems import Refusal, of_error, of_http
from kg.errors import MedkgError


class Access:
    """ASGI middleware. No route is reached that the table does not name, nor without the right it names.

    Every denied call is in the audit log before it is answered, and every use of a right to write before its
    answer begins; from the twenty-first denial of a client in a minute on there is one entry for the rest.
    """

    def __init__(self, app: ASGIApp, gate: Gate, routes: Routes) -> None:
        self._app = app
        self._gate = gate
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        gate = self._gate
        pages = scope["path"].startswith(PAGES)
        shown = presented(scope["headers"], scope["query_string"], pages=pages)
        if not gate.hosts.allow(shown.host):
            await _refuse(Refusal(421), scope, receive, send)
            return
        address = gate.proxies.client(scope["client"][0] if scope.get("client") else "", shown.forwarded)
        scope[KEY] = Actor(client=address)
        found = self._routes.find(scope["method"], scope["path"])
        scope[TEMPLATE], scope[TRAIL] = found.template if found else "", gate.trail
        door = scope["path"] if found and found.template.startswith(DISCOVERY) else ""
        try:
            asking = gate.actor(shown, address, door)
            # Who asks the rules waits for the database of keys and tokens no longer than for the rules themselves.
            evaluates = found is not None and found.right == "evaluate"
            who = scope[KEY] = await (bounded(scope, gate.seconds, asking) if evaluates else asking)
        except Rejected:
            await self._deny(_unknown(pages), scope, receive, send)
            return
        except Limited as limited:
            await self._deny(_too_many(limited.seconds), scope, receive, send)
            return
        except MedkgError as error:
            await of_error(Request(scope), error)(scope, receive, send)
            return
        if found is None or found.right is None:
            await _refuse(_nowhere(found), scope, receive, send)
            return
        granted = scope[GRANTED] = gate.rights(who)
        if found.right not in granted:
            await self._deny(_denial(who, gate.denials.wait(who.client), pages), scope, receive, send)
            return
        await self._pass(found, scope, receive, send)

    async def _pass(self, found: Found, scope: Scope, receive: Receive, send: Send) -> None:
        if found.right in WRITES and scope["method"] not in ("GET", "HEAD"):
            scope[WRITING] = found.right
            await begun(scope)

        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] in (401, 403):
                    await self._count(scope, message["status"])
                else:
                    await ended(scope, message["status"])
            await send(message)

        if found.right == "evaluate":
            await self._judge(found, scope, receive, wrapped)
        else:
            await self._app(scope, receive, wrapped)

    async def _judge(self, found: Found, scope: Scope, receive: Receive, send: Send) -> None:
        """Call a door to the rules; who asked is one line, whatever comes of it."""
        counted, status = counting(), [500]

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
            if status[0] < 300:
                counted.settle()
        finally:
            queries = scope["app"].state.stewardship.queries
            if queries is not None:
                queries.add(counted.line(scope, f"{scope['method']} {found.template}", status[0]))

    async def _deny(self, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        await self._count(scope, refusal.status_code)
        await _refuse(refusal, scope, receive, send)

    async def _count(self, scope: Scope, status: int) -> None:
        most = self._gate.denials.most
        count = self._gate.denials.add(scope[KEY].client)
        if count <= most + 1:
            await record(scope, str(status) if count <= most else "limited")


def _nowhere(found: Found | None) -> Refusal:
    return Refusal(404) if found is None else Refusal(405, {"Allow": ", ".join(found.methods)})


def _unknown(pages: bool) -> Refusal:
    return Refusal(401, PAGES_CHALLENGE if pages else CHALLENGE)


def _denial(who: Actor, wait: float, pages: bool) -> Refusal:
    if wait:
        return _too_many(wait)
    return _unknown(pages) if who.role == "anonymous" else Refusal(403)


def _too_many(seconds: float) -> Refusal:
    whole = math.ceil(seconds)
    return Refusal(429, {"Retry-After": str(whole)}, seconds=whole)


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope)
    paged = scope["path"].startswith(PAGES) and wants_page(request.headers.get("accept", ""))
    answer = refused(request, refusal) if paged else of_http(request, refusal)
    await answer(scope, receive, send)
