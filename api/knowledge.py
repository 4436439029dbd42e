"""One opened generation: everything that answers come from, unchanging.

Where its vectors are damaged, or their encoder is not here, everything else still answers, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from api.encoders import late, matching
from api.engine import use_engine
from api.reading import AnnotatorReader
from api.settings import Settings
from ingest.text.annotate import Annotator
from kg.errors import ConfigError, IndexMismatch, IntegrityError
from kg.generation.copies import find_copy, open_copy
from kg.generation.identity import check_identity
from kg.generation.indexes import encoder_id, open_indexes
from kg.generation.manifest import GenerationManifest, published_year, read_manifest
from kg.index.base import Encoder
from kg.model.ids import Ids
from kg.query.budget import Budget
from kg.query.concepts import Concepts
from kg.query.documents import Documents
from kg.query.frames import Question
from kg.query.gaps import Gaps
from kg.query.lane import HERE, Lane
from kg.query.log import QueryLog
from kg.query.mappings import Mappings
from kg.query.naming import Naming
from kg.query.pool import Answer, QueryLimits, WorkerPool
from kg.search.alignment import read as read_alignment
from kg.search.answering import Answering
from kg.search.filtering import Filtering
from kg.search.holdings import Holdings
from kg.search.layer import Layer
from kg.search.likeness import Likeness
from kg.search.profiles import Profile
from kg.search.profiles import packaged as packaged_profiles
from kg.search.profiles import read as read_profiles
from kg.search.ranker import Weights, packaged
from kg.search.ranker import read as read_ranker
from kg.search.reconciling import Reconciler
from kg.search.relatedness import Relatedness
from kg.search.reranking import CROSS, Reranker, Reranking, stored
from kg.search.searcher import Searcher
from kg.search.statements import StatementSearcher
from kg.search.strategy.searching import StrategySearcher
from kg.sets.catalogue import ConceptSets
from kg.sets.valuesets import ConceptValueSets
from kg.store.base import STORES, Reader, Snapshot
from kg.terminology.terminology import open_terminology
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
        profiles: Mapping[str, Profile] | None = None,
        layer: Layer | None = None,
        rerankers: Mapping[str, Reranker] | None = None,
    ) -> None:
        self.manifest = manifest
        self.id = manifest.id
        snapshot = Snapshot(store=manifest.store, path=folder / "store")
        self.reader: Reader = STORES.load(manifest.store).open(snapshot)
        self.indexes = open_indexes(folder, encoder)
        lacking = "vectors-damaged" if self.indexes.damaged else "vectors-away" if self.indexes.away else ""
        self.degraded = lacking or degraded
        self.encoder = encoder if self.indexes.passages is not None else None
        self.naming = Naming(Ids(manifest.base), self.indexes.text)
        self.concepts = Concepts(self.reader, self.naming)
        self.documents = Documents(self.reader, self.naming)
        self.sets = ConceptSets(self.reader, self.naming.ids)
        lexicon = folder / "lexicon"
        self.annotator = Annotator(Lexicon.load(lexicon) if lexicon.is_file() else Lexicon.build(()))
        self.profiles = packaged_profiles() if profiles is None else profiles
        self.searcher = Searcher(
            self.indexes.text,
            self.reader,
            AnnotatorReader(self.annotator),
            self.indexes.passages,
            self.encoder,
            self.naming.ids,
            weights,
            self.degraded,
            self.indexes.suggest,
            published_year(manifest),
            self.profiles,
            layer,
            Reranking(
                self.indexes.text, stored(self.reader, self.naming.ids), late(self.encoder) | dict(rerankers or {})
            ),
        )
        self.filtering = Filtering(self.indexes.text, self.reader, self.naming.ids)
        self.strategies = StrategySearcher(
            self.indexes.text, self.indexes.suggest, self.reader, self.naming.ids, self.searcher.works
        )
        held = Holdings(
            self.reader, self.indexes.text, self.naming.ids,
            self.indexes.passages if self.encoder else None, self.encoder,
        )  # fmt: skip
        self.likeness = Likeness(self.searcher, held, self.degraded)
        self.relatedness = Relatedness(held)
        self.statements = StatementSearcher(self.searcher, held, self.naming)
        self.answering = Answering(self.searcher, held)
        self.reconciler = Reconciler(self.indexes.suggest, self.indexes.text, self.concepts)
        self.mappings = Mappings(self.reader, self.naming, folder)
        self.gaps = Gaps(self.reader, self.naming, self.indexes.text)
        value_sets = ConceptValueSets(self.sets, self.naming.ids)
        self.terminology = open_terminology(folder, self.naming.ids, (value_sets,))
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
        self._rerankers = self._cross_encoder()

    def limits(self, workers: int | None = None) -> QueryLimits:
        settings = self._settings
        return QueryLimits(
            workers=settings.query_workers if workers is None else min(workers, settings.query_workers),
            seconds=settings.query_seconds,
            megabytes=settings.query_megabytes,
            rows=settings.query_rows,
        )

    def open(self, folder: Path, workers: int | None = None) -> Knowledge:
        """The generation in ``folder``; its pool is not started yet.

        Raises IntegrityError for damage, GenerationMismatch where a part belongs to another generation, ModelRefused
        where the setting ``ranker`` or ``align`` names none, ConfigError where ``profiles`` does.
        """
        manifest = read_manifest(folder)
        check_identity(folder, manifest)

        def pool(snapshot: Snapshot, generation: str) -> WorkerPool:
            return WorkerPool(snapshot, self.limits(workers), self._budget, self._log.of(generation))

        encoder, degraded = self._asked(folder, manifest)
        knowledge = Knowledge(manifest, folder, encoder, pool, self._weights(), degraded, self._profiles(),
                              self._layer(encoder), self._rerankers)  # fmt: skip
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

    def _layer(self, encoder: Encoder | None) -> Layer | None:
        """Raises ModelRefused where the setting names no alignment, or one for another encoder."""
        named = self._settings.align
        if named == "none":
            return None
        return read_alignment(Path(named).expanduser(), encoder.id if encoder else "").all

    def _cross_encoder(self) -> dict[str, Reranker]:
        """Raises ModelRefused where the setting names no cross-encoder."""
        named = self._settings.cross_encoder
        if named == "none":
            return {}
        from kg.index.pairs import PairEncoder

        return {CROSS: PairEncoder(Path(named).expanduser())}

    def _profiles(self) -> Mapping[str, Profile]:
        """Raises ConfigError where the setting names a file that holds none."""
        named = self._settings.profiles
        return read_profiles(Path(named).expanduser() if named else None)

    def _lane(self, knowledge: Knowledge) -> Lane | None:
        settings = self._settings
        copy = find_copy(settings.folder, knowledge.id) if settings.analytics and settings.remote_query else None
        if copy is None:
            return None
        return Lane(knowledge.pool, lambda: open_copy(copy), settings.analytics, settings.analytics_after)

    def _load_encoder(self, identifier: str) -> Encoder:
        return matching(self._settings, identifier)
