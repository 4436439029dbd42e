"""Which pages elsewhere may read answers (CORS): one list for the CDS doors, one for all else."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from kg.errors import ConfigError

_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
_HEADERS = ("Authorization", "X-API-Key", "Content-Type", "If-Match", "If-None-Match", "X-Request-ID")
_EXPOSED = ("ETag", "Location", "Link", "Retry-After", "X-Request-ID", "Medkg-Generation")
"""Headers that scripts of the listed origins may send and read."""
CDS = "/cds-services"


def listed(origins: Sequence[str]) -> Sequence[str]:
    """Origins of CDS clients as they were set; raises ConfigError for ``*``."""
    if "*" in origins:
        raise ConfigError(where="cds_origins", reason="name each origin: data of patients pass here")
    return origins


class Origins:
    """ASGI middleware. There are no cookies, so no credentials that a page elsewhere could use without having them.

    ``cds``: origins of browser-based CDS clients, in place of ``everywhere`` for the CDS doors; they may read nothing
    else.
    """

    def __init__(self, app: ASGIApp, everywhere: Sequence[str], cds: Sequence[str]) -> None:
        self._rest = _listing(app, everywhere)
        self._doors = _listing(app, cds or everywhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        chosen = self._doors if path == CDS or path.startswith(f"{CDS}/") else self._rest
        await chosen(scope, receive, send)


def _listing(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    if not origins:
        return app
    return CORSMiddleware(
        app, allow_origins=origins, allow_methods=_METHODS, allow_headers=_HEADERS, expose_headers=_EXPOSED,
        allow_credentials=False,
    )  # fmt: skip
