"""Connections that cost little: deadlines for heads and bodies of requests, limits on their size and number.

uvicorn waits for a request for ever; five hundred clients that send a byte now and then would hold five
hundred connections (slowloris).
"""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
"""From the first byte of a request (or the opening of the connection) to the end of its headers."""
BODY_SECONDS = 10.0
"""In which at least ``BODY_BYTES`` of a body must come, or its end."""
BODY_BYTES = 1_000
HEAD_BYTES = 131_072
"""Of request line and headers together; longer queries are sent by POST."""
MOST_HEADERS = 100


_UPGRADE = re.compile(rb"\r\n(upgrade[ \t]*:)", re.IGNORECASE)


def _without_upgrade(data: bytes) -> bytes:
    """A request whose wish for another protocol goes by another name: nothing here changes protocols, and a server may
    ignore the wish (RFC 9110, section 7.8). Java's HttpClient asks for HTTP/2 with every first request.

    >>> _without_upgrade(b"POST / HTTP/1.1\\r\\nUpgrade: h2c\\r\\n\\r\\nx\\r\\nUpgrade: x")
    b'POST / HTTP/1.1\\r\\nX-Upgrade: h2c\\r\\n\\r\\nx\\r\\nUpgrade: x'
    """
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(rb"\r\nX-\1", head) + end + rest


class Connection(HttpToolsProtocol):
    """One connection; uvicorn's ``limit_concurrency`` says how many there may be.

    What is refused here has no body: the application has not seen the request.
    """

    _timer: asyncio.TimerHandle | None = None
    _timed: Literal["", "head", "body"] = ""
    _part: Literal["head", "body"] = "head"
    _head = 0
    _body = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See asyncio.Protocol."""
        super().connection_made(transport)
        # uvicorn would let a request in before it refuses, and name no time to come back.
        most, self.limit_concurrency = self.limit_concurrency, None
        if most is not None and len(self.connections) > most:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, b"retry-after: 2\r\n")
        else:
            self._await("head")

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._await("")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        if self.transport.is_closing():
            return
        if self._part == "head":
            self._head += len(data)
            data = _without_upgrade(data)
        super().data_received(data)
        if self.transport.is_closing():
            self._await("")
        elif self._part == "head" and self._head > HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        else:
            # Most requests come whole and need no timer.
            self._await("" if self._part == "head" and self._head == 0 else self._part)

    def on_headers_complete(self) -> None:
        """A parser's callback."""
        self._part, self._head, self._body = "body", 0, 0
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if self.parser.should_upgrade():
            # The parser takes what follows for another protocol, so the body would be the next request.
            self._refuse(HTTPStatus.BAD_REQUEST)
        elif size <= HEAD_BYTES and len(self.headers) <= MOST_HEADERS:
            super().on_headers_complete()
        elif len(self.url) > HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG)
        else:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_body(self, body: bytes) -> None:
        """A parser's callback; also for the rest of a request that was refused."""
        if not self.transport.is_closing():
            self._body += len(body)
            super().on_body(body)

    def on_message_complete(self) -> None:
        """A parser's callback."""
        self._part = "head"
        if not self.transport.is_closing():
            super().on_message_complete()

    def _late_head(self) -> None:
        self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _late_body(self) -> None:
        """Too little came; while the application does not read, none can."""
        self._timed = ""
        if self._body >= BODY_BYTES or self.flow.read_paused:
            self._body = 0
            self._await("body")
        elif self.cycle is not None and self.cycle.response_started:
            self.transport.close()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus, headers: bytes = b"") -> None:
        self._await("")
        if not self.transport.is_closing():
            head = b"HTTP/1.1 %d %s\r\n" % (status, status.phrase.encode())
            self.transport.write(head + headers + b"content-length: 0\r\nconnection: close\r\n\r\n")
            self.transport.close()

    def _await(self, part: Literal["", "head", "body"]) -> None:
        """Run the timer of a part of the request; what runs for it already goes on."""
        if part == self._timed:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timed, self._timer = part, None
        if part == "head":
            self._timer = self.loop.call_later(HEAD_SECONDS, self._late_head)
        elif part == "body":
            self._timer = self.loop.call_later(BODY_SECONDS, self._late_body)
