"""What surrounds every answer: request id, generation, security headers, and the last resort for errors."""

from __future__ import annotations

import logging
import re
import traceback
from uuid import uuid4

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.library import Library
from api.problems import of_failure

_USABLE = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch
CONTENT_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
log = logging.getLogger("medkg.service")


class Envelope:
    """ASGI middleware. Answers carry ``X-Request-ID`` (the caller's, if usable) and ``Medkg-Generation``.

    An error that nobody expected becomes a problem document; the log gets its type and place, not its
    message, which may hold a user's text. After the first byte the connection is cut instead.
    """

    def __init__(self, app: ASGIApp, owner: FastAPI) -> None:
        self._app = app
        self._owner = owner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode("latin-1")
        request_id = asked if _USABLE(asked) else uuid4().hex
        scope["medkg.request"] = request_id
        started = False

        async def wrapped(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._sign(MutableHeaders(scope=message), scope, request_id)
            await send(message)

        try:
            await self._app(scope, receive, wrapped)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("request %s: %s at %s:%s", request_id, type(error).__name__, place.filename, place.lineno)
            if started:
                # The server closes a connection whose answer is not whole when the application raises.
                raise ConnectionAbortedError(request_id) from None
            await of_failure(Request(scope))(scope, receive, wrapped)

    def _sign(self, headers: MutableHeaders, scope: Scope, request_id: str) -> None:
        library: Library = self._owner.state.library
        current = library.current
        headers["X-Request-ID"] = request_id
        headers["Medkg-Generation"] = scope.get("medkg.generation") or (current.id if current else "")
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
