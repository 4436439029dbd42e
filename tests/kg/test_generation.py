"""Publishing: the same from scratch and step by step, one pointer, damage found."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import kg.generation.publish as publishing
from ingest.config import read_config
from ingest.journal import Journal
from ingest.pipeline import Pipeline, Settings
from kg.errors import IntegrityError, UnknownGeneration
from kg.generation.manifest import FILE, GenerationManifest
from kg.generation.pointer import Shelf
from kg.generation.publish import Plan, publish
from kg.generation.verification import verify
from kg.index.base import Encoder
from kg.index.fields import FIELDS_FORMAT
from kg.model.terms import Statement
from kg.store.base import Reader, Snapshot
from kg.store.oxigraph import Oxigraph
from kg.vocab import DEFAULT_BASE
from tests.corpus import record, write_build, write_records
from tests.kg.graph import WordEncoder


def planned(data: Path, config: Path, keep: int = 5, store: str = "oxigraph") -> Plan:
    """The batches of a build, and what to publish of them."""
    journal = Journal(data / "journal.sqlite")
    try:
        pipeline = Pipeline(Settings(data=data, base=DEFAULT_BASE), journal)
        pipeline.build(read_config(config))
        batches = tuple(journal.batches())
    finally:
        journal.close()
    return Plan(
        data=data, base=DEFAULT_BASE, batches=batches, published="2026-01-01T00:00:00+00:00", keep=keep,
        store=store, lexicon=pipeline.lexicon,
    )  # fmt: skip


def build(
    data: Path, config: Path, keep: int = 5, store: str = "oxigraph", encoder: Encoder | None = None
) -> GenerationManifest | None:
    """A build and its generation, without dense vectors unless an encoder is given."""
    return publish(planned(data, config, keep, store), encoder)


def graphs(data: Path, name: str) -> dict[str, list[str]]:
    reader = Oxigraph.open(Snapshot(store="oxigraph", path=data / "generations" / name / "store"))
    try:
        return {graph: sorted(reader.statements(graph)) for graph in reader.counts()}
    finally:
        reader.close()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_build(tmp_path / "in")


def change(config: Path) -> None:
    rows = [record(index) for index in range(4)]
    rows[1] = record(1, text="sample fever again.", year=2022)
    write_records(config.parent / "records-00.jsonl", rows)


def test_nothing_new_publishes_nothing(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = build(data, config)
    assert first is not None
    assert build(data, config) is None
    assert Shelf(data).ids() == [first.id]
    assert Shelf(data).find() == first.id


def test_vectors_that_were_left_out_are_made_when_asked_for(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first, second = build(data, config), build(data, config, encoder=WordEncoder())
    assert first is not None
    assert second is not None
    assert (first.indexes["vectors"], first.indexes["encoder"]) == ("0", "")
    assert second.indexes["encoder"] == WordEncoder.id
    assert int(second.indexes["vectors"]) > 10, "documents and concepts"
    assert build(data, config, encoder=WordEncoder()) is None


def test_what_is_derived_is_asked_for_anew(config: Path, tmp_path: Path) -> None:
    """An operator who switches a derivation off gets a generation without it, though no batch changed."""

    def told(reader: Reader, base: str) -> list[Statement]:
        return [Statement(f"<{base}a> <{base}b> <{base}c>")]

    plan = planned(tmp_path / "data", config)
    first = publish(plan, None, more=(told,))
    assert first is not None
    assert publish(plan, None, more=(told,)) is None
    second = publish(plan, None)
    assert second is not None
    with_it, without = (graphs(tmp_path / "data", made.id)[""] for made in (first, second))
    assert [row for row in with_it if row not in without and "void" not in row] == [
        f"<{DEFAULT_BASE}a> <{DEFAULT_BASE}b> <{DEFAULT_BASE}c>"
    ]


def test_older_fields_are_made_anew(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = build(data, config)
    assert first is not None
    path = data / "generations" / first.id / FILE
    now = path.read_bytes()
    old = now.replace(f'"fields": "{FIELDS_FORMAT}"'.encode(), b'"fields": "1"')
    assert old != now
    path.write_bytes(old)
    second = build(data, config)
    assert second is not None
    assert (second.sequence, second.indexes["fields"]) == (first.sequence + 1, str(FIELDS_FORMAT))
    assert build(data, config) is None


def test_patched_and_fresh_stores_are_the_same(config: Path, tmp_path: Path) -> None:
    data, clean = tmp_path / "data", tmp_path / "clean"
    build(data, config)
    change(config)
    patched, fresh = build(data, config), build(clean, config)
    assert patched is not None
    assert fresh is not None
    assert graphs(data, patched.id) == graphs(clean, fresh.id)
    assert patched.counts == fresh.counts
    assert patched.sequence == 2


def test_old_generations_answer_as_they_did_until_they_are_pruned(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = build(data, config, keep=1)
    assert first is not None
    before = graphs(data, first.id)
    change(config)
    second = build(data, config, keep=2)
    assert second is not None
    assert graphs(data, first.id) == before
    write_records(config.parent / "records-00.jsonl", [record(0)])
    third = build(data, config, keep=2)
    assert third is not None
    assert Shelf(data).ids() == [second.id, third.id]
    with pytest.raises(UnknownGeneration, match=second.id):
        Shelf(data).find(first.id)


def test_the_reference_store_gives_the_same_default_graph(config: Path, tmp_path: Path) -> None:
    from kg.store.reference import Reference

    one = build(tmp_path / "one", config)
    two = build(tmp_path / "two", config, store="reference")
    assert one is not None
    assert two is not None
    reader = Reference.open(Snapshot(store="reference", path=tmp_path / "two" / "generations" / two.id / "store"))
    assert sorted(reader.statements()) == graphs(tmp_path / "one", one.id)[""]
    assert one.counts == two.counts


def test_a_publisher_that_dies_leaves_the_old_generation(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    first = build(data, config)
    assert first is not None
    change(config)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_index", lambda *_: (_ for _ in ()).throw(MemoryError))
        with pytest.raises(MemoryError):
            build(data, config)
    assert Shelf(data).find() == first.id
    assert [path.name for path in Shelf(data).folder.glob(".g*")] == []
    second = build(data, config)
    assert second is not None
    assert Shelf(data).find() == second.id


def test_all_of_a_generation_is_on_the_device_before_anybody_is_led_to_it(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut behind the swap of the pointer must not leave one to files that were never written."""
    data = tmp_path / "data"
    seen: list[tuple[str | None, bool]] = []
    sync = os.sync

    def told() -> None:
        shelf = Shelf(data)
        seen.append((shelf.current(), any(path.joinpath(FILE).is_file() for path in shelf.folder.glob(".g*"))))
        sync()

    monkeypatch.setattr(os, "sync", told)
    assert build(data, config) is not None
    assert seen == [(None, True)]


def test_derived_statements(config: Path, tmp_path: Path) -> None:
    made = build(tmp_path / "data", config)
    assert made is not None
    rows = graphs(tmp_path / "data", made.id)[""]
    doid = "http://purl.obolibrary.org/obo/DOID_"
    vocab = "https://w3id.org/medkg/vocab#"
    number = '"10"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert f"<{doid}9000003> <{vocab}broaderTransitive> <{doid}9000001>" in rows
    assert f"<{doid}9000003> <{vocab}documentCount> {number}" in rows
    assert f"<{doid}9000001> <{vocab}subtreeDocumentCount> {number}" in rows


def test_verify_finds_every_kind_of_damage(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = build(data, config)
    assert made is not None
    folder = data / "generations" / made.id
    checks = list(verify(folder, full=True))
    assert all(check.ok for check in checks), [check for check in checks if not check.ok]
    assert {check.kind for check in checks} == {"file", "count", "shape"}
    for number, file in enumerate(sorted(path for path in (folder / "suggest").iterdir() if path.is_file())[:3]):
        copy = tmp_path / f"copy-{number}"
        shutil.copytree(folder, copy)
        damaged = copy / "suggest" / file.name
        content = bytearray(damaged.read_bytes())
        content[len(content) // 2] ^= 0x40
        damaged.write_bytes(bytes(content))
        assert any(not check.ok and file.name in check.message for check in verify(copy))
    (folder / "manifest.json").unlink()
    with pytest.raises(IntegrityError):
        list(verify(folder))


def test_a_shape_that_is_broken_is_reported(tmp_path: Path) -> None:
    from importlib.resources import files

    from kg.generation.shacl import Shapes

    shapes = Shapes(
        [file.read_text("utf-8") for file in (files("kg") / "shapes").iterdir() if file.name.endswith(".ttl")]
    )
    concept = "<http://www.w3.org/2004/02/skos/core#Concept>"
    broken = [f"<https://e.org/c> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {concept} ."]
    assert any("https://e.org/c" in message for message in shapes.violations(shapes.targets[0], broken))


def test_parents_in_a_circle_loop_nothing(config: Path, tmp_path: Path) -> None:
    from kg.index.text import TextIndex
    from kg.model.ids import Ids
    from kg.query.concepts import Concepts
    from kg.query.naming import Naming

    terms = config.parent / "terms.obo"
    circle = "name: illustrative disease\nis_a: DOID:9000003"
    terms.write_text(terms.read_text().replace("name: illustrative disease", circle))
    made = build(tmp_path / "data", config)
    assert made is not None
    folder = tmp_path / "data" / "generations" / made.id
    rows = graphs(tmp_path / "data", made.id)[""]
    closure = [row for row in rows if "broaderTransitive" in row]
    assert len(closure) == 6, "each of the three has the two others above it, and never itself"
    reader = Oxigraph.open(Snapshot(store="oxigraph", path=folder / "store"))
    try:
        concepts = Concepts(reader, Naming(Ids(), TextIndex(folder / "text")))
        assert len(concepts.ancestors("DOID:9000003")) <= 3
    finally:
        reader.close()
