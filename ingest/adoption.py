"""A restored batch enters the journal as if it had been built here, so that builds go on from it.

Which input a graph comes from, its release and its files stand in the provenance graph. The journal knows no
records of a restored graph, so each counts as one record: an input that gives the same state again changes
nothing, any other replaces the graph by a patch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import msgspec

from ingest.journal import Block, GraphState, InputState, Journal
from ingest.provenance import NAME, Described, read_provenance
from kg.errors import ConfigError
from kg.model.batch import BatchManifest, GraphChange
from kg.model.ids import Ids
from kg.model.source import Release

_RECORD = "restored"


def check_empty(data: Path, journal: Journal) -> None:
    """Raises ConfigError for a folder that holds batches or generations already."""
    if journal.batches() or (data / "generations" / "CURRENT").exists():
        raise ConfigError(where=data, why="not-empty")


def adopt(journal: Journal, data: Path, manifest: BatchManifest, base: str) -> None:
    """Commit a restored batch; doing it again after a kill changes nothing. Raises StorageFull, StoreError."""
    folder = f"batches/{manifest.id}"
    provenance = Ids(base).graph("provenance", "sources")
    described = _described(data / folder, manifest, provenance)
    labels = {unquote(Path(side.name).stem): f"{folder}/{side.name}" for side in manifest.sides}
    inputs: dict[str, list[tuple[str, GraphChange, Described | None]]] = defaultdict(list)
    for number, change in enumerate(manifest.graphs):
        found = described.get(change.graph)
        if change.graph == provenance:
            inputs[NAME].append(("main", change, found))
        elif found is not None and change.graph.startswith(f"{base}graph/"):
            inputs[_input(change.graph, base)].append((found.slot, change, found))
        else:
            inputs[manifest.source].append((f"graph-{number:04d}", change, None))
    for name, rows in inputs.items():
        told = next((about for _, _, about in rows if about is not None), None)
        release = told.release if told else Release(name=name, version="", licence="unknown")
        release = msgspec.structs.replace(release, name=name)
        state = InputState(release=release, labels=labels.get(name, ""), files=told.files if told else ())
        journal.commit(
            manifest.id,
            name,
            state,
            [(slot, GraphState(change.graph, change.state)) for slot, change, _ in rows],
            [],
            list(_blocks(folder, [change for _, change, _ in rows])) if name != NAME else [],
            [],
        )


def _blocks(folder: str, changes: list[GraphChange]) -> Iterator[tuple[str, Block]]:
    for change in changes:
        for part in change.added:
            yield change.graph, Block(f"{_RECORD} {part.name}", part.digest, f"{folder}/{part.name}", 0, part.size)


def _described(folder: Path, manifest: BatchManifest, provenance: str) -> dict[str, Described]:
    for change in manifest.graphs:
        if change.graph == provenance:
            lines = (line for part in change.added for line in (folder / part.name).read_text("utf-8").splitlines())
            return read_provenance(lines, provenance)
    return {}


def _input(graph: str, base: str) -> str:
    """The name of an input, from the IRI of one of its graphs (``kg.model.ids.Ids.graph``)."""
    return unquote(graph.removeprefix(f"{base}graph/").split("/")[1])
