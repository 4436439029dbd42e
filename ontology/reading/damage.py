"""Turning damage into rejects: the one way in which readers report it."""

from __future__ import annotations

from kg.errors import InputError
from kg.model.source import RawFile, Reject

_REASONS = {"truncated": "truncated", "encoding": "encoding", "forbidden-xml": "forbidden-xml", "source": "damaged"}


def fatal(raw: RawFile, error: InputError) -> Reject:
    """The reject that ends a damaged file: nothing after its position was read.

    The path is the file's name alone, so that the same file gives the same reject anywhere.
    """
    return Reject(
        path=raw.path.name,
        position=str(error.params.get("position", "")),
        key="",
        reason=_REASONS.get(error.slug, "unreadable"),
        detail=str(error.params.get("reason", "")),
        fatal=True,
    )


def rejected(raw: RawFile, position: str, key: str, reason: str, detail: str = "") -> Reject:
    """One record left out; ``reason`` is a key below ``reject.`` in ``kg/locale``."""
    return Reject(path=raw.path.name, position=position, key=key, reason=reason, detail=detail)
