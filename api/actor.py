"""Who asks: found once for each request by ``api.access`` and kept in its scope."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.types import Scope

KEY = "medkg.actor"


class Actor(msgspec.Struct, frozen=True):
    """``client`` is what budgets and rates are counted for: the key, the subject of a token, or the address."""

    role: str = "anonymous"
    name: str = ""
    client: str = ""


def actor(scope: Scope | dict[str, Any]) -> Actor:
    """The actor of a request; nobody where none was found."""
    found = scope.get(KEY)
    return found if isinstance(found, Actor) else Actor()
