"""Claims in a build: off unless asked for, counted in the batch, in the annotation graph with their mentions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingest.config import read_config
from ingest.journal import Journal
from ingest.pipeline import Pipeline, Settings
from kg.store.batch import Batch
from kg.store.oxigraph import Oxigraph
from kg.vocab import BIOLINK, DEFAULT_BASE, MEDKG
from tests.corpus import record, write_build, write_records

TEXT = "Sample fever causes example nephropathy."


@pytest.fixture
def config(tmp_path: Path) -> Path:
    config = write_build(tmp_path / "in", files=1)
    write_records(config.parent / "records-00.jsonl", [record(1, TEXT)])
    return config


def built(data: Path, config: Path) -> tuple[dict[str, int], list[str]]:
    """Counts of the batches, and the statements of the annotation graph."""
    journal = Journal(data / "journal.sqlite")
    try:
        Pipeline(Settings(data=data, base=DEFAULT_BASE, workers=1), journal).build(read_config(config))
        batches = [Batch(data / "batches" / name) for name in journal.batches()]
    finally:
        journal.close()
    store = Oxigraph.create(data / "s")
    try:
        for batch in batches:
            store.apply(batch)
        rows = [row for graph in store.counts() if "/annotation/" in graph for row in store.statements(graph)]
    finally:
        store.close()
        shutil.rmtree(data / "s")
    return dict(item for batch in batches for item in batch.manifest.counts.items()), rows


def test_no_claims_unless_asked_for(config: Path, tmp_path: Path) -> None:
    counts, rows = built(tmp_path / "data", config)
    assert not [name for name in counts if name.startswith("claims")]
    assert rows
    assert not any(f"<{MEDKG}Claim>" in row for row in rows)


def test_claims_stand_beside_the_mentions_that_they_were_read_from(config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text("utf-8") + "claims = true\n", "utf-8")
    counts, rows = built(tmp_path / "data", config)
    assert counts["claims.written"] == 1
    [claim] = {row.split(" ")[0] for row in rows if f"<{MEDKG}Claim>" in row}
    said = {row.split(" ")[1]: row.split(" ", 2)[2] for row in rows if row.startswith(claim)}
    assert said[f"<{MEDKG}evidenceType>"].startswith('"text-mined"')
    assert f"<{BIOLINK}causes>" in said["<http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate>"]
    assert TEXT in said["<http://www.w3.org/ns/oa#exact>"]
    mentions = {row.split(" ")[0] for row in rows if "oa#Annotation>" in row}
    for end in ("subjectMention", "objectMention"):
        assert said[f"<{MEDKG}{end}>"].split(" ")[0] in mentions
