"""What each role may do. Which right a route needs stands in ``api.access.table``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from fastapi import Request

from api.actor import Actor, actor
from api.problems import Refusal
from kg.errors import ConfigError

Right = Literal[
    "health", "read", "annotate", "evaluate", "query", "export", "workspace-read", "workspace-write", "propose",
    "comment", "review", "release", "feedback", "ingest", "operate", "keys", "rule-propose", "rule-approve",
    "rule-kill",
]  # fmt: skip
"""``rule-…``: how rules stand. ``evaluate`` asks the rules, ``query`` is SPARQL, ``export`` whole dumps, ``operate``
figures of operation."""
RIGHTS: tuple[Right, ...] = get_args(Right)
WRITES: frozenset[Right] = frozenset(
    {
        "workspace-write", "propose", "comment", "review", "release", "ingest", "keys", "rule-propose", "rule-approve",
        "rule-kill",
    }
)  # fmt: skip
"""Rights whose use is audited; a feedback has an entry of its own."""
OPEN: frozenset[Right] = frozenset({"health", "read", "annotate", "evaluate", "query", "export", "feedback"})
"""Rights that somebody without credentials may be given."""

_READER: frozenset[Right] = OPEN
_CURATOR: frozenset[Right] = _READER | {"workspace-read", "workspace-write", "propose", "comment", "ingest"}
ROLES: dict[str, frozenset[Right]] = {
    "reader": _READER,
    "clinician-system": OPEN - {"export"},
    "reviewer": _READER | {"workspace-read", "comment", "review", "release"},
    "curator": _CURATOR,
    "rule-author": _READER | {"workspace-read", "comment", "rule-propose", "rule-kill"},
    "rule-approver": _READER | {"workspace-read", "comment", "rule-approve", "rule-kill"},
    "admin": frozenset(RIGHTS),
}
"""Role -> rights; those of ``anonymous`` are set (``Settings.anonymous``)."""

GRANTED = "medkg.rights"
WRITING = "medkg.writing"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="medkg"'}
PAGES_CHALLENGE = {"WWW-Authenticate": 'Basic realm="medkg desk", charset="UTF-8"'}
"""Upon this a browser asks its user for a name, which is anything, and a password, which is a key."""
PAGES = "/desk/"
"""Paths of pages that need credentials."""


def anonymous_rights(names: Iterable[str]) -> frozenset[Right]:
    """The rights of callers without credentials; raises ConfigError for one that needs credentials.

    >>> sorted(anonymous_rights(["read"]))
    ['health', 'read']
    """
    found: set[Right] = {"health"}
    for name in names:
        right = next((right for right in OPEN if right == name), None)
        if right is None:
            raise ConfigError(where="anonymous", reason=f"{name} is not one of {', '.join(sorted(OPEN))}")
        found.add(right)
    return frozenset(found)


def allows(request: Request, right: Right) -> bool:
    """Whether who asks has ``right``."""
    granted: frozenset[str] | None = request.scope.get(GRANTED)
    if granted is None:
        granted = ROLES.get(actor(request.scope).role, frozenset())
    return right in granted


def require(request: Request, right: Right) -> Actor:
    """Who asks; raises Refusal: 401 for nobody, 403 for somebody whose role does not have the right.

    For rights beyond that of the route, where only the body tells what is asked for. The use of a right to
    write is audited when it is answered; ``api.access.trail.begin`` audits its beginning, too.
    """
    found = actor(request.scope)
    if not allows(request, right):
        raise Refusal(401, CHALLENGE) if found.role == "anonymous" else Refusal(403)
    if right in WRITES:
        request.scope[WRITING] = right
    return found
