"""The composition root: the only place where parts are put together.

Everything here is a function or a short-lived object over ``Settings``; importing it builds nothing.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from api.settings import Settings
from ingest.config import BuildConfig
from ingest.journal import Journal
from ingest.pipeline import BuildReport, Listener, Pipeline
from ingest.pipeline import Settings as PipelineSettings
from kg.generation.manifest import GenerationManifest
from kg.generation.pointer import Shelf
from kg.generation.publish import Plan, Step, publish
from kg.index.base import Encoder
from kg.store.lock import writer_lock
from kg.workflow.database import open_database
from kg.workflow.jobs import Jobs, now
from kg.workflow.keys import Keys


class Built(msgspec.Struct, frozen=True):
    """A finished build; ``generation`` is None when nothing new was published."""

    data: str
    report: BuildReport
    generation: GenerationManifest | None
    current: str


def encoder(settings: Settings) -> Encoder | None:
    """The encoder that the settings name, loaded when first used; None for ``none``."""
    if settings.encoder == "none":
        return None
    from kg.index.encoder import SentenceEncoder, packaged_encoder

    return packaged_encoder() if settings.encoder == "packaged" else SentenceEncoder(Path(settings.encoder))


def jobs(settings: Settings) -> Jobs:
    settings.folder.mkdir(parents=True, exist_ok=True)
    return Jobs(open_database(settings.database_url))


def keys(settings: Settings) -> Keys:
    settings.folder.mkdir(parents=True, exist_ok=True)
    return Keys(open_database(settings.database_url))


def shelf(settings: Settings) -> Shelf:
    return Shelf(settings.folder)


class Building:
    """Builds and publishes into one data folder, one at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def run(self, config: BuildConfig, arguments: dict[str, object], listener: Listener, step: Step) -> Built:
        """Batches for ``config`` and a generation; raises StoreLocked and every error of the pipeline."""
        settings = self._settings
        with writer_lock(settings.folder), jobs(settings).run("build", arguments) as job:
            journal = Journal(settings.folder / "journal.sqlite")
            try:
                pipeline = Pipeline(self._pipeline_settings(), journal, listener)
                report = pipeline.build(config)
                made = publish(self._plan(journal, pipeline.lexicon), encoder(settings), step)
            finally:
                journal.close()
            current = shelf(settings).find()
            job.rejects = report.rejected > 0
            job.result = {
                "generation": current,
                "inputs": [msgspec.to_builtins(outcome) for outcome in report.outcomes],
                "missing": [msgspec.to_builtins(reject) for reject in report.missing],
            }
            return Built(data=str(settings.folder), report=report, generation=made, current=current)

    def _pipeline_settings(self) -> PipelineSettings:
        settings = self._settings
        return PipelineSettings(
            data=settings.folder,
            base=settings.base,
            workers=settings.processes,
            cluster=settings.cluster,
            variables=settings.variables,
        )

    def _plan(self, journal: Journal, lexicon: Path | None) -> Plan:
        settings = self._settings
        return Plan(
            data=settings.folder,
            base=settings.base,
            batches=tuple(journal.batches()),
            published=now(),
            store=settings.store,
            lexicon=lexicon,
            keep=settings.keep_generations,
            concept_vectors=settings.concept_vectors,
        )
