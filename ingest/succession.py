"""In which order the files of an input count: a record of a later one replaces that of an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ingest.base import SOURCES
from ingest.config import InputSpec
from kg.errors import ConfigError


def in_order(source: str, files: Sequence[Path]) -> list[Path]:
    """``files`` by the numbers that the source gives them in their names, where all have one; else as they came."""
    place = _place(source)
    places = [place(file.name) for file in files] if place else []
    if not places or None in places:
        return list(files)
    return [file for _, file in sorted(zip(places, files, strict=True), key=lambda row: row[0])]


def check_series(inputs: Iterable[tuple[InputSpec, Sequence[Path]]]) -> None:
    """Numbered files of one source must be one input, or what a later file replaces would stand beside it.

    Raises ConfigError that names two inputs.
    """
    first: dict[str, str] = {}
    for spec, files in inputs:
        place = _place(spec.format)
        if place and any(place(file.name) is not None for file in files):
            other = first.setdefault(spec.format, spec.name)
            if other != spec.name:
                raise ConfigError(where=f"{other}, {spec.name}", why="one-series", format=spec.format)


def _place(source: str) -> Callable[[str], Any] | None:
    """How a source reads the number of a file from its name (``ingest.base.Source``); None where it does not."""
    return getattr(SOURCES.load(source), "place", None) if source in SOURCES.names() else None
