"""The mapping set of a generation: its rows for the file, and what the file says of itself."""

from __future__ import annotations

from collections.abc import Iterator

from api import wiring
from api.engine import use_engine
from api.settings import Settings
from api.texts import text
from kg.exchange.sssom import MappingSet, Provided, write
from kg.generation.manifest import GenerationManifest
from kg.index.text import TextIndex
from kg.model.concept import ConceptMapping
from kg.model.ids import Ids
from kg.query.mapping_rows import MappingRow
from kg.query.mappings import Mappings, Wanted
from kg.query.naming import Naming
from kg.store.base import STORES, Snapshot


def mapping_set(manifest: GenerationManifest, mappings: Mappings, wanted: Wanted, language: str) -> Iterator[str]:
    """The lines of the SSSOM file of everything ``wanted``. The same generation gives the same file."""
    rows = mappings.all(wanted)
    licences = {mappings.source(graph).licence or "unknown" for row in rows for graph in row.graphs}
    about = MappingSet(
        id=f"{manifest.base}mappings/{manifest.id}",
        version=manifest.id,
        title=text("mappings.title", language, generation=manifest.id),
        date=manifest.published[:10],
        licences=tuple(sorted(licences)),
        comment=text("mappings.comment", language),
    )
    return write((_provided(row) for row in rows), about, Ids(manifest.base))


def held(settings: Settings, as_of: str | None) -> tuple[GenerationManifest, Mappings]:
    """The mappings of a generation, without what only a service needs; raises UnknownGeneration, IntegrityError."""
    use_engine(settings)
    shelf = wiring.shelf(settings)
    name = shelf.find(as_of)
    manifest, folder = shelf.manifest(name), shelf.path(name)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=folder / "store"))
    return manifest, Mappings(reader, Naming(Ids(manifest.base), TextIndex(folder / "text")), folder)


def _provided(row: MappingRow) -> Provided:
    mapping = ConceptMapping(
        subject=row.subject,
        predicate=row.predicate,
        object=row.object,
        justification=row.justification,
        confidence=row.confidence,
        negative=row.negative,
        subject_label=row.subject_label,
        object_label=row.object_label,
        author=row.author,
        reviewer=row.reviewer,
        mapping_date=row.date,
        tool=row.tool,
    )
    return Provided(mapping, row.graphs[0] if row.graphs else "")
