"""The second draw for attributes: where its sentences stand, both passes, and what is put together of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.annotation import ATTRIBUTES, LABELS, TYPES, drawn
from benchmarks.attribute_draw import LAYERS, second
from benchmarks.attribute_passes import PASSES, WORK, Row, figures, joined, settled
from ingest.evaluation.sentences import in_sealed_half

DOCS = Path(__file__).resolve().parents[3] / "docs" / "annotation.md"
NAME = "zh-attributes-2"


def packed(name: str) -> list[Row]:
    return [json.loads(line) for line in (LABELS / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", LAYERS)
def test_the_set_is_what_was_settled_of_both_passes(name: str) -> None:
    lines = packed(name)
    assert lines == list(settled(name))
    assert [row["number"] for row in lines] == list(range(1, sum(LAYERS[name]) + 1))
    for row in lines:
        assert row["relations"] == []
        assert {mention[2] for mention in row["mentions"]} <= set(TYPES)
        assert all(set(mention[4]) <= set(ATTRIBUTES) for mention in row["mentions"])
        assert all(span in [mention[:2] for mention in row["mentions"]] for span in row["left_out"])


@pytest.mark.parametrize("name", LAYERS)
def test_sentences_are_those_of_the_seed_and_of_no_other_set(name: str, data_folder: Path) -> None:
    found = second(name, data_folder)
    others = ("zh-mentions", "zh-negations", "zh-relations") if name == NAME else ("en-attributes", "en-negations")
    assert len({one.text for one in found}) == len(found)
    assert not {one.text for one in found} & {one.text for other in others for one in drawn(other, data_folder)}
    for row in packed(name):
        one = found[row["number"] - 1]
        assert (one.file, one.row, one.column, one.start, one.end, one.digest) == tuple(
            row[key] for key in ("file", "row", "column", "start", "end", "sha256")
        )
        assert all(0 <= start < end <= len(one.text) for start, end, *_ in row["mentions"])


def test_no_text_is_in_the_files() -> None:
    for path in (*(WORK / f"{name[:2]}-{which}.jsonl" for name in LAYERS for which in PASSES), WORK / "reasons.jsonl"):
        assert path.read_text("utf-8").isascii()


def test_agreement_is_what_the_page_says() -> None:
    page, told = DOCS.read_text("utf-8"), figures()
    for name in ("sentences", "span_f1", "span_and_type_f1"):
        assert f"| {name} | {told[f'en.{name}']} | {told[f'zh.{name}']} |" in page
    for kind in ATTRIBUTES:
        cells = (f"{told[f'{code}.{kind}.f1']} ({told[f'{code}.{kind}.both']})" for code in ("en", "zh"))
        assert f"| {kind}.f1 (both) | {' | '.join(cells)} |" in page


OPEN, SEALED = (next(n for n in range(1, 99) if in_sealed_half(NAME, n) is sealed) for sealed in (False, True))


def row(number: int, *mentions: tuple[int, int, list[str]], **more: Any) -> Row:
    spans = [[start, end, "disease", [], marks] for start, end, marks in mentions]
    return {"number": number, "sha256": "0", "mentions": spans, "relations": []} | more


@pytest.mark.parametrize("number", [OPEN, SEALED])
def test_what_both_say_holds_and_the_rest_is_left_out(number: int) -> None:
    first = row(number, (0, 4, ["negated"]), (6, 8, []), (9, 11, ["family"]))
    other = row(number, (1, 4, ["negated"]), (6, 8, ["history"]), (12, 14, []))
    (made,) = joined(NAME, {number: first}, {number: other}, {})
    assert [mention[:2] for mention in made["mentions"]] == [[0, 4], [6, 8], [9, 11], [12, 14]]
    assert made["left_out"] == [[6, 8], [9, 11], [12, 14]]


def test_a_reason_settles_an_open_difference() -> None:
    first, other = ({OPEN: row(OPEN, (0, 4, marks))} for marks in ([], ["negated"]))
    (made,) = joined(NAME, first, other, {(OPEN, 0): {"after": ["negated"]}})
    assert (made["mentions"][0][4], made["left_out"]) == (["negated"], [])


@pytest.mark.parametrize(
    ("number", "at", "marks", "digest", "told"),
    [
        (OPEN, 0, [], "0", "no difference at 0"),
        (SEALED, 0, ["negated"], "0", "sealed sentences"),
        (OPEN, 3, ["negated"], "0", "without a mention"),
        (OPEN, 0, ["negated"], "1", "other texts"),
    ],
)
def test_reasons_and_passes_that_do_not_fit_end_the_work(
    number: int, at: int, marks: list[str], digest: str, told: str
) -> None:
    first, other = {number: row(number, (0, 4, []))}, {number: row(number, (0, 4, marks), sha256=digest)}
    with pytest.raises(SystemExit, match=told):
        list(joined(NAME, first, other, {(number, at): {"after": []}}))
