"""One opened generation: everything that answers come from, unchanging.

Where its vectors are damaged, or their encoder is not here, everything else still answers, and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from api.engine import use_engine
from api.reading import AnnotatorReader
from api.settings import Settings
from ingest.text.annotate import Annotator
from kg.errors import ConfigError, IndexMismatch, IntegrityError
from kg.generation.copies import find_copy, open_copy
from kg.generation.identity import check_identity
from kg.generation.indexes import encoder_id, open_indexes
from kg.generation.manifest import GenerationManifest, read_manifest
from kg.index.base import Encoder
from kg.model.ids import Ids
from kg.query.budget import Budget
from kg.query.concepts import Concepts
from kg.query.documents import Documents
from kg.query.frames import Question
from kg.query.lane import HERE, Lane
from kg.query.log import QueryLog
from kg.query.naming import Naming
from kg.query.pool import Answer, QueryLimits, WorkerPool
from kg.search.ranker import Weights, packaged
from kg.search.ranker import read as read_ranker
from kg.search.searcher import Searcher
from kg.search.strategy.searching import StrategySearcher
from kg.store.base import STORES, Reader, Snapshot
from ontology.lexicon import Lexicon
from ontology.vocabulary import vocabulary


class Knowledge:
    """What one generation can be asked. Look-ups are in process; ``pool`` runs what users write."""

    def __init__(
        self,
        manifest: GenerationManifest,
        folder: Path,
        encoder: Encoder | None,
        pool: Callable[[Snapshot, str], WorkerPool],
        weights: Weights | None = None,
        degraded: str = "",
    ) -> None:
        self.manifest = manifest
        self.id = manifest.id
        snapshot = Snapshot(store=manifest.store, path=folder / "store")
        self.reader: Reader = STORES.load(manifest.store).open(snapshot)
        self.indexes = open_indexes(folder, encoder)
        self.degraded = "vectors-damaged" if self.indexes.damaged else degraded
        self.encoder = encoder if self.indexes.passages is not None else None
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
            self.encoder,
            self.naming.ids,
            weights,
            self.degraded,
        )
        self.strategies = StrategySearcher(
            self.indexes.text, self.indexes.suggest, self.reader, self.naming.ids, self.searcher.works
        )
        self.pool = pool(snapshot, self.id)
        self.lane: Lane | None = None

    async def ask(self, question: Question, client: str = "") -> tuple[Answer, str]:
        """The answer to what a user wrote, and the engine that gave it; raises what ``WorkerPool.ask`` does."""
        if self.lane is not None:
            return await self.lane.ask(question, client)
        return await self.pool.ask(question, client), HERE


class Opener:
    """Opens generations for given settings; each encoder is loaded once, a client's budget holds for all."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        use_engine(settings)
        self._budget = Budget(settings.query_budget_seconds, settings.query_budget_errors)
        self._log = QueryLog({term.iri: term.name for term in vocabulary().values()})
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

        Raises IntegrityError for damage, GenerationMismatch where a part belongs to another generation, ModelRefused
        where the setting ``ranker`` names none.
        """
        manifest = read_manifest(folder)
        check_identity(folder, manifest)

        def pool(snapshot: Snapshot, generation: str) -> WorkerPool:
            return WorkerPool(snapshot, self.limits(workers), self._budget, self._log.of(generation))

        encoder, degraded = self._asked(folder, manifest)
        knowledge = Knowledge(manifest, folder, encoder, pool, self._weights(), degraded)
        knowledge.lane = self._lane(knowledge)
        return knowledge

    def _asked(self, folder: Path, manifest: GenerationManifest) -> tuple[Encoder | None, str]:
        """The encoder of the generation's vectors; None and why where they cannot be asked, None alone where they are
        not meant to be."""
        if self._settings.encoder == "none" or not manifest.indexes.get("encoder"):
            return None, ""
        try:
            identifier = encoder_id(folder)
        except IntegrityError:
            return None, "vectors-damaged"
        if not identifier:
            return None, "vectors-damaged"
        try:
            return self._encoder(identifier), ""
        except (ConfigError, IndexMismatch, ImportError):
            return None, "encoder-missing"

    def _weights(self) -> Weights:
        """Raises ModelRefused where the setting names no ranker."""
        named = self._settings.ranker
        return (packaged() if named == "packaged" else read_ranker(Path(named))).weights

    def _lane(self, knowledge: Knowledge) -> Lane | None:
        settings = self._settings
        copy = find_copy(settings.folder, knowledge.id) if settings.analytics and settings.remote_query else None
        if copy is None:
            return None
        return Lane(knowledge.pool, lambda: open_copy(copy), settings.analytics, settings.analytics_after)

    def _load_encoder(self, identifier: str) -> Encoder:
        from kg.index.encoder import SentenceEncoder

        path = None if self._settings.encoder == "packaged" else Path(self._settings.encoder)
        return SentenceEncoder.matching(identifier, path)
