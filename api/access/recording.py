"""Events of a request in the audit log."""

from __future__ import annotations

from fastapi import Request
from starlette.types import Scope

from api.access.rights import WRITING, Right, require
from api.access.trail import Trail
from api.actor import Actor, actor
from kg.workflow.audit import Event

TEMPLATE = "medkg.route"
"""Where the scope holds the template of the path: what logs and figures may name."""
TRAIL = "medkg.trail"
_BEGUN = "medkg.begun"


async def begin(request: Request, right: Right) -> Actor:
    """Who asks; raises Refusal like ``require``. The beginning of the write is on disk when this returns.

    For writes on routes whose own right is none to write; the others begin before they are called.
    """
    found = require(request, right)
    await begun(request.scope)
    return found


async def begun(scope: Scope) -> None:
    """Record once that a write begins, so that none is without an entry, even if its process is killed."""
    if _BEGUN not in scope:
        scope[_BEGUN] = True
        await record(scope, "begun")


async def ended(scope: Scope, status: int) -> None:
    """Record what came of a write, if this is one."""
    if WRITING in scope:
        await record(scope, str(status))


async def record(scope: Scope, outcome: str) -> None:
    """Put an event of this request into the log; raises StoreError, IntegrityError."""
    trail: Trail = scope[TRAIL]
    who = actor(scope)
    event = Event(
        action=f"{scope['method']} {scope[TEMPLATE]}", actor=who.name, role=who.role, outcome=outcome,
        request=scope.get("medkg.request", ""),
    )  # fmt: skip
    await trail.record(event, scope.get("raw_path", b"") + b"?" + scope["query_string"])
