"""Releases of several files for tests: the golden ones, written elsewhere whole, cut, changed or zipped."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from kg.model.concept import Concept
from kg.model.source import Reject
from ontology.base import TERMINOLOGIES, TerminologyItem
from ontology.reading.raw import describe
from tests.golden_files import FOLDER

_RESULTS = (".nq", ".toml", ".jsonl", ".md")


def golden(plugin: str) -> dict[str, bytes]:
    """The files of the golden release of ``plugin``, by name."""
    files = sorted((FOLDER / plugin).iterdir())
    return {file.name: file.read_bytes() for file in files if not file.name.endswith(_RESULTS)}


def unpacked(files: Mapping[str, bytes], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def zipped(files: Mapping[str, bytes], path: Path, root: str = "Release/") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(root + name, data)
    return path


def read(plugin: str, path: Path, **options: object) -> list[TerminologyItem]:
    return list(TERMINOLOGIES.load(plugin)().parse(describe(path), options))


def concepts(items: list[TerminologyItem]) -> dict[str, Concept]:
    return {item.id: item for item in items if isinstance(item, Concept)}


def reasons(items: list[TerminologyItem]) -> list[tuple[str, str, str]]:
    """(reason, file, key) of each reject."""
    return [(item.reason, item.path, item.key) for item in items if isinstance(item, Reject)]
