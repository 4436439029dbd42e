"""The Chinese relations of the second draw: where the sentences stand, both passes, and what was settled of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.annotation import FIRST_DRAW, LABELS, PREDICATES, SETS, TYPES, drawn, to_label
from benchmarks.settled import NAME, WORK, Row, figures, rows, settled
from ingest.evaluation.sentences import in_sealed_half, read

DOCS = Path(__file__).resolve().parents[3] / "docs" / "annotation.md"
PACKED = LABELS / f"{NAME}.jsonl"


def passes() -> tuple[dict[int, Row], dict[int, Row], dict[int, Row]]:
    first, second, why = (rows(WORK / f"{name}.jsonl") for name in ("first", "second", "reasons"))
    return first, second, why


def test_the_set_is_the_first_draw_and_what_was_settled_of_the_second() -> None:
    lines = list(map(json.loads, PACKED.read_text("utf-8").splitlines()))
    first, second = ([one for one in lines if (one["number"] > FIRST_DRAW) is later] for later in (False, True))
    assert (len(first), len(lines) >= 200) == (121, True)
    assert second == list(settled(*passes()))


def test_relations_join_mentions_of_their_sentence() -> None:
    for line in PACKED.read_text("utf-8").splitlines():
        row = json.loads(line)
        assert row["relations"]
        assert {mention[2] for mention in row["mentions"]} <= set(TYPES)
        places = range(len(row["mentions"]))
        for subject, name, target in row["relations"]:
            assert name in PREDICATES
            assert {subject, target} <= set(places)
            assert subject != target


def test_sentences_are_those_of_the_seed_and_of_no_other_set(data_folder: Path) -> None:
    found = drawn(NAME, data_folder)
    asked = dict(to_label(NAME, found, data_folder))
    assert len(found) == SETS[NAME] == len(set(found))
    for line in PACKED.read_text("utf-8").splitlines():
        row = json.loads(line)
        one = asked[row["number"]]
        assert (one.row, one.column, one.start, one.end) == tuple(
            row[name] for name in ("row", "column", "start", "end")
        )
        assert one.digest == row["sha256"]
        spans = sorted(tuple(mention[:2]) for mention in row["mentions"])
        assert all(0 <= start < end <= len(one.text) for start, end in spans)
    later = {one for number, one in asked.items() if number > FIRST_DRAW}
    assert not later & {*drawn("zh-mentions", data_folder), *drawn("zh-negations", data_folder)}


def test_no_text_is_in_the_files() -> None:
    kept = {"number", "file", "row", "column", "start", "end", "sha256", "mentions", "relations"}
    for name, keys in (("first", kept), ("second", kept), ("reasons", {"number", "taken", "reason", *kept})):
        for row in rows(WORK / f"{name}.jsonl").values():
            assert row.keys() <= keys
            assert json.dumps(row, ensure_ascii=False).isascii()


def test_both_halves_are_read(data_folder: Path) -> None:
    halves = [read(PACKED, data_folder, "zh", sealed=sealed) for sealed in (False, True)]
    numbers = [{int(one.id.partition(":")[2]) for one in half} for half in halves]
    assert not numbers[0] & numbers[1]
    assert len(numbers[0] | numbers[1]) == len(PACKED.read_text("utf-8").splitlines())
    assert all(in_sealed_half(NAME, number) for number in numbers[1])
    assert f"{len(numbers[0])} are open, {len(numbers[1])} sealed" in DOCS.read_text("utf-8")


def test_agreement_is_what_the_page_says() -> None:
    first, second, why = passes()
    page = DOCS.read_text("utf-8")
    assert all(f"| {name} | {value} |" in page for name, value in figures(first, second).items())
    assert f"({len(why)} of them)" in page


def row(number: int = 601, kind: str = "disease", **more: Any) -> Row:
    mentions = [[0, 2, "drug", [], []], [3, 5, kind, [], []]]
    return {"number": number, "sha256": "0", "mentions": mentions, "relations": [[0, "treats", 1]]} | more


def test_what_both_say_holds_with_the_attributes_of_the_first() -> None:
    negated = row(mentions=[[3, 5, "disease", [], ["negated"]], [0, 2, "drug", [], []]], relations=[[1, "treats", 0]])
    assert list(settled({601: negated}, {601: row()}, {})) == [negated]


@pytest.mark.parametrize("other", [{}, {601: row(kind="symptom")}, {601: row(relations=[[0, "causes", 1]])}])
def test_a_difference_needs_its_reason(other: dict[int, Row]) -> None:
    with pytest.raises(SystemExit, match="sentence 601: the passes differ"):
        list(settled({601: row()}, other, {}))
    assert list(settled({601: row()}, other, {601: {"taken": "first"}})) == [row()]
    assert list(settled({601: row()}, other, {601: {"taken": "second"}})) == list(other.values())
    own = {"mentions": [[0, 1, "drug", [], []], [3, 5, "gene", [], []]], "relations": [[0, "treats", 1]]}
    assert list(settled({601: row()}, other, {601: {"taken": "neither", **own}})) == [row() | own]


def test_what_is_left_without_a_relation_is_not_in_the_set() -> None:
    assert not list(settled({601: row()}, {}, {601: {"taken": "neither", "mentions": [], "relations": []}}))


@pytest.mark.parametrize(
    ("second", "why", "told"),
    [
        ({601: row()}, {601: {"taken": "first"}}, "no difference"),
        ({601: row()}, {602: {"taken": "first"}}, r"without labels: \[602\]"),
        ({601: row(sha256="1")}, {}, "other texts"),
    ],
)
def test_passes_and_reasons_that_do_not_fit_end_the_work(
    second: dict[int, Row], why: dict[int, Row], told: str
) -> None:
    with pytest.raises(SystemExit, match=told):
        list(settled({601: row()}, second, why))
