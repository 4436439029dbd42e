"""Carrying out a release of curation: row, file, generation, row; and going on where a kill left one (ADR 24).

From the moment the file of a release stands it goes forward; before, it is taken back.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from api import wiring
from api.settings import Settings
from ingest.curation import withheld_from
from ingest.journal import Journal
from ingest.pipeline import Listener
from ingest.remembering import remembered
from kg.errors import ConfigError, EditRefused, MedkgError, StoreLocked
from kg.generation.indexes import open_indexes
from kg.generation.manifest import GenerationManifest, read_manifest
from kg.generation.publish import Step, unheard
from kg.model.edit import ReleasedEdit, ReleaseHead
from kg.model.ids import Ids
from kg.store.base import STORES, Reader, Snapshot
from kg.store.lock import writer_lock
from kg.workflow.proposals import Person
from kg.workflow.releases import CurationRelease
from ontology.curation.applying import Look
from ontology.curation.graph import GraphConcepts
from ontology.curation.release import released_edits
from ontology.curation.released import Curated
from ontology.curation.shelf import FOLDER, ReleaseFiles, check_version
from ontology.curation.withholding import Withheld

_PATIENCE = 600.0
"""Seconds in which another build of the folder must have ended."""


class Order(msgspec.Struct, frozen=True):
    """What the process of one release is told; without a version it goes on with what was begun."""

    settings: Settings
    version: str = ""
    job: int = 0


class Releasing:
    """The releases of one data folder, one at a time."""

    def __init__(self, settings: Settings, entered: int = 0) -> None:
        """``entered``: the number of a job that waits to be run."""
        self._settings = settings
        self._entered = entered
        self._releases = wiring.releases(settings)
        self._files = ReleaseFiles(settings.folder)

    def run(
        self, version: str, person: Person, note: str = "", numbers: Sequence[int] = (),
        listener: Listener | None = None, step: Step = unheard,
    ) -> CurationRelease:  # fmt: skip
        """Release everything that is accepted, or the proposals with these numbers.

        Raises ConfigError, NotInState, NothingToRelease, EditRefused (nothing is released then), StoreLocked and every
        error of a build: then the release stands, and is published by ``recover``.
        """
        with self._alone():
            self._recover(listener, step)
            self._releases.prepare(check_version(version), person, note, numbers)
            return self._carry_out(version, listener, step)

    def begin(self, version: str, person: Person, note: str = "", numbers: Sequence[int] = ()) -> CurationRelease:
        """The row of a release, which another process is to carry out."""
        return self._releases.prepare(check_version(version), person, note, numbers)[0]

    def carry_out(self, version: str, listener: Listener | None = None, step: Step = unheard) -> CurationRelease:
        """What was begun."""
        with self._alone():
            return self._carry_out(version, listener, step)

    def recover(self, listener: Listener | None = None, step: Step = unheard) -> CurationRelease | None:
        """Finish or take back a release whose process has ended; None where there is none, or its process lives."""
        try:
            with self._alone():
                return self._recover(listener, step)
        except StoreLocked:
            return None

    def _recover(self, listener: Listener | None, step: Step) -> CurationRelease | None:
        pending = self._releases.pending()
        if pending is None:
            return None
        if not self._files.path(pending.version).is_file():
            return self._releases.take_back(pending.version, "interrupted")
        return self._publish(pending.version, listener, step)

    def _carry_out(self, version: str, listener: Listener | None, step: Step) -> CurationRelease:
        row = next(one for one in self._releases.list() if one.version == version and one.state == "preparing")
        heads = self._files.heads()
        try:
            with looking(self._settings) as (look, generation):
                edits = released_edits(self._releases.taken(version), version, look)
            self._check_inputs(edits)
        except (EditRefused, ConfigError) as error:
            self._releases.take_back(version, str(error))
            raise
        head = ReleaseHead(
            release=version, sequence=row.sequence, date=row.created[:10], by=row.person, note=row.note,
            before=heads[-1].release if heads else "", generation=generation,
        )  # fmt: skip
        self._files.write(head, edits)
        return self._publish(version, listener, step)

    def _check_inputs(self, edits: Sequence[ReleasedEdit]) -> None:
        """Raises ConfigError where something is to be withheld from an input that nobody knows how to read again."""
        folder = self._settings.folder
        before = [line for head in self._files.heads() for line in self._files.edits(head.release)]
        journal = Journal(folder / "journal.sqlite")
        try:
            holding = withheld_from(journal, Withheld(Curated([*before, *edits])))
        finally:
            journal.close()
        if unknown := sorted(holding.keys() - remembered(folder).inputs.keys()):
            reason = (
                "it was built by an earlier medkg, or restored: build it again with medkg build before this release"
            )
            raise ConfigError(where=f"input {', '.join(unknown)}", reason=reason)

    def _publish(self, version: str, listener: Listener | None, step: Step) -> CurationRelease:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                built = wiring.Building(self._settings, self._entered).release(version, listener or Listener(), step)
                missing = ", ".join(reject.path for reject in built.report.missing)
                return self._releases.finish(version, built.current, f"not read again: {missing}" if missing else "")
            except StoreLocked:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with writer_lock(self._settings.folder / FOLDER):
            yield


@contextmanager
def looking(settings: Settings) -> Iterator[tuple[Look, str]]:
    """Concepts as the current generation has them, and its id; without anything that only answers need."""
    with opened(settings) as (reader, folder, manifest):
        concepts = GraphConcepts(reader, open_indexes(folder, None).text, Ids(manifest.base))
        yield concepts.concept, manifest.id


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Reader, Path, GenerationManifest]]:
    """The store of the current generation, its folder and its manifest."""
    shelf = wiring.shelf(settings)
    folder = shelf.path(shelf.find())
    manifest = read_manifest(folder)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=folder / "store"))
    try:
        yield reader, folder, manifest
    finally:
        reader.close()


def main() -> None:
    """One release, as the order on standard input says."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    releasing = Releasing(order.settings, order.job)
    if not order.version:
        releasing.recover()
        return
    try:
        releasing.carry_out(order.version)
    except MedkgError as error:
        jobs = wiring.jobs(order.settings)
        if jobs.get(order.job).state == "waiting":
            # It failed before there was anything to build, and whoever asks after the job must be told.
            with jobs.run("release", {"release": order.version}, order.job):
                raise error from None
        raise


if __name__ == "__main__":
    main()
