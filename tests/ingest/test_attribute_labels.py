"""What was decided after the labelling: of the open halves alone, and of labels that are there; and that nothing is
judged on what weights were learned from."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest

from benchmarks.negation_passes import FRESH, WORK, agreement, denied, packed
from ingest.evaluation.sentences import in_sealed_half
from kg.errors import CorpusError
from kg.model.attribute import AttributeKind

LABELS = Path(__file__).resolve().parents[2] / "benchmarks" / "annotated"


def test_decisions_change_labels_of_the_open_halves() -> None:
    lines = (LABELS / "decisions.jsonl").read_text("utf-8").splitlines()
    decisions = [json.loads(line) for line in lines]
    assert decisions
    for one in decisions:
        assert not in_sealed_half(one["set"], one["number"])
        rows = (json.loads(line) for line in (LABELS / f"{one['set']}.jsonl").read_text("utf-8").splitlines())
        (row,) = (row for row in rows if row["number"] == one["number"])
        (marks,) = (mention[4] for mention in row["mentions"] if mention[:2] == [one["start"], one["end"]])
        assert marks == one["before"] != one["after"]
        assert set(one["after"]) <= set(get_args(AttributeKind))


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (LABELS / f"{name}.jsonl").read_text("utf-8").splitlines()]


def _drawn(language: str) -> list[dict[str, Any]]:
    lines = (FRESH / f"{language}-drawn.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _sentences(rows: list[dict[str, Any]]) -> set[tuple[str, str, str, int, int]]:
    return {(row["file"], row["row"], row["column"], row["start"], row["end"]) for row in rows}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_sentence_of_another_set_is_judged_by(language: str) -> None:
    judged = _sentences(_drawn(language))
    assert judged
    for path in LABELS.glob(f"{language}-*.jsonl"):
        if path.stem not in (f"{language}-negations-6", "zh-styles") and "denials" not in path.stem:
            assert not judged & _sentences(_rows(path.stem))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_packaged_weights_saw_the_sets_of_their_card_and_nothing_judged(language: str) -> None:
    card = json.loads((files("ingest.text") / f"denials.{language}.card.json").read_text("utf-8"))
    for one in card["corpora"]:
        assert hashlib.sha256((LABELS / f"{one['name']}.jsonl").read_bytes()).hexdigest() == one["sha256"]
    assert card["documents"]
    judged = {place for row in _drawn(language) for place in (f"{row['file']}:{row['row']}", f"PMID:{row['row']}")}
    assert not judged.intersection(card["documents"])


def test_passes_that_differ_are_left_out() -> None:
    for language in ("zh", "en"):
        passes = [
            dict(
                line.split("\t") for line in (LABELS / "negations-3" / f"{language}-{one}.tsv").read_text().splitlines()
            )
            for one in ("first", "second")
        ]
        for row in _rows(f"{language}-negations-3"):
            told = [set(map(int, one[str(row["number"])].split())) for one in passes]
            differ = [row["mentions"][at - 1][:2] for at in sorted(told[0] ^ told[1])]
            assert row["left_out"] == differ
            denied = {at for at, mention in enumerate(row["mentions"], 1) if mention[4]}
            assert denied == told[0]


def test_the_fourth_draw_is_what_its_passes_say() -> None:
    for name in ("zh-negations-5", "en-negations-5"):
        passes = [denied(WORK / f"{name}-{which}.tsv") for which in ("first", "second")]
        rows = _rows(name)
        drawn = [row | {"mentions": [mention[:3] for mention in row["mentions"]]} for row in rows]
        assert list(packed(drawn, *passes)) == rows
        assert agreement(name)["kappa"] > 0.9


def test_bad_passes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "pass.tsv"
    for line in ("1 2", "one\t2", "1\t", "1\tx"):
        path.write_text(line + "\n", "utf-8")
        with pytest.raises(CorpusError, match="a number, a tab"):
            denied(path)
    row = {"number": 1, "file": "f", "row": "1", "column": "c", "start": 0, "end": 4, "sha256": "x"}
    for wrong in ({1: {2}}, {1: {0}}, {2: {1}}):
        with pytest.raises(CorpusError, match="no such mention"):
            list(packed([row | {"mentions": [[0, 1, "drug"]]}], wrong, {}))
