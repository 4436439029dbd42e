"""If-Match and If-None-Match (RFC 9110, section 13.1)."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
from fastapi import Request

_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e]*")')


class Preconditions(msgspec.Struct, frozen=True):
    """What must be so before a write. ``fits`` is asked with the ETag of the workspace.

    ``known``: what is written to must be there (``If-Match: *``); ``fresh``: must not (``If-None-Match: *``).
    """

    fits: Callable[[str], bool] | None = None
    known: bool = False
    fresh: bool = False


def preconditions(request: Request) -> Preconditions:
    """The preconditions of a request that writes. Weak tags never fit."""
    match, none = request.headers.get("if-match"), request.headers.get("if-none-match")
    wanted = None if match is None or match.strip() == "*" else _strong(match)
    unwanted = frozenset() if none is None or none.strip() == "*" else _strong(none)

    def fits(etag: str) -> bool:
        return (wanted is None or etag in wanted) and etag not in unwanted

    return Preconditions(
        fits=fits if wanted is not None or unwanted else None,
        known=match is not None and match.strip() == "*",
        fresh=none is not None and none.strip() == "*",
    )


def unchanged(request: Request, etag: str) -> bool:
    """Whether who reads has this state already: 304. A GET compares weakly."""
    found = request.headers.get("if-none-match", "")
    return found.strip() == "*" or etag in {tag for _, tag in _TAG.findall(found)}


def _strong(header: str) -> frozenset[str]:
    return frozenset(tag for weak, tag in _TAG.findall(header) if not weak)
