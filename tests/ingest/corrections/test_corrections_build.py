"""Corrections in a build: what does not fit its text is rejected where it stands; the rest is told, kept and taught."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from ingest.adhoc import adhoc_config
from ingest.batches import Outcome
from ingest.config import InputSpec, read_config
from ingest.corrections.labelled import read
from ingest.corrections.report import CorrectionReport, report
from ingest.corrections.texts import known_texts
from ingest.journal import Journal
from ingest.pipeline import Listener, Pipeline, Settings
from kg.errors import CorpusError, IntegrityError
from kg.vocab import DEFAULT_BASE
from tests.ingest.corrections.tables import (
    batches,
    build,
    correct,
    mentioned,
    quads,
    record,
    row,
    write_inputs,
    write_table,
)

TEXT = "In the fall sample fever was seen. Nothing else was."
ZH = "患者有示例热，无示例肾病。"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    rows = [record(number, TEXT, ZH) for number in range(4)]
    return write_inputs(tmp_path / "in", [rows], {"9000010": "fall", "9000011": "示例热", "9000012": "示例肾病"})


def told(data: Path) -> CorrectionReport:
    journal = Journal(data / "journal.sqlite")
    try:
        return report(data, journal)
    finally:
        journal.close()


def test_what_does_not_fit_its_text_is_rejected_where_it_stands(config: Path, tmp_path: Path) -> None:
    fits = row(0, TEXT, "fall", "wrong-entity", category="disease")
    other_words = fits | {"surface": "wall", "document": "doc:T1"}
    beyond = fits | {"start": "900", "end": "904"}
    other_wording = fits | {"passage": "abstract.1-0000000000"}
    nowhere = fits | {"document": "doc:T99"}
    correct(config, [fits, other_words, beyond, other_wording, nowhere])
    data = tmp_path / "data"
    outcome = next(one for one in build(data, config).outcomes if one.name == "table")
    assert (outcome.read, outcome.stored, outcome.rejected) == (5, 1, 4)
    rejects = [json.loads(line) for line in (data / "rejects" / "table.jsonl").read_text("utf-8").splitlines()]
    assert [(one["position"], one["reason"]) for one in rejects] == [
        ("line 3", "surface-mismatch"),
        ("line 4", "outside-text"),
        ("line 5", "no-such-passage"),
        ("line 6", "no-such-passage"),
    ]
    assert rejects[0]["detail"] == "7-11: fall"
    graph = next(rows for name, rows in quads(data, tmp_path / "s").items() if name.endswith("/curated/table/1"))
    assert sum("#Correction>" in one for one in graph) == 1
    assert any('#correctedBy> "Curator A"' in one for one in graph)
    assert any('#reviewedBy> "Reviewer B"' in one for one in graph)


def test_a_text_that_changes_takes_its_corrections_along(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    correct(config, [row(0, TEXT, "fall", "wrong-entity", category="disease")])
    build(data, config)
    records = config.parent / "records-00.jsonl"
    records.write_text(records.read_text("utf-8").replace("Nothing else was.", "Nothing more was."), "utf-8")
    assert build(data, config).rejected == 1
    assert ("T0", "fall") in mentioned(data, tmp_path / "s")


def test_two_curators_who_contradict_each_other_change_nothing(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    wrong = [row(at, TEXT, "fall", "wrong-entity", category="disease") for at in range(4)]
    correct(config, [*wrong, *(one | {"verdict": "right", "by": "Curator C"} for one in wrong[:2])])
    build(data, config)
    found = mentioned(data, tmp_path / "s")
    assert {one for one, words in found if words == "fall"} == {"T0", "T1"}
    known = told(data)
    assert (len(known.disputed), known.rules, known.in_rules) == (4, (), {"zh": 0, "en": 0})
    (agreement,) = known.agreement
    assert (agreement.both, agreement.same) == (2, 0)


def test_a_table_alone_finds_its_texts_in_the_batches(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    build(data, config)
    rows = [
        row(1, TEXT, "fall", "wrong-entity", category="disease"),
        row(1, ZH, "示例热", "right", category="disease", language="zh"),
        row(1, TEXT, "fall", "right") | {"surface": "wall"},
    ]
    table = write_table(tmp_path / "later.csv", rows)
    journal = Journal(data / "journal.sqlite")
    try:
        made = Pipeline(Settings(data=data, base=DEFAULT_BASE), journal).build(adhoc_config([table]))
    finally:
        journal.close()
    (outcome,) = made.outcomes
    assert (outcome.stored, outcome.rejected) == (2, 1)
    build(data, config)
    assert ("T1", "fall") not in mentioned(data, tmp_path / "s"), "the next build of the texts goes by it"


def test_a_report_tells_rules_and_effect_in_both_languages(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    build(data, config)
    rows = [row(at, TEXT, "fall", "wrong-entity", category="disease") for at in range(3)]
    rows.append(row(0, ZH, "示例热", "wrong-entity", category="symptom", concept="DOID:9000012", language="zh"))
    rows.append(row(0, TEXT, "fall", "right") | {"surface": "wall"})
    correct(config, rows)
    build(data, config)
    known = told(data)
    assert known.rows == {"zh": {"wrong-entity": 1}, "en": {"wrong-entity": 3}}
    assert (known.reviewed, known.rejected, known.in_rules) == (4, 1, {"zh": 0, "en": 3})
    assert [(one.kind, one.name) for one in known.rules] == [("stop", "fall")]
    (effect,) = known.effects
    assert effect.counts == {
        "corrections.idle.en": 3,  # the rule has taken them out before
        "corrections.replaced.zh": 1,
        "linked.again": 4,
        "mentions.removed.en": 4,
        "mentions.removed.zh": 1,
        "mentions.added.zh": 1,
    }


def test_corrected_sentences_are_training_data(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    correct(
        config,
        [
            row(0, TEXT, "fall", "wrong-entity", category="disease"),
            row(2, ZH, "示例肾病", "right", category="disease", language="zh"),
        ],
    )
    build(data, config)
    path = data / "corrections" / "labelled" / "records.jsonl"
    first, second = read(path, ("disease",))
    assert [first.surface(one) for one in first.mentions] == ["sample fever"]
    assert [passage.text for passage in first.passages] == ["In the fall sample fever was seen."]
    assert [(second.surface(one), one.attributes) for one in second.mentions] == [
        ("示例热", ()), ("示例肾病", ("negated",)),
    ]  # fmt: skip
    assert read(path, ("gene",))[0].mentions == ()
    correct(config, [])
    build(data, config)
    assert not path.exists()


@pytest.mark.parametrize("damage", ["{", '{"id": "PMID:1"}', "\x00"])
def test_training_data_that_is_damaged_names_its_line(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(damage + "\n")
    with pytest.raises(CorpusError, match="line 1"):
        read(path, ("disease",))


def test_offsets_beyond_the_text_are_no_training_data(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    passage = {"name": "title", "kind": "title", "language": "en", "text": "Fall"}
    mention = {"passage": "title-unknown", "start": 0, "end": 4, "type": "disease"}
    path.write_text(json.dumps({"id": "PMID:1", "passages": [passage], "mentions": [mention]}) + "\n")
    with pytest.raises(CorpusError, match="0-4"):
        read(path, ("disease",))


def test_texts_are_found_where_the_number_of_a_document_stands(tmp_path: Path) -> None:
    data = "123|t|Illustrative title\n123|a|Illustrative abstract.\n\n124|t|Other\n124|a|Other abstract.\n\n"
    packed, other = tmp_path / "a.PubTator.gz", tmp_path / "b.PubTator"
    packed.write_bytes(gzip.compress(data.encode()))
    other.write_text(data.replace("123", "125").replace("124", "126"))
    cut = tmp_path / "c.PubTator.gz"
    cut.write_bytes(gzip.compress(data.replace("123", "127").encode())[:-12])
    spec = InputSpec(name="x", paths=(), kind="source", format="pubtator.v1")
    journal = Journal(tmp_path / "journal.sqlite")
    try:
        files = [packed, other, cut, tmp_path / "gone"]
        found = known_texts({"PMID:123", "PMID:12"}, [(spec, files)], tmp_path, journal)
    finally:
        journal.close()
    assert {name: sorted(texts.values()) for name, texts in found.items()} == {
        "PMID:123": ["Illustrative abstract.", "Illustrative title"]
    }


def test_a_damaged_settlement_is_an_error_and_not_passed_over(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    correct(config, [row(0, TEXT, "fall", "wrong-entity", category="disease")])
    build(data, config)
    table = next((data / "batches").glob("table-*/corrections.jsonl"))
    table.write_text("{")
    with pytest.raises(IntegrityError, match="corrections"):
        build(data, config)


def test_what_texts_were_linked_with_may_be_gone(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    build(data, config)
    for file in (data / "lexicon").iterdir():
        file.unlink()
    correct(config, [row(0, TEXT, "fall", "wrong-entity", category="disease")])
    build(data, config)
    assert "linked.kept" not in batches(data)[-1].manifest.counts
    assert ("T0", "fall") not in mentioned(data, tmp_path / "s")


class _Committed(Listener):
    """Names and corrections are committed before anybody asks which there are."""

    def __init__(self) -> None:
        self.left, self.done = {"terms", "table"}, Event()

    def outcome(self, outcome: Outcome) -> None:
        self.left.discard(outcome.name)
        if not self.left:
            self.done.set()


def test_texts_are_linked_with_names_that_are_committed_meanwhile(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads: one commits names and corrections, one asks for them. Those committed first were left out."""
    correct(config, [row(0, TEXT, "fall", "wrong-entity", category="disease")])
    build(tmp_path / "as usual", config)
    listener, asked = _Committed(), Pipeline._texts

    def late(self: Pipeline, *args: Any) -> Any:
        assert listener.done.wait(60)
        return asked(self, *args)

    monkeypatch.setattr(Pipeline, "_texts", late)
    journal = Journal(tmp_path / "late" / "journal.sqlite")
    try:
        settings = Settings(data=tmp_path / "late", base=DEFAULT_BASE, workers=1)
        Pipeline(settings, journal, listener).build(read_config(config))
    finally:
        journal.close()
    usual, late_ones = ([one.id for one in batches(tmp_path / name)] for name in ("as usual", "late"))
    assert usual == late_ones
