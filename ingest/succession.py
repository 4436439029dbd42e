"""In which order the files of an input count: a record of a later one replaces that of an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.base import SOURCES


def in_order(source: str, files: Sequence[Path]) -> list[Path]:
    """``files`` by the numbers that the source gives them in their names, where all have one; else as they came."""
    place = getattr(SOURCES.load(source), "place", None) if source in SOURCES.names() else None
    places = [place(file.name) for file in files] if place else []
    if not places or None in places:
        return list(files)
    return [file for _, file in sorted(zip(places, files, strict=True), key=lambda row: row[0])]
