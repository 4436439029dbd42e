"""Callers of a role, in process: they send an API key, and stand in the scope as ``api.access`` would put them."""

from __future__ import annotations

import msgspec
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from api import wiring
from api.actor import KEY, Actor
from api.settings import Settings


class As:
    """The application as somebody of a role calls it."""

    def __init__(self, app: ASGIApp, actor: Actor) -> None:
        self._app = app
        self._actor = actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[KEY] = self._actor
        await self._app(scope, receive, send)


class Callers(msgspec.Struct, frozen=True):
    """One running application; ``of`` gives a client of a role."""

    inner: TestClient
    settings: Settings

    def of(self, role: str) -> TestClient:
        """A client whose requests come from ``role``; ``anonymous`` sends no key."""
        key = "" if role == "anonymous" else wiring.keys(self.settings).create(f"test {role}", role).text
        client = TestClient(As(self.inner.app, Actor(role, f"test {role}", role)), raise_server_exceptions=False)
        client.portal = self.inner.portal  # the event loop that the application was started in
        if key:
            client.headers["Authorization"] = f"Bearer {key}"
        return client
