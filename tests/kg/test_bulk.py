"""Dumps, bags and what they leave out; restoring is tested over the whole in tests/api/test_bulk.py."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.adoption import adopt, check_empty
from ingest.journal import Journal
from kg.bulk.annotations import WebAnnotations
from kg.bulk.bag import BagWriter, flaws
from kg.bulk.dump import Form
from kg.bulk.export import Export, Wanted, opened
from kg.bulk.reading import read_quads
from kg.bulk.restoring import find_source, write_batch
from kg.bulk.selection import Selection
from kg.bulk.suppression import COUNTS, Suppression
from kg.errors import ConfigError, InputError, IntegrityError, TruncatedInput, UnknownGraph, UnknownName
from kg.generation.manifest import GenerationManifest
from kg.model.ids import Ids
from kg.model.terms import XSD, Statement, Term
from kg.store.base import Snapshot
from kg.store.oxigraph import Oxigraph
from kg.store.state import DERIVED_GRAPH, STATE_GRAPH
from kg.vocab import DEFAULT_BASE, MEDKG, OA
from tests.corpus import write_build
from tests.kg.test_generation import build

TERMS = f"{DEFAULT_BASE}graph/terminology/terms/2026-01-01"
RECORDS = f"{DEFAULT_BASE}graph/source/records/1"
MENTIONS = f"{DEFAULT_BASE}graph/annotation/records/grounding.v2"
BARE = f"{DEFAULT_BASE}graph/terminology/bare/1"
PROVENANCE = f"{DEFAULT_BASE}graph/provenance/sources"
BARE_INPUT = """
[[input]]
name = "bare"
format = "obo.v1"
kind = "terminology"
paths = ["bare.obo"]
version = "1"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generation of two licensed sources and one of which nobody knows the licence."""
    root = tmp_path_factory.mktemp("bulk")
    config = write_build(root / "in")
    text = config.read_text("utf-8")
    records = text.index('name = "records"')
    text = text[:records] + text[records:].replace("CC0-1.0", "CC-BY-4.0").replace(
        'version = "1"', 'version = "1"\nsmall_count_limit = 12'
    )
    config.write_text(text + BARE_INPUT, "utf-8")
    (root / "in" / "bare.obo").write_text("format-version: 1.2\n\n[Term]\nid: DOID:9000009\nname: bare disease\n")
    made = build(root / "data", config)
    assert made is not None
    return root / "data" / "generations" / made.id


def quads(data: bytes, format_: ox.RdfFormat = ox.RdfFormat.N_QUADS) -> list[str]:
    return sorted(str(row) for row in ox.parse(data, format=format_))


def stored(folder: Path) -> list[str]:
    """Everything in the named graphs of a generation, as its store holds it."""
    store = ox.Store.read_only(str(folder / "store"))
    return sorted(
        str(row) for graph in store.named_graphs() for row in store.quads_for_pattern(None, None, None, graph)
    )


def dumped(folder: Path, wanted: Wanted) -> tuple[bytes, Selection]:
    with opened(folder, wanted) as export:
        return b"".join(export.dump()), export.selection


def graphs_of(rows: list[str]) -> set[str]:
    return {row.rsplit(" <", 1)[1][:-1] for row in rows}


def without_counts(rows: list[str]) -> list[str]:
    return [row for row in rows if not any(f" {name} " in row for name in (*COUNTS, f"<{MEDKG}suppressedCount>"))]


def test_a_dump_holds_every_named_graph(folder: Path) -> None:
    data, selection = dumped(folder, Wanted())
    assert selection.whole
    rows = quads(data)
    assert graphs_of(rows) == {TERMS, RECORDS, MENTIONS, BARE, PROVENANCE, DERIVED_GRAPH, STATE_GRAPH}
    # All but the small counts, which one source wants kept back, and the state of what they were taken from.
    assert without_counts(rows) == without_counts(stored(folder))
    assert selection.statements + sum(f"<{STATE_GRAPH}>" in row for row in rows) == len(rows)
    again, _ = dumped(folder, Wanted())
    assert again == data


def test_trig_and_gzip_say_the_same(folder: Path) -> None:
    expected = quads(dumped(folder, Wanted())[0])
    assert quads(dumped(folder, Wanted(form=Form("trig")))[0], ox.RdfFormat.TRIG) == expected
    packed, _ = dumped(folder, Wanted(form=Form("nquads", compressed=True)))
    assert quads(gzip.decompress(packed)) == expected
    assert packed[4:8] == bytes(4), "no time in the header, so that equal content gives equal bytes"


def test_licences_choose_graphs(folder: Path) -> None:
    data, selection = dumped(folder, Wanted(licences=("cc0-1.0",)))
    assert [graph.graph for graph in selection.graphs] == [PROVENANCE, TERMS]
    left = {row.graph: row.why for row in selection.left_out}
    assert left == {RECORDS: "licence", MENTIONS: "licence", BARE: "no-licence", DERIVED_GRAPH: "derived"}
    rows = quads(data)
    assert graphs_of(rows) == {TERMS, PROVENANCE, STATE_GRAPH}
    about = {row.split(" ", 1)[0] for row in rows if f"<{PROVENANCE}>" in row.rsplit(" ", 1)[1]}
    assert about == {f"<{TERMS}>", f"<{PROVENANCE}>"}, "what is said of graphs that are not here stays, too"
    assert selection.statements + sum(row.endswith(f"<{STATE_GRAPH}>") for row in rows) == len(rows)
    _, both = dumped(folder, Wanted(licences=("CC0-1.0", "CC-BY-4.0")))
    assert {graph.graph for graph in both.graphs} == {TERMS, RECORDS, MENTIONS, PROVENANCE}
    with pytest.raises(UnknownName, match=r"CC-BY-4\.0, CC0-1\.0"):
        dumped(folder, Wanted(licences=("MIT",)))
    with pytest.raises(UnknownName):
        dumped(folder, Wanted(licences=("unknown",)))


def test_graphs_are_chosen_by_name(folder: Path) -> None:
    data, selection = dumped(folder, Wanted(graphs=(BARE,)))
    assert graphs_of(quads(data)) >= {BARE, PROVENANCE}
    assert {row.why for row in selection.left_out} == {"not-chosen", "derived"}
    with pytest.raises(UnknownGraph):
        dumped(folder, Wanted(graphs=("https://e.org/none",)))
    with pytest.raises(UnknownGraph):
        dumped(folder, Wanted(graphs=(STATE_GRAPH,)))


def test_small_counts_stay_here(folder: Path) -> None:
    before = [row for row in stored(folder) if f" {COUNTS[0]} " in row and f"<{DERIVED_GRAPH}>" in row]
    assert [row for row in before if '"10"' in row], "the corpus has counts of 10"
    data, _ = dumped(folder, Wanted())
    rows = quads(data)
    assert [row for row in rows if f' {COUNTS[0]} "' in row] == []
    assert sum(f"<{MEDKG}suppressedCount> {COUNTS[0]}" in row for row in rows) == len(before)
    kept, _ = dumped(folder, Wanted(licences=("CC0-1.0",)))
    assert b"suppressedCount" not in kept, "nothing of the graph that asks for it is here"


@pytest.mark.parametrize(
    ("value", "kept"),
    [("0", True), ("1", False), ("4", False), ("5", True), ("17", True), ("-1", True), ("4.5", False), ("x", True)],
)
def test_the_limit_of_small_counts(value: str, kept: bool) -> None:
    property_ = Term("<https://e.org/patients>")
    row = Statement(f'<https://e.org/a> {property_} "{value}"^^<{XSD}integer>')
    made = Suppression(5, [property_]).apply(row)
    assert (made == row) == kept
    other = Statement(f'<https://e.org/a> <https://e.org/age> "{value}"^^<{XSD}integer>')
    assert Suppression(5, [property_]).apply(other) == other


def test_the_vocabulary_says_which_properties_count() -> None:
    from ontology.vocabulary import OWN, text

    rows = ox.parse(text(OWN), format=ox.RdfFormat.TURTLE)
    declared = {
        str(row.subject) for row in rows if str(row.object) == f"<{MEDKG}CountProperty>" and "#type" in str(row)
    }
    assert declared == set(COUNTS)


def test_mentions_in_full_form_and_back(folder: Path) -> None:
    data, _ = dumped(folder, Wanted(form=Form(web_annotations=True)))
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.N_QUADS)
    query = f"""PREFIX oa: <{OA}> SELECT ?start ?end ?exact ?text ?body {{ GRAPH ?g {{
      ?m a oa:Annotation ; oa:hasTarget ?t ; oa:motivatedBy oa:identifying .
      ?t a oa:SpecificResource ; oa:hasSource ?passage ; oa:hasSelector ?p, ?q .
      ?p a oa:TextPositionSelector ; oa:start ?start ; oa:end ?end .
      ?q a oa:TextQuoteSelector ; oa:exact ?exact }}
      GRAPH ?s {{ ?passage <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> ?text }} }}"""
    found = list(store.query(query))  # type: ignore[arg-type]
    plain, _ = dumped(folder, Wanted())
    assert len(found) == plain.count(f"#type> <{OA}Annotation> <{MENTIONS}>".encode()) > 10
    for row in found:
        assert row["text"].value[int(row["start"].value) : int(row["end"].value)] == row["exact"].value
    assert not [row for row in quads(data) if f"<{MEDKG}start>" in row and row.endswith(f"<{MENTIONS}>")]
    mentions = WebAnnotations(DEFAULT_BASE)
    rows = [(str(row.graph_name), Statement(f"{row.subject} {row.predicate} {row.object}")) for row in store]
    back = [f"{made} {graph}" for graph, row in rows if (made := mentions.contract(row)) is not None]
    assert sorted(back) == [row.rstrip() for row in quads(plain)]


@given(st.lists(st.sampled_from(["start", "end", "exact", "hasTarget", "other", "type"]), unique=True))
def test_every_statement_of_a_mention_comes_back(parts: list[str]) -> None:
    node = f"<{DEFAULT_BASE}mention/0123>"
    number = f'"7"^^<{XSD}integer>'
    rows = {
        "start": f"{node} <{MEDKG}start> {number}",
        "end": f"{node} <{MEDKG}end> {number}",
        "exact": f'{node} <{OA}exact> "a \\"b\\""',
        "hasTarget": f"{node} <{OA}hasTarget> <https://e.org/p/1>",
        "other": f"{node} <{MEDKG}score> {number}",
        "type": f"{node} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{OA}Annotation>",
    }
    mentions = WebAnnotations(DEFAULT_BASE)
    full = [made for part in parts for made in mentions.expand(Statement(rows[part]))]
    back = [row for row in map(mentions.contract, full) if row is not None]
    assert sorted(back) == sorted(rows[part] for part in parts)


def bagged(folder: Path, target: Path, wanted: Wanted | None = None) -> Path:
    with opened(folder, wanted or Wanted(form=Form(compressed=True))) as export:
        export.to_bag(target, agent="test")
    return target


def test_a_bag_is_one_to_others_as_well(folder: Path, tmp_path: Path) -> None:
    import bagit

    made = bagged(folder, tmp_path / "bag")
    assert list(flaws(made)) == []
    found = bagit.Bag(str(made))
    assert found.validate()
    assert found.version_info == (1, 0)
    assert set(found.payload_entries()) == {
        "data/dataset.nq.gz", "data/release.json", "data/ATTRIBUTION.md",
        "data/labels/terms.tsv.gz", "data/labels/bare.tsv.gz",
    }  # fmt: skip
    text = (made / "data" / "ATTRIBUTION.md").read_text("utf-8")
    assert "| CC-BY-4.0 |" in text
    assert "Illustrative records / 示例记录" in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bag"]
    with pytest.raises(ConfigError, match="something already"):
        bagged(folder, made)


def test_equal_content_gives_equal_bags(folder: Path, tmp_path: Path) -> None:
    one, two = (bagged(folder, tmp_path / name) for name in ("one", "two"))
    for file in sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file()):
        assert (one / file).read_bytes() == (two / file).read_bytes()


def test_a_bag_leaves_labels_of_other_licences_out(folder: Path, tmp_path: Path) -> None:
    made = bagged(folder, tmp_path / "bag", Wanted(("CC0-1.0",), form=Form(compressed=True)))
    assert [path.name for path in (made / "data" / "labels").iterdir()] == ["terms.tsv.gz"]


def test_damage_in_a_bag_is_found(folder: Path, tmp_path: Path) -> None:
    made = bagged(folder, tmp_path / "bag")
    dataset = made / "data" / "dataset.nq.gz"
    content = bytearray(dataset.read_bytes())
    content[len(content) // 2] ^= 1
    dataset.write_bytes(bytes(content))
    assert any("dataset.nq.gz" in flaw for flaw in flaws(made))
    with pytest.raises(IntegrityError, match=r"dataset\.nq\.gz"):
        find_source(made, DEFAULT_BASE)
    dataset.unlink()
    (made / "data" / "extra").write_text("x")
    assert len(list(flaws(made))) == 2
    manifest = made / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text() + f"{'0' * 64}  ../../outside\n")
    assert any("outside of the bag" in flaw for flaw in flaws(made))
    manifest.write_text("not a manifest\n")
    with pytest.raises(IntegrityError):
        list(flaws(made))


def test_names_in_manifests_are_encoded(tmp_path: Path) -> None:
    with BagWriter(tmp_path / "bag") as bag:
        bag.add("a\nb %0A 标签.txt", [b"x"])
    assert list(flaws(tmp_path / "bag")) == []


def test_a_bag_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield b"x"
        raise MemoryError

    with pytest.raises(MemoryError), BagWriter(tmp_path / "bag") as bag:
        bag.add("file", failing())
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_whole_or_not_there(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.nq"
    with opened(folder, Wanted()) as export:
        with monkeypatch.context() as patch:
            patch.setattr(Export, "_release", lambda *_: (_ for _ in ()).throw(MemoryError))
            with pytest.raises(MemoryError):
                export.to_file(path)
        assert list(tmp_path.iterdir()) == []
        release = export.to_file(path)
    assert (release.whole, release.suppressed[DERIVED_GRAPH] > 0) == (True, True)
    with opened(folder, Wanted()) as export, pytest.raises(ConfigError):
        export.to_file(path)


@pytest.mark.parametrize(
    ("text", "error", "place"),
    [
        ("<https://e.org/a> <https://e.org/b> <https://e.org/c> .\n", InputError, "statement 1"),
        ("_:a <https://e.org/b> <https://e.org/c> <https://e.org/g> .\n", InputError, "blank node"),
        ("<https://e.org/a> nonsense\n", InputError, "line 1"),
        ("<a> <b> <c> <d> .\n", InputError, "line 1"),
        ("", InputError, "empty"),
        ("<https://e.org/a> <https://e.org/b> <https://e.org/c> <https://e.org/g> .\n", ConfigError, "MEDKG_BASE"),
    ],
)
def test_what_cannot_be_restored(tmp_path: Path, text: str, error: type[Exception], place: str) -> None:
    dump = tmp_path / "dump.nq"
    dump.write_text(text)
    with pytest.raises(error, match=place):
        write_batch(find_source(dump, DEFAULT_BASE), tmp_path / "data", lambda rows, name: iter(()))
    assert list((tmp_path / "data" / "batches").iterdir()) == []


def test_dumps_that_end_too_early(folder: Path, tmp_path: Path) -> None:
    packed, _ = dumped(folder, Wanted(form=Form(compressed=True)))
    dump = tmp_path / "dump.nq.gz"
    dump.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(TruncatedInput):
        list(read_quads(dump))
    for name in ("dump.rdf", "dump"):
        (tmp_path / name).write_bytes(packed)
        with pytest.raises(InputError, match="known format"):
            list(read_quads(tmp_path / name))
    with pytest.raises(InputError, match="no such file"):
        find_source(tmp_path / "none.nq", DEFAULT_BASE)
    with pytest.raises(InputError, match="bag"):
        find_source(tmp_path, DEFAULT_BASE)


def test_a_bag_that_holds_less_than_its_release_says(folder: Path, tmp_path: Path) -> None:
    made = bagged(folder, tmp_path / "bag")
    rows = gzip.decompress((made / "data" / "dataset.nq.gz").read_bytes()).splitlines(keepends=True)
    source = find_source(made, DEFAULT_BASE)
    less = tmp_path / "less.nq"
    less.write_bytes(b"".join(rows[1:]))
    with pytest.raises(IntegrityError, match="its release says"):
        write_batch(msgspec.structs.replace(source, dataset=less), tmp_path / "data", lambda rows, name: iter(()))


def test_bags_of_another_base(folder: Path, tmp_path: Path) -> None:
    made = bagged(folder, tmp_path / "bag")
    with pytest.raises(ConfigError, match=DEFAULT_BASE):
        find_source(made, "https://other.example/")


def test_a_restored_batch_is_the_graph_again(folder: Path, tmp_path: Path) -> None:
    """States, which graphs stand apart, and what the journal knows are those of the first build."""
    data = tmp_path / "data"
    made = bagged(folder, tmp_path / "bag")
    manifest = write_batch(find_source(made, DEFAULT_BASE), data, lambda rows, name: iter(()))
    states = Oxigraph.open(Snapshot(store="oxigraph", path=folder / "store")).states()
    assert {change.graph: change.state for change in manifest.graphs} == states
    journals = [Journal(place / "journal.sqlite") for place in (data, folder.parent.parent)]
    try:
        adopt(journals[0], data, manifest, DEFAULT_BASE)
        new, old = (journal.inputs() for journal in journals)
        assert set(new) == set(old)
        for name in new:
            assert (new[name].release, set(new[name].files)) == (old[name].release, set(old[name].files))
            assert journals[0].graphs(name) == journals[1].graphs(name)
        with pytest.raises(ConfigError, match="already"):
            check_empty(data, journals[0])
    finally:
        for journal in journals:
            journal.close()


def test_gold_stays_apart(tmp_path: Path) -> None:
    """Which graphs the default graph leaves out is part of a dump."""
    ids = Ids()
    gold, terms = ids.graph("gold", "corpus", "1"), ids.graph("terminology", "t", "1")
    lines = [f"<https://e.org/a> <https://e.org/b> <https://e.org/c> <{graph}> ." for graph in (gold, terms)]
    lines.append(f'<{gold}> <{MEDKG}apartFromDefault> "true"^^<{XSD}boolean> <{STATE_GRAPH}> .')
    lines.append(f'<{gold}> <{MEDKG}state> "abc" <{STATE_GRAPH}> .')
    dump = tmp_path / "dump.nq"
    dump.write_text("\n".join(lines) + "\n")
    manifest = write_batch(find_source(dump, DEFAULT_BASE), tmp_path / "data", lambda rows, name: iter(()))
    by_graph = {change.graph: change for change in manifest.graphs}
    assert (by_graph[gold].default, by_graph[gold].state) == (False, "abc")
    assert by_graph[terms].default
    assert len(by_graph[terms].state) == 64


def test_names_are_read_from_the_graph_where_label_tables_are_lost(folder: Path) -> None:
    from kg.store.batch import Batch
    from ontology.lexicon import read_labels
    from ontology.stated import stated_labels

    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=GenerationManifest)
    reader = Oxigraph.open(Snapshot(store="oxigraph", path=folder / "store"))
    for name in manifest.batches:
        batch = Batch(folder.parent.parent / "batches" / name)
        for side in batch.manifest.sides:
            graph = batch.manifest.graphs[0].graph
            made = set(stated_labels(reader.statements(graph), batch.manifest.source, DEFAULT_BASE))
            assert made == set(read_labels(batch.file(side)))
            assert made
