"""The difference of two generations: the patch makes one of the other, and every change is told once."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kg.errors import IntegrityError
from kg.generation.diff import Change, Summary, read_changes
from kg.generation.differ import make, read_summary
from kg.generation.edits import Edits
from kg.generation.kinds import KINDS
from kg.generation.sorting import sort_lines
from kg.messages import Catalogue
from kg.store.base import Snapshot
from kg.store.oxigraph import Oxigraph
from kg.store.state import DERIVED_GRAPH, STATE_GRAPH
from tests.corpus import TERMS, record, write_build, write_records
from tests.kg.test_generation import build, change

Quads = dict[str, set[str]]
Change_ = Callable[[Path], None]


def quads(data: Path, name: str) -> Quads:
    """Everything in the store of a generation."""
    reader = Oxigraph.open(Snapshot(store="oxigraph", path=data / "generations" / name / "store"))
    try:
        graphs = [*reader.counts(), DERIVED_GRAPH, STATE_GRAPH]
        return {graph: rows for graph in graphs if (rows := set(reader.statements(graph)))}
    finally:
        reader.close()


ROW = re.compile(
    r"([AD]) (<[^>]*> <[^>]*> (?:<[^>]*>|\"(?:[^\"\\]|\\.)*\"(?:@[a-z-]+|\^\^<[^>]*>)?))(?: <([^>]*)>)? \.\n"
)


def patched(before: Quads, patch: Path) -> Quads:
    """A dataset after a patch; every row must say something new of it."""
    found = {graph: set(rows) for graph, rows in before.items()}
    lines = patch.read_text("utf-8").splitlines(keepends=True)
    assert [line.split()[0] for line in lines[:4]] == ["H", "H", "H", "TX"]
    assert lines[-1] == "TC .\n"
    for line in lines[4:-1]:
        match = ROW.fullmatch(line)
        assert match, line
        sign, statement, graph = match.groups()
        rows = found.setdefault(graph or "", set())
        assert (statement in rows) == (sign == "D"), line
        (rows.add if sign == "A" else rows.remove)(statement)
    return {graph: rows for graph, rows in found.items() if rows}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_build(tmp_path / "in")


def other_terms(config: Path) -> None:
    """A renamed term, one that is gone, one that is obsolete, a new one with a match and a Chinese name."""
    text = TERMS.replace("name: sample fever", 'name: sample pyrexia\ndef: "A fever." []')
    text = text.replace(
        "name: example nephropathy\nis_a: DOID:9000002", "name: example nephropathy\nis_a: DOID:9000001"
    )
    text += "\n[Term]\nid: DOID:9000005\nname: new disease\nalt_id: DOID:9000006\nxref: MESH:D999005\n"
    (config.parent / "terms.obo").write_text(text, "utf-8")


def other_release(config: Path) -> None:
    config.write_text(config.read_text("utf-8").replace('version = "2026-01-01"', 'version = "2026-02-01"'), "utf-8")


def fewer_records(config: Path) -> None:
    write_records(config.parent / "records-01.jsonl", [record(9), record(77)])


def odd_texts(config: Path) -> None:
    texts = ['quote " backslash \\ tab \t', "𠮷野 emoji 🧬", "a\u200bb", "line\nbreak", "<b> & </b> . <g> ."]
    rows = [record(200 + index, title={"en": text, "zh": f"题 {text}"}) for index, text in enumerate(texts)]
    write_records(config.parent / "records-00.jsonl", rows)


def both(config: Path) -> None:
    change(config)
    other_terms(config)


STEPS: list[Change_] = [change, other_terms, fewer_records, odd_texts, other_release]


def made(data: Path, config: Path, steps: list[Change_]) -> list[str]:
    first = build(data, config, keep=99)
    assert first is not None
    names = [first.id]
    for step in steps:
        step(config)
        found = build(data, config, keep=99)
        assert found is not None
        names.append(found.id)
    return names


def test_the_patch_makes_the_later_generation_of_the_earlier(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    names = made(data, config, STEPS)
    held = {name: quads(data, name) for name in names}
    for before in names:
        for after in names:
            patch = make(data, before, after, "patch", tmp_path / "diffs" / f"{before}-{after}")
            assert patched(held[before], patch) == held[after], (before, after)
    assert len(held[names[-1]]) > 4


def test_without_batches_and_with_other_histories_the_patch_is_the_same(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    before, after = made(data, config, [both])
    one = make(data, before, after, "patch", tmp_path / "one").read_text("utf-8")
    (data / "batches").rename(tmp_path / "away")
    two = make(data, before, after, "patch", tmp_path / "two").read_text("utf-8")
    assert sorted(one.splitlines()) == sorted(two.splitlines())


def test_patches_of_batches_are_used_where_they_lead_from_one_to_the_other(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    names = made(data, config, [change, fewer_records])
    asked: list[str] = []
    merged = Edits._merged
    monkeypatch.setattr(Edits, "_merged", lambda self, graph: asked.append(graph) or merged(self, graph))
    with TemporaryDirectory() as folder:
        for before, after in ((names[0], names[2]), (names[2], names[0]), (names[1], names[2])):
            edits = Edits(data, before, after, Path(folder))
            graphs = edits.graphs()
            assert 0 < len(graphs) < len(edits.after.manifest.counts) - 1
            found = {graph: set(edits.of(graph)) for graph in graphs}
            assert edits.weight() < sum(edits.before.size(graph) + edits.after.size(graph) for graph in graphs) / 2
            one, two = quads(data, before), quads(data, after)
            edits.close()
            for graph in graphs:
                expected = {(True, row) for row in two[graph] - one[graph]} | {
                    (False, row) for row in one[graph] - two[graph]
                }
                assert found[graph] == expected
    provenance = [graph for graph in asked if "/provenance/" not in graph]
    assert provenance == []


def told(data: Path, before: str, after: str, folder: Path) -> tuple[Summary, list[Change]]:
    path = make(data, before, after, "changes", folder)
    return read_summary(folder), list(read_changes(path))


def fields(change: Change) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    for field in change.fields:
        yield field.field, field.language, field.removed, field.added


def test_changes_of_concepts(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    before, after = made(data, config, [other_terms])
    summary, changes = told(data, before, after, tmp_path / "d")
    assert (summary.before, summary.after) == (before, after)
    concepts = {row.id: row for row in changes if row.kind == "concept"}
    assert {name: row.action for name, row in concepts.items()} == {
        "DOID:9000002": "changed", "DOID:9000003": "changed", "DOID:9000005": "added", "DOID:9000006": "added",
    }  # fmt: skip
    assert list(fields(concepts["DOID:9000002"])) == [
        ("label", "en", ("sample fever",), ("sample pyrexia",)), ("definition", "en", (), ("A fever.",)),
    ]  # fmt: skip
    assert list(fields(concepts["DOID:9000003"])) == [("parent", "", ("DOID:9000002",), ("DOID:9000001",))]
    assert ("status", "", (), ("deprecated",)) in fields(concepts["DOID:9000006"])
    assert ("replaced_by", "", (), ("DOID:9000005",)) in fields(concepts["DOID:9000006"])
    assert concepts["DOID:9000002"].label.en == "sample pyrexia"
    assert summary.counts["concept"] == {"added": 2, "removed": 0, "changed": 2}
    back, reverse = told(data, after, before, tmp_path / "r")
    assert back.counts["concept"] == {"added": 0, "removed": 2, "changed": 2}
    assert {row.id for row in reverse if row.kind == "concept"} == set(concepts)


def test_changes_of_documents(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    before, after = made(data, config, [fewer_records])
    summary, changes = told(data, before, after, tmp_path / "d")
    documents = {row.id: row.action for row in changes if row.kind == "document"}
    assert documents == dict.fromkeys([f"doc:T0000{n}" for n in range(5, 9)], "removed") | {"doc:T00077": "added"}
    assert summary.counts["document"] == {"added": 1, "removed": 4, "changed": 0}
    assert [row.id for row in changes] == sorted(row.id for row in changes)


def test_a_generation_does_not_differ_from_itself(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (name,) = made(data, config, [])
    summary, changes = told(data, name, name, tmp_path / "d")
    assert changes == []
    assert not any(number for row in summary.counts.values() for number in row.values())
    lines = make(data, name, name, "patch", tmp_path / "d").read_text("utf-8").splitlines()
    assert len(lines) == 5


@pytest.mark.parametrize(("language", "word"), [("en", "# From "), ("zh", "# 从 ")])
def test_markdown(config: Path, tmp_path: Path, language: str, word: str) -> None:
    data = tmp_path / "data"
    before, after = made(data, config, [odd_texts])
    text = make(data, before, after, f"markdown-{language}", tmp_path / "d").read_text("utf-8")
    summary, changes = told(data, before, after, tmp_path / "d")
    assert text.startswith(word)
    assert "diff." not in text
    assert sum(line.startswith("- ") for line in text.splitlines()) == len(changes)
    assert "\\<b\\> \\& \\</b\\>" in text
    assert str(summary.counts["document"]["added"]) in text


def test_every_field_and_kind_has_a_name_in_both_languages() -> None:
    for kind in KINDS:
        names = {f"diff.field-{field.replace('_', '-')}" for field in kind.fields.values()} | {f"diff.{kind.name}"}
        assert kind.brief <= set(kind.fields.values())
        for table in Catalogue("kg").tables.values():
            assert names <= set(table)


def test_damage_makes_no_diff(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    before, after = made(data, config, [change])
    (data / "generations" / before / "manifest.json").write_bytes(b"{")
    with pytest.raises(IntegrityError):
        make(data, before, after, "changes", tmp_path / "d")
    assert list((tmp_path / "d").iterdir()) == []


def test_sorting_on_disk(tmp_path: Path) -> None:
    rows = [f"{random.Random(seed).random()}\n".encode() for seed in range(2000)] * 2
    assert list(sort_lines(iter(rows), tmp_path, block=700)) == sorted(rows)
    assert list(sort_lines(iter(()), tmp_path)) == []
    assert list(tmp_path.iterdir()) == []
