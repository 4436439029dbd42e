"""What enters: raw files with their release, and what could not be read."""

from __future__ import annotations

from pathlib import Path

import msgspec


class RawFile(msgspec.Struct, frozen=True):
    """One input file as it was found: ``digest`` is the hex SHA-256 of its bytes."""

    path: Path
    digest: str
    size: int


class Release(msgspec.Struct, frozen=True):
    """Which edition of which source, under which licence. Versions never come from the clock.

    ``name`` names graphs (``doid``), ``version`` is the source's own (``2016-03-04``),
    ``licence`` an SPDX identifier or an IRI or ``unknown``, ``title`` what people call it.
    ``small_count_limit``: exports keep counts below it back, 0 for none.
    """

    name: str
    version: str
    licence: str
    title: dict[str, str] = {}
    home: str = ""
    illustrative: bool = False
    small_count_limit: int = 0


class Reject(msgspec.Struct, frozen=True):
    """One record that was left out: where it stands, and why (texts in zh and en).

    ``reason`` is a key of ``kg/locale`` below ``reject.``; ``detail`` is raw text for ``{detail}``.
    ``fatal`` says that nothing after it in this file was read.
    """

    path: str
    position: str
    key: str
    reason: str
    detail: str = ""
    fatal: bool = False


class Notice(Reject, frozen=True):
    """Something to look at in a record that was used all the same (texts as those of a Reject): told apart, never
    counted as left out."""
