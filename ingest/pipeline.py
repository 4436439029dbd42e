"""From a build file to batches: terminologies first, then the lexicon, then everything that is read.

Running it again with the same inputs changes nothing; after a kill it goes on from the units that
were finished. The folder it works in::

    data/
      journal.sqlite        which batches there are (``ingest.journal``)
      batches/<id>/         immutable N-Quads and manifest, and which record states what (``ingest.lineage``)
      staging/<unit>/       finished parts of units, removed when their batch is committed
      names/<name>/         what labelled corpora taught (``medkg train names``)
      lexicon/<digest>      names of all terminologies, with what was taught
      rejects/<input>.jsonl what was left out, and why
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import msgspec

from ingest.batches import Assembler, Outcome, unchanged
from ingest.config import BuildConfig, InputSpec, input_files, named_files
from ingest.executor import run_units
from ingest.journal import InputState, Journal
from ingest.linking import made_lexicon
from ingest.provenance import provenance_batch
from ingest.sniffing import sniff
from ingest.succession import check_series, in_order
from ingest.unit import LABELS, REJECTS, Unit, UnitReport
from kg.errors import InputError
from kg.model.source import Reject
from kg.store.disk import storage
from ontology.base import TERMINOLOGIES
from ontology.grounding import PIPELINE
from ontology.reading.raw import describe


class Settings(msgspec.Struct, frozen=True):
    """Where and how a build runs. ``cluster`` is a Dask scheduler address, empty for a local pool."""

    data: Path
    base: str
    workers: int = 1
    cluster: str = ""
    variables: Mapping[str, str] = {}


class BuildReport(msgspec.Struct, frozen=True):
    """What a build did, by input; ``missing`` are inputs whose files could not be read."""

    outcomes: tuple[Outcome, ...]
    missing: tuple[Reject, ...] = ()

    @property
    def changed(self) -> bool:
        return any(outcome.batch for outcome in self.outcomes)

    @property
    def rejected(self) -> int:
        return sum(outcome.rejected for outcome in self.outcomes) + len(self.missing)


_Inputs = list[tuple[InputSpec, list[Path]]]


class _Phase(msgspec.Struct):
    """Units by input, the reports of those that ran by their ids, outcomes as they come, first of what is as it was."""

    units: dict[str, list[Unit]]
    outcomes: dict[str, Outcome]
    reports: dict[str, Future[UnitReport]]
    pipeline: str


class Listener:
    """Told of progress, of two phases at once; does nothing by itself."""

    def phase(self, name: str, units: int, size: int) -> None:
        """A phase begins: ``terminologies`` or ``documents``; ``size`` in bytes of input."""

    def unit(self, unit: Unit, report: UnitReport) -> None:
        """A unit is finished."""

    def outcome(self, outcome: Outcome) -> None:
        """An input is committed."""


class Pipeline:
    """Makes batches in one data folder; the caller holds the folder's lock."""

    def __init__(self, settings: Settings, journal: Journal, listener: Listener | None = None) -> None:
        self._settings = settings
        self._journal = journal
        self._listener = listener or Listener()
        self._assembler = Assembler(settings.data, journal)
        self._missing: list[Reject] = []
        self.lexicon: Path | None = None
        """The lexicon file of the newest build, None before it or without any terminology."""

    def build(self, config: BuildConfig) -> BuildReport:
        """All inputs of ``config``; raises ConfigError, StorageFull, StoreError."""
        staging = self._settings.data / "staging"
        with storage(staging):
            staging.mkdir(parents=True, exist_ok=True)
        specs = [self._sniffed(spec, config.folder) for spec in config.input]
        ready = [(spec, files) for spec, files in specs if files]
        check_series(ready)
        names = TERMINOLOGIES.names()
        before = self._journal.inputs()
        terminologies = self._phase("terminologies", [row for row in ready if row[0].format in names], before)
        self._run(terminologies)
        # Names are in the units already, so texts are read while the batches of terminologies are made, and the batch
        # of an input as soon as all of it is read.
        texts: Future[_Phase] = Future()
        with ThreadPoolExecutor(1) as beside:
            others = [row for row in ready if row[0].format not in names]
            reading = beside.submit(self._read_texts, others, before, terminologies, texts)
            outcomes = self._assemble(terminologies)
            outcomes += self._assemble(texts.result())
            reading.result()
        provenance_batch(self._settings.data, self._settings.base, self._journal)
        shutil.rmtree(staging, ignore_errors=True)
        return BuildReport(outcomes=tuple(outcomes), missing=tuple(self._missing))

    def _read_texts(
        self, inputs: _Inputs, before: Mapping[str, InputState], terminologies: _Phase, begun: Future[_Phase]
    ) -> None:
        """Sets ``begun`` as soon as it is known what there is to read."""
        try:
            phase = self._texts(inputs, before, terminologies)
        except BaseException as error:
            begun.set_exception(error)
            return
        begun.set_result(phase)
        self._run(phase)

    def _texts(self, inputs: _Inputs, before: Mapping[str, InputState], terminologies: _Phase) -> _Phase:
        files = {name: [self._settings.data / state.labels] for name, state in before.items() if state.labels}
        for source, rows in terminologies.units.items():
            if source not in terminologies.outcomes:
                files[source] = [path for unit in rows if (path := unit.folder / LABELS).is_file()]
        known = made_lexicon([path for _, paths in sorted(files.items()) for path in paths], self._settings.data)
        self.lexicon, mark = known or (None, "")
        return self._phase("documents", inputs, before, self.lexicon, mark)

    def _sniffed(self, spec: InputSpec, folder: Path) -> tuple[InputSpec, list[Path]]:
        try:
            files = input_files(spec, folder, self._settings.variables)
        except InputError as error:
            self._miss(error)
            return spec, []
        spec = spec if spec.format else msgspec.structs.replace(spec, format=sniff(files[0]))
        return spec, in_order(spec.format, files)

    def _miss(self, error: InputError) -> None:
        self._missing.append(
            Reject(
                path=str(error.params.get("path")), position="", key="", reason="unreadable",
                detail=str(error.params.get("reason") or error), fatal=True,
            )
        )  # fmt: skip

    def _phase(
        self,
        name: str,
        inputs: _Inputs,
        before: Mapping[str, InputState],
        lexicon: Path | None = None,
        mark: str = "",
    ) -> _Phase:
        """What there is to read: the units of the inputs that are not as they were ``before``."""
        units: dict[str, list[Unit]] = {}
        for spec, files in inputs:
            made = [unit for file in files if (unit := self._unit(spec, file, lexicon, mark))]
            if made:
                units[spec.name] = made
        outcomes = {source: old for source, rows in units.items() if (old := unchanged(rows, before))}
        flat = [unit for source, rows in units.items() if source not in outcomes for unit in rows]
        self._listener.phase(name, len(flat), sum(unit.raw.size for unit in flat))
        reports: dict[str, Future[UnitReport]] = {unit.id: Future() for unit in flat}
        return _Phase(units, outcomes, reports, f"{PIPELINE}+{mark}" if mark else "")

    def _run(self, phase: _Phase) -> None:
        """Read what there is to read; whoever waits for a report has it as soon as the unit is finished."""
        rows = (row for source, row in phase.units.items() if source not in phase.outcomes)
        todo = list({unit.id: unit for row in rows for unit in row}.values())

        def done(unit: Unit, report: UnitReport) -> None:
            self._listener.unit(unit, report)
            phase.reports[unit.id].set_result(report)

        settings = self._settings
        try:
            run_units(todo, workers=settings.workers, cluster=settings.cluster, done=done)
        except BaseException as error:
            for waited in phase.reports.values():
                if not waited.done():
                    waited.set_exception(error)
            raise

    def _assemble(self, phase: _Phase) -> list[Outcome]:
        """Commit the batches of a phase, in the order of its inputs."""
        for source, rows in phase.units.items():
            if source not in phase.outcomes:
                reports = [phase.reports[unit.id].result() for unit in rows]
                phase.outcomes[source] = self._assembler.assemble(rows, reports, phase.pipeline)
                self._keep_rejects(rows)
                self._listener.outcome(phase.outcomes[source])
        return [phase.outcomes[source] for source in phase.units]

    def _unit(self, spec: InputSpec, file: Path, lexicon: Path | None, mark: str) -> Unit | None:
        try:
            raw = describe(file)
            beside = tuple(describe(file.parent / name).digest for name in named_files(spec.options))
        except InputError as error:
            self._miss(error)
            return None
        linked = lexicon if spec.annotate and spec.kind == "source" else None
        return Unit(
            spec=spec, raw=raw, staging=self._settings.data / "staging", base=self._settings.base,
            lexicon=linked, lexicon_digest=mark if linked else "", beside=beside,
        )  # fmt: skip

    def _keep_rejects(self, units: list[Unit]) -> None:
        """One file an input, replaced by each build: it tells of the newest state only."""
        target = self._settings.data / "rejects" / f"{units[0].spec.name}.jsonl"
        files = [path for unit in units if (path := unit.folder / REJECTS).is_file()]
        with storage(target):
            target.unlink(missing_ok=True)
            if files:
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(b"".join(path.read_bytes() for path in files))
