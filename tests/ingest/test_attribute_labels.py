"""What was decided after the labelling: of the open halves alone, and of labels that are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

from ingest.evaluation.sentences import in_sealed_half
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
