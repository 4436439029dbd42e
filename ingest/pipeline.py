"""From a build file to batches: terminologies first, then the lexicon, then everything that is read.

Running it again with the same inputs changes nothing; after a kill it goes on from the units that
were finished. The folder it works in::

    data/
      journal.sqlite        which batches there are (``ingest.journal``)
      batches/<id>/         immutable N-Quads and manifest, and which record states what (``ingest.lineage``)
      staging/<unit>/       finished parts of units, removed when their batch is committed
      names/<name>/         what labelled corpora taught (``medkg train names``)
      corrections/          what curators said, settled, and training data of it (``ingest.corrections.settling``)
      curation/             released edits (``ontology.curation.shelf``), an input of every build
      lexicon/<digest>      names of all terminologies, with what was taught and what curators said
      rejects/<input>.jsonl what was left out, and why
      notices/<input>.jsonl what is to be looked at, though it was used
      replacements/         what new releases of terminologies changed (``ingest.replacement``)
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import msgspec

from ingest.batches import Assembler, Outcome, refused, unchanged
from ingest.config import BuildConfig, InputSpec, input_files, named_files
from ingest.corrections.publication import rules_batch
from ingest.corrections.settling import FOLDER, TABLE, lessons_file, read_settlement, settle
from ingest.corrections.texts import corrected_documents, known_texts
from ingest.curation import Curation, check_names, curation
from ingest.executor import run_units
from ingest.journal import InputState, Journal
from ingest.leading import companions, leading
from ingest.linking import made_lexicon
from ingest.provenance import provenance_batch
from ingest.relinking import LEXICON, relinked
from ingest.sniffing import sniff
from ingest.sources.corrections import FORMAT
from ingest.succession import check_series, in_order
from ingest.unit import LABELLED, LABELS, NOTICES, REJECTS, RELATED, Unit, UnitReport
from kg.errors import InputError
from kg.model.ids import digest
from kg.model.source import Reject
from kg.store.disk import storage
from ontology.base import TERMINOLOGIES
from ontology.grounding import PIPELINE
from ontology.reading.raw import describe


class Settings(msgspec.Struct, frozen=True):
    """Where and how a build runs. ``cluster`` is a Dask scheduler address, empty for a local pool. ``licence``: of what
    curators release."""

    data: Path
    base: str
    workers: int = 1
    cluster: str = ""
    variables: Mapping[str, str] = {}
    licence: str = "unknown"


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


class _Linking(msgspec.Struct, frozen=True):
    """What texts are linked with: files of names and of settled corrections, with their marks."""

    lexicon: Path | None = None
    mark: str = ""
    corrections: Path | None = None
    corrected: str = ""

    @property
    def pipeline(self) -> str:
        if not self.mark:
            return ""
        return f"{PIPELINE}+{self.mark}" + (f"+corrections.{self.corrected}" if self.corrected else "")


class _Phase(msgspec.Struct, frozen=True):
    """Units by input, the outcomes of inputs that are as they were, the reports of the units of the others by their
    ids. One thread reads the next phase by it while another commits it: nothing here changes."""

    units: Mapping[str, list[Unit]]
    kept: Mapping[str, Outcome]
    reports: Mapping[str, Future[UnitReport]]
    pipeline: str


class Listener:
    """Told of progress, of two phases at once; does nothing by itself."""

    def phase(self, name: str, units: int, size: int) -> None:
        """A phase begins: ``terminologies``, ``corrections`` (where there are any) or ``documents``; ``size`` in bytes
        of input."""

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
        self._settlement: Path | None = None
        self._curation = Curation()

    def build(self, config: BuildConfig) -> BuildReport:
        """All inputs of ``config``; raises ConfigError, StorageFull, StoreError."""
        staging = self._settings.data / "staging"
        with storage(staging):
            staging.mkdir(parents=True, exist_ok=True)
        check_names([spec.name for spec in config.input])
        self._curation = curation(self._settings.data, self._settings.licence, self._journal)
        named = [(spec, config.folders.get(spec.name, config.folder)) for spec in config.input]
        specs = [self._sniffed(spec, folder) for spec, folder in (*named, *self._curation.inputs)]
        ready = [(spec, files) for spec, files in specs if files]
        check_series(ready)
        names = TERMINOLOGIES.names()
        before = self._journal.inputs()
        terminologies = self._phase("terminologies", [row for row in ready if row[0].format in names], before)
        self._run(terminologies)
        others = [row for row in ready if row[0].format not in {*names, FORMAT}]
        corrected = self._corrections([row for row in ready if row[0].format == FORMAT], others, before)
        # Names are in the units already, so texts are read while the batches of terminologies are made, and the batch
        # of an input as soon as all of it is read.
        texts: Future[_Phase] = Future()
        with ThreadPoolExecutor(1) as beside:
            reading = beside.submit(self._read_texts, others, before, terminologies, corrected, texts)
            outcomes = self._assemble(terminologies)
            outcomes += self._assemble(corrected)
            outcomes += self._assemble(texts.result())
            reading.result()
        rules_batch(self._settlement, self._settings.data, self._settings.base, self._journal)
        provenance_batch(self._settings.data, self._settings.base, self._journal)
        shutil.rmtree(staging, ignore_errors=True)
        self._forget()
        return BuildReport(outcomes=tuple(outcomes), missing=tuple(self._missing))

    def _read_texts(
        self, inputs: _Inputs, before: Mapping[str, InputState], terminologies: _Phase, corrected: _Phase,
        begun: Future[_Phase],
    ) -> None:  # fmt: skip
        """Sets ``begun`` as soon as it is known what there is to read."""
        try:
            phase = self._texts(inputs, before, terminologies, corrected)
        except BaseException as error:
            begun.set_exception(error)
            return
        begun.set_result(phase)
        self._run(phase)

    def _corrections(self, inputs: _Inputs, others: _Inputs, before: Mapping[str, InputState]) -> _Phase:
        """What curators say, read before any text is linked, and held against the texts that it is about."""
        if not inputs:
            return _Phase({}, {}, {}, "")
        data = self._settings.data
        wanted = corrected_documents(file for _, files in inputs for file in files)
        content = msgspec.json.encode(known_texts(wanted, others, data, self._journal), order="sorted")
        texts = data / "staging" / f"texts-{digest(content.decode())}.json"
        with storage(texts):
            texts.write_bytes(content)
        phase = self._phase("corrections", inputs, before, texts=texts)
        self._run(phase)
        return phase

    def _texts(
        self, inputs: _Inputs, before: Mapping[str, InputState], terminologies: _Phase, corrected: _Phase
    ) -> _Phase:
        data = self._settings.data
        labels = {name: [data / state.labels] for name, state in before.items() if state.labels}
        tables = {name: [data / state.corrections] for name, state in before.items() if state.corrections}
        self._settlement = settle(_side_tables(tables, corrected, TABLE), data)
        rules = [lessons_file(self._settlement)] if self._settlement else []
        known = made_lexicon(_side_tables(labels, terminologies, LABELS), data, rules)
        self.lexicon, mark = known or (None, "")
        held = read_settlement(self._settlement).mark if self._settlement else ""
        return self._phase("documents", inputs, before, _Linking(self.lexicon, mark, self._settlement, held))

    def _sniffed(self, spec: InputSpec, folder: Path) -> tuple[InputSpec, list[Path]]:
        try:
            files = input_files(spec, folder, self._settings.variables)
        except InputError as error:
            self._miss(error)
            return spec, []
        spec = spec if spec.format else msgspec.structs.replace(spec, format=sniff(files[0]))
        return spec, leading(spec.format, in_order(spec.format, files), spec.options)

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
        linking: _Linking | None = None,
        texts: Path | None = None,
    ) -> _Phase:
        """What there is to read: the units of the inputs that are not as they were ``before``."""
        linking = linking or _Linking()
        units: dict[str, list[Unit]] = {}
        for spec, files in inputs:
            made = [unit for file in files if (unit := self._unit(spec, file, linking, texts))]
            if made:
                units[spec.name] = made
        kept = {source: old for source, rows in units.items() if (old := unchanged(rows, before))}
        if not self._settings.cluster:
            # Workers on other machines cannot read the journal, so they link everything.
            units = {
                source: rows if source in kept else relinked(rows, before.get(source), self._settings.data)
                for source, rows in units.items()
            }
        flat = [unit for source, rows in units.items() if source not in kept for unit in rows]
        self._listener.phase(name, len(flat), sum(unit.raw.size for unit in flat))
        reports: dict[str, Future[UnitReport]] = {unit.id: Future() for unit in flat}
        return _Phase(units, kept, reports, linking.pipeline)

    def _run(self, phase: _Phase) -> None:
        """Read what there is to read; whoever waits for a report has it as soon as the unit is finished."""
        rows = (row for source, row in phase.units.items() if source not in phase.kept)
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
        outcomes = []
        for source, rows in phase.units.items():
            outcome = phase.kept.get(source)
            if outcome is None:
                reports = [phase.reports[unit.id].result() for unit in rows]
                outcome = self._assembler.assemble(rows, reports, phase.pipeline)
                self._keep_sides(rows)
                self._listener.outcome(outcome)
            outcomes.append(outcome)
        return outcomes

    def _unit(self, spec: InputSpec, file: Path, linking: _Linking, texts: Path | None) -> Unit | None:
        try:
            raw = describe(file)
            named = [file.parent / name for name in named_files(spec.options)]
            others = companions(spec.format, raw, spec.options)
            beside = tuple(describe(path).digest for path in [*named, *others])
        except InputError as error:
            self._miss(error)
            return None
        if texts is not None:
            beside += (texts.name,)
        linked = linking.lexicon if spec.annotate and spec.kind == "source" and texts is None else None
        return Unit(
            spec=spec, raw=raw, staging=self._settings.data / "staging", base=self._settings.base,
            lexicon=linked, lexicon_digest=linking.mark if linked else "", beside=beside,
            corrections=linking.corrections if linked else None,
            corrections_mark=linking.corrected if linked else "", texts=texts,
            curated=self._curation.curated(spec), withheld=self._curation.withheld(spec),
        )  # fmt: skip

    def _keep_sides(self, units: list[Unit]) -> None:
        """One file an input and table, replaced by each build: they tell of the newest state only."""
        data, name = self._settings.data, units[0].spec.name
        for side, target in (
            (REJECTS, data / "rejects" / f"{name}.jsonl"),
            (NOTICES, data / "notices" / f"{name}.jsonl"),
            (LABELLED, data / FOLDER / "labelled" / f"{name}.jsonl"),
            (RELATED, data / FOLDER / "labelled" / f"{name}.relations.jsonl"),
        ):
            files = [path for unit in units if (path := unit.folder / side).is_file()]
            with storage(target):
                target.unlink(missing_ok=True)
                if files:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(b"".join(path.read_bytes() for path in files))

    def _forget(self) -> None:
        """Remove names and settlements that no text is linked with any more; until then they tell what changed."""
        used = {name for state in self._journal.inputs().values() for name in state.linked}
        used |= {path.name for path in (self.lexicon, self._settlement) if path}
        for folder in (LEXICON, FOLDER):
            for file in (self._settings.data / folder).glob("*"):
                if file.is_file() and file.name.replace(".lessons.json", ".json") not in used:
                    file.unlink()


def _side_tables(known: Mapping[str, list[Path]], phase: _Phase, name: str) -> list[Path]:
    """The side tables of every input, by its name: of those that were read now, and of the others as they were."""
    read = {
        source: [path for unit in rows if (path := unit.folder / name).is_file()]
        for source, rows in phase.units.items()
        if source not in phase.kept and not refused([phase.reports[unit.id].result() for unit in rows])
    }
    return [path for _, paths in sorted({**known, **read}.items()) for path in paths]
