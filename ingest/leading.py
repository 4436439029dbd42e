"""Releases of several files: which file stands for a release, and which others belong to it.

A folder is one unit of work for a ReleaseReader, not one a file, and a change of any of its files is a change of the
input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from kg.model.source import RawFile
from ontology.base import TERMINOLOGIES


@runtime_checkable
class ReleaseReader(Protocol):
    """What a reader of releases has beside what every reader has."""

    def leads(self, path: Path, options: Mapping[str, object]) -> bool:
        """Whether a file stands for its release; raises ConfigError."""

    def companions(self, raw: RawFile, options: Mapping[str, object]) -> tuple[Path, ...]:
        """The other files that the result depends on; none of a file that does not stand for its release."""


def leading(format_: str, files: Sequence[Path], options: Mapping[str, object]) -> list[Path]:
    """The files that stand for releases; the first one where none does, so that its reader says what is missing.

    All files where the format knows no releases. Raises ConfigError for options that do not fit.
    """
    reader = _reader(format_)
    if not isinstance(reader, ReleaseReader) or not files:
        return list(files)
    return [file for file in files if reader.leads(file, options)] or [files[0]]


def companions(format_: str, raw: RawFile, options: Mapping[str, object]) -> tuple[Path, ...]:
    """The other files of the release that ``raw`` stands for, without it; none for other formats."""
    reader = _reader(format_)
    return tuple(reader.companions(raw, options)) if isinstance(reader, ReleaseReader) else ()


def _reader(format_: str) -> object:
    return TERMINOLOGIES.load(format_)() if format_ in TERMINOLOGIES.names() else None
