"""What reading has reached on development parts stays reached."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.evaluation import MEASURED, Floor, floors, reports, short_name

ROOT = Path(__file__).resolve().parents[3]
FILES = ("evaluation", "trained", "relations", "attributes", "claim_fit")
RESULTS = [ROOT / "benchmarks" / "results" / f"{name}.json" for name in FILES]


def told() -> list[tuple[Floor, float, str]]:
    """Each floor, what the figure was when it was last written down, and of which model."""
    rows = [json.loads(line) for file in RESULTS for line in file.read_text("utf-8").splitlines()]
    return [
        (floor, row["figures"][floor.figure], short_name(row.get("model", "")))
        for floor in floors()
        for row in rows
        if floor.fits(row)
    ]


def test_every_floor_has_its_figure_and_the_page_says_where_it_stands() -> None:
    found = told()
    assert [floor for floor, *_ in found] == floors()
    assert all(floor.floor <= floor.goal for floor in floors())
    page = (ROOT / "docs" / "quality.md").read_text("utf-8").splitlines()
    for floor, value, model in found:
        start = f"| {floor.task} | {floor.corpus} | {model} | {floor.figure.removesuffix('.f1')} |"
        (row,) = [line for line in page if line.startswith(start)]
        assert f"| {value} |" in row
        assert floor.told(value) in row


def test_a_figure_below_its_floor_is_told_as_short() -> None:
    one = Floor("ner", "made", "grounding.", "disease.span.f1", 0.6, 0.7)
    assert [one.told(value)[:11] for value in (0.59, 0.6, 0.7)] == ["**falls sho", "floor reach", "goal reache"]
    assert one.fits({"task": "ner", "corpus": "made", "model": "grounding.v1+0"})
    assert not one.fits({"task": "ner", "corpus": "made", "model": "another"})


@pytest.mark.slow
def test_floors_that_were_reached_still_are(data_folder: Path) -> None:
    # Networks take half an hour to train: what they reached is told by its own command.
    reached = [floor for floor, value, model in told() if value >= floor.floor and model.startswith("grounding.")]
    assert reached
    asked = [pair for pair in MEASURED if pair in {(floor.task, floor.corpus) for floor in reached}]
    fresh = {(one.task, one.corpus): one.figures for one in reports(data_folder, measured=asked)}
    short = {
        (floor.task, floor.corpus, floor.figure): value
        for floor in reached
        if (value := fresh[floor.task, floor.corpus][floor.figure]) < floor.floor
    }
    assert not short
