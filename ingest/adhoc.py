"""Inputs named on the spot instead of in a build file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.config import BuildConfig, InputSpec, Kind
from ingest.sniffing import sniff
from kg.errors import InputError
from ontology.base import TERMINOLOGIES
from ontology.reading.raw import describe

_OF_A_TOOL = "bioc.v1"


def adhoc_config(
    paths: Sequence[Path], *, format_: str = "", name: str = "", version: str = "", licence: str = "unknown"
) -> BuildConfig:
    """One input a path, named after the file, or one for all when ``name`` is given; formats are sniffed unless given.

    Without ``version`` the digest of the (first) file stands for it. Where the file holds what a tool of others found,
    name and version are the tool's. Raises InputError.
    """
    groups = [list(paths)] if name else [[path] for path in paths]
    return BuildConfig(input=tuple(_spec(group, format_, name, version, licence) for group in groups))


def _spec(paths: list[Path], format_: str, name: str, version: str, licence: str) -> InputSpec:
    first = first_file(paths[0])
    mark = describe(first).digest
    found = format_ or sniff(first)
    kind: Kind = "terminology" if found in TERMINOLOGIES.names() else "source"
    return InputSpec(
        name=name or paths[0].name,
        paths=tuple(str(path.resolve()) for path in paths),
        kind=kind,
        format=found,
        version=version or mark[:12],
        licence=licence,
        # What another tool found names that tool and its release.
        options={"tool": name, "release": version} if found == _OF_A_TOOL and name and version else {},
    )


def first_file(path: Path) -> Path:
    """The file, or the first by name below the folder; raises InputError where there is none."""
    if not path.exists():
        raise InputError(path=path, position="byte 0", why="missing-file")
    if not path.is_dir():
        return path
    inside = sorted(file for file in path.rglob("*") if file.is_file())
    if not inside:
        raise InputError(path=path, position="byte 0", why="empty-folder")
    return inside[0]
