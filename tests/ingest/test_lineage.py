"""From quads back to records and their bytes, for the golden input of every plug-in."""

from __future__ import annotations

import gzip
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from ingest.config import BuildConfig, InputSpec, read_config
from ingest.journal import Journal
from ingest.lineage import rereading
from ingest.lineage.index import FILE, RecordIndex
from ingest.lineage.rereading import Place, locate, question
from ingest.lineage.trail import Stating, Trail
from ingest.parts import block_of, place_of, tail_of
from ingest.pipeline import Pipeline, Settings
from ingest.unit import reader_for
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.ids import Ids
from kg.model.source import Reject
from kg.model.terms import Statement
from kg.store.batch import Batch
from kg.vocab import DEFAULT_BASE
from ontology.base import TERMINOLOGIES
from ontology.reading.raw import describe
from tests.corpus import record, write_build, write_records
from tests.golden_files import FOLDER, cases

WHOLE = frozenset(
    {
        "guideline.v1",
        "label.v1",
        "skos.v1",
        "claml.v1",
        "owl.v1",
        "owl-inferred.v1",
        "conceptset.v1",
        "rules.v1",
        "cpic.v1",
    }
)
"""Formats whose files are not made of records that stand apart."""
SOMETIMES = frozenset({"mesh-xml.v1", "table.v1", "retractions.v1", "babelon.v1"})
"""Formats in which a record may need others of its file: a tree, rows of one id, a later reinstatement."""
LINKED = frozenset({"rf2.v1", "umls-rrf.v1", "rxnorm-rrf.v1", "loinc.v1", "hgnc.v1", "codes.v1"})
"""Formats in which most records need others, of their file or of files beside it: they stand apart by chance only."""


class Built(NamedTuple):
    data: Path
    batches: list[str]
    trail: Trail


def build(data: Path, config: BuildConfig) -> Built:
    journal = Journal(data / "journal.sqlite")
    try:
        Pipeline(Settings(data=data, base=DEFAULT_BASE), journal).build(config)
        names = journal.batches()
    finally:
        journal.close()
    return Built(data, names, Trail(data, names, DEFAULT_BASE))


def lines_of(built: Built, graph: str) -> list[str]:
    """The statements that the newest replacement of a graph gave it."""
    for name in reversed(built.batches):
        batch = Batch(built.data / "batches" / name)
        for change in batch.manifest.graphs:
            if change.graph == graph and change.mode == "replace":
                tail = tail_of(graph)
                return [line.decode().removesuffix(tail) for line in batch.lines(change.added)]
    return []


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Built:
    specs = tuple(
        InputSpec(
            name=f"{case.plugin}-{case.name}", paths=(str(case.path),), format=case.plugin, version="1",
            kind="terminology" if case.plugin in TERMINOLOGIES.names() else "source", options=case.options,
        )
        for case in cases()
    )  # fmt: skip
    return build(tmp_path_factory.mktemp("golden"), BuildConfig(input=specs, folder=FOLDER))


def times(stating: Stating, path: Path) -> int:
    """How often reading a file gives the record."""
    spec, entry = stating.origin.spec, stating.entry
    context = Context(ids=Ids(stating.origin.base), method=spec.name)
    found = 0
    for item in reader_for(spec.format).parse(describe(path), spec.options):
        if not isinstance(item, Reject):
            quads, mark = block_of(statements(item, context), tail_of(entry.graph))
            found += (place_of(item)[1] or mark, quads) == (entry.key, stating.quads)
    return found


def check_place(stating: Stating, place: Place, folder: Path) -> None:
    """The bytes at a place are the record: without them the file gives it once less."""
    path = Path(stating.origin.files[stating.entry.file].path)
    data = path.read_bytes()
    assert place.text is not None
    assert data[place.offset : place.offset + place.length] == place.text.encode(place.encoding)
    without = folder / path.name
    without.write_bytes(data[: place.offset] + data[place.offset + place.length :])
    assert times(stating, without) == times(stating, path) - 1


def test_any_quad_of_any_format_leads_to_the_bytes_of_its_record(golden: Built, tmp_path: Path) -> None:
    chance = random.Random(7)
    seen = set()
    for name in golden.batches:
        for change in Batch(golden.data / "batches" / name).manifest.graphs:
            kind = change.graph.removeprefix(f"{DEFAULT_BASE}graph/").split("/")[0]
            if kind == "provenance":
                continue
            lines = lines_of(golden, change.graph)
            for statement in chance.sample(lines, min(2, len(lines))):
                trace = golden.trail.trace(Statement(statement), change.graph, 5)
                first = trace.records[0]
                assert f"{statement}{tail_of(change.graph)}".encode() in first.quads
                assert kind == "annotation" or not trace.unindexed
                source = golden.trail.source(first)
                assert source is not None
                assert source.entry.key == first.entry.key
                place = locate(question(source, text=True))
                plugin = first.origin.spec.format
                seen.add((plugin, place.state))
                if place.state == "found":
                    folder = tmp_path / plugin
                    folder.mkdir(exist_ok=True)
                    for beside in Path(first.origin.files[first.entry.file].path).parent.iterdir():
                        (folder / beside.name).write_bytes(beside.read_bytes())
                    check_place(source, place, folder)
    found = {plugin for plugin, state in seen if state == "found"}
    assert found - LINKED == {case.plugin for case in cases()} - WHOLE - LINKED
    assert {plugin for plugin, state in seen if state == "file"} <= WHOLE | SOMETIMES | LINKED
    assert {state for _, state in seen} <= {"found", "file"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_build(tmp_path / "in", files=2, size=5).parent


def title(number: int, text: str | None = None) -> Statement:
    text = text or f"An illustrative record about sample fever, number {number}"
    return Statement(f'<{DEFAULT_BASE}document/T{number:05d}> <http://purl.org/dc/terms/title> "{text}"@en')


GRAPH = f"{DEFAULT_BASE}graph/source/records/1"


def find(built: Built, statement: Statement) -> Stating:
    (found,) = built.trail.trace(statement, GRAPH, 5).records
    return found


def test_the_file_of_a_record_is_named(folder: Path, tmp_path: Path) -> None:
    built = build(tmp_path / "data", read_config(folder / "build.toml"))
    for number, name in ((1, "records-00.jsonl"), (7, "records-01.jsonl")):
        found = find(built, title(number))
        file = found.origin.files[found.entry.file]
        assert (Path(file.path).name, file.digest) == (name, describe(folder / name).digest)
        place = locate(question(found, text=True))
        assert place.text is not None
        assert f'"T{number:05d}"' in place.text


def test_a_statement_of_many_records_is_cut_off_and_says_so(folder: Path, tmp_path: Path) -> None:
    built = build(tmp_path / "data", read_config(folder / "build.toml"))
    (line,) = {line for line in lines_of(built, GRAPH) if "Illustrative Medical Journal" in line}
    trace = built.trail.trace(Statement(line), GRAPH, 3)
    assert (len(trace.records), trace.more) == (3, True)
    trace = built.trail.trace(Statement(line), GRAPH, 10)
    assert (len(trace.records), trace.more) == (10, False)


def test_each_generation_tells_of_the_record_as_it_was_then(folder: Path, tmp_path: Path) -> None:
    old = build(tmp_path / "data", read_config(folder / "build.toml"))
    before = find(old, title(1))
    changed = [record(number) for number in range(5)]
    changed[1]["title"] = {"en": "Another title"}
    del changed[3]
    write_records(folder / "records-00.jsonl", changed)
    new = build(tmp_path / "data", read_config(folder / "build.toml"))
    assert len(new.batches) > len(old.batches)
    after = find(new, title(1, "Another title"))
    assert after.batch.id != before.batch.id
    assert after.entry.key == before.entry.key
    assert new.trail.trace(title(1), GRAPH, 5).records == ()
    assert new.trail.trace(title(3), GRAPH, 5).records == ()
    assert find(new, title(2)).batch.id == before.batch.id
    assert find(old, title(1)) == before
    assert locate(question(after, text=True)).state == "found"
    # What stood in the file of then is not looked for in the file of today.
    assert locate(question(before, text=True)).state == "file-changed"


def test_a_file_that_is_gone_or_changed_is_told(folder: Path, tmp_path: Path) -> None:
    built = build(tmp_path / "data", read_config(folder / "build.toml"))
    found = find(built, title(1))
    file = folder / "records-00.jsonl"
    same = file.read_bytes()
    file.write_bytes(same.replace(b"sample fever", b"sample chill"))
    assert locate(question(found, text=True)) == Place("file-changed")
    file.unlink()
    assert locate(question(found, text=True)) == Place("file-gone")
    file.write_bytes(same)
    assert locate(question(found, text=True)).state == "found"
    assert locate(question(found, text=False)).text is None


def test_places_in_a_compressed_file_are_those_of_its_content(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = (folder / "records-00.jsonl").read_bytes()
    (folder / "records-00.jsonl").unlink()
    (folder / "records-00.jsonl.gz").write_bytes(gzip.compress(plain))
    config = folder / "build.toml"
    config.write_text(config.read_text("utf-8").replace("records-*.jsonl", "records-*"), "utf-8")
    built = build(tmp_path / "data", read_config(config))
    place = locate(question(find(built, title(1)), text=True))
    assert (place.state, place.compressed) == ("found", True)
    assert place.text is not None
    assert plain[place.offset :][: place.length] == place.text.encode()
    monkeypatch.setattr(rereading, "UNPACKED", len(plain) - 1)
    assert locate(question(find(built, title(1)), text=True)) == Place("file", compressed=True)


def test_rules_that_have_changed_are_told(folder: Path, tmp_path: Path) -> None:
    built = build(tmp_path / "data", read_config(folder / "build.toml"))
    found = find(built, title(1))
    asked = question(found, text=True)
    other = type(asked)(asked.origin, asked.file, asked.graph, asked.key, "0" * 32, asked.needle)
    assert locate(other) == Place("reads-otherwise")


def test_a_batch_without_index_is_told(folder: Path, tmp_path: Path) -> None:
    built = build(tmp_path / "data", read_config(folder / "build.toml"))
    batch = find(built, title(1)).batch.id
    file = tmp_path / "data" / "batches" / batch / FILE
    for step in ("of another format", "none"):
        if step == "none":
            file.unlink()
        else:
            with closing(sqlite3.connect(file)) as db:
                db.execute("PRAGMA user_version=99")
        trace = Trail(built.data, built.batches, DEFAULT_BASE).trace(title(1), GRAPH, 5)
        assert (trace.records, trace.unindexed) == ((), True)
    assert [one.id for one in trace.batches] == [batch]
    assert built.trail.here
    assert not Trail(tmp_path / "elsewhere", built.batches, DEFAULT_BASE).here


def test_the_index_is_the_same_wherever_it_is_made(folder: Path, tmp_path: Path) -> None:
    first = build(tmp_path / "one", read_config(folder / "build.toml"))
    second = build(tmp_path / "two", read_config(folder / "build.toml"))
    assert first.batches == second.batches
    for name in first.batches:
        paths = [built.data / "batches" / name / FILE for built in (first, second)]
        if paths[0].is_file():
            one, two = (list(sqlite3.connect(path).iterdump()) for path in paths)
            assert one == two


def test_an_index_is_not_written_to(folder: Path, tmp_path: Path) -> None:
    built = build(tmp_path / "data", read_config(folder / "build.toml"))
    batch = built.data / "batches" / find(built, title(1)).batch.id
    index = RecordIndex(batch)
    try:
        entry = index.keyed(GRAPH, "doc:T00001")
        assert entry is not None
        assert index.quads(entry).count(b"\n") > 10
        assert index.keyed(GRAPH, "doc:none") is None
    finally:
        index.close()
    with pytest.raises(FileNotFoundError):
        RecordIndex(tmp_path)
