"""What surrounds every answer: request id, generation, security headers, and the last resort for errors."""

from __future__ import annotations

import logging
import re
import traceback
from secrets import token_hex

from fastapi import FastAPI
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.library import Library
from api.problems import of_failure

_USABLE = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
"""Random ids only: it goes into logs, and a name or the number of a patient must not."""
CONTENT_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
_CONTENT_POLICY = CONTENT_POLICY.encode()
_ALWAYS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"))
log = logging.getLogger("medkg.service")


class Envelope:
    """ASGI middleware. Answers carry ``X-Request-ID`` (the caller's, if it is a UUID) and ``Medkg-Generation``.

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
        request_id = asked if _USABLE(asked) else token_hex(16)
        scope["medkg.request"] = request_id
        head = scope["method"] == "HEAD" and not self._answers(scope)
        if head:
            # The same as GET without its body (RFC 9110, section 9.3.2).
            scope = {**scope, "method": "GET"}
        started = False

        async def wrapped(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._sign(message, scope, request_id)
            elif head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(scope, receive, wrapped)
        except ClientDisconnect:
            return  # nobody is there to be answered
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("request %s: %s at %s:%s", request_id, type(error).__name__, place.filename, place.lineno)
            if started:
                # The server closes a connection whose answer is not whole when the application raises.
                raise ConnectionAbortedError(request_id) from None
            await of_failure(Request(scope))(scope, receive, wrapped)

    def _answers(self, scope: Scope) -> bool:
        """Whether a route takes HEAD itself."""
        return any(route.matches(scope)[0] is Match.FULL for route in self._owner.routes)

    def _sign(self, message: Message, scope: Scope, request_id: str) -> None:
        library: Library = self._owner.state.library
        current = library.current
        headers = message["headers"] = list(message.get("headers", ()))
        generation = scope.get("medkg.generation") or (current.id if current else "")
        headers += ((b"x-request-id", request_id.encode()), (b"medkg-generation", generation.encode()), *_ALWAYS)
        if all(name != b"content-security-policy" for name, _ in headers):
            headers.append((b"content-security-policy", _CONTENT_POLICY))
