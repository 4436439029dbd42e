"""One opened generation: everything that answers come from, unchanging."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from api.reading import AnnotatorReader
from api.settings import Settings
from ingest.text.annotate import Annotator
from kg.generation.indexes import encoder_id, open_indexes
from kg.generation.manifest import GenerationManifest, read_manifest
from kg.index.base import Encoder
from kg.model.ids import Ids
from kg.query.concepts import Concepts
from kg.query.documents import Documents
from kg.query.naming import Naming
from kg.query.pool import QueryLimits, WorkerPool
from kg.search.searcher import Searcher
from kg.store.base import STORES, Reader, Snapshot
from ontology.lexicon import Lexicon


class Knowledge:
    """What one generation can be asked. Look-ups are in process; ``pool`` runs what users write."""

    def __init__(
        self, manifest: GenerationManifest, folder: Path, encoder: Encoder | None, limits: QueryLimits
    ) -> None:
        self.manifest = manifest
        self.id = manifest.id
        self.encoder = encoder
        snapshot = Snapshot(store=manifest.store, path=folder / "store")
        self.reader: Reader = STORES.load(manifest.store).open(snapshot)
        self.indexes = open_indexes(folder, encoder)
        self.naming = Naming(Ids(manifest.base), self.indexes.text)
        self.concepts = Concepts(self.reader, self.naming)
        self.documents = Documents(self.reader, self.naming)
        lexicon = folder / "lexicon"
        self.annotator = Annotator(Lexicon.load(lexicon) if lexicon.is_file() else Lexicon.build(()))
        self.searcher = Searcher(
            self.indexes.text,
            self.reader,
            AnnotatorReader(self.annotator),
            self.indexes.passages,
            encoder,
            self.naming.ids,
        )
        self.pool = WorkerPool(snapshot, limits)


class Opener:
    """Opens generations for given settings; each encoder is loaded once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._encoder = lru_cache(maxsize=None)(self._load_encoder)

    def limits(self, workers: int | None = None) -> QueryLimits:
        settings = self._settings
        return QueryLimits(
            workers=workers or settings.query_workers,
            seconds=settings.query_seconds,
            megabytes=settings.query_megabytes,
            rows=settings.query_rows,
        )

    def open(self, folder: Path, workers: int | None = None) -> Knowledge:
        """The generation in ``folder``; its pool is not started yet.

        Raises IntegrityError for damage, IndexMismatch where the vectors need another encoder.
        """
        manifest = read_manifest(folder)
        identifier = "" if self._settings.encoder == "none" else encoder_id(folder)
        return Knowledge(manifest, folder, self._encoder(identifier) if identifier else None, self.limits(workers))

    def _load_encoder(self, identifier: str) -> Encoder:
        from kg.index.encoder import SentenceEncoder

        path = None if self._settings.encoder == "packaged" else Path(self._settings.encoder)
        return SentenceEncoder.matching(identifier, path)
