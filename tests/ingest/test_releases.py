"""Releases of several files in a build: a folder is one input, half a release changes nothing, a new one replaces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from ingest.config import BuildConfig, InputSpec
from ingest.journal import Journal
from ingest.leading import leading
from ingest.pipeline import BuildReport, Pipeline, Settings
from kg.store.batch import Batch
from kg.vocab import DEFAULT_BASE
from tests.ontology.releases import golden, unpacked, zipped

FILES = golden("rf2.v1")
LEAD = "sct2_Concept_Snapshot_ILL_20260131.txt"
NAMES = "sct2_Description_Snapshot-en_ILL_20260131.txt"


class Builds:
    """Builds of one input in one data folder."""

    def __init__(self, folder: Path) -> None:
        self.data, self.release = folder / "data", folder / "release"
        self.journal = Journal(self.data / "journal.sqlite")

    def build(self, path: Path, version: str = "20260131") -> BuildReport:
        spec = InputSpec("snomed", (str(path),), "terminology", "rf2.v1", version=version, licence="unknown")
        return Pipeline(Settings(data=self.data, base=DEFAULT_BASE), self.journal).build(BuildConfig((spec,)))

    def changes(self, report: BuildReport) -> list[tuple[str, str]]:
        batch = report.outcomes[0].batch
        assert batch
        return [
            (change.graph.rpartition("/")[2], change.mode)
            for change in Batch(self.data / "batches" / batch).manifest.graphs
        ]

    def lines(self, report: BuildReport) -> tuple[list[str], list[str]]:
        """Statements that a build took away and put in."""
        batch = Batch(self.data / "batches" / str(report.outcomes[0].batch))
        change = batch.manifest.graphs[-1]
        removed, added = ([row.decode() for row in batch.lines(parts)] for parts in (change.removed, change.added))
        return removed, added


@pytest.fixture
def builds(tmp_path: Path) -> Iterator[Builds]:
    (tmp_path / "data").mkdir()
    found = Builds(tmp_path)
    yield found
    found.journal.close()


def test_a_folder_is_one_input_and_each_of_its_files_counts(builds: Builds) -> None:
    unpacked(FILES, builds.release)
    first = builds.build(builds.release)
    assert (first.outcomes[0].stored, builds.changes(first)) == (8, [("20260131", "replace")])
    assert not builds.build(builds.release).changed
    renamed = FILES[NAMES].replace(b"Illustrative swamp fever", b"Illustrative quagmire fever")
    (builds.release / NAMES).write_bytes(renamed)
    second = builds.build(builds.release)
    assert builds.changes(second) == [("20260131", "patch")]
    removed, added = builds.lines(second)
    assert [line.count("swamp") for line in removed] == [1]
    assert [line.count("quagmire") for line in added] == [1]


def test_a_new_release_takes_the_place_of_the_old_one(builds: Builds) -> None:
    builds.build(unpacked(FILES, builds.release))
    later = builds.build(zipped(FILES, builds.release.parent / "later.zip"), "20260731")
    assert builds.changes(later) == [("20260131", "replace"), ("20260731", "replace")]


@pytest.mark.parametrize("loss", ["no-file", "cut-archive", "bytes"])
def test_a_release_that_is_not_whole_leaves_the_graph_as_it_was(builds: Builds, loss: str) -> None:
    first = builds.build(unpacked(FILES, builds.release))
    batches = builds.journal.batches()
    if loss == "no-file":
        (builds.release / NAMES.replace("Description", "Relationship").replace("-en", "")).unlink()
        path = builds.release
    elif loss == "bytes":
        (builds.release / NAMES).write_bytes(FILES[NAMES] + b"\xff\r\n")
        path = builds.release
    else:
        path = zipped(FILES, builds.release.parent / "cut.zip")
        path.write_bytes(path.read_bytes()[:-100])
    for version in ("20260131", "20260731"):
        outcome = builds.build(path, version).outcomes[0]
        assert (outcome.batch, outcome.fatal, outcome.stored, outcome.rejected) == (None, True, 0, 1)
    assert builds.journal.batches() == batches
    told = (builds.data / "rejects" / "snomed.jsonl").read_bytes()
    assert msgspec.json.decode(told)["reason"] in ("incomplete-release", "release-damaged")
    assert builds.build(unpacked(FILES, builds.release)).outcomes[0].stored == first.outcomes[0].stored


def test_what_stands_for_a_release(tmp_path: Path) -> None:
    files = [unpacked(FILES, tmp_path) / name for name in sorted(FILES)]
    assert [path.name for path in leading("rf2.v1", files, {})] == [LEAD]
    assert [path.name for path in leading("rf2.v1", files, {"release": "Full"})] == [LEAD.replace("Snapshot", "Full")]
    assert leading("rf2.v1", files[:1], {}) == files[:1]
    assert leading("obo.v1", files, {}) == files
    assert leading("pubmed.v1", files, {}) == files
