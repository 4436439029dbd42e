"""The composition root: the only place where parts are put together.

Everything here is a function or a short-lived object over ``Settings``; importing it builds nothing, and loads
neither pipeline nor database: the command line looks at generations in a third of the time that those take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from api.settings import Settings
from kg.generation.manifest import GenerationManifest
from kg.generation.pointer import Shelf

if TYPE_CHECKING:
    from api.living import RuleReview
    from ingest.config import BuildConfig
    from ingest.journal import Journal
    from ingest.pipeline import BuildReport, Listener
    from ingest.pipeline import Settings as PipelineSettings
    from kg.generation.publish import Plan, Step
    from kg.index.base import Encoder
    from kg.model.terms import Statement
    from kg.workflow.audit import Audit
    from kg.workflow.jobs import Jobs
    from kg.workflow.keys import Keys
    from kg.workflow.proposals import Proposals
    from kg.workflow.queue import Queue
    from kg.workflow.releases import Releases
    from kg.workflow.tokens import UsedTokens
    from kg.workflow.webhooks import Webhooks
    from kg.workspace.shelf import Workspaces


class Built(msgspec.Struct, frozen=True):
    """A finished build; ``generation`` is None when nothing new was published."""

    data: str
    report: BuildReport
    generation: GenerationManifest | None
    current: str
    rules: RuleReview | None = None


def encoder(settings: Settings) -> Encoder | None:
    """The encoder that the settings name; None for ``none``."""
    from api.encoders import chosen

    return chosen(settings)


def jobs(settings: Settings) -> Jobs:
    from kg.workflow.database import open_database
    from kg.workflow.jobs import Jobs

    settings.folder.mkdir(parents=True, exist_ok=True)
    return Jobs(open_database(settings.database_url))


def keys(settings: Settings) -> Keys:
    from kg.workflow.database import open_database
    from kg.workflow.keys import Keys

    settings.folder.mkdir(parents=True, exist_ok=True)
    return Keys(open_database(settings.database_url))


def audit(settings: Settings) -> Audit:
    from kg.workflow.audit import Audit
    from kg.workflow.database import open_database

    settings.folder.mkdir(parents=True, exist_ok=True)
    return Audit(open_database(settings.database_url), settings.folder)


def used_tokens(settings: Settings) -> UsedTokens:
    from kg.workflow.database import open_database
    from kg.workflow.tokens import UsedTokens

    settings.folder.mkdir(parents=True, exist_ok=True)
    return UsedTokens(open_database(settings.database_url))


def proposals(settings: Settings) -> Proposals:
    from kg.workflow.audit import Audit
    from kg.workflow.database import open_database
    from kg.workflow.proposals import Proposals

    settings.folder.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url)
    return Proposals(engine, Audit(engine, settings.folder))


def queue(settings: Settings) -> Queue:
    from kg.workflow.database import open_database
    from kg.workflow.queue import Queue

    settings.folder.mkdir(parents=True, exist_ok=True)
    return Queue(open_database(settings.database_url))


def releases(settings: Settings) -> Releases:
    from kg.workflow.audit import Audit
    from kg.workflow.database import open_database
    from kg.workflow.releases import Releases

    settings.folder.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url)
    return Releases(engine, Audit(engine, settings.folder))


def webhooks(settings: Settings) -> Webhooks:
    from kg.workflow.database import open_database
    from kg.workflow.webhooks import Webhooks

    settings.folder.mkdir(parents=True, exist_ok=True)
    return Webhooks(open_database(settings.database_url))


def workspaces(settings: Settings) -> Workspaces:
    from kg.workspace.shelf import Workspaces
    from kg.workspace.workspace import WorkspaceLimits

    limits = WorkspaceLimits(
        seconds=settings.workspace_seconds,
        # A transaction is held in memory: replacing a graph takes about fifty times its size.
        megabytes=max(settings.query_megabytes, 64 * settings.graph_bytes // 1_000_000),
        rows=settings.query_rows,
    )
    return Workspaces(settings.folder, settings.base, limits)


def shelf(settings: Settings) -> Shelf:
    return Shelf(settings.folder)


class Building:
    """Builds and publishes into one data folder, one at a time."""

    def __init__(self, settings: Settings, entered: int = 0) -> None:
        """``entered``: the number of a job that waits to be run; without it each build is a new one."""
        self._settings = settings
        self._entered = entered
        self._variables = settings.variables

    def run(self, config: BuildConfig, arguments: dict[str, object], listener: Listener, step: Step) -> Built:
        """Batches for ``config`` and a generation; raises StoreLocked and every error of the pipeline."""
        from ingest.remembering import remember

        settings = self._settings

        def prepare(journal: Journal) -> None:
            remember(settings.folder, config, settings.variables)

        return self._run("build", arguments, config, listener, step, prepare)

    def release(self, version: str, listener: Listener, step: Step) -> Built:
        """Everything that was ever built into the folder again, with the released edits of ``version``; what they do
        not concern is as it was. Raises StoreLocked and every error of the pipeline."""
        from ingest.remembering import remembered

        known = remembered(self._settings.folder)
        again = Building(self._settings, self._entered)
        again._variables = known.variables | self._settings.variables
        return again._run("release", {"release": version}, known.config, listener, step)

    def restore(self, path: Path, step: Step) -> Built:
        """A generation from a dump, in a folder that holds none.

        Raises ConfigError where there is something already, InputError and IntegrityError for a dump that cannot be
        used, StoreLocked, StorageFull.
        """
        from ingest.adoption import adopt, check_empty
        from ingest.config import BuildConfig
        from ingest.pipeline import Listener
        from kg.bulk.restoring import find_source, write_batch

        settings = self._settings

        def prepare(journal: Journal) -> None:
            source = find_source(path, settings.base)
            check_empty(settings.folder, journal)
            step("restore")
            manifest = write_batch(source, settings.folder, self._labels)
            adopt(journal, settings.folder, manifest, settings.base)

        return self._run("restore", {"path": str(path)}, BuildConfig(input=()), Listener(), step, prepare)

    def _labels(self, rows: Iterable[Statement], source: str) -> Iterator[str]:
        from ontology.stated import stated_labels

        return (row.line() for row in stated_labels(rows, source, self._settings.base))

    def _run(
        self,
        kind: str,
        arguments: dict[str, object],
        config: BuildConfig,
        listener: Listener,
        step: Step,
        prepare: Callable[[Journal], None] = lambda journal: None,
    ) -> Built:
        from api.engine import use_engine
        from api.living import RuleReview, review_rules, rule_events
        from api.release import release
        from ingest.evidence.derivation import assertions
        from ingest.journal import Journal
        from ingest.people.derivation import people
        from ingest.pipeline import Pipeline
        from ingest.works.derivation import works
        from kg.errors import MedkgError
        from kg.generation.chains import chains
        from kg.generation.feed import Feed
        from kg.generation.publish import publish
        from kg.store.lock import writer_lock

        settings = self._settings
        use_engine(settings)
        with writer_lock(settings.folder), jobs(settings).run(kind, arguments, self._entered) as job:
            journal = Journal(settings.folder / "journal.sqlite")
            try:
                prepare(journal)
                pipeline = Pipeline(self._pipeline_settings(), journal, listener)
                report = pipeline.build(config)
                # Told before publishing: what it made stays, whatever becomes of the generation.
                job.result = {
                    "medkg": release(),
                    "inputs": [msgspec.to_builtins(outcome) for outcome in report.outcomes],
                    "missing": [msgspec.to_builtins(reject) for reject in report.missing],
                }
                # People first: they have much to read before they ask for works.
                after = (people, assertions) if settings.people else (assertions,)
                made = publish(self._plan(journal, pipeline.lexicon), encoder(settings), step, (works, chains), after)
            finally:
                journal.close()
            kept = shelf(settings)
            current, review = kept.find(), RuleReview()
            try:
                # Before the feed, which tells of it; what fails here is made up for by the next build, too.
                review = review_rules(settings, current)
                job.result["rules"] = msgspec.to_builtins(review)
                Feed(settings.folder).record(kept.ids(), lambda *of: rule_events(settings, *of))
            except MedkgError as error:
                # The generation is published; the next build makes up for it.
                job.result["feed"] = str(error)
            job.rejects = report.rejected > 0
            job.result["generation"] = current
            return Built(str(settings.folder), report, made, current, review)

    def _pipeline_settings(self) -> PipelineSettings:
        from ingest.pipeline import Settings as PipelineSettings

        settings = self._settings
        return PipelineSettings(
            data=settings.folder,
            base=settings.base,
            workers=settings.processes,
            cluster=settings.cluster,
            variables=self._variables,
            licence=settings.curation_licence,
        )

    def _plan(self, journal: Journal, lexicon: Path | None) -> Plan:
        from kg.generation.publish import Plan
        from kg.workflow.jobs import now

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
            vector_index=settings.vector_index,
            words=settings.milvus_words,
            signing_key=Path(settings.signing_key) if settings.signing_key else None,
            processes=settings.processes,
        )
