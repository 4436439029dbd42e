"""From a build file to batches: terminologies first, then the lexicon, then everything that is read.

Running it again with the same inputs changes nothing; after a kill it goes on from the units that
were finished. The folder it works in::

    data/
      journal.sqlite        which batches there are (``ingest.journal``)
      batches/<id>/         immutable N-Quads and manifest, and which record states what (``ingest.lineage``)
      staging/<unit>/       finished parts of units, removed when their batch is committed
      lexicon/<digest>      names of all terminologies
      rejects/<input>.jsonl what was left out, and why
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from ingest.batches import Assembler, Outcome
from ingest.config import BuildConfig, InputSpec, input_files, named_files
from ingest.executor import run_units
from ingest.journal import Journal
from ingest.provenance import provenance_batch
from ingest.sniffing import sniff
from ingest.succession import check_series, in_order
from ingest.unit import REJECTS, Unit, UnitReport
from kg.errors import InputError
from kg.model.source import Reject
from kg.store.disk import storage
from ontology.base import TERMINOLOGIES
from ontology.grounding import PIPELINE
from ontology.lexicon import FORMAT, Lexicon, read_labels
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


class Listener:
    """Told of progress; does nothing by itself."""

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
        outcomes = self._phase("terminologies", [row for row in ready if row[0].format in names], None, "")
        self.lexicon, mark = self._lexicon()
        outcomes += self._phase("documents", [row for row in ready if row[0].format not in names], self.lexicon, mark)
        provenance_batch(self._settings.data, self._settings.base, self._journal)
        shutil.rmtree(staging, ignore_errors=True)
        return BuildReport(outcomes=tuple(outcomes), missing=tuple(self._missing))

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
        self, name: str, inputs: list[tuple[InputSpec, list[Path]]], lexicon: Path | None, mark: str
    ) -> list[Outcome]:
        units: dict[str, list[Unit]] = {}
        for spec, files in inputs:
            made = [unit for file in files if (unit := self._unit(spec, file, lexicon, mark))]
            if made:
                units[spec.name] = made
        outcomes = {source: old for source, rows in units.items() if (old := self._assembler.unchanged(rows))}
        flat = [unit for source, rows in units.items() if source not in outcomes for unit in rows]
        self._listener.phase(name, len(flat), sum(unit.raw.size for unit in flat))
        settings = self._settings
        reports = run_units(flat, workers=settings.workers, cluster=settings.cluster, done=self._listener.unit)
        by_id = {report.id: report for report in reports}
        for source, rows in units.items():
            if source not in outcomes:
                pipeline = f"{PIPELINE}+{mark}" if mark else ""
                outcomes[source] = self._assembler.assemble(rows, [by_id[unit.id] for unit in rows], pipeline)
                self._keep_rejects(rows)
                self._listener.outcome(outcomes[source])
        return [outcomes[source] for source in units]

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

    def _lexicon(self) -> tuple[Path | None, str]:
        """The names of all committed terminologies, as a file and its digest; None without any."""
        data = self._settings.data
        files = [data / state.labels for state in self._journal.inputs().values() if state.labels]
        if not files:
            return None, ""
        # The lexicon is a function of its rules and the label tables, so they name the file that holds it.
        state = hashlib.sha256(FORMAT.encode())
        for file in files:
            state.update(file.read_bytes())
        target = data / "lexicon" / state.hexdigest()[:20]
        if target.is_file():
            return target, Lexicon.load(target).digest
        with storage(target):
            target.parent.mkdir(exist_ok=True)
            made = Lexicon.build(row for file in files for row in read_labels(file))
            made.save(target)
            for old in target.parent.iterdir():
                if old != target:
                    old.unlink()
        return target, made.digest
