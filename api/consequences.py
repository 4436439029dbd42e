"""What edits would do, before anybody approves them: the verdict of the gate and the preview of what hangs on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from api import wiring
from api.engine import use_engine
from api.settings import Settings
from ingest.foresight import Relinked
from ingest.renaming import Renaming
from kg.generation.indexes import open_indexes
from kg.impact.base import Dependent, World, dependents
from kg.impact.changed import changed
from kg.impact.preview import Impact, impact
from kg.model.edit import Edit
from kg.model.finding import Finding, FindingRecord
from kg.model.ids import Ids
from kg.query.naming import Naming
from kg.store.base import STORES, Snapshot
from ontology.curation.gate import gate
from ontology.curation.graph import GraphConcepts
from ontology.curation.released import read_edits
from ontology.curation.shelf import ReleaseFiles
from ontology.lexicon import Lexicon

SAMPLES = 5
MOST_SAMPLES = 50


class Consequences(msgspec.Struct, frozen=True):
    """``refused``: the edits bring in an error. ``findings`` are what they bring in, ``stood`` what was so before, and
    ``gone`` what they mend; all of it against ``generation``."""

    generation: str
    refused: bool
    findings: tuple[FindingRecord, ...]
    stood: tuple[FindingRecord, ...]
    gone: tuple[FindingRecord, ...]
    impact: Impact


def table(lexicon: Lexicon, data: Path) -> list[Dependent]:
    """The one table of dependents: the kinds of the graph, and what texts are linked with."""
    renaming = Renaming(lexicon, read_edits(ReleaseFiles(data).current))
    return [*dependents(), Relinked(renaming, lambda world: _concepts(world).concept)]


def consequences(
    edits: Sequence[Edit], world: World, generation: str, lexicon: Lexicon, data: Path, samples: int = SAMPLES
) -> Consequences:
    """Asked of one generation; nothing is written."""
    verdict = gate(edits, _concepts(world), world.naming.ids)
    found = impact(changed(edits), table(lexicon, data), world, samples)
    return Consequences(
        generation, verdict.refused, _records(verdict.new), _records(verdict.stood), _records(verdict.gone), found
    )


@contextmanager
def opened(settings: Settings, as_of: str | None = None) -> Iterator[tuple[World, str, Lexicon]]:
    """A generation outside of the service: what is asked, its id and its names."""
    use_engine(settings)
    shelf = wiring.shelf(settings)
    name = shelf.find(as_of)
    manifest, folder = shelf.manifest(name), shelf.path(name)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=folder / "store"))
    try:
        texts = open_indexes(folder, None).text
        names = folder / "lexicon"
        lexicon = Lexicon.load(names) if names.is_file() else Lexicon.build(())
        yield World(reader, Naming(Ids(manifest.base), texts), texts), name, lexicon
    finally:
        reader.close()


def _concepts(world: World) -> GraphConcepts:
    return GraphConcepts(world.reader, world.texts, world.naming.ids)


def _records(findings: Sequence[Finding]) -> tuple[FindingRecord, ...]:
    return tuple(one.record() for one in findings)
