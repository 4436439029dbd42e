"""Builds: idempotent, record by record, complete about what was left out."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest import linking, pipeline
from ingest.config import read_config
from ingest.executor import run_units
from ingest.journal import Journal
from ingest.pipeline import BuildReport, Pipeline, Settings
from ingest.unit import Unit, UnitReport
from kg.errors import ConfigError, StoreError
from kg.store.batch import Batch
from kg.store.oxigraph import Oxigraph
from kg.vocab import DEFAULT_BASE
from ontology.lexicon import LabelRow
from tests.corpus import record, write_build, write_records


def build(data: Path, config: Path, workers: int = 1) -> BuildReport:
    journal = Journal(data / "journal.sqlite")
    try:
        return Pipeline(Settings(data=data, base=DEFAULT_BASE, workers=workers), journal).build(read_config(config))
    finally:
        journal.close()


def batches(data: Path) -> list[Batch]:
    journal = Journal(data / "journal.sqlite")
    try:
        return [Batch(data / "batches" / name) for name in journal.batches()]
    finally:
        journal.close()


def quads(data: Path, tmp: Path) -> dict[str, list[str]]:
    """Canonical statements by graph, after applying every batch to an empty store."""
    store = Oxigraph.create(tmp)
    try:
        for batch in batches(data):
            batch.verify()
            store.apply(batch)
        return {graph: sorted(store.statements(graph)) for graph in sorted(store.counts())}
    finally:
        store.close()
        shutil.rmtree(tmp)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_build(tmp_path / "in")


def test_a_second_build_adds_nothing(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = build(data, config)
    assert first.changed
    before = [batch.id for batch in batches(data)]
    second = build(data, config)
    assert not second.changed
    assert [batch.id for batch in batches(data)] == before


def test_a_clean_build_elsewhere_gives_the_same_batches_and_quads(config: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    build(one, config, workers=1)
    build(two, config, workers=2)
    assert [batch.manifest for batch in batches(one)] == [batch.manifest for batch in batches(two)]
    assert quads(one, tmp_path / "s1") == quads(two, tmp_path / "s2")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_text_that_cannot_be_read_ends_the_build_and_keeps_what_was_made(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    def failing(units: list[Unit], **options: object) -> list[UnitReport]:
        if any(unit.spec.kind == "source" for unit in units):
            raise StoreError(path=str(tmp_path), reason="an illustration")
        return run_units(units, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "run_units", failing)
    data = tmp_path / "data"
    with pytest.raises(StoreError, match="an illustration"):
        build(data, config, workers)
    assert [batch.manifest.source for batch in batches(data)] == ["terms"]
    monkeypatch.undo()
    assert build(data, config, workers).changed
    clean = tmp_path / "clean"
    build(clean, config)
    assert quads(data, tmp_path / "s1") == quads(clean, tmp_path / "s2")


def test_mentions_are_made_with_offsets(config: Path, tmp_path: Path) -> None:
    build(tmp_path / "data", config)
    graphs = quads(tmp_path / "data", tmp_path / "s")
    annotations = next(rows for graph, rows in graphs.items() if "/graph/annotation/records/" in graph)
    assert any("DOID_9000002" in row and "mentions" in row for row in annotations)
    assert any("DOID_9000003" in row for row in annotations)


def test_one_changed_record_makes_a_patch_of_its_own_quads(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    build(data, config)
    rows = [record(index) for index in range(5)]
    rows[3] = record(3, text="nothing is said of it.", year=2021)
    write_records(config.parent / "records-00.jsonl", rows)
    build(data, config)
    batch = next(made for made in reversed(batches(data)) if made.manifest.source == "records")
    change = next(change for change in batch.manifest.graphs if "/source/" in change.graph)
    assert change.mode == "patch"
    touched = b"".join(batch.lines((*change.added, *change.removed))).decode()
    assert "T00003" in touched
    assert "T00002" not in touched
    clean = tmp_path / "clean"
    build(clean, config)
    assert quads(data, tmp_path / "s1") == quads(clean, tmp_path / "s2")


def test_a_removed_record_takes_its_quads_but_not_those_it_shares(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    build(data, config)
    write_records(config.parent / "records-00.jsonl", [record(index) for index in range(4)])
    build(data, config)
    source = next(rows for graph, rows in quads(data, tmp_path / "s").items() if "/source/records" in graph)
    assert not any("T00004" in row for row in source)
    assert any("Illustrative Medical Journal" in row for row in source)


def test_a_new_release_replaces_the_graph_of_the_old_one(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    build(data, config)
    config.write_text(config.read_text().replace('version = "1"', 'version = "2"'))
    build(data, config)
    graphs = quads(data, tmp_path / "s")
    assert any(graph.endswith("/source/records/2") for graph in graphs)
    assert not graphs.get("https://w3id.org/medkg/graph/source/records/1")


def test_the_last_of_two_records_with_one_id_wins_and_is_counted(config: Path, tmp_path: Path) -> None:
    write_records(config.parent / "records-01.jsonl", [record(0, year=1999), record(0, year=1998)])
    report = build(tmp_path / "data", config)
    outcome = next(row for row in report.outcomes if row.name == "records")
    assert (outcome.read, outcome.stored, outcome.replaced) == (7, 5, 2)
    source = next(rows for graph, rows in quads(tmp_path / "data", tmp_path / "s").items() if "/source/" in graph)
    assert any("1998" in row for row in source)
    assert not any('"1999"' in row for row in source)


def test_bad_records_are_kept_apart_and_counted(config: Path, tmp_path: Path) -> None:
    bad = config.parent / "records-01.jsonl"
    bad.write_text('{"id": "T00100"\n' + bad.read_text() + "not json\n")
    report = build(tmp_path / "data", config)
    outcome = next(row for row in report.outcomes if row.name == "records")
    assert outcome.rejected == 2
    assert outcome.read == outcome.stored + outcome.rejected + outcome.replaced
    rejects = (tmp_path / "data" / "rejects" / "records.jsonl").read_text().splitlines()
    assert len(rejects) == 2
    assert all("records-01.jsonl" in row for row in rejects)


@pytest.mark.parametrize("damage", ["missing", "empty"])
def test_a_file_that_cannot_be_read_stops_nothing_else(config: Path, tmp_path: Path, damage: str) -> None:
    terms = config.parent / "terms.obo"
    if damage == "missing":
        terms.unlink()
    else:
        terms.write_bytes(b"")
    report = build(tmp_path / "data", config)
    assert [Path(reject.path).name for reject in report.missing] == ["terms.obo"]
    assert report.rejected == 1
    assert any(row.name == "records" and row.stored == 10 for row in report.outcomes)


@contextmanager
def ordinary_user(folder: Path) -> Iterator[None]:
    """What root may do anyway must be tried as somebody else; ``folder`` and its parents are opened for them."""
    if os.geteuid() != 0:
        yield
        return
    for parent in (folder, *folder.parents):
        if str(parent).startswith(tempfile.gettempdir()) and parent != Path(tempfile.gettempdir()):
            parent.chmod(0o777)
    # Texts are loaded when first needed; that user may not be allowed to read the interpreter's files.
    str(StoreError(path="", reason=""))
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_without_rights_stops_nothing_else(config: Path, tmp_path: Path) -> None:
    (config.parent / "terms.obo").chmod(0)
    with ordinary_user(tmp_path):
        report = build(tmp_path / "data", config)
    assert [Path(reject.path).name for reject in report.missing] == ["terms.obo"]
    assert "ermission" in report.missing[0].detail
    assert any(row.name == "records" and row.stored == 10 for row in report.outcomes)


def test_a_data_folder_without_rights_is_named(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with ordinary_user(tmp_path):
        data.stat()
    data.chmod(0o555)
    with ordinary_user(tmp_path), pytest.raises(StoreError, match="data"):
        build(data, config)
    assert list(data.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[input]\n", "Expected"),
        ('[[input]]\nname = "x"\npaths = ["a"]\nkind = "novel"\n', "novel"),
        ('[[input]]\nname = "x"\npaths = ["a"]\nkind = "source"\ncolour = 1\n', "colour"),
        ('[[input]]\nname = "x"\npaths = ["${NOWHERE}/a"]\nkind = "source"\n', "NOWHERE"),
    ],
)
def test_a_wrong_build_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    config = tmp_path / "build.toml"
    config.write_text(text)
    with pytest.raises(ConfigError, match=says):
        build(tmp_path / "data", config)


def test_a_lexicon_made_in_a_process_of_its_own_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = []
    for number, name in enumerate(("哮喘", "asthma")):
        tables.append(tmp_path / f"{number}.tsv")
        row = LabelRow(f"medkg:c{number}", "disease", "zh" if number == 0 else "en", "preferred", "made", name)
        tables[-1].write_text(row.line(), "utf-8")
    made = []
    for name, few in (("here", linking.FEW), ("beside", 0)):
        monkeypatch.setattr(linking, "FEW", few)
        (tmp_path / name).mkdir()
        found = linking.made_lexicon(tables, tmp_path / name)
        assert found is not None
        made.append((found[0].name, found[1], found[0].read_bytes()))
    assert made[0] == made[1]
    assert linking.made_lexicon([], tmp_path / "here") is None
